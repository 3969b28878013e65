"""When a policy is checked next: always later, never much later than it says, spread, and right through the change of the clocks."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.timing import (
    BEAT_JITTER,
    CRON_JITTER,
    RECHECK_PENDING,
    WAITS,
    NextCheck,
    Schedule,
    adapted,
    cron_fault,
    exactly,
    is_too_far,
    kept,
    lasting,
    next_check,
    steady,
    time_zone_fault,
)
from tests.homes import START

HOUR = 3600
DAY = 24 * HOUR
BERLIN = "Europe/Berlin"
SLUGS = st.text(st.sampled_from("abcdefgh-/0123"), min_size=1, max_size=30)
INTERVALS = st.integers(min_value=1, max_value=366 * DAY)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
ZONES = st.sampled_from(["", "UTC", BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])
CRONS = st.sampled_from(
    ["* * * * *", "*/7 * * * *", "0 * * * *", "30 2 * * *", "0 9 * * 1", "15 3 L * *", "0 0 1 1 *", "0 12 * * MON#2"]
)


def every(seconds: int, slug: str = "acme/privacy-policy") -> Schedule:
    return Schedule(slug, seconds, steady(seconds))


def at(expression: str, time_zone: str = "", slug: str = "acme/privacy-policy") -> Schedule:
    return Schedule(slug, DAY, steady(DAY), expression, time_zone)


def moments(schedule: Schedule, begin: datetime, end: datetime) -> list[datetime]:
    """When it is checked between the two, each check done on time."""
    found, now = [], begin
    while (now := next_check(schedule, now, now).at) < end:
        found.append(now)
    return found


@given(slug=SLUGS, interval=INTERVALS, due_at=MOMENTS, now=MOMENTS)
def test_the_next_check_is_after_now_and_at_most_a_twentieth_over_the_interval_away(
    slug: str, interval: int, due_at: datetime, now: datetime
) -> None:
    found = next_check(every(interval, slug), due_at, now).at
    assert now < found <= now + timedelta(seconds=interval * 1.05)


@given(slug=SLUGS, interval=INTERVALS, begin=MOMENTS)
def test_checks_done_on_time_are_an_interval_apart_give_or_take_the_jitter(
    slug: str, interval: int, begin: datetime
) -> None:
    schedule, due = every(interval, slug), [begin]
    for _ in range(6):
        due.append(next_check(schedule, due[-1], due[-1]).at)
    gaps = [(later - earlier) / timedelta(seconds=interval) for earlier, later in pairwise(due[1:])]
    assert all(1 - BEAT_JITTER - 1e-6 <= gap <= 1 + BEAT_JITTER + 1e-6 for gap in gaps)
    assert len({round(gap, 9) for gap in gaps}) > 1, "a clockwork"
    assert abs((due[-1] - due[1]) / timedelta(seconds=interval) - 5) <= BEAT_JITTER + 1e-6, "it drifts"


@given(expression=CRONS, time_zone=ZONES, slug=SLUGS, due_at=MOMENTS, now=MOMENTS)
def test_a_cron_expressions_next_check_is_after_now_and_a_few_minutes_at_most_after_a_moment_that_it_names(
    expression: str, time_zone: str, slug: str, due_at: datetime, now: datetime
) -> None:
    schedule = at(expression, time_zone, slug)
    found = next_check(schedule, due_at, now).at
    assert found.tzinfo is UTC
    assert found > now
    named = next_check(schedule, due_at, found - CRON_JITTER - timedelta(minutes=1)).at
    assert timedelta() <= found - named <= CRON_JITTER + timedelta(minutes=1)


@given(slug=SLUGS, interval=INTERVALS, due_at=MOMENTS, now=MOMENTS, expression=CRONS, time_zone=ZONES)
def test_the_same_question_has_the_same_answer(
    slug: str, interval: int, due_at: datetime, now: datetime, expression: str, time_zone: str
) -> None:
    for schedule in (every(interval, slug), at(expression, time_zone, slug)):
        assert next_check(schedule, due_at, now) == next_check(schedule, due_at, now)


def test_policies_added_together_are_spread_over_the_interval() -> None:
    """No hour of the second day has more than about twice its share of 2,000."""
    second = [next_check(every(DAY, f"service-{number}/privacy-policy"), START, START).at for number in range(2000)]
    hours = Counter(int((moment - START) / timedelta(hours=1)) for moment in second)
    assert max(hours.values()) <= 2 * 2000 / 24
    assert min(hours[hour] for hour in range(2, 24)) >= 2000 / 24 / 2
    minutes = Counter(int((moment - START) / timedelta(minutes=1)) for moment in second)
    assert max(minutes.values()) <= 10


def test_policies_that_were_caught_up_together_do_not_stay_together() -> None:
    late = START + timedelta(days=3)
    following = {next_check(every(DAY, f"service-{number}/terms"), START, late).at for number in range(100)}
    assert len({moment.replace(minute=0, second=0, microsecond=0) for moment in following}) > 15


def test_three_days_off_are_made_up_by_one_check() -> None:
    for schedule in (every(HOUR), at("0 * * * *", BERLIN)):
        due_at = next_check(schedule, START, START).at
        assert next_check(schedule, due_at, due_at + timedelta(days=3)).at > due_at + timedelta(days=3)


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_half_past_two_in_berlin_comes_once_on_the_days_when_the_clocks_change(day: datetime) -> None:
    midnight = day.replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)
    end = (day + timedelta(days=1)).replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)
    [found] = moments(at("30 2 * * *", BERLIN), midnight, end)
    named = {3: datetime(2026, 3, 29, 1, 0, tzinfo=UTC), 10: datetime(2026, 10, 25, 0, 30, tzinfo=UTC)}[day.month]
    assert timedelta() <= found - named <= CRON_JITTER


@pytest.mark.parametrize(("day", "hours"), [((3, 28), 24), ((3, 29), 23), ((10, 25), 25)])
def test_every_hour_comes_in_every_hour_that_there_is(day: tuple[int, int], hours: int) -> None:
    midnight = datetime(2026, *day, tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)
    named = [midnight + timedelta(hours=hour) for hour in range(hours)]
    found = moments(at("0 * * * *", BERLIN), midnight - timedelta(seconds=1), named[-1] + timedelta(hours=1))
    assert len(found) == hours
    assert all(timedelta() <= one - hour <= CRON_JITTER for one, hour in zip(found, named, strict=True))


def test_nine_in_berlin_is_another_moment_in_utc_in_summer() -> None:
    schedule = at("0 9 * * *", BERLIN)
    winter, summer = (datetime(2026, month, 2, tzinfo=UTC) for month in (1, 7))
    assert next_check(schedule, winter, winter).at.hour == 8
    assert next_check(schedule, summer, summer).at.hour == 7


def test_policies_of_one_expression_do_not_start_in_one_second() -> None:
    due = {next_check(at("0 9 * * 1", slug=f"a/{number}"), START, START).at for number in range(100)}
    assert len({moment.replace(microsecond=0) for moment in due}) > 50


@given(slug=SLUGS, interval=st.integers(min_value=60, max_value=30 * DAY), jump=st.integers(-400 * DAY, 400 * DAY))
def test_a_clock_that_jumps_makes_no_storm_and_no_policy_is_forgotten(slug: str, interval: int, jump: int) -> None:
    schedule = every(interval, slug)
    for _ in range(2):  # there, and back
        due_at, now = START, START + timedelta(seconds=jump)
        first = next_check(schedule, due_at, now).at
        assert timedelta() < first - now <= timedelta(seconds=interval * 1.05)
        back = next_check(schedule, first, START).at
        assert timedelta() < back - START <= timedelta(seconds=interval * 1.05)
        jump = -jump


@given(slug=SLUGS, interval=st.integers(min_value=60, max_value=30 * DAY), now=MOMENTS, passed=st.floats(0, 1))
def test_what_was_put_off_by_a_clock_ahead_is_known_and_nothing_else(
    slug: str, interval: int, now: datetime, passed: float
) -> None:
    schedule = every(interval, slug)
    planned = next_check(schedule, now, now).at
    assert is_too_far(schedule, planned, now - timedelta(seconds=2.2 * interval))
    on_beat = next_check(schedule, planned, planned).at  # from here on it is on its beat
    assert not is_too_far(schedule, on_beat, planned + passed * (on_beat - planned))


def test_a_due_moment_does_not_come_twice_when_the_clock_is_set_back() -> None:
    for schedule in (every(HOUR), at("0 * * * *")):
        first = moments(schedule, START, START + timedelta(days=2))
        again = moments(schedule, START + timedelta(seconds=1), START + timedelta(days=2))
        assert not set(first) & set(again)


def test_a_wording_that_waits_is_looked_at_in_half_an_hour_and_that_is_said() -> None:
    sight = NextCheck(START + RECHECK_PENDING, WAITS)
    assert next_check(every(DAY), START, START, soon=sight) == sight
    sooner = every(5 * 60)
    assert next_check(sooner, START, START, soon=sight) == next_check(sooner, START, START)


def test_a_wish_to_be_left_alone_overrules_the_schedule_with_its_own_reason() -> None:
    wish = NextCheck(START + timedelta(days=9), "because acme.example asked to be left alone")
    sight = NextCheck(START + RECHECK_PENDING, WAITS)
    assert next_check(every(DAY), START, START, soon=sight, not_before=wish) == wish
    past = NextCheck(START - timedelta(hours=1), "because it did")
    assert next_check(every(DAY), START, START, not_before=past) == next_check(every(DAY), START, START)


@pytest.mark.parametrize(
    ("changed_days_ago", "seconds", "reason"),
    [
        (0, 6 * HOUR, "because it changed less than a minute ago"),
        (2, 6 * HOUR, "because it changed 2 days ago"),
        (8, 12 * HOUR, "because it changed 8 days ago"),
        (20, 24 * HOUR, "every 24 h"),
        (36, 48 * HOUR, "because nothing changed for 5 weeks"),
        (100, 96 * HOUR, "because nothing changed for 14 weeks"),
        (None, 24 * HOUR, "every 24 h"),
    ],
)
def test_an_adaptive_interval_follows_the_last_change_and_says_so(
    changed_days_ago: int | None, seconds: int, reason: str
) -> None:
    changed_at = None if changed_days_ago is None else START - timedelta(days=changed_days_ago)
    pace = adapted(DAY, changed_at=changed_at, watched_since=START - timedelta(days=1), now=START)
    assert pace == (seconds, reason)


@given(interval=INTERVALS, changed=st.none() | MOMENTS, since=MOMENTS, now=MOMENTS)
def test_an_adaptive_interval_stays_between_a_quarter_and_four_times_the_declared_one(
    interval: int, changed: datetime | None, since: datetime, now: datetime
) -> None:
    seconds = adapted(interval, changed_at=changed, watched_since=since, now=now).seconds
    assert max(1, interval / 4 - 1) <= seconds <= interval * 4
    assert changed is not None or seconds >= interval


@given(slug=SLUGS, quarter=st.integers(60, 30 * DAY), steps=st.lists(st.sampled_from([1, 2, 4, 8, 16]), min_size=2))
def test_a_change_of_pace_tears_no_hole(slug: str, quarter: int, steps: list[int]) -> None:
    """After a check on a beat the next one is at least the shorter of both paces away, and at most the new one."""
    now, before = START, None
    for step in steps:
        pace = steady(quarter * step)
        following = next_check(Schedule(slug, quarter * 4, pace), now, now).at
        if before is not None:
            shorter = min(quarter * step, before)
            gap = (following - now).total_seconds()
            assert gap >= shorter - BEAT_JITTER * max(before, quarter * step) - 1
            assert gap <= quarter * step * 1.05
        now, before = following, quarter * step


def test_a_check_that_did_not_see_the_policy_keeps_the_pace() -> None:
    assert kept(6 * HOUR) == (6 * HOUR, "every 6 h until its page can be read again")


def test_a_schedules_reason_says_how_often_or_when() -> None:
    assert next_check(every(DAY), START, START).reason == "every 24 h"
    monday = next_check(at("0 9 * * 1", BERLIN), START, START)
    assert monday.reason == "at 09:00 on Monday, Europe/Berlin (0 9 * * 1)"


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("", "a cron expression of five fields"),
        ("daily", "'daily' came"),
        ("0 9 * *", "five fields"),
        ("0 0 9 * * 1", "five fields"),
        ("61 9 * * 1", "bad minute"),
        ("0 9 30 2 *", "bad day-of-month"),
        ("0 9 31 2-2 1#5/2", "came"),
        ("0 9 * * " + "1," * 200 + "1", "five fields"),
    ],
)
def test_a_bad_cron_expression_is_explained(expression: str, said: str) -> None:
    fault = cron_fault(expression)
    assert fault is not None
    assert said in fault


FIELD = st.text(st.sampled_from("0123456789*/-,L#W MONDAY"), max_size=8)


@given(st.lists(FIELD, min_size=5, max_size=5).map(" ".join) | st.text(max_size=30))
def test_any_text_is_a_cron_expression_with_words_and_moments_or_is_explained(text: str) -> None:
    if cron_fault(text) is None:
        found = next_check(at(text, BERLIN), START, START)
        assert found.at > START
        assert text in found.reason


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Europe/Berln", "did you mean Europe/Berlin?"),
        ("europe/berlin", "did you mean Europe/Berlin?"),
        ("Europe", "an IANA time zone such as Europe/Berlin was wanted, 'Europe' came"),
        ("../../etc/passwd", "was wanted"),
        ("", "was wanted"),
    ],
)
def test_an_unknown_time_zone_is_explained(name: str, said: str) -> None:
    fault = time_zone_fault(name)
    assert fault is not None
    assert said in fault
    assert time_zone_fault(BERLIN) is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(DAY, "24 h"), (7 * DAY, "7 days"), (36 * HOUR, "36 h"), (5400, "90 min"), (90, "90 s"), (2 * DAY, "2 days")],
)
def test_an_interval_is_said_exactly(seconds: int, words: str) -> None:
    assert exactly(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (3 * HOUR + 5, "3 hours"),
        (HOUR, "1 hour"),
        (13 * DAY, "13 days"),
        (40 * DAY, "40 days"),
        (59, "less than a minute"),
    ],
)
def test_a_time_that_passed_is_said_in_whole_units(seconds: int, words: str) -> None:
    assert lasting(timedelta(seconds=seconds)) == words
