"""One change as a reader is told about it: plain values in words, ready for any form of message.

A letter is made inside a session and read outside of it. All of its text is clean (see `notifier.cleaning`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.diff.significance import meaning_of
from monitor.models import Change
from monitor.types import DateMove, Direction, DocumentDiff, Edit, Fact, Segment, Significance
from notifier.cleaning import clean, one_line, shorten
from notifier.folding import fold, length

SUBJECT_CHARACTERS = 200
SUMMARY_CHARACTERS = 600
EDITS = 30
FACTS = 15
REDLINE_CHARACTERS = 40_000  # Gmail cuts a message off at 102 KB, mark-up included

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
FOR_THE_READER = {
    Direction.WORSE: "worse for the reader",
    Direction.BETTER: "better for the reader",
    Direction.MIXED: "better and worse for the reader",
    Direction.NEUTRAL: "",
}


@dataclass(frozen=True, slots=True)
class LetterFact:
    """A thing one may look up, before and after; empty on the side where there was none."""

    label: str
    old: str
    new: str
    section: str


@dataclass(frozen=True, slots=True)
class LetterEdit:
    """One change of one place; `redline` has the long unchanged runs left out."""

    section: str
    significance: str
    direction: str
    topics: tuple[str, ...]
    moved_from: str
    rule: str
    redline: tuple[Segment, ...]

    @property
    def place(self) -> str:
        return self.section or "Beginning of the page"

    @property
    def label(self) -> str:
        """`substantive - worse - retention, use - moved from Your choices`."""
        moved = f"moved from {self.moved_from}" if self.moved_from else ""
        return " - ".join(filter(None, (self.significance, self.direction, ", ".join(self.topics), moved)))


@dataclass(frozen=True, slots=True)
class Letter:
    """One change in words.

    `direction` is a word, empty when neutral; `for_the_reader` says it in full. `edits` has the worst first;
    `edits_left_out` did not fit, `cosmetic_edits` are not told. `rules` are those that gave the significance.
    """

    change: int
    service: str
    policy: str
    slug: str
    significance: str
    direction: str
    for_the_reader: str
    subject: str
    summary: str
    dates: tuple[str, ...]
    silent: bool
    remarks: tuple[str, ...]
    previous_captured_at: datetime
    captured_at: datetime
    inserted_words: int
    deleted_words: int
    facts: tuple[LetterFact, ...]
    edits: tuple[LetterEdit, ...]
    edits_left_out: int
    cosmetic_edits: int
    rules: tuple[str, ...]
    links: tuple[str, ...]

    @property
    def level(self) -> str:
        """`SUBSTANTIVE - worse for the reader - silent change`."""
        return " - ".join(
            filter(None, (self.significance.upper(), self.for_the_reader, "silent change" if self.silent else ""))
        )

    @property
    def seen(self) -> str:
        return f"Seen between {moment_in_words(self.previous_captured_at)} and {moment_in_words(self.captured_at)}"

    @property
    def hint(self) -> str:
        """The command that shows everything."""
        return f"smallprint show {self.change}"


def write_letter(change: Change, *, complete: bool = False) -> Letter:
    """The letter about a change, read in its session. `complete`: every edit, the cosmetic ones too, at any length."""
    diff = change.diff
    told = sorted((edit for edit in diff.edits if complete or _is_told(edit)), key=lambda edit: -edit.significance)
    edits = [_edit(edit, complete=complete) for edit in told]
    shown = edits if complete else _fitting(edits)
    policy = one_line(change.policy.name)
    summary = shorten(one_line(diff.summary), SUMMARY_CHARACTERS)
    direction = "" if diff.direction == Direction.NEUTRAL else diff.direction.value
    return Letter(
        change=change.id,
        service=one_line(change.policy.service.name),
        policy=policy,
        slug=one_line(change.policy.slug),
        significance=change.significance,
        direction=direction,
        for_the_reader=FOR_THE_READER[diff.direction],
        subject=subject(change.significance, direction, policy, summary),
        summary=summary[:1].upper() + summary[1:],
        dates=date_sentences(diff),
        silent=diff.silent,
        remarks=_remarks(change),
        previous_captured_at=change.previous_captured_at,
        captured_at=change.captured_at,
        inserted_words=_words(diff.edits, "insert"),
        deleted_words=_words(diff.edits, "delete"),
        facts=tuple(_fact(fact) for fact in (diff.facts if complete else diff.facts[:FACTS])),
        edits=tuple(shown),
        edits_left_out=len(told) - len(shown),
        cosmetic_edits=len(diff.edits) - len(told),
        rules=_rules(diff.edits),
        links=tuple(one_line(source.url) for source in change.policy.sources if source.retired_at is None),
    )


def subject(significance: str, direction: str, policy: str, summary: str) -> str:
    """`[SUBSTANTIVE - worse] Acme Privacy Policy: data kept longer`, in one line of at most 200 characters."""
    level = f"{significance.upper()} - {direction}" if direction else significance.upper()
    text = f"[{level}] {policy}: {summary}" if summary else f"[{level}] {policy}"
    return shorten(one_line(text), SUBJECT_CHARACTERS)


def date_sentences(diff: DocumentDiff) -> tuple[str, ...]:
    """What the dates that the page states did, in a sentence each."""
    if not any((diff.last_updated.old, diff.last_updated.new, diff.effective.old, diff.effective.new)):
        return ("The page states no date.",)
    only = diff.significance == Significance.DATE
    sentences = (
        _date_sentence("date", diff.last_updated, only, diff.silent),
        _date_sentence("effective date", diff.effective, only, diff.silent),
    )
    return tuple(sentence for sentence in sentences if sentence)


def _date_sentence(name: str, move: DateMove, only: bool, silent: bool) -> str:
    old, new = _readings(move.old, move.old_alternatives), _readings(move.new, move.new_alternatives)
    if move.rendered:
        return f"The page prints the day of each visit as its {name}, so that it says nothing."
    if move.moved:
        return _moved(name, old, new, only=only)
    if silent and new:
        still = f"The page still says {new}, though its words changed."
        return still if name == "date" else f"The page's {name} is still {new}."
    return f"The page's {name} stays {new}." if new else ""


def _moved(name: str, old: str, new: str, *, only: bool) -> str:
    if not old:
        return f"The page now states its {name}: {new}; it stated none before."
    if not new:
        return f"The page no longer states its {name}; it said {old}."
    return f"{'Only the' if only else 'The'} page's {name} moved: {old} → {new}"


def _readings(date: str | None, alternatives: Sequence[str]) -> str:
    """A date in words, the likelier reading first when there are several; empty when there is none."""
    return " or ".join(map(in_words, dict.fromkeys((date, *alternatives)))) if date else ""


def in_words(date: str) -> str:
    """`2026-09-02` -> "2 September 2026", `2026-09` -> "September 2026"; anything else as it came."""
    parts = date.split("-")
    if not all(part.isdecimal() for part in parts) or len(parts) not in (2, 3) or not 1 <= int(parts[1]) <= 12:
        return one_line(date)
    month = f"{MONTHS[int(parts[1]) - 1]} {parts[0]}"
    return f"{int(parts[2])} {month}" if len(parts) == 3 else month


def moment_in_words(moment: datetime) -> str:
    """A UTC moment as "4 March 2026, 08:05 UTC"."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year}, {moment:%H:%M} UTC"


