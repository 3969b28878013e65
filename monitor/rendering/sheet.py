"""A difference laid out for reading on one sheet: what is shown, what is folded away, the outline. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from monitor.rendering.cleaning import one_line, shorten
from monitor.rendering.comparison import Comparison
from monitor.rendering.lines import Line, lines
from monitor.rendering.telling import ToldEdit, is_told, tell_edit
from monitor.rendering.whole import Part, Way, parts
from monitor.rendering.words import count
from monitor.types import Block, BlockKind, Edit, Segment, Significance

GLIMPSE_CHARACTERS = 160
KINDS = {
    BlockKind.HEADING: "a heading",
    BlockKind.PARAGRAPH: "a paragraph",
    BlockKind.LIST_ITEM: "a list item",
    BlockKind.TABLE_ROW: "a row of a table",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A part as it is shown. `told` is None where no word changed.

    `loud`: it is read at once, without unfolding. `twin`: what moved has another row, its other place.
    """

    part: Part
    lines: tuple[Line, ...]
    told: ToldEdit | None
    loud: bool
    twin: bool

    @property
    def anchor(self) -> str:
        """`edit-3`, for what moved away `left-3`; empty where no word changed."""
        if self.told is None:
            return ""
        return f"left-{self.told.number}" if self.part.way is Way.LEFT else f"edit-{self.told.number}"

    @property
    def glimpse(self) -> str:
        """Its first words."""
        return shorten(one_line("".join(segment.text for segment in self.part.segments)), GLIMPSE_CHARACTERS)


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows that are folded away under a line that says what they are."""

    rows: tuple[Row, ...]

    @property
    def label(self) -> str:
        """`4 unchanged passages, 1 renumbered, 2 cosmetic edits`."""
        ways = Counter(row.part.way for row in self.rows if row.told is not None)
        same = [row for row in self.rows if row.told is None]
        renumbered = sum(any(map(note, row.lines)) for row in same)
        cosmetic = ways.total() - ways[Way.LEFT] - ways[Way.ARRIVED]
        told = (
            (len(same), count(len(same), "unchanged passage")),
            (renumbered, f"{renumbered} in another dress"),
            (ways[Way.LEFT], f"{ways[Way.LEFT]} moved away"),
            (ways[Way.ARRIVED], f"{ways[Way.ARRIVED]} moved here"),
            (cosmetic, count(cosmetic, "cosmetic edit")),
        )
        return ", ".join(words for number, words in told if number)


@dataclass(frozen=True, slots=True)
class Entry:
    """A section in the outline: its worst significance, how many of its edits are shown, the first one's anchor."""

    section: str
    significance: str
    edits: str
    anchor: str


def rows(comparison: Comparison) -> tuple[Row | Fold, ...]:
    """The whole text: what is to be read, the headings above it, and in folds all else."""
    laid = _with_headings(list(_rows(comparison)))
    grouped = groupby(laid, key=lambda row: row.loud)
    return tuple(shown for loud, group in grouped for shown in (group if loud else [Fold(tuple(group))]))


def outline(comparison: Comparison) -> tuple[Entry, ...]:
    """The sections with an edit that is shown, in the order of the page."""
    found: dict[str, list[tuple[int, Edit]]] = {}
    for number, edit in enumerate(comparison.diff.edits, 1):
        if is_told(edit, comparison.diff):
            found.setdefault(comparison.place(edit.section), []).append((number, edit))
    return tuple(_entry(section, edits) for section, edits in found.items())


def note(line: Line) -> str:
    """In words, how the dress of a block that stayed changed: its number, its kind; empty when it did not."""
    if line.old is None or line.new is None:
        return ""
    return "; ".join(filter(None, (_renumbered(line.old, line.new), _other_kind(line.old, line.new))))


def _renumbered(old: Block, new: Block) -> str:
    if old.number == new.number:
        return ""
    if not new.number:
        return f"was numbered {old.number}"
    return f"renumbered {old.number} → {new.number}" if old.number else f"now numbered {new.number}"


def _other_kind(old: Block, new: Block) -> str:
    return "" if old.kind is new.kind else f"was {KINDS[old.kind]}, now {KINDS[new.kind]}"


def _entry(section: str, edits: Sequence[tuple[int, Edit]]) -> Entry:
    worst: Significance = max(edit.significance for _, edit in edits)
    return Entry(section, worst.word, count(len(edits), "edit"), f"edit-{edits[0][0]}")


def _rows(comparison: Comparison) -> Iterator[Row]:
    diff = comparison.diff
    found = parts(comparison.old, comparison.new, diff.edits)
    left = {part.number for part in found if part.way is Way.LEFT}
    arrived = {part.number for part in found if part.way is Way.ARRIVED}
    for part in found:
        edit = diff.edits[part.number - 1] if part.number else None
        told = comparison.placed(tell_edit(part.number, edit)) if edit is not None else None
        loud = edit is not None and is_told(edit, diff)
        twin = part.number in (arrived if part.way is Way.LEFT else left)
        yield Row(part, lines(part, comparison.old, comparison.new), told, loud, twin)


def _with_headings(laid: list[Row]) -> list[Row]:
    """The rows, with the headings above what is read at once read with it."""
    open_headings: list[tuple[int, int]] = []
    read: set[int] = set()
    for place, row in enumerate(laid):
        for line in row.lines:
            if line.new is not None and line.new.kind is BlockKind.HEADING:
                while open_headings and open_headings[-1][0] >= line.new.level:
                    open_headings.pop()
                open_headings.append((line.new.level, place))
        if row.loud:
            read.update(heading for _, heading in open_headings)
    return [replace(row, loud=row.loud or place in read) for place, row in enumerate(laid)]


def said(runs: Sequence[Segment], but: str) -> tuple[Segment, ...]:
    """The runs without those that are not of this side."""
    return tuple(run for run in runs if run.op != but)
