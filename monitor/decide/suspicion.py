"""Wordings that are more likely another page than a change: they wait for a second sighting before anybody is told."""

from dataclasses import dataclass

from monitor.types import Document, PageState

LEAST_SHARE = 0.6  # of the words in force; real rewrites below it are rare, cut and mistaken pages common
ENOUGH_WORDS = 100  # for a page's language and length to mean anything


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What the page may be instead of the policy, and why, in words."""

    page_state: PageState
    reason: str


def suspicion(base: Document, document: Document) -> Suspicion | None:
    """Why the new document may not be the policy's new wording; None for an ordinary change."""
    before, after = base.word_count, document.word_count
    if before < ENOUGH_WORDS:
        return None
    if after >= ENOUGH_WORDS and _other_language(base, document):
        return Suspicion(
            PageState.OTHER_VARIANT, f"in another language: {document.language} instead of {base.language}"
        )
    if after < LEAST_SHARE * before:
        return Suspicion(PageState.TRUNCATED, f"only {after:,} words instead of {before:,}")
    return None


def _other_language(base: Document, document: Document) -> bool:
    """Both languages are known and differ; regional forms of one language do not."""
    before, after = ((one.language or "").partition("-")[0] for one in (base, document))
    return bool(before and after) and before != after
