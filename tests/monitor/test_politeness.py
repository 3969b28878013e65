"""Whose turn it is at a host, and for how long a host that refuses is left alone."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import politeness
from monitor.politeness import EndedTurn, HostState, end, host_of, retry_after_seconds, take

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def visit(taken_at: datetime = NOW, seconds: float = 1.0, **more) -> EndedTurn:
    return EndedTurn(
        "acme.test", taken_at, taken_at + timedelta(seconds=seconds), **({"delay_seconds": 2.0, "status": 200} | more)
    )


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Acme.Test/privacy", "acme.test"),
        ("http://acme.test:80/", "acme.test"),
        ("https://acme.test./", "acme.test"),
        ("https://acme.test:80/", "acme.test:80"),
        ("http://[::1]:8080/", "::1:8080"),
    ],
)
def test_one_host_is_one_whatever_the_spelling(url: str, host: str):
    assert host_of(url) == host


def test_a_turn_is_given_once_and_again_when_the_delay_has_passed_since_its_end():
    turn, state = take(None, NOW)
    assert turn.taken
    assert not take(state, NOW)[0].taken
    state = end(state, visit(seconds=5))
    assert take(state, NOW + timedelta(seconds=6.9))[0].at == NOW + timedelta(seconds=7)
    assert take(state, NOW + timedelta(seconds=7))[0].taken


def test_the_turn_of_a_run_that_died_ends_by_itself():
    state = take(None, NOW)[1]
    assert take(state, NOW + timedelta(seconds=politeness.TURN_SECONDS))[0].taken


def test_a_turn_that_ended_too_late_does_not_cut_anothers_short():
    state = take(take(None, NOW)[1], later := NOW + timedelta(seconds=politeness.TURN_SECONDS))[1]
    assert end(state, visit(seconds=politeness.TURN_SECONDS + 1)).next_allowed_at == state.next_allowed_at > later


@pytest.mark.parametrize(("wish", "seconds"), [(0.0, 2), (1.0, 2), (10.0, 10), (1e9, 600)])
def test_the_longer_of_both_delays_counts_up_to_ten_minutes(wish: float, seconds: float):
    state = end(take(None, NOW)[1], visit(crawl_delay_seconds=wish))
    assert state.next_allowed_at == NOW + timedelta(seconds=1 + seconds)


def test_what_robots_wished_is_remembered_by_runs_that_have_not_read_it():
    state = end(take(None, NOW)[1], visit(crawl_delay_seconds=30.0))
    state = end(take(state, later := NOW + timedelta(seconds=31))[1], visit(later))
    assert state.next_allowed_at == later + timedelta(seconds=31)


@pytest.mark.parametrize("status", [429, 503])
def test_a_refusal_is_answered_by_leaving_the_host_alone_twice_as_long_each_time(status: int):
    state, moment, waits = None, NOW, []
    for _ in range(14):
        state = end(take(state, moment)[1], visit(moment, status=status))
        turn = take(state, moment + timedelta(seconds=5))[0]
        assert turn.left_alone
        waits.append((turn.at - moment).total_seconds() - 1)
        moment = turn.at
    assert waits[:4] == [15, 30, 60, 120]
    assert waits[-1] == politeness.LONGEST_BACKOFF_SECONDS
    state = end(take(state, moment)[1], visit(moment))
    assert (state.refusals, state.backoff_until) == (0, None)


def test_no_answer_at_all_says_nothing_about_the_hosts_wishes():
    refused = end(take(None, NOW)[1], visit(status=429))
    assert end(refused, visit(status=0)).refusals == 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        (format_datetime(NOW + timedelta(minutes=3), usegmt=True), 180.0),
        (format_datetime(NOW - timedelta(minutes=3), usegmt=True), 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("Wed, 99 Foo 99999 99:99:99 GMT", None),
        ("9" * 400, 999999999999.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(value: str, seconds: float | None):
    assert retry_after_seconds(value, NOW) == seconds


@given(st.text(max_size=60))
def test_no_retry_after_breaks_the_reading_of_it(value: str):
    seconds = retry_after_seconds(value, NOW)
    assert seconds is None or 0 <= politeness.backoff_seconds(3, seconds) <= politeness.LONGEST_RETRY_AFTER_SECONDS


@given(st.floats(-400, 400), st.sampled_from([200, 429]))
def test_a_clock_that_jumped_never_locks_a_host_for_long(days: float, status: int):
    state = end(take(None, NOW)[1], visit(status=status))
    moment = NOW + timedelta(days=days)
    turn = take(state, moment)[0]
    assert turn.taken or turn.at - moment <= timedelta(hours=24)


def test_a_row_of_the_far_future_is_not_believed():
    assert take(HostState(NOW + timedelta(days=300)), NOW)[0].taken
    assert take(HostState(NOW, backoff_until=NOW + timedelta(days=300)), NOW)[0].taken
