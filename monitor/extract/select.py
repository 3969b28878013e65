"""Selections: where a declaration says that the policy stands on a page, and what on it to leave out.

Selectors are looked up on the page as it came. All matches of a selector count, nested ones once, in the page's order;
of a range's two selectors the first match. What `remove` names goes, also where `select` names it. A `select` misses when
it names nothing at all, a range when one of its ends is not there; a CSS selector in `remove` that matches nothing
removes nothing.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract.tree import Element
from monitor.types import Range, Selection

OUTSIDE = "outside the selection"
REMOVED = "removed by the declaration"
_MARK = "smallprint mark"  # with a space in it, so that no page can write such an attribute
_EVERYTHING = ((0, 2**63),)

Places = tuple[tuple[int, int], ...]
"""Stretches of a page as (first, behind the last) position, in ascending order, none touching another."""


class _MissedError(Exception):
    """Why a selection cannot be applied to a page, in words."""


def apply_selection(parser: LexborHTMLParser, selection: Selection) -> str:
    """Mark in the parsed page what the selection leaves out, for `mark_selected`. Why it misses, in words; then nothing is marked."""
    spans = _spans(parser.root) if parser.root is not None else {}
    try:
        kept = _kept(parser, selection.select, spans)
        removed = _merged(place for selector in selection.remove for place in _places(parser, selector, spans))
    except _MissedError as missed:
        return str(missed)
    if parser.body is not None:
        _mark(parser, parser.body, spans, kept, removed)
    return ""


def mark_selected(elements: Iterable[Element]) -> None:
    """Make noise of what `apply_selection` marked."""
    for element in elements:
        element.noise = element.get(_MARK)


def _kept(parser: LexborHTMLParser, selectors: tuple[str | Range, ...], spans: dict[int, tuple[int, int]]) -> Places:
    if not selectors:
        return _EVERYTHING
    kept = _merged(place for selector in selectors for place in _places(parser, selector, spans))
    if not kept:
        names = ", ".join(f"`{selector}`" for selector in selectors)
        raise _MissedError(f"{names} {'match' if len(selectors) > 1 else 'matches'} nothing on the page")
    return kept


def _places(
    parser: LexborHTMLParser, selector: str | Range, spans: dict[int, tuple[int, int]]
) -> list[tuple[int, int]]:
    """Where a selector's matches stand, or the one stretch that a range is."""
    if isinstance(selector, str):
        return [spans[node.mem_id] for node in parser.css(selector)]
    first = min(_matches(parser, selector.start, spans))
    last = min(_matches(parser, selector.end, spans))
    start, end = first[int(selector.after_start)], last[int(selector.after_end)]
    if end <= start:
        raise _MissedError(f"the range from `{selector.start}` to `{selector.end}` ends before it starts")
    return [(start, end)]


def _matches(parser: LexborHTMLParser, selector: str, spans: dict[int, tuple[int, int]]) -> list[tuple[int, int]]:
    found = [spans[node.mem_id] for node in parser.css(selector)]
    if not found:
        raise _MissedError(f"`{selector}`, an end of a range, matches nothing on the page")
    return found


def _merged(places: Iterable[tuple[int, int]]) -> Places:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _spans(root: LexborNode) -> dict[int, tuple[int, int]]:
    """Each node's (first, behind the last) position: it holds another when its span does."""
    spans: dict[int, tuple[int, int]] = {}
    position = 0
    waiting: list[tuple[LexborNode, int]] = [(root, -1)]
    while waiting:
        node, start = waiting.pop()
        if start < 0:
            waiting.append((node, position))
            waiting.extend((child, -1) for child in reversed(list(_children(node))))
        else:
            spans[node.mem_id] = (start, position + 1)
        position += 1
    return spans


def _children(node: LexborNode) -> Iterator[LexborNode]:
    child = node.first_child
    while child is not None:
        yield child
        child = child.next


def _mark(
    parser: LexborHTMLParser, body: LexborNode, spans: dict[int, tuple[int, int]], kept: Places, removed: Places
) -> None:
    """Mark the outermost nodes that are not kept at all, or removed as a whole."""
    waiting = [body]
    while waiting:
        for child in list(_children(waiting.pop())):
            span = spans[child.mem_id]
            if _holds(removed, span):
                _leave_out(parser, child, REMOVED)
            elif not _touches(kept, span):
                _leave_out(parser, child, OUTSIDE)
            elif _touches(removed, span) or not _holds(kept, span):
                waiting.append(child)


def _holds(places: Places, span: tuple[int, int]) -> bool:
    """The whole span stands within one of the places."""
    before = bisect_right(places, span[0], key=lambda place: place[0]) - 1
    return before >= 0 and span[1] <= places[before][1]


def _touches(places: Places, span: tuple[int, int]) -> bool:
    """Some of the span stands within one of the places."""
    before = bisect_right(places, span[1] - 1, key=lambda place: place[0]) - 1
    return before >= 0 and span[0] < places[before][1]


def _leave_out(parser: LexborHTMLParser, node: LexborNode, reason: str) -> None:
    """Mark an element, or a text by an element around it. A shadow root's template is read in its host's place: it goes."""
    if node.tag == "template":
        node.decompose()
    elif node.is_element_node:
        node.attrs[_MARK] = reason
    elif node.is_text_node and (text := node.text_content) and not text.isspace():
        around = parser.create_node("span")
        around.attrs[_MARK] = reason
        around.insert_child(text)
        node.insert_before(around)
        node.decompose()
