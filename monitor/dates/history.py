"""What a policy's history tells about a date whose day and month the page alone leaves open.

A page cannot have been updated after it was seen; a line that was seen before still means the same day; and whoever wrote
the day first last time will have written it first again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from monitor.dates.forms import Mention, find_mentions
from monitor.dates.lines import plain
from monitor.types import StatedDate, StatedDates

_ZONES = timedelta(days=1)  # the page's day may be another than ours


def not_after(stated: StatedDates, seen_at: datetime) -> StatedDates:
    """The dates, without readings by which the page would have been updated after it was seen.

    An effective date may lie ahead; it is read in the order that this proves for the other one.
    """
    latest = seen_at.date() + _ZONES
    updated = stated.last_updated
    if updated is None or not updated.alternatives:
        return stated
    possible = [value for value in updated.alternatives if date.fromisoformat(value) <= latest]
    return _with_order(stated, _order_of(updated, possible[0])) if len(possible) == 1 else stated


def as_before(stated: StatedDates, before: StatedDates) -> StatedDates:
    """The dates, read as they were before: the same line is the same day, another line is in the same order."""
    settled = StatedDates(
        last_updated=_as_known(stated.last_updated, before.last_updated),
        effective=_as_known(stated.effective, before.effective),
        rejected=stated.rejected,
    )
    for known in (before.last_updated, before.effective):
        if known is not None and not known.alternatives:
            settled = _with_order(settled, _order_of(known, known.value))
    return settled


def _as_known(stated: StatedDate | None, known: StatedDate | None) -> StatedDate | None:
    if stated is None or known is None or known.alternatives or plain(known.evidence) != plain(stated.evidence):
        return stated
    return _settled(stated, known.value)


def _settled(stated: StatedDate, value: str) -> StatedDate:
    """The date, decided for one of its readings."""
    return replace(stated, value=value, alternatives=()) if value in stated.alternatives else stated


def _with_order(stated: StatedDates, order: str) -> StatedDates:
    """Both dates, read in this order where they are undecided."""
    return replace(
        stated,
        last_updated=_in_order(stated.last_updated, order),
        effective=_in_order(stated.effective, order),
    )


def _in_order(stated: StatedDate | None, order: str) -> StatedDate | None:
    if stated is None or not stated.alternatives or not order:
        return stated
    for mention in _mentions(stated):
        if {reading.value for reading in mention.readings} == set(stated.alternatives):
            return _settled(stated, _value_in(mention, order))
    return stated


def _value_in(mention: Mention, order: str) -> str:
    return next((reading.value for reading in mention.readings if reading.order == order), "")


def _order_of(stated: StatedDate, value: str) -> str:
    """The order of day and month by which the date's line gives this value; empty when it gives it in no order or in both."""
    orders = {reading.order for mention in _mentions(stated) for reading in mention.readings if reading.value == value}
    return orders.pop() if len(orders) == 1 else ""


def _mentions(stated: StatedDate) -> Sequence[Mention]:
    return [mention for mention in find_mentions(plain(stated.evidence), None) if mention is not None]
