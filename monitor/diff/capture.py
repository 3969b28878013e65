"""The state of a pair of captures: is it a change of the policy at all, or did a page break or come back?"""

from monitor.diff.page import Page
from monitor.types import PageState

# A page with less than this share of the other's sentences was cut off or replaced.
_TORN = 0.4
# A condensed policy keeps so many headings; of a page that was cut off so much stands in the whole one.
_SAME_HEADINGS = 3
_CONTAINED = 0.6
# Pages of fewer words in sentences than this are too small to tell.
_MIN_WORDS = 40


def capture_state(old: Page, new: Page) -> str:
    """`broken`, `restored` or `ok`; only what stands in sentences counts, so that a lost menu breaks nothing."""
    if new.document.page_state is not PageState.OK:
        return "broken"
    if old.document.page_state is not PageState.OK:
        return "restored"
    if _other_language(old, new) or _is_torn(old, new):
        return "broken"
    return "restored" if _is_torn(new, old) else "ok"


def _is_torn(whole: Page, part: Page) -> bool:
    """Much is gone, and what is left was cut out of the whole or is another document: a rewrite keeps the headings and has other words."""
    much = whole.prose_words >= _MIN_WORDS and part.prose_words < _TORN * whole.prose_words
    return much and not (_keeps_headings(whole, part) and not _is_contained(whole, part))


def _keeps_headings(whole: Page, part: Page) -> bool:
    shared = len(whole.headings & part.headings)
    return shared >= _SAME_HEADINGS and shared * 2 >= len(part.headings)


def _is_contained(whole: Page, part: Page) -> bool:
    """Most of the part's runs of words stand in the whole."""
    total = sum(part.runs.values())
    return sum(count for run, count in part.runs.items() if run in whole.runs) >= _CONTAINED * max(1, total)


def _other_language(old: Page, new: Page) -> bool:
    """Both languages are known and differ; regional forms of one language do not."""
    before, after = (page.document.language or "" for page in (old, new))
    return bool(before and after) and before.partition("-")[0] != after.partition("-")[0]
