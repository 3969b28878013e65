"""Lists of links to other pages: menus without a landmark, related articles, share bars; and copies of the same text."""

from itertools import pairwise

from monitor.extract import noise_words
from monitor.extract.tree import Element
from monitor.extract.weigh import is_link_block, names_of
from monitor.words import comparison_key

_GROUP_TAGS = frozenset({"div", "section", "aside", "ul", "ol", "header", "table", "form", "center", "article"})
_PROSE_TAGS = frozenset({"p", "ul", "ol", "table"})
_HEADING_WORDS = 10
_TEASER_PROSE = 40


def mark_link_lists(body: Element) -> None:
    """Mark blocks of links that do not stand among paragraphs, and what follows a heading such as "Related articles"."""
    for parent in body.walk():
        children = parent.elements()
        _mark_other_pages(children)
        if parent.own_prose or any(child.tag in _PROSE_TAGS and child.prose for child in children):
            continue  # a list that the policy itself gives
        for child in children:
            if child.tag in _GROUP_TAGS and is_link_block(child):
                child.noise = "block of links"


def _mark_other_pages(children: list[Element]) -> None:
    """Mark from such a heading to the last of its neighbours, when they are links or next to nothing."""
    start = len(children)
    while start and (children[start - 1].prose < _TEASER_PROSE or is_link_block(children[start - 1])):
        start -= 1
    tail = children[start:]
    first = next((place for place, child in enumerate(tail) if _announces_other_pages(child)), len(tail))
    words = sum(child.words for child in tail[first + 1 :])
    link_words = sum(child.link_words for child in tail[first + 1 :])
    if link_words * 2 < words and words > _HEADING_WORDS:
        return
    for child in tail[first:]:
        child.noise = "list of other pages"


def _announces_other_pages(element: Element) -> bool:
    if not 0 < element.own_words <= element.words <= _HEADING_WORDS:
        return False
    return comparison_key(element.text()).startswith(noise_words.OTHER_PAGES)


def mark_copies(body: Element) -> None:
    """A page made for several screens may hold the same text once for each; mark all but the first."""
    for element in body.walk():
        for before, copy in pairwise(element.elements()):
            if copy.words == before.words > 2 and names_of(copy) & noise_words.SCREENS and copy.text() == before.text():
                copy.noise = "copy for another screen"