def _is_told(edit: Edit) -> bool:
    return edit.significance >= Significance.DATE


def _edit(edit: Edit, *, complete: bool) -> LetterEdit:
    segments = tuple(Segment(segment.op, clean(segment.text)) for segment in edit.segments)
    return LetterEdit(
        section=one_line(edit.section),
        significance=edit.significance.word,
        direction="" if edit.direction == Direction.NEUTRAL else edit.direction.value,
        topics=tuple(topic.replace("_", " ") for topic in edit.topics),
        moved_from=one_line(edit.moved_from or ""),
        rule=edit.rule,
        redline=fold(segments, whole_marks=complete),
    )


def _fitting(edits: Sequence[LetterEdit]) -> list[LetterEdit]:
    """The first edits that fit into a message; at least one."""
    shown: list[LetterEdit] = []
    room = REDLINE_CHARACTERS
    for edit in edits[:EDITS]:
        room -= length(edit.redline)
        if shown and room < 0:
            break
        shown.append(edit)
    return shown


def _fact(fact: Fact) -> LetterFact:
    label = "Wording" if fact.type in ("negation", "modality") else fact.type.replace("_", " ").capitalize()
    return LetterFact(
        label, shorten(one_line(fact.old or ""), 200), shorten(one_line(fact.new or ""), 200), one_line(fact.section)
    )


def _rules(edits: Sequence[Edit]) -> tuple[str, ...]:
    """The rules of the edits that weigh most, in words, each once, in the order of the page."""
    worst = max((edit.significance for edit in edits), default=Significance.NONE)
    return tuple(dict.fromkeys(meaning_of(edit.rule) for edit in edits if edit.significance == worst and edit.rule))


def _words(edits: Iterable[Edit], op: str) -> int:
    runs = (segment.text for edit in edits for segment in edit.segments if segment.op == op)
    return sum(any(map(str.isalnum, word)) for run in runs for word in run.split())


def _remarks(change: Change) -> tuple[str, ...]:
    remarks = []
    if change.status == "pending":
        remarks.append("Not confirmed yet: no second visit has shown this wording.")
    if change.return_of is not None:
        remarks.append(f"This is the wording of version {change.return_of} again.")
    return tuple(remarks)
