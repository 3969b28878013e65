"""A part of the whole text, block by block: which words of a line went and came, and whether its end did. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from monitor.rendering.whole import Part, Way
from monitor.types import Block, Document, Segment

_LAST = {Way.INSERTED: "insert", Way.DELETED: "delete", Way.LEFT: "delete"}


@dataclass(frozen=True, slots=True)
class Line:
    """One block of a part, or what becomes one. `end` says how its end came: `equal`, `insert` or `delete`.

    `old` and `new` are the blocks that end here; None when none does. Line breaks within a block stay in its runs.
    """

    runs: tuple[Segment, ...]
    end: str
    old: Block | None
    new: Block | None

    @property
    def block(self) -> Block:
        """What gives the line its kind, level and number: the new block, for what went the old one."""
        block = self.new or self.old
        assert block is not None
        return block


def lines(part: Part, old: Document, new: Document) -> tuple[Line, ...]:
    """The lines of a part: joined without what came, the old blocks; without what went, the new ones."""
    before, after = [old.blocks[place] for place in part.old], [new.blocks[place] for place in part.new]
    cut = _Cut(_ends(before) if before else None, _ends(after))
    pieces = [
        *(piece for segment in part.segments for piece in cut.take(segment)),
        cut.last(_LAST.get(part.way, "equal")),
    ]
    return tuple(_with_blocks(pieces, iter(before), iter(after)))


def _ends(blocks: Sequence[Block]) -> frozenset[int]:
    """Where, in the texts joined by line breaks, one block ends and the next begins."""
    return frozenset(length - 1 for length in accumulate(len(block.text) + 1 for block in blocks[:-1]))


def _with_blocks(
    pieces: Sequence[tuple[tuple[Segment, ...], str]], before: Iterator[Block], after: Iterator[Block]
) -> Iterator[Line]:
    for runs, end in pieces:
        old = next(before, None) if end != "insert" else None
        new = next(after, None) if end != "delete" else None
        yield Line(runs, end, old, new)


@dataclass
class _Cut:
    """Cuts runs into lines where blocks end. `old_at` and `new_at` count the characters of the two texts read so far.

    `old_ends` is None where only the new text is told: what stayed ends as the new blocks do.
    """

    old_ends: frozenset[int] | None
    new_ends: frozenset[int]
    old_at: int = 0
    new_at: int = 0
    runs: list[Segment] = field(default_factory=list)

    def take(self, segment: Segment) -> Iterator[tuple[tuple[Segment, ...], str]]:
        """The lines that end within this run."""
        first, *rest = segment.text.split("\n")
        self._read(segment.op, first)
        for text in rest:
            yield from self._line_break(segment.op)
            self._read(segment.op, text)

    def last(self, end: str) -> tuple[tuple[Segment, ...], str]:
        """What has come since the last line ended."""
        runs, self.runs = tuple(self.runs), []
        return runs, end

    def _read(self, op: str, text: str) -> None:
        if text:
            self.runs.append(Segment(op, text))
        self.old_at += len(text) if op != "insert" else 0
        self.new_at += len(text) if op != "delete" else 0

    def _line_break(self, op: str) -> Iterator[tuple[tuple[Segment, ...], str]]:
        """A line break ends a block of one side, of both, or of none: then it is one within a block."""
        ends_new = op != "delete" and self.new_at in self.new_ends
        ends_old = op != "insert" and (ends_new if self.old_ends is None else self.old_at in self.old_ends)
        if op == "equal" and ends_old != ends_new:
            yield from self._line_break("delete")
            yield from self._line_break("insert")
        elif ends_old or ends_new:
            yield self.last(op)
            self._skip(op)
        else:
            self._read(op, "\n")

    def _skip(self, op: str) -> None:
        self.old_at += op != "insert"
        self.new_at += op != "delete"
