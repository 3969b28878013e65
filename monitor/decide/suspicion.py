"""Readings that are more likely another page than the policy's new wording: judged against the last good one.

Most can only be another page: then the check is inaccessible, until the page has stood there for long. Of some one
sighting cannot tell: they wait for a second one, 30 minutes later, before anybody is told.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from monitor.decide.likeness import contained, likeness
from monitor.decide.parties import other_party
from monitor.decide.state import Sightings
from monitor.decide.truncation import ends_early
from monitor.extract.policy_words import FEW_POLICY_WORDS, is_titled_as_policy, kinds_by_title, policy_word_share
from monitor.types import BlockKind, Document, PageState
from monitor.words import comparison_key

LEAST_SHARE = 0.6  # of the words in force; real rewrites below it are rare, cut and mistaken pages common
NEARLY_WHOLE = 0.8  # policies lose their last clause, seldom their last fifth
REMNANT_SHARE = 0.15  # what is left then is a notice in the policy's place, or its first screen
FEW_LEFT = 0.3  # of a short policy
SHORTEST_POLICY = 40  # words
ENOUGH_WORDS = 100  # for a page's language and length to mean anything
LONG_POLICY_WORDS = 300  # for its vocabulary to mean anything
ANOTHER_PAGE = 0.8  # likeness; see `monitor.decide.likeness` for what was measured
ANOTHER_DOCUMENT = 1.0
ANOTHER_KIND = 1.3
YOUNG_SIGHTINGS = 3
STRANGE_WORDS = 0.5  # of a short page's words are in no way the policy's


class Patience(Enum):
    """When a page that is no ordinary new wording is taken for one all the same: (sightings in a row, over what time)."""

    SECOND_SIGHTING = (2, timedelta(0))
    DAYS = (3, timedelta(days=3))
    MONTHS = (5, timedelta(days=60))
    NEVER = None

    def ended(self, seen: Sightings) -> bool:
        """The page has stood there for long enough."""
        return self.value is not None and seen.times >= self.value[0] and seen.until - seen.since >= self.value[1]


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What the page may be instead of the policy, and why, in words."""

    page_state: PageState
    reason: str
    patience: Patience


def suspicion(base: Document, document: Document) -> Suspicion | None:
    """Why the new document may not be the policy's new wording; None for an ordinary change."""
    alike = likeness(base, document)
    if base.word_count < ENOUGH_WORDS:
        return _of_stranger(base, document, alike)
    if base.word_count < LONG_POLICY_WORDS:
        return _of_short_policy(base, document, alike)
    return (
        _of_remnant(base, document, alike)
        or _of_language(base, document, alike)
        or _of_vocabulary(base, document, alike)
        or _of_length(base, document)
        or _of_party(base, document)
    )


def was_another_page(base: Document, document: Document, *, sightings: int) -> bool:
    """The wording in force was never the policy: this page is unlike it and reads far more like one.

    `sightings`: how often the wording in force was seen. Of one that was seen a few times only, less is proof enough: it
    was but the head of this page, or a short page of which this one has next to nothing.
    """
    young, longer = sightings <= YOUNG_SIGHTINGS, document.word_count * LEAST_SHARE > base.word_count
    if young and longer and ends_early(document, base):
        return True
    if likeness(base, document) >= ANOTHER_PAGE:
        return False
    if young and longer and base.word_count < LONG_POLICY_WORDS <= document.word_count:
        return policy_word_share(document.blocks) > FEW_POLICY_WORDS
    return _is_no_policy(base, document)


def _of_short_policy(base: Document, document: Document, alike: float) -> Suspicion | None:
    """Of few words one sighting says little."""
    if found := _of_language(base, document, alike) or _of_stranger(base, document, alike):
        return found
    if alike < ANOTHER_PAGE or document.word_count < LEAST_SHARE * base.word_count:
        state = PageState.WRONG_PAGE if alike < ANOTHER_PAGE else PageState.TRUNCATED
        return Suspicion(state, _shorter(base, document), Patience.SECOND_SIGHTING)
    return None


def _of_stranger(base: Document, document: Document, alike: float) -> Suspicion | None:
    """In a short policy's place: a page that is none, or a shorter one that has nothing of it."""
    if alike < ANOTHER_PAGE and _is_no_policy(document, base):
        return Suspicion(PageState.WRONG_PAGE, _unlike(document), Patience.NEVER)
    least = LEAST_SHARE if alike < ANOTHER_PAGE else FEW_LEFT  # very few words are alike by chance
    if document.word_count >= least * base.word_count or _quotes(document, base) or _is_same_kind(base, document):
        return None
    return Suspicion(PageState.WRONG_PAGE, _unlike(document), Patience.MONTHS)


