"""One change as a reader is told about it: plain values in words, ready for any form of message.

A letter is made inside a session and read outside of it. All of its text is clean (see `monitor.rendering.cleaning`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from monitor.models import Change
from monitor.rendering import words
from monitor.rendering.cleaning import one_line, shorten
from monitor.rendering.folding import length
from monitor.rendering.telling import ToldEdit, ToldFact, changed_words, tell_fact, told_edits, worst_rules
from monitor.types import Direction, Fact

Told = TypeVar("Told", ToldEdit, ToldFact)

SUBJECT_CHARACTERS = 200
SUMMARY_CHARACTERS = 600
EDITS = 30
FACTS = 15
REDLINE_CHARACTERS = 40_000  # Gmail cuts a message off at 102 KB, mark-up included


@dataclass(frozen=True, slots=True)
class Letter:
    """One change in words.

    `direction` is a word, empty when neutral; `for_the_reader` says it in full. `edits` has the worst first;
    `edits_left_out` did not fit, `cosmetic_edits` are not told. `rules` are those that gave the significance.
    `machine_text` is a sentence that says so itself, empty when no model wrote anything.
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
    facts: tuple[ToldFact, ...]
    edits: tuple[ToldEdit, ...]
    edits_left_out: int
    cosmetic_edits: int
    rules: tuple[str, ...]
    links: tuple[str, ...]
    machine_text: str = ""

    @property
    def level(self) -> str:
        """`SUBSTANTIVE - worse for the reader - silent change`."""
        return words.level(self.significance, self.for_the_reader, silent=self.silent)

    @property
    def seen(self) -> str:
        return f"Seen between {words.moment_in_words(self.previous_captured_at)} and {words.moment_in_words(self.captured_at)}"

    @property
    def hint(self) -> str:
        """The command that shows everything."""
        return f"smallprint show {self.change}"


def write_letter(change: Change, *, complete: bool = False) -> Letter:
    """The letter about a change, read in its session. `complete`: every edit, the cosmetic ones too, at any length."""
    diff = change.diff
    edits = told_edits(diff, whole_marks=complete, everything=complete)
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
        for_the_reader=words.FOR_THE_READER[diff.direction],
        subject=subject(change.significance, direction, policy, summary),
        summary=words.sentence(summary),
        dates=words.page_sentences(diff),
        silent=diff.silent,
        remarks=remarks(change),
        previous_captured_at=change.previous_captured_at,
        captured_at=change.captured_at,
        inserted_words=changed_words(diff.edits, "insert"),
        deleted_words=changed_words(diff.edits, "delete"),
        facts=tuple(_near(tell_fact(fact)) for fact in (diff.facts if complete else _told(diff.facts))),
        edits=tuple(map(_near, shown)),
        edits_left_out=len(edits) - len(shown),
        cosmetic_edits=len(diff.edits) - len(edits),
        rules=worst_rules(diff.edits),
        links=tuple(one_line(source.url) for source in change.policy.sources if source.retired_at is None),
        machine_text=machine_text(change),
    )


def subject(significance: str, direction: str, policy: str, summary: str) -> str:
    """`[SUBSTANTIVE - worse] Acme Privacy Policy: data kept longer`, in one line of at most 200 characters."""
    level = f"{significance.upper()} - {direction}" if direction else significance.upper()
    text = f"[{level}] {policy}: {summary}" if summary else f"[{level}] {policy}"
    return shorten(one_line(text), SUBJECT_CHARACTERS)


def machine_text(change: Change) -> str:
    """What a model wrote about the change, marked as such; empty when none did."""
    return one_line(change.machine_text.marked) if change.machine_text is not None else ""


def _near(told: Told) -> Told:
    """With the innermost headings of its section only: a page's titles repeat themselves in every line."""
    return replace(told, section=words.near(told.section))


def _told(facts: Sequence[Fact]) -> list[Fact]:
    """The first facts that are worth a reader's time."""
    return [fact for fact in facts if not fact.quiet][:FACTS]


def _fitting(edits: Sequence[ToldEdit]) -> list[ToldEdit]:
    """The first edits that fit into a message; at least one."""
    shown: list[ToldEdit] = []
    room = REDLINE_CHARACTERS
    for edit in edits[:EDITS]:
        room -= length(edit.redline)
        if shown and room < 0:
            break
        shown.append(edit)
    return shown


def remarks(change: Change) -> tuple[str, ...]:
    """What is to be said of the change beside its words: that it waits, that its wording stood there before."""
    made = []
    if change.status == "pending":
        made.append("Not confirmed yet: no second visit has shown this wording.")
    if change.return_of is not None:
        made.append(f"This is the wording of version {change.return_of} again.")
    return tuple(made)
