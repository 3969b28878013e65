"""The whole text of both documents in one order, with every edit where it stands. Pure.

Read without what came it is the old document block by block, read without what went the new one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.types import Document, Edit, EditKind, Segment


class Way(StrEnum):
    """How a part of the text came to stand where it does. `left` and `arrived` are the two places of what moved."""

    SAME = "same"
    REWORDED = "reworded"
    INSERTED = "inserted"
    DELETED = "deleted"
    LEFT = "left"
    ARRIVED = "arrived"


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring blocks that belong together. `old` and `new` are their places in the two documents.

    `number` is the place of its edit among all edits, from 1 on; 0 where the words are the same. What `arrived` names as
    `old` where it came from; its segments hold its inner edits.
    """

    way: Way
    segments: tuple[Segment, ...]
    old: tuple[int, ...]
    new: tuple[int, ...]
    number: int = 0


_WAYS = {
    EditKind.INSERT: Way.INSERTED,
    EditKind.DELETE: Way.DELETED,
    EditKind.REPLACE: Way.REWORDED,
    EditKind.MOVE: Way.ARRIVED,
}


def parts(old: Document, new: Document, edits: Sequence[Edit]) -> tuple[Part, ...]:
    """Every block of both documents once (what moved: where it left and where it arrived), in the order of both.

    `edits` are those of `compare(old, new)`; ValueError when they are not.
    """
    changed = [
        Part(_WAYS[edit.kind], edit.segments, edit.old_at, edit.new_at, number) for number, edit in enumerate(edits, 1)
    ]
    known = [*_same(old, new, changed), *changed]
    standing = _in_both_orders([part for part in known if part.way in (Way.SAME, Way.REWORDED)])
    kept = set(standing)
    others = [part for part in known if part not in kept]
    gone = [part for other in others for part in _gone(other, old)]
    come = [part for other in others for part in _come(other, new)]
    return tuple(_merged(standing, sorted(gone, key=lambda part: part.old), sorted(come, key=lambda part: part.new)))


def are_of(edits: Sequence[Edit], old: Document, new: Document) -> bool:
    """Whether these are the edits of these two documents, so that `parts` can put them in their places."""
    if not all(_stands(edit.old, edit.old_at, old) and _stands(edit.new, edit.new_at, new) for edit in edits):
        return False
    try:
        parts(old, new, edits)
    except ValueError:
        return False
    return True


def _stands(text: str | None, places: Sequence[int], document: Document) -> bool:
    if not all(0 <= place < len(document.blocks) for place in places):
        return False
    return (text or "") == _text(document, places)


def _same(old: Document, new: Document, changed: Sequence[Part]) -> Iterator[Part]:
    """What no edit names: block by block, or several blocks where they were only cut in another way."""
    named_old = {place for part in changed for place in part.old}
    named_new = {place for part in changed for place in part.new}
    olds = iter([place for place in range(len(old.blocks)) if place not in named_old])
    news = iter([place for place in range(len(new.blocks)) if place not in named_new])
    for place in olds:
        yield _paired(old, new, place, olds, news)
    if next(news, None) is not None:
        raise ValueError("the edits of these two documents were wanted, others came: blocks are left over")


def _paired(old: Document, new: Document, first: int, olds: Iterator[int], news: Iterator[int]) -> Part:
    """The fewest blocks of both sides, from these on, that say the same."""
    before, after = [first], [next(news, -1)]
    while (text := _text(old, before)) != (other := _text(new, after)):
        side, places = (before, olds) if len(text) < len(other) else (after, news)
        side.append(next(places, -1))
    return Part(Way.SAME, (Segment("equal", text),), tuple(before), tuple(after))


def _text(document: Document, places: Iterable[int]) -> str:
    if -1 in places:
        raise ValueError("the edits of these two documents were wanted, others came: unchanged blocks differ")
    return "\n".join(document.blocks[place].text for place in places)


def _in_both_orders(known: Iterable[Part]) -> list[Part]:
    """The parts that stand in one piece, and in the same order, in both documents."""
    kept: list[Part] = []
    for part in sorted(known, key=lambda part: part.new):
        if _is_one_piece(part.old) and _is_one_piece(part.new) and (not kept or kept[-1].old < part.old):
            kept.append(part)
    return kept


def _is_one_piece(places: Sequence[int]) -> bool:
    return places[-1] - places[0] == len(places) - 1


def _gone(part: Part, old: Document) -> Iterator[Part]:
    """What a part that does not stand in both documents leaves behind in the old one."""
    if part.way is Way.DELETED:
        yield part
    elif part.way is not Way.INSERTED:
        for piece in _pieces(part.old):
            yield Part(Way.LEFT, (Segment("delete", _text(old, piece)),), piece, (), part.number)


def _come(part: Part, new: Document) -> Iterator[Part]:
    """What such a part brings into the new one."""
    if part.way is Way.INSERTED or (part.way is Way.ARRIVED and _is_one_piece(part.new)):
        yield part
    elif part.way is not Way.DELETED:
        for piece in _pieces(part.new):
            yield Part(Way.ARRIVED, (Segment("equal", _text(new, piece)),), (), piece, part.number)


def _pieces(places: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The places in runs without a gap."""
    start = 0
    for end in range(1, len(places) + 1):
        if end == len(places) or places[end] != places[end - 1] + 1:
            yield tuple(places[start:end])
            start = end


def _merged(standing: Sequence[Part], gone: Sequence[Part], come: Sequence[Part]) -> Iterator[Part]:
    """All parts in order; between two that stand in both documents, what went before what came."""
    went, came = 0, 0
    for part in standing:
        while went < len(gone) and gone[went].old < part.old:
            yield gone[went]
            went += 1
        while came < len(come) and come[came].new < part.new:
            yield come[came]
            came += 1
        yield part
    yield from gone[went:]
    yield from come[came:]
