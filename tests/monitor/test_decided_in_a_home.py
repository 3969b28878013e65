"""Decisions that reach into the database: restarts, flapping, volatile blocks, news for the operator."""

from sqlalchemy import select

from monitor.checks import STATE
from monitor.models import Alert, Change, Check, Fetch, Notice, Version
from monitor.reprocess import reprocess
from monitor.types import Outcome
from tests.homes import WatchedHome
from tests.monitor.histories import clauses, page
from tests.monitor.test_decide_another_page import HOME_PAGE
from tests.monitor.test_decide_volatile import with_quote

OTHER = page(clauses().replace("at any time", "once a year"))


def _rows(watched: WatchedHome, table: type) -> list:
    with watched.home.database.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def test_pages_before_the_policy_are_withdrawn_and_their_checks_corrected(watched: WatchedHome) -> None:
    watched.add()
    for content in (HOME_PAGE, HOME_PAGE.replace("bright", "loud"), page()):
        watched.check(content)
    assert [check.outcome for check in _rows(watched, Check)] == ["inaccessible", "inaccessible", "first"]
    assert [version.state for version in _rows(watched, Version)] == ["withdrawn", "withdrawn", "confirmed"]
    assert [change.status for change in _rows(watched, Change)] == ["withdrawn"]
    assert [fetch.page_state for fetch in _rows(watched, Fetch)] == ["wrong_page", "wrong_page", "ok"]


def test_a_home_page_in_the_policys_place_is_never_taken_for_the_newest_good_page(watched: WatchedHome) -> None:
    watched.add()
    for content in (page(), HOME_PAGE, HOME_PAGE, HOME_PAGE):
        watched.check(content)
    assert watched.check(page()).outcome is Outcome.UNCHANGED
    assert [notice.kind for notice in _rows(watched, Notice)] == ["inaccessible", "recovered"]
    assert _rows(watched, Alert) == []


def test_not_modified_while_the_page_flaps_counts_for_the_page_that_was_seen(watched: WatchedHome) -> None:
    watched.add()
    for content in (page(), OTHER, page(), OTHER, None, None):
        watched.check(content)
    outcomes = [check.outcome for check in _rows(watched, Check)]
    assert outcomes[:4] == ["first", "changed", "changed", "unchanged"]
    assert "changed" in outcomes[4:]
    settled = _rows(watched, Change)[-1]
    assert settled.return_of == 2
    assert settled.captured_at == _rows(watched, Check)[3].captured_at


def test_a_volatile_block_is_set_apart_with_a_notice_and_the_fold_again_gives_the_same(watched: WatchedHome) -> None:
    policy_id = watched.add()
    for number in range(5):
        watched.check(with_quote(number))
    before = watched.policy().state
    assert [slot.apart for slot in STATE.validate_python(before).slots] == [True]
    assert [notice.kind for notice in _rows(watched, Notice)] == ["set_apart"]
    assert len(_rows(watched, Change)) == 2
    with watched.home.database.writing() as session:
        policy = session.get_one(type(watched.policy()), policy_id)
        done = reprocess(session, watched.home.reader, policy, now=watched.clock())
    assert watched.policy().state == before
    assert (done.checks, done.kept, done.found, done.gone, done.upgrades) == (5, 2, 0, 0, ())
    assert len(_rows(watched, Change)) == 2


def test_a_block_taken_back_into_the_watch_is_told_again(watched: WatchedHome) -> None:
    watched.add()
    for number in range(5):
        watched.check(with_quote(number))
    with watched.home.database.writing() as session:
        policy = session.merge(watched.policy())
        policy.watched_blocks = [slot.id for slot in STATE.validate_python(policy.state).slots]
    assert watched.check(with_quote(5)).outcome is Outcome.CHANGED
