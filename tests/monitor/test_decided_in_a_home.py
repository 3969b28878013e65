"""Decisions that reach into the database: restarts, flapping, volatile blocks, news for the operator."""

import pytest
from sqlalchemy import select

from monitor.checks import STATE
from monitor.declarations import Declaration
from monitor.errors import ReadingError
from monitor.models import Alert, Change, Check, Fetch, Notice, Version
from monitor.policies import sync
from monitor.process import ClosedCheck
from monitor.reprocess.folding import reprocess
from monitor.types import Outcome
from tests.homes import WatchedHome
from tests.monitor.histories import clauses, page
from tests.monitor.test_decide_another_page import FRENCH, HOME_PAGE
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


def _two_pages(watched: WatchedHome) -> None:
    urls = ["https://kites.example/privacy", "https://kites.example/privacy/more"]
    declared = {"service": "Kites", "policies": [{"type": "Privacy Policy", "sources": urls}]}
    with watched.home.database.writing() as session:
        sync(session, [Declaration.model_validate(declared)], interval_seconds=86400, now=watched.clock())


def _check(watched: WatchedHome, *pages: str | None) -> ClosedCheck:
    """One check of two pages; None: no answer."""
    due = watched.home.claim()
    for source, content in zip(due, pages, strict=True):
        answer = watched.answer(source, content) if content is not None else watched.failure(source, "refused")
        watched.keep(answer)
    watched.pass_to_next_check()
    return watched.home.closed[-1]


MORE = page(
    "<p>Your basket lives in one crumb of your browser. It is swept away after a week, or when you wish.</p>",
    date="",
)


def test_another_page_of_one_source_is_not_taken_for_good_while_the_other_gives_no_answer(
    watched: WatchedHome,
) -> None:
    _two_pages(watched)
    _check(watched, page(), MORE)
    assert _check(watched, HOME_PAGE, None).outcome is Outcome.FAILED
    assert _check(watched, HOME_PAGE, MORE).outcome is Outcome.INACCESSIBLE
    assert [fetch.page_state for fetch in _rows(watched, Fetch)][2:] == [None, None, "wrong_page", "wrong_page"]


def test_a_page_that_goes_back_and_forth_settles_while_another_source_gives_no_answer(watched: WatchedHome) -> None:
    _two_pages(watched)
    for content in (page(), OTHER, page()):
        _check(watched, content, MORE)
    for _ in range(3):
        _check(watched, OTHER, None)
    assert [change.return_of for change in _rows(watched, Change)] == [None, 1, 2]
    assert [notice.kind for notice in _rows(watched, Notice)] == ["source"]


def test_what_a_restart_finds_unchanged_on_one_source_stays_part_of_the_policy(watched: WatchedHome) -> None:
    _two_pages(watched)
    _check(
        watched,
        HOME_PAGE.replace("bright colours", "bright colours, a handful of spare tails and strings, a song"),
        MORE,
    )
    _check(watched, page(), MORE)
    assert _rows(watched, Version)[-1].state == "confirmed"
    edited = _check(watched, page(), MORE.replace("a week", "a year"))
    assert edited.outcome is Outcome.CHANGED


def test_what_changed_while_the_policy_stood_in_another_language_is_told_when_that_comes_back(
    watched: WatchedHome,
) -> None:
    watched.add()
    for content in (page(), *[FRENCH] * 3):
        watched.check(content)
    assert [version.technical for version in _rows(watched, Version)] == [False, True]
    assert watched.check(OTHER).outcome is Outcome.CHANGED
    [change] = _rows(watched, Change)
    first, _, edited = _rows(watched, Version)
    assert (change.previous_version_id, change.version_id) == (first.id, edited.id)
    assert change.previous_captured_at == first.last_seen_at
    assert len(_rows(watched, Alert)) == 1
    assert watched.check(FRENCH).outcome is Outcome.UNCHANGED
    assert watched.check(OTHER).outcome is Outcome.UNCHANGED
    assert [notice.kind for notice in _rows(watched, Notice)] == ["variant"]


def test_a_settled_wording_was_last_seen_when_it_settled(watched: WatchedHome) -> None:
    watched.add()
    for content in (page(), OTHER, page(), OTHER, OTHER):
        watched.check(content)
    settled, checks = _rows(watched, Version)[-1], _rows(watched, Check)
    assert (settled.captured_at, settled.last_seen_at) == (checks[3].captured_at, checks[4].captured_at)


def test_faults_in_a_row_reach_the_operator_and_folding_again_goes_on(
    watched: WatchedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.add()
    watched.check(page())
    with monkeypatch.context() as patch:
        patch.setattr("monitor.judging.step", _too_much)
        for _ in range(3):
            assert watched.check(OTHER).outcome is Outcome.FAILED
    assert [notice.kind for notice in _rows(watched, Notice)] == ["inaccessible"]
    with monkeypatch.context() as patch, watched.home.database.writing() as session:
        patch.setattr("monitor.judging.step", _too_much)
        policy = session.merge(watched.policy())
        reprocess(session, watched.home.reader, policy, now=watched.clock())
    assert {check.outcome for check in _rows(watched, Check)} == {"failed"}


def _too_much(*_arguments: object) -> None:
    raise ReadingError("reading took longer than 10 seconds and was stopped")
