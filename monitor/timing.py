"""When a policy is checked next, and why, in words (pure).

A policy is checked every so often, on a beat of its own, or at the moments of a cron expression. Both are handed `now`
and answer with a moment in UTC that is always after it: what was missed meanwhile is made up by one check, not by many.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RECHECK_PENDING = timedelta(minutes=30)
UTC_NAME = "UTC"

# Of the interval, how far at most a check comes after its beat: a site sees no clockwork, and a day's hour still holds.
BEAT_JITTER = 0.05
# Of the interval, how soon at the earliest a check follows another. Not under BEAT_JITTER: no beat is visited twice.
TOO_SOON = 0.05
# A cron expression says when; what it names is meant. Enough that policies of one expression do not all start at once.
CRON_JITTER = timedelta(minutes=5)
CRON_JITTER_PART = 10  # and never more than this part of the time to the expression's next moment
LONGEST_EXPRESSION = 200  # characters

# How long ago the policy last changed -> how much of its interval it is checked at. Changes come in clusters (a slip is
# mended, the next document of the family follows), and most policies then rest for months.
PACES = (
    (timedelta(days=7), 0.25),
    (timedelta(days=14), 0.5),
    (timedelta(days=35), 1.0),
    (timedelta(days=70), 2.0),
)
SLOWEST = 4.0

IS_NEW = "because it is new"
WAS_ASKED_FOR = "because it was asked for"
WAS_REDECLARED = "because its declaration changed"
WAITS = "because a suspicious wording waits to be confirmed"
WANTS_BROWSER = "because the page has to be asked for through the browser"
LEFT_ALONE = "because its host asked to be left alone until then"


class NextCheck(NamedTuple):
    """A moment in UTC, and why then: words that follow "next check in 3 hours"."""

    at: datetime
    reason: str


class Pace(NamedTuple):
    """The seconds from check to check, and why so many."""

    seconds: int
    reason: str


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a policy is to be checked. With `cron`, its moments in `time_zone`; without, its `pace`.

    `slug` is what its beat hangs on, `interval_seconds` the declared interval, which the pace may differ from.
    """

    slug: str
    interval_seconds: int
    pace: Pace
    cron: str = ""
    time_zone: str = ""


def next_check(
    schedule: Schedule,
    due_at: datetime,
    now: datetime,
    *,
    soon: NextCheck | None = None,
    not_before: NextCheck | None = None,
) -> NextCheck:
    """The check that follows the one that was due at `due_at` and is over `now`; always after `now`.

    By an interval: at most a twentieth of it later than it says, however long the pause before was. `soon`: a moment to be
    checked at if the schedule has none before it. `not_before`: a wish to be left alone until then; it overrules all else.
    """
    chosen = _at_cron(schedule, due_at, now) if schedule.cron else _on_beat(schedule, due_at, now)
    if soon is not None and soon.at < chosen.at:
        chosen = soon
    if not_before is not None and chosen.at < not_before.at:
        chosen = not_before
    return chosen


def is_too_far(schedule: Schedule, at: datetime, now: datetime) -> bool:
    """No check of this schedule is due so late, unless somebody wished it: the clock that set it was ahead of this one."""
    jitter = CRON_JITTER if schedule.cron else timedelta(seconds=schedule.pace.seconds * BEAT_JITTER)
    return at > next_check(schedule, at, now).at + jitter


def steady(interval_seconds: int) -> Pace:
    """Always the declared interval."""
    return Pace(interval_seconds, f"every {exactly(interval_seconds)}")


def kept(seconds: int) -> Pace:
    """The pace of before: a check that did not see the policy says nothing about how often it changes."""
    return Pace(seconds, f"every {exactly(seconds)} until its page can be read again")


def adapted(interval_seconds: int, *, changed_at: datetime | None, watched_since: datetime, now: datetime) -> Pace:
    """The pace that its last change suggests: from a quarter of the interval to four times as long.

    A policy that never changed is as one that changed when its watch began, but never checked more often than declared.
    """
    quiet = max(now - (changed_at or watched_since), timedelta())
    part = next((part for within, part in PACES if quiet < within), SLOWEST)
    if changed_at is None:
        part = max(part, 1.0)
    seconds = max(1, round(interval_seconds * part))
    if part < 1:
        return Pace(seconds, f"because it changed {lasting(quiet)} ago")
    if part > 1:
        return Pace(seconds, f"because nothing changed for {quiet // timedelta(weeks=1)} weeks")
    return steady(seconds)


