"""Dates that the page prints anew at every fetch: "Last updated" is always today, so its move says nothing."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from monitor.diff.days import same_date
from monitor.diff.summary import summarize
from monitor.types import Document, DocumentDiff

MOVES = 2  # in a row, each to the day of the fetch; one may be a policy that really was updated that day
_ZONES = timedelta(days=1)  # the page's day may be another than ours


def moved_to_today(base: Document, base_seen: tuple[datetime, datetime], document: Document, at: datetime) -> bool:
    """The date is the day of the capture now and was so before, and no later sighting ever showed the former date.

    `base_seen`: when the wording in force was first and last seen.
    """
    first, last = base_seen
    moved = _stated_day(base) != _stated_day(document)
    return moved and prints_today(base, first) and prints_today(base, last) and prints_today(document, at)


def prints_today(document: Document, at: datetime) -> bool:
    """The page's date is the day of this moment."""
    day = _stated_day(document)
    return day is not None and abs(at.date() - day) <= _ZONES


def without_day(diff: DocumentDiff) -> DocumentDiff:
    """The difference, in which the date that is always today is no evidence: neither a move nor a fact."""
    printed = replace(diff.last_updated, rendered=True)
    facts = tuple(
        fact for fact in diff.facts if not (fact.type == "date" and same_date(fact.new or "", printed.new or ""))
    )
    dates = (printed, diff.effective)
    summary = summarize(diff.significance, diff.edits, facts, diff.topics, dates, silent=False)
    return replace(diff, last_updated=printed, silent=False, facts=facts, summary=summary)


def _stated_day(document: Document) -> date | None:
    stated = document.stated.last_updated
    try:
        return date.fromisoformat(stated.value) if stated is not None else None
    except ValueError:  # a month or a year
        return None
