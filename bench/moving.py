"""How much a comparison marks when text moves: policies with some blocks carried elsewhere and some words replaced, seeded.

The least that can be marked is known by construction: the replaced words, before and after. Text that only moved is 0.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from diff_match_patch import diff_match_patch

from monitor.diff.compare import compare
from monitor.types import Block, BlockKind, Document, DocumentDiff, EditKind, StatedDates

PAIRS = 300
LEAST_WORDS = 6  # of a block that is moved by itself, and of a run that is moved
MOST_MOVED = 6
MOST_EDITED = 20
MOST_OF_SECTION = 25
_EDITED_SHARE = 5  # at most every fifth word of a moved block: it is still the same block
_WORD = re.compile(r"[^\W\d_]{2,}")

Group = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Constructed:
    """Two documents of which everything is known: `origin` is the old place of each new block, `moved` are old places."""

    old: Document
    new: Document
    origin: tuple[int, ...]
    moved: frozenset[int]
    least: int


@dataclass(frozen=True, slots=True)
class Measured:
    """The sums over all pairs, in characters and in blocks."""

    least: int = 0
    marked: int = 0
    moved: int = 0
    found: int = 0
    unmoved: int = 0
    wrongly_moved: int = 0

    def __add__(self, other: "Measured") -> "Measured":
        return Measured(*(getattr(self, name) + getattr(other, name) for name in Measured.__slots__))


def bench_moving(documents: Sequence[Document]) -> None:
    pairs = list(construct(documents, PAIRS))
    total = sum(map(measure, pairs), Measured())
    print(
        f"\nmoves, {len(pairs)} constructed pairs, {total.moved} blocks moved: marked characters beside the least",
        flush=True,
    )
    print(f"  {total.marked:10}  {total.marked / total.least:6.2f}x  smallprint")
    theirs = sum(map(_marked_by_text, pairs))
    print(f"  {theirs:10}  {theirs / total.least:6.2f}x  diff-match-patch, whole text, 1 s time-out")
    print(f"  {total.least:10}    1.00x  the least: the replaced words, before and after")
    print(
        f"  moves found: {total.found / total.moved:.2%}; called moved and was not: {total.wrongly_moved} of {total.unmoved} blocks",
        flush=True,
    )


def construct(documents: Sequence[Document], count: int) -> Iterator[Constructed]:
    """So many pairs, the documents in turn; always the same ones."""
    able = [document for document in documents if sum(map(_is_movable, document.blocks)) > MOST_MOVED]
    return (_constructed(able[seed % len(able)], random.Random(seed)) for seed in range(count))


def measure(pair: Constructed) -> Measured:
    """What `compare` says of one pair."""
    diff = compare(pair.old, pair.new, whole=True)
    called = _called_moved(pair, diff)
    crossed = {place: _crossed(pair, place) for place in pair.moved}
    found = [place for place, jumped in crossed.items() if place in called or jumped <= called]
    excused = {other for place in found if place not in called for other in crossed[place]}
    return Measured(
        pair.least,
        diff.marked_characters,
        len(pair.moved),
        len(found),
        len(pair.origin) - len(pair.moved),
        len(called - pair.moved - excused),
    )


def _called_moved(pair: Constructed, diff: DocumentDiff) -> frozenset[int]:
    """The old places of the blocks that a move covers where they stand now."""
    places = (place for edit in diff.edits if edit.kind is EditKind.MOVE for place in edit.new_at)
    return frozenset(pair.origin[place] for place in places)


def _crossed(pair: Constructed, moved: int) -> frozenset[int]:
    """The blocks that stayed and that this one jumped over: calling all of them moved is the same truth told from the other side."""
    at = pair.origin.index(moved)
    before = frozenset(pair.origin[:at])
    return frozenset(k for k in range(len(pair.origin)) if k not in pair.moved and (k in before) is not (k < moved))


def _marked_by_text(pair: Constructed) -> int:
    engine = diff_match_patch()
    engine.Diff_Timeout = 1.0
    runs = engine.diff_main(pair.old.text, pair.new.text)
    engine.diff_cleanupSemantic(runs)
    return sum(len(text) for op, text in runs if op)


def _is_movable(block: Block) -> bool:
    return len(block.text.split()) >= LEAST_WORDS


def _constructed(document: Document, chance: random.Random) -> Constructed:
    blocks = document.blocks
    groups = _groups(blocks, chance)
    origin = _carried(len(blocks), groups, chance)
    moved = frozenset(place for group in groups for place in group)
    edited, least = _edited(blocks, moved, chance)
    return Constructed(
        _document(document, blocks), _document(document, [edited[place] for place in origin]), origin, moved, least
    )


def _document(document: Document, blocks: Sequence[Block]) -> Document:
    text = "\n\n".join(block.text for block in blocks)
    return replace(document, blocks=tuple(blocks), text=text, stated=StatedDates())


def _groups(blocks: Sequence[Block], chance: random.Random) -> list[Group]:
    """What is carried elsewhere as one: single blocks, or a run of neighbours, or a section."""
    kind = chance.choice(("single", "single", "run", "section"))
    sections = list(_sections(blocks)) if kind == "section" else []
    if sections:
        return [chance.choice(sections)]
    movable = [place for place, block in enumerate(blocks) if _is_movable(block)]
    if kind == "single":
        return [(place,) for place in chance.sample(movable, chance.randint(1, MOST_MOVED))]
    start = chance.choice(movable)
    return [tuple(range(start, min(start + chance.randint(2, MOST_MOVED), len(blocks))))]


def _sections(blocks: Sequence[Block]) -> Iterator[Group]:
    """From one heading to before the next, where that is no great part of the policy."""
    heads = [place for place, block in enumerate(blocks) if block.kind is BlockKind.HEADING]
    for start, end in pairwise([*heads, len(blocks)]):
        if 2 <= end - start <= min(MOST_OF_SECTION, len(blocks) // 4) and any(map(_is_movable, blocks[start:end])):
            yield tuple(range(start, end))


def _carried(size: int, groups: Sequence[Group], chance: random.Random) -> tuple[int, ...]:
    """The new order: each group somewhere else among the blocks that stay."""
    carried = {place for group in groups for place in group}
    rest = [place for place in range(size) if place not in carried]
    slots: dict[int, list[int]] = {}
    for group in groups:
        here = sum(place < group[0] for place in rest)
        slot = chance.choice([slot for slot in range(len(rest) + 1) if slot != here])
        slots.setdefault(slot, []).extend(group)
    return tuple(place for slot in range(len(rest) + 1) for place in (*slots.get(slot, ()), *rest[slot : slot + 1]))


def _edited(blocks: Sequence[Block], moved: frozenset[int], chance: random.Random) -> tuple[list[Block], int]:
    """The blocks with some words replaced by other words of the policy, and the characters of these words, before and after."""
    vocabulary = sorted({word for block in blocks for word in _WORD.findall(block.text)})
    staying = [place for place in range(len(blocks)) if place not in moved]
    spots = _spots(blocks, staying, chance.randint(0, MOST_EDITED), chance)
    for place in sorted(moved):
        spots += _spots(blocks, [place], chance.randint(0, len(blocks[place].text.split()) // _EDITED_SHARE), chance)
    edited, least = list(blocks), 0
    for place, start, end in sorted(spots, reverse=True):
        text = edited[place].text
        word = chance.choice([other for other in vocabulary if other.casefold() != text[start:end].casefold()])
        edited[place] = replace(edited[place], text=text[:start] + word + text[end:])
        least += end - start + len(word)
    return edited, least


def _spots(
    blocks: Sequence[Block], places: Sequence[int], count: int, chance: random.Random
) -> list[tuple[int, int, int]]:
    """So many words of these blocks, if they have as many: (block, start, end)."""
    words = [(place, *found.span()) for place in places for found in _WORD.finditer(blocks[place].text)]
    return chance.sample(words, min(count, len(words)))
