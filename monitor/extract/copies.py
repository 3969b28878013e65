"""The same text a second time: once for each kind of screen, again in every layer or tab, again for printing."""

from itertools import pairwise

from monitor.extract import noise_words
from monitor.extract.tree import Element
from monitor.extract.weigh import names_of

# Shorter passages, and single paragraphs and items, are repeated by policies themselves, for one country after the other.
_COPY_WORDS = 150
_COPY_PROSE = 50
_SINGLE = frozenset({"p", "li", "td", "dd", "tr", "blockquote", "ul", "ol"})


def mark_copies(elements: list[Element]) -> None:
    """Mark all but the first of equal long passages of several paragraphs, and of equal short ones whose names say that they are for one kind of screen.

    `elements`: a whole measured tree, parents before children.
    """
    body = elements[0]
    _mark_screens(body)
    if not _may_repeat(body):
        return
    prints = _fingerprints(elements)
    seen: set[int] = set()
    for element in filter(_is_passage, body.walk()):
        if prints[element] in seen:
            element.noise = "copy"
        seen.add(prints[element])


def _may_repeat(body: Element) -> bool:
    """Two passages have the same number of words; hardly any page has such, and all others are spared the rest."""
    sizes = [element.words for element in filter(_is_passage, body.walk())]
    return len(set(sizes)) < len(sizes)


def _is_passage(element: Element) -> bool:
    """Long, and neither a single paragraph or list nor a mere wrapper's only child."""
    if element.words < _COPY_WORDS or element.prose < _COPY_PROSE or element.tag in _SINGLE:
        return False
    return element.parent is None or element.parent.words > element.words


def _mark_screens(body: Element) -> None:
    for element in body.walk():
        for before, copy in pairwise(element.elements()):
            if copy.words == before.words > 2 and names_of(copy) & noise_words.SCREENS and copy.text() == before.text():
                copy.noise = "copy for another screen"


def _fingerprints(elements: list[Element]) -> dict[Element, int]:
    """Equal for elements with the same words in the same blocks; what only wraps one other element has that one's."""
    prints: dict[Element, int] = {}
    for element in reversed(elements):
        pieces = [_fingerprint(child, prints) for child in element.children]
        told = [piece for piece in pieces if piece]
        prints[element] = told[0] if len(told) == 1 else hash(tuple(told)) if told else 0
    return prints


def _fingerprint(child: Element | str, prints: dict[Element, int]) -> int:
    if isinstance(child, str):
        words = child.split()
        return hash(" ".join(words)) if words else 0
    return 0 if child.noise else prints[child]
