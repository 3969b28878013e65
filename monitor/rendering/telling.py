"""The edits and facts of a difference as a reader is told about them: plain values in words. Pure.

All of their text is clean (see `monitor.rendering.cleaning`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.diff.significance import meaning_of
from monitor.rendering.cleaning import clean, one_line, shorten
from monitor.rendering.folding import fold
from monitor.rendering.words import BEGINNING
from monitor.types import Direction, DocumentDiff, Edit, Fact, Segment, Significance

FACT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class ToldFact:
    """A thing one may look up, before and after; empty on the side where there was none."""

    label: str
    old: str
    new: str
    section: str


@dataclass(frozen=True, slots=True)
class ToldEdit:
    """One change of one place. `number` is its place among all edits of the difference, from 1 on.

    `redline` has the long unchanged runs left out. `direction` is a word, empty when neutral.
    """

    number: int
    section: str
    significance: str
    direction: str
    topics: tuple[str, ...]
    moved_from: str
    rule: str
    redline: tuple[Segment, ...]

    @property
    def place(self) -> str:
        return self.section or BEGINNING

    @property
    def label(self) -> str:
        """`substantive - worse - retention, use - moved from Your choices`."""
        moved = f"moved from {self.moved_from}" if self.moved_from else ""
        return " - ".join(filter(None, (self.significance, self.direction, ", ".join(self.topics), moved)))

    @property
    def meaning(self) -> str:
        """Why it weighs what it weighs."""
        return meaning_of(self.rule)


def told_edits(diff: DocumentDiff, *, whole_marks: bool = False, everything: bool = False) -> tuple[ToldEdit, ...]:
    """The edits that a reader is to see, the worst first; of a change that is cosmetic as a whole, or with `everything`, all.

    `whole_marks`: inserted and deleted runs at any length.
    """
    numbered = [(number, edit) for number, edit in enumerate(diff.edits, 1) if everything or is_told(edit, diff)]
    worst_first = sorted(numbered, key=lambda entry: -entry[1].significance)
    return tuple(tell_edit(number, edit, whole_marks=whole_marks) for number, edit in worst_first)


def is_told(edit: Edit, diff: DocumentDiff) -> bool:
    """Whether a reader is shown the edit, or only how many of its kind there are."""
    return min(diff.significance, Significance.DATE) <= edit.significance


def tell_edit(number: int, edit: Edit, *, whole_marks: bool = False) -> ToldEdit:
    segments = tuple(Segment(segment.op, clean(segment.text)) for segment in edit.segments)
    return ToldEdit(
        number=number,
        section=one_line(edit.section),
        significance=edit.significance.word,
        direction="" if edit.direction == Direction.NEUTRAL else edit.direction.value,
        topics=tuple(topic.replace("_", " ") for topic in edit.topics),
        moved_from=one_line(edit.moved_from or ""),
        rule=edit.rule,
        redline=fold(segments, whole_marks=whole_marks),
    )


def tell_fact(fact: Fact) -> ToldFact:
    """The fact with its type in words and both sides in at most 200 characters."""
    label = "Wording" if fact.type in ("negation", "modality") else fact.type.replace("_", " ").capitalize()
    old, new = (shorten(one_line(side or ""), FACT_CHARACTERS) for side in (fact.old, fact.new))
    return ToldFact(label, old, new, one_line(fact.section))


def worst_rules(edits: Sequence[Edit]) -> tuple[str, ...]:
    """The rules of the edits that weigh most, in words, each once, in the order of the page."""
    worst = max((edit.significance for edit in edits), default=Significance.NONE)
    return tuple(dict.fromkeys(meaning_of(edit.rule) for edit in edits if edit.significance == worst and edit.rule))


def changed_words(edits: Iterable[Edit], op: str) -> int:
    """How many words were inserted or deleted, as `op` says."""
    runs = (segment.text for edit in edits for segment in edit.segments if segment.op == op)
    return sum(any(map(str.isalnum, word)) for run in runs for word in run.split())
