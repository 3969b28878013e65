"""An entry into force that the page announced and then put off: a deadline moved, though no other word did."""

from dataclasses import replace
from datetime import date, datetime

from monitor.diff.stated import ENTRY_INTO_FORCE, STATED_DATE
from monitor.diff.summary import entry_into_force
from monitor.types import DocumentDiff, Edit, Significance


def with_deadline(diff: DocumentDiff, last_seen_at: datetime) -> DocumentDiff:
    """The difference; a minor one when all that moved is a day that still lay ahead when it was last seen."""
    move = diff.effective
    if diff.significance is not Significance.DATE or not move.moved or not move.new:
        return diff
    announced = _day(move.old)
    if announced is None or announced <= last_seen_at.date():
        return diff
    return replace(
        diff,
        significance=Significance.MINOR,
        summary=entry_into_force(move),
        edits=tuple(map(_with_deadline, diff.edits)),
    )


def _with_deadline(edit: Edit) -> Edit:
    if edit.rule != STATED_DATE:
        return edit
    return replace(edit, rule=ENTRY_INTO_FORCE, significance=Significance.MINOR)


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value or "")
    except ValueError:  # none, a month, a year
        return None
