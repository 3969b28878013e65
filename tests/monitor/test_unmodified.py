"""What need not be read comes to what reading it would, closed together or one by one."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select

from monitor.decide.lost import LostSource
from monitor.decide.state import Pending, PolicyState
from monitor.models import Check, Policy, Version
from monitor.process import ClosedCheck
from monitor.types import Outcome
from monitor.unmodified import close_unmodified, to_be_read
from tests.homes import START, WatchedHome
from tests.pages import NOT_FOUND, POLICY

NAMES = ("Acme", "Bolt", "Core")


def watch(watched: WatchedHome, *names: str) -> None:
    """Policies of these services, seen once with validators."""
    for name in names:
        watched.add(f"https://{name.lower()}.example/privacy", service=name)
    visit(watched, POLICY, etag='"1"')


def visit(watched: WatchedHome, page: str | None, **headers: str) -> list[ClosedCheck]:
    """Every due policy gives this answer, all in one batch; what its checks came to."""
    before = len(watched.home.closed)
    due = watched.home.claim()
    watched.clock.pass_days(0.01)
    watched.home.keep_all([watched.answer(source, page, **headers) for source in due])
    watched.clock.pass_days(1)
    return watched.home.closed[before:]


def rows(watched: WatchedHome, slug: str) -> Sequence[Any]:
    """All that the checks of one policy left."""
    with watched.home.database.reading() as session:
        policy = session.scalars(select(Policy).where(Policy.slug == slug)).one()
        versions = session.scalars(select(Version).where(Version.policy_id == policy.id)).all()
        checks = session.scalars(select(Check).where(Check.policy_id == policy.id).order_by(Check.id)).all()
        return (
            policy.state,
            policy.next_check_reason,
            policy.lease_token,
            [(version.number, version.last_seen_at) for version in versions],
            [(one.outcome, one.page_state, one.reason, one.via, one.captured_at) for one in checks],
        )


def test_closed_together_they_leave_what_they_leave_one_by_one(watched: WatchedHome):
    watch(watched, *NAMES)
    watched.home.reading_on_keep = False
    visit(watched, None)
    with watched.home.database.reading() as session:
        waiting = list(session.scalars(select(Check.id).where(Check.outcome.is_(None)).order_by(Check.id)))
    alone, *together = waiting
    watched.home.close_check(alone)
    closed = close_unmodified(watched.home.database, together, now=watched.clock())
    assert set(closed) == set(together)
    one_by_one, *others = [rows(watched, f"{name.lower()}/privacy-policy") for name in NAMES]
    assert others == [one_by_one, one_by_one]
    assert one_by_one[-1][-1][:4] == ("unchanged", "ok", "not modified", "not_modified")


def test_a_recovery_is_told_of_as_ever(watched: WatchedHome):
    watch(watched, "Acme")
    for _ in range(3):
        visit(watched, NOT_FOUND)
    with watched.home.database.writing() as session:  # the validators of the last good page stand
        session.scalars(select(Policy)).one().sources[0].etag = '"1"'
    [closed] = visit(watched, None)
    assert (closed.outcome, closed.notices) == (Outcome.UNCHANGED, ("readable again",))


def test_what_is_not_told_by_not_modified_alone_is_left_to_be_read(watched: WatchedHome):
    watch(watched, "Acme", "Bolt")
    watched.home.reading_on_keep = False
    due = watched.home.claim()
    pages = [None, POLICY]
    watched.home.keep_all([watched.answer(source, page) for source, page in zip(due, pages, strict=True)])
    closed = close_unmodified(watched.home.database, [source.check_id for source in due], now=watched.clock())
    assert list(closed) == [due[0].check_id]


def test_a_fault_closes_none_of_them_and_passes_none_on(watched: WatchedHome):
    watch(watched, *NAMES)
    watched.home.reading_on_keep = False
    due = watched.home.claim()
    watched.home.keep_all([watched.answer(source, None) for source in due])
    with watched.home.database.writing() as session:
        broken = session.scalars(select(Policy).where(Policy.slug == "core/privacy-policy")).one()
        broken.state = {"version": "of another world"}
    complete = [source.check_id for source in due]
    assert close_unmodified(watched.home.database, complete, now=watched.clock()) == {}
    with watched.home.database.reading() as session:
        assert len(session.scalars(select(Check).where(Check.outcome.is_(None))).all()) == len(NAMES)


def test_a_check_is_not_closed_before_an_earlier_one_of_its_policy(watched: WatchedHome):
    watch(watched, "Acme")
    watched.home.reading_on_keep = False
    [first] = watched.home.claim()
    watched.keep(watched.answer(first, POLICY))
    with watched.home.database.writing() as session:
        policy = session.scalars(select(Policy)).one()
        policy.next_check_at, policy.lease_token, policy.lease_until = watched.clock(), None, None
    watched.clock.pass_days(0.01)
    [second] = watched.home.claim()
    watched.keep(watched.answer(second, None))
    assert close_unmodified(watched.home.database, [second.check_id], now=watched.clock()) == {}


@pytest.mark.parametrize(
    ("state", "known", "why"),
    [
        (PolicyState(version=1), {}, ""),
        (PolicyState(version=1), {"asked": [1, 2]}, "other sources"),
        (PolicyState(version=1), {"asked": [2], "read": [1]}, "other sources"),
        (PolicyState(version=1), {"read_as_declared": False}, "another selection"),
        (PolicyState(version=2, pending=Pending(2, START)), {}, "another wording waits"),
        (PolicyState(version=1, today_moves=1), {}, "the day as its date"),
        (PolicyState(version=1, lost=(LostSource(1, "https://acme.example/", START, "", None, None),)), {}, "was lost"),
    ],
)
def test_why_not_modified_is_looked_at_more_closely(state: PolicyState, known: dict[str, Any], why: str):
    said = to_be_read(state, **({"asked": [1], "read": [1], "read_as_declared": True} | known))
    assert why in said
    assert bool(said) == bool(why)
