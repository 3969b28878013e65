"""Whether a page came in a language that was asked for: a site that answers in another one has not changed its policy."""

from monitor.decide.decision import Problem
from monitor.extract.language import LANGUAGES
from monitor.languages import bare_languages
from monitor.types import Document, Outcome, PageState

ENOUGH_WORDS = 100  # for a page's language to mean anything; see `monitor.decide.suspicion`


def in_another_language(document: Document, asked: str) -> Problem | None:
    """Why the page is not the variant that the declaration asks for; None when it is, or when that cannot be told."""
    wanted = bare_languages(asked)
    came = bare_languages(document.language or "")
    can_be_told = wanted and came and wanted <= set(LANGUAGES) and document.word_count >= ENOUGH_WORDS
    if not can_be_told or came & wanted:
        return None
    reason = f"in another language: {document.language} came, {asked} is declared"
    return Problem(Outcome.INACCESSIBLE, reason, PageState.OTHER_VARIANT)