def cron_fault(expression: str) -> str | None:
    """What is wrong with a cron expression, in words; None when it has moments."""
    wanted = 'a cron expression of five fields (minute, hour, day, month, weekday) such as "0 9 * * 1" was wanted'
    came = f"{expression[:40]!r} came"
    if len(expression) > LONGEST_EXPRESSION or len(expression.split()) != 5:
        return f"{wanted}, {came}"
    try:
        next(CronSim(expression, EPOCH))
    except CronSimError as error:
        return f"{wanted}, {came}: {str(error).lower()}"
    except StopIteration:
        return f"{wanted}, {came}: that day never comes"
    return None


def time_zone_fault(name: str) -> str | None:
    """What is wrong with a time zone's name, in words; None when there is one of that name."""
    known = available_timezones()
    if name in known:
        return None
    folded = {zone.casefold(): zone for zone in sorted(known)}
    near = get_close_matches(name.casefold()[:100], folded, n=1)
    hint = f"; did you mean {folded[near[0]]}?" if near else ""
    return f"an IANA time zone such as Europe/Berlin was wanted, {name[:40]!r} came{hint}"


def exactly(seconds: int) -> str:
    """`24 h`, `7 days`, `90 min`: in the largest unit that it is whole in; a day alone is 24 h."""
    for unit, length, least in (("days", 86400, 2), ("h", 3600, 1), ("min", 60, 1)):
        if seconds % length == 0 and seconds >= least * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def lasting(duration: timedelta) -> str:
    """`3 days`, `1 hour`, `less than a minute`: whole units, for people."""
    seconds = int(duration.total_seconds())
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            number = seconds // length
            return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
    return "less than a minute"


def _on_beat(schedule: Schedule, due_at: datetime, now: datetime) -> NextCheck:
    """The first beat after `now`. Beats are counted from the slug's own phase, so that policies which were checked
    together do not stay together. The phase is one of the slowest pace: the beats of a slower pace are among those of a
    faster one, and a change of pace tears no hole.
    """
    period = _microseconds(timedelta(seconds=schedule.pace.seconds))
    slowest = _microseconds(timedelta(seconds=schedule.interval_seconds * SLOWEST))
    first = int(_fraction(schedule.slug) * slowest) + int(_chance(schedule, due_at) * BEAT_JITTER * period)
    earliest = _microseconds(now - EPOCH) + int(TOO_SOON * period)
    beat = first + -(-(earliest - first) // period) * period
    return NextCheck(EPOCH + beat * MICROSECOND, schedule.pace.reason)


def _at_cron(schedule: Schedule, due_at: datetime, now: datetime) -> NextCheck:
    """The expression's first moment after `now`, and up to five minutes."""
    for moment, following in pairwise(_moments(schedule, now)):
        if moment > now:
            most = min(CRON_JITTER, (following - moment) / CRON_JITTER_PART)
            return NextCheck(moment + _chance(schedule, due_at) * most, _cron_words(schedule))
    raise ValueError(f"no moment of {schedule.cron!r} comes after {now}")


def _moments(schedule: Schedule, now: datetime) -> Iterator[datetime]:
    """In UTC. Through a change of the clocks as Debian's cron: a time that is left out is made up when the clock goes on,
    one that comes twice counts once, and what comes every hour goes on every hour.
    """
    zone = ZoneInfo(schedule.time_zone or UTC_NAME)
    for moment in CronSim(schedule.cron, now.astimezone(zone)):
        yield moment.astimezone(UTC)


def _cron_words(schedule: Schedule) -> str:
    words = CronSim(schedule.cron, EPOCH).explain()
    return f"{words[:1].lower()}{words[1:]}, {schedule.time_zone or UTC_NAME} ({schedule.cron})"


def _chance(schedule: Schedule, due_at: datetime) -> float:
    """From 0 to 1, another one after each check, so that no due moment of a policy comes twice when a clock is set back."""
    return _fraction(f"{schedule.slug} {due_at.astimezone(UTC).isoformat()}")


def _fraction(text: str) -> float:
    """From 0 to 1, always the same for this text."""
    return int.from_bytes(blake2b(text.encode(), digest_size=6).digest(), "big") / 2**48


def _microseconds(duration: timedelta) -> int:
    return duration // MICROSECOND
