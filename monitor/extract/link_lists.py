"""Lists of links to other pages: menus without a landmark, related articles, share bars."""

from itertools import groupby

from monitor.extract import noise_words
from monitor.extract.blocks import HEADINGS
from monitor.extract.clauses import makes_clause
from monitor.extract.tree import Element
from monitor.extract.weigh import is_link_block
from monitor.words import comparison_key, words

_GROUP_TAGS = frozenset({"div", "section", "aside", "ul", "ol", "header", "table", "form", "center", "article"})
_PROSE_TAGS = frozenset({"p", "ul", "ol", "table"})
_HEADING_WORDS = 10
_TEASER_PROSE = 40
_TEASER_WORDS = 60


def mark_link_lists(body: Element) -> None:
    """Mark blocks of links that do not stand among paragraphs, and what follows a heading such as "Related articles"."""
    for parent in body.walk():
        children = parent.elements()
        if not children:
            continue
        _mark_other_pages(children)
        if len(children) > 1:
            _mark_teasers(children, body.prose)
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
    count = sum(child.words for child in tail[first + 1 :])
    link_words = sum(child.link_words for child in tail[first + 1 :])
    if link_words * 2 < count and count > _HEADING_WORDS:
        return
    for child in tail[first:]:
        child.noise = "list of other pages"


def _mark_teasers(children: list[Element], page_prose: int) -> None:
    """Mark neighbours that each are headed by a link to another page, with a few words below that are no clause: articles, offers."""
    for is_teaser, group in groupby(children, key=_is_teaser):
        teasers = list(group)
        if is_teaser and len(teasers) > 1 and sum(one.prose for one in teasers) * 3 < page_prose:
            for teaser in teasers:
                teaser.noise = "list of other pages"


def _is_teaser(element: Element) -> bool:
    if not (element.headings == 1 and element.link_words > 0 and element.words <= _TEASER_WORDS):
        return False
    heading = next(below for below in element.walk() if below.tag in HEADINGS)
    return 0 < heading.words == heading.link_words and not makes_clause(words(element.text()))


def _announces_other_pages(element: Element) -> bool:
    if not 0 < element.own_words <= element.words <= _HEADING_WORDS:
        return False
    return comparison_key(element.text()).startswith(noise_words.OTHER_PAGES)