def _is_same_kind(base: Document, document: Document) -> bool:
    """As long as the shortest policies are, and titled as a document of the same kind: imprints are rewritten to a few lines."""
    if document.word_count < SHORTEST_POLICY:
        return False
    return bool(kinds_by_title(base.title, base.blocks) & kinds_by_title(document.title, document.blocks))


def _of_remnant(base: Document, document: Document, alike: float) -> Suspicion | None:
    if document.word_count >= REMNANT_SHARE * base.word_count:
        return None
    if alike < ANOTHER_PAGE and contained(document, base) < STRANGE_WORDS:
        return Suspicion(PageState.WRONG_PAGE, _unlike(document), Patience.NEVER)
    if not _quotes(document, base):
        return Suspicion(PageState.WRONG_PAGE, _unlike(document), Patience.MONTHS)
    return Suspicion(PageState.TRUNCATED, _shorter(base, document), Patience.DAYS)


def _quotes(document: Document, base: Document) -> bool:
    """Half of its words below the headings stand word for word in the base."""
    text = " ".join(comparison_key(block.text) for block in base.blocks)
    below = [comparison_key(block.text) for block in document.blocks if block.kind is not BlockKind.HEADING]
    quoted = sum(len(key.split()) for key in below if key in text)
    return quoted * 2 >= sum(len(key.split()) for key in below) > 0


def _of_language(base: Document, document: Document, alike: float) -> Suspicion | None:
    """Both languages are known and differ; regional forms of one language do not."""
    before, after = ((one.language or "").partition("-")[0] for one in (base, document))
    if alike >= ANOTHER_DOCUMENT or document.word_count < ENOUGH_WORDS or not before or not after or before == after:
        return None
    return Suspicion(PageState.OTHER_VARIANT, f"in another language: {after} instead of {before}", Patience.MONTHS)


def _of_vocabulary(base: Document, document: Document, alike: float) -> Suspicion | None:
    if alike >= ANOTHER_DOCUMENT:
        return _of_title(base, document) if alike < ANOTHER_KIND else None
    if alike < ANOTHER_PAGE and _is_no_policy(document, base):
        return Suspicion(PageState.WRONG_PAGE, _unlike(document), Patience.NEVER)
    whole = document.word_count >= LEAST_SHARE * base.word_count and _is_same_kind(base, document)
    patience = Patience.SECOND_SIGHTING if whole else Patience.DAYS  # a rewrite from the ground up keeps its title
    return Suspicion(PageState.WRONG_PAGE, "another document, by its words", patience)


def _of_title(base: Document, document: Document) -> Suspicion | None:
    """Two policies of one company may be alike; their titles say of which kind they are."""
    before, after = (kinds_by_title(one.title, one.blocks) for one in (base, document))
    if not before or not after or before & after:
        return None
    return Suspicion(
        PageState.WRONG_PAGE, f"titled as another document: {_said(after)}, not {_said(before)}", Patience.DAYS
    )


def _said(kinds: frozenset[str]) -> str:
    return " and ".join(sorted(kinds))


def _of_length(base: Document, document: Document) -> Suspicion | None:
    share = document.word_count / base.word_count
    cut = ends_early(base, document)
    if not cut and share >= LEAST_SHARE:
        return None
    patience = Patience.DAYS if cut and share < NEARLY_WHOLE else Patience.SECOND_SIGHTING
    return Suspicion(PageState.TRUNCATED, _shorter(base, document), patience)


def _of_party(base: Document, document: Document) -> Suspicion | None:
    parties = other_party(base, document)
    if parties is None:
        return None
    reason = f"with another contracting party: {parties[1]} instead of {parties[0]}"
    return Suspicion(PageState.OTHER_VARIANT, reason, Patience.SECOND_SIGHTING)


def _is_no_policy(one: Document, beside: Document) -> bool:
    """It has hardly any policy words and does not call itself a policy; the other has twice as many, or does."""
    share, other = policy_word_share(one.blocks), policy_word_share(beside.blocks)
    if share > FEW_POLICY_WORDS or is_titled_as_policy(one.title, one.blocks):
        return False
    return other > max(FEW_POLICY_WORDS, 2 * share) or is_titled_as_policy(beside.title, beside.blocks)


def _unlike(document: Document) -> str:
    return f"another page stands there, of {document.word_count:,} words that are hardly the policy's"


def _shorter(base: Document, document: Document) -> str:
    return f"only {document.word_count:,} words instead of {base.word_count:,}"
