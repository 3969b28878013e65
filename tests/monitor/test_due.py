"""A policy's next check in a home: after outcomes of every kind, over pauses, through clocks that jump."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from monitor.declarations import Declaration
from monitor.due import make_due
from monitor.models import Check, Policy
from monitor.policies import find, sync
from monitor.politeness import EndedTurn
from monitor.types import Outcome
from tests.homes import START, WatchedHome
from tests.pages import KEPT_LONGER, NOT_FOUND, POLICY

HOUR = 3600
LONG = POLICY.replace(
    "<h2>Sharing",
    "".join(f"<p>Clause {n}: we may ask you for a proof of your age.</p>" for n in range(20)) + "<h2>Sharing",
)


def declare(watched: WatchedHome, **declared: object) -> None:
    policy = {"type": "Privacy Policy", "sources": ["https://acme.example/privacy"], **declared}
    with watched.home.database.writing() as session:
        declaration = Declaration.model_validate({"service": "Acme", "policies": [policy]})
        sync(session, [declaration], interval_seconds=24 * HOUR, now=watched.clock(), time_zone="Europe/Berlin")


def gap(watched: WatchedHome) -> timedelta:
    return watched.policy().next_check_at - watched.answered_at


def checks(watched: WatchedHome) -> int:
    with watched.home.database.reading() as session:
        return session.scalars(select(func.count(Check.id))).one()


def test_a_new_policy_is_checked_at_once_because_it_is_new(watched: WatchedHome) -> None:
    declare(watched, cron="0 9 * * 1")
    assert (watched.policy().next_check_at, watched.policy().next_check_reason) == (START, "because it is new")
    assert len(watched.home.claim()) == 1


def test_a_cron_policys_next_check_is_when_its_expression_says(watched: WatchedHome) -> None:
    declare(watched, cron="0 9 * * 1")
    watched.check(POLICY)
    due = watched.policy().next_check_at
    assert timedelta() <= due - datetime.fromisoformat("2026-03-02T08:00:00Z") <= timedelta(minutes=5)
    assert watched.policy().next_check_reason == "at 09:00 on Monday, Europe/Berlin (0 9 * * 1)"


def test_an_adaptive_policy_is_checked_more_often_after_a_change_and_less_when_quiet(watched: WatchedHome) -> None:
    declare(watched, adaptive=True)
    watched.check(POLICY)
    assert (watched.policy().adapted_seconds, watched.policy().next_check_reason) == (24 * HOUR, "every 24 h")
    watched.check(KEPT_LONGER)
    assert watched.policy().adapted_seconds == 6 * HOUR
    assert "because it changed less than a minute ago" in watched.policy().next_check_reason
    assert gap(watched) <= timedelta(hours=6.3)
    watched.clock.pass_days(36)
    watched.check(KEPT_LONGER)
    assert watched.policy().adapted_seconds == 48 * HOUR
    assert watched.policy().next_check_reason == "because nothing changed for 5 weeks"


def test_checks_that_do_not_see_an_adaptive_policy_keep_its_pace(watched: WatchedHome) -> None:
    declare(watched, adaptive=True)
    watched.check(POLICY)
    watched.check(KEPT_LONGER)
    watched.clock.pass_days(100)
    [source] = watched.home.claim()
    watched.keep(watched.answer(source, NOT_FOUND, status=404))
    watched.pass_to_next_check()
    [source] = watched.home.claim()
    watched.keep(watched.failure(source, "no answer"))
    assert [closed.outcome for closed in watched.home.closed[-2:]] == [Outcome.INACCESSIBLE, Outcome.FAILED]
    assert watched.policy().adapted_seconds == 6 * HOUR
    assert watched.policy().next_check_reason == "every 6 h until its page can be read again"


def test_a_policy_that_is_not_adaptive_keeps_its_interval_after_a_change(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    watched.check(KEPT_LONGER)
    assert (watched.policy().adapted_seconds, watched.policy().next_check_reason) == (None, "every 24 h")


def test_a_wording_that_waits_is_looked_at_soon_and_the_reason_says_why(watched: WatchedHome) -> None:
    watched.add()
    watched.check(LONG)
    watched.check(POLICY)
    assert gap(watched) == timedelta(minutes=30)
    assert watched.policy().next_check_reason == "because a suspicious wording waits to be confirmed"


def refuse(watched: WatchedHome, seconds: float) -> datetime:
    """Until when acme.example, which has just said 429, wants to be left alone."""
    [turn] = watched.home.turns(["acme.example"], []).values()
    visit = EndedTurn("acme.example", turn.at, watched.clock(), 2.0, status=429, retry_after_seconds=seconds)
    watched.home.turns([], [visit])
    return watched.clock() + timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds", [600, 23 * HOUR])
def test_a_policy_that_was_refused_is_checked_when_its_host_may_be_asked_again(
    watched: WatchedHome, seconds: float
) -> None:
    declare(watched, interval="6h")
    [source] = watched.home.claim()
    until = refuse(watched, seconds)
    watched.keep(watched.answer(source, "<p>Too many requests", status=429))
    assert watched.policy().next_check_at == until
    assert watched.policy().next_check_reason == "because its host asked to be left alone until then"
    assert watched.policy().lease_token is None


def test_a_policy_that_was_kept_from_its_host_is_checked_when_that_is_over(watched: WatchedHome) -> None:
    declare(watched)
    [source] = watched.home.claim()
    until = refuse(watched, 600)
    watched.keep(replace(watched.failure(source, "no answer: it asked to be left alone"), failure="backoff"))
    assert watched.policy().next_check_at == until


def test_a_policy_that_could_be_had_keeps_its_schedule_but_respects_its_hosts_wish(watched: WatchedHome) -> None:
    declare(watched)
    [source] = watched.home.claim()
    refuse(watched, 600)
    watched.keep(watched.answer(source, POLICY))
    assert watched.policy().next_check_reason == "every 24 h"
    watched.pass_to_next_check()
    declare(watched, interval="1h")
    [source] = watched.home.claim()
    until = refuse(watched, 23 * HOUR)
    watched.keep(watched.answer(source, POLICY))
    assert watched.policy().next_check_at == until


@pytest.mark.parametrize("declared", [{}, {"interval": "1h"}, {"cron": "0 * * * *"}])
def test_three_days_off_are_made_up_by_exactly_one_check(watched: WatchedHome, declared: dict[str, str]) -> None:
    declare(watched, **declared)
    watched.check(POLICY)
    watched.clock.pass_days(3)
    before = checks(watched)
    [source] = watched.home.claim()
    watched.keep(watched.failure(source, "no answer"))
    assert watched.home.claim() == []
    assert checks(watched) - before == 1


@pytest.mark.parametrize("days", [-1, 365, -0.01])
@pytest.mark.parametrize("declared", [{}, {"interval": "1h"}, {"cron": "0 * * * *"}])
def test_a_clock_that_jumps_and_comes_back_costs_one_check_at_most_and_loses_no_policy(
    watched: WatchedHome, declared: dict[str, str], days: float
) -> None:
    declare(watched, **declared)
    watched.check(POLICY)
    for jump in (days, -days):
        watched.home.mend_schedule()
        before = checks(watched)
        watched.clock.pass_days(jump)
        watched.home.mend_schedule()
        now = watched.clock()
        for source in watched.home.claim():
            watched.keep(watched.answer(source, POLICY))
        assert watched.home.claim() == []
        assert checks(watched) - before <= 1
        wait = watched.policy().next_check_at - now
        assert timedelta() < wait <= timedelta(days=1.05 if not declared else 1.1 / 24)
    for _ in range(3):  # and so it goes on
        watched.clock.now = watched.policy().next_check_at
        [source] = watched.home.claim()
        watched.keep(watched.answer(source, POLICY))
        assert watched.policy().next_check_at > watched.clock()


def test_a_wish_for_a_long_rest_is_not_taken_for_a_clock_that_was_ahead(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    wished = watched.clock() + timedelta(days=9)
    with watched.home.database.writing() as session:
        find(session, "acme").next_check_at = wished
    watched.home.mend_schedule()
    assert watched.policy().next_check_at == wished


def test_a_moment_has_one_check_of_a_policy(watched: WatchedHome) -> None:
    policy_id = watched.add()
    with watched.home.database.writing() as session:
        session.add(Check(policy_id=policy_id, due_at=START))
    with pytest.raises(IntegrityError), watched.home.database.writing() as session:
        session.add(Check(policy_id=policy_id, due_at=START))


def test_another_interval_brings_the_next_check_forward_and_makes_none_of_its_own(watched: WatchedHome) -> None:
    declare(watched)
    watched.check(POLICY)
    watched.clock.now = watched.answered_at
    declare(watched, interval="1h")
    assert timedelta() < gap(watched) <= timedelta(hours=1.05)
    assert watched.policy().next_check_reason == "every 1 h"
    declare(watched, cron="30 2 * * *", time_zone="UTC")
    due = watched.policy().next_check_at
    assert timedelta() <= due - datetime.fromisoformat("2026-03-02T02:30:00Z") <= timedelta(minutes=5)


def test_what_the_settings_say_holds_where_a_declaration_says_nothing(watched: WatchedHome) -> None:
    declaration = Declaration.model_validate(
        {
            "service": "Acme",
            "policies": [
                {"type": "A", "sources": ["https://acme.example/a"]},
                {"type": "B", "sources": ["https://acme.example/b"], "adaptive": False},
                {"type": "C", "sources": ["https://acme.example/c"], "cron": "0 9 * * 1"},
                {"type": "D", "sources": ["https://acme.example/d"], "cron": "0 9 * * 1", "time_zone": "Asia/Tokyo"},
            ],
        }
    )
    usual = {"interval_seconds": HOUR, "adaptive": True, "time_zone": "Europe/Berlin"}
    with watched.home.database.writing() as session:
        synced = sync(session, [declaration], now=START, **usual)
        assert [what for _, what in sync(session, [declaration], now=START, **usual)] == ["unchanged"] * 4
    told = [(policy.interval_seconds, policy.adaptive, policy.time_zone) for policy, _ in synced]
    assert told == [(HOUR, True, ""), (HOUR, False, ""), (HOUR, False, "Europe/Berlin"), (HOUR, False, "Asia/Tokyo")]


def test_a_policy_asked_for_says_so(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    watched.clock.now = watched.answered_at
    with watched.home.database.writing() as session:
        make_due(session.scalars(select(Policy)).one(), watched.clock(), "because it was asked for")
    assert watched.policy().next_check_reason == "because it was asked for"
    assert len(watched.home.claim()) == 1
