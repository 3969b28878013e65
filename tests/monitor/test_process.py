"""From an answer to a recorded outcome: what a check promises, on SQLite and on PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from monitor.declarations import Declaration
from monitor.models import Alert, Change, Check, Fetch, Notice, Policy, Snapshot, Source, Version
from monitor.policies import sync
from monitor.types import Outcome, Via
from tests.homes import WatchedHome
from tests.pages import CURLY, DATE_MOVED, KEPT_LONGER, NOT_FOUND, POLICY


def _all(watched: WatchedHome, table: type) -> list:
    with watched.home.database.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def test_a_first_good_reading_makes_version_1_and_no_change(watched: WatchedHome) -> None:
    watched.add()
    assert watched.check(POLICY).outcome is Outcome.FIRST
    assert [version.number for version in _all(watched, Version)] == [1]
    assert _all(watched, Change) == []


def test_a_changed_wording_makes_version_change_and_one_alert_a_channel(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    closed = watched.check(KEPT_LONGER)
    assert closed.outcome is Outcome.CHANGED
    [change] = _all(watched, Change)
    assert (change.significance, change.status) == ("substantive", "confirmed")
    assert change.diff.silent
    assert [(alert.change_id, alert.channel) for alert in _all(watched, Alert)] == [(change.id, "legal")]


def test_the_old_wordings_last_sighting_stands_with_the_change(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    watched.check(CURLY)
    second = watched.answered_at
    watched.check(KEPT_LONGER)
    third = watched.answered_at
    [change] = _all(watched, Change)
    assert (change.previous_captured_at, change.captured_at) == (second, third)


def test_a_moved_date_alone_is_told_as_date(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    watched.check(DATE_MOVED)
    [change] = _all(watched, Change)
    assert change.significance == "date"
    assert (change.diff.last_updated.old, change.diff.last_updated.new) == ("2026-03-01", "2026-06-07")


def test_the_same_bytes_are_a_revisit_and_unchanged(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    closed = watched.check(POLICY)
    assert (closed.outcome, closed.reason) == (Outcome.UNCHANGED, "same bytes")
    first, second = _all(watched, Snapshot)
    assert (second.revisit_of, second.frame_id) == (first.id, first.frame_id)


def test_a_304_is_an_unchanged_check_via_not_modified(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY, etag='"1"')
    assert watched.check(None).outcome is Outcome.UNCHANGED
    assert _all(watched, Check)[-1].via == "not_modified"


def test_only_a_good_pages_validators_are_sent_again(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY, etag='"good"')
    [source] = watched.home.claim()
    assert source.etag == '"good"'
    watched.keep(watched.answer(source, NOT_FOUND, status=404, etag='"wall"'))
    watched.pass_to_next_check()
    [source] = watched.home.claim()
    assert source.etag == ""


def test_an_error_page_is_inaccessible_and_never_a_change(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    [source] = watched.home.claim()
    watched.keep(watched.answer(source, NOT_FOUND, status=404))
    closed = watched.home.closed[-1]
    assert (closed.outcome, closed.newly_inaccessible) == (Outcome.INACCESSIBLE, True)
    assert _all(watched, Change) == []


def test_a_change_behind_an_outage_is_found_against_the_last_good_page(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    [source] = watched.home.claim()
    watched.keep(watched.answer(source, NOT_FOUND, status=404))
    watched.pass_to_next_check()
    assert watched.check(KEPT_LONGER).outcome is Outcome.CHANGED
    [change] = _all(watched, Change)
    assert change.previous_version_id == _all(watched, Version)[0].id


def test_no_answer_is_failed_with_the_crawlers_words(watched: WatchedHome) -> None:
    watched.add()
    [source] = watched.home.claim()
    watched.keep(watched.failure(source, "no answer: connection refused"))
    [check] = _all(watched, Check)
    assert (check.outcome, check.reason, check.page_state) == ("failed", "no answer: connection refused", None)


def test_the_operator_is_told_once_after_three_failures_and_once_on_recovery(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    for _ in range(5):
        [source] = watched.home.claim()
        watched.keep(watched.failure(source, "no answer"))
        watched.pass_to_next_check()
    watched.check(POLICY)
    assert [notice.kind for notice in _all(watched, Notice)] == ["inaccessible", "recovered"]


def test_an_earlier_wording_coming_back_names_the_version_it_returns_to(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    watched.check(KEPT_LONGER)
    watched.check(POLICY)
    assert [change.return_of for change in _all(watched, Change)] == [None, 1]


def test_no_version_before_every_source_was_seen_once(watched: WatchedHome) -> None:
    watched.add()
    second_page = (
        "<h1>Part two</h1><p>You may object to a use of your personal information for advertising at any time.</p>" * 3
    )
    _declare(watched, "https://acme.example/privacy", "https://acme.example/privacy-2")
    first, second = watched.home.claim()
    watched.keep(watched.answer(first, POLICY))
    watched.keep(watched.failure(second, "no answer"))
    assert (watched.home.closed[-1].outcome, _all(watched, Version)) == (Outcome.FAILED, [])
    watched.pass_to_next_check()
    assert watched.check(POLICY, second_page).outcome is Outcome.FIRST


def test_another_source_in_the_declaration_is_a_technical_upgrade_that_alerts_nobody(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    _declare(watched, "https://acme.example/legal/privacy")
    closed = watched.check(KEPT_LONGER)
    assert closed.outcome is Outcome.UNCHANGED
    assert [version.technical for version in _all(watched, Version)] == [False, True]
    assert _all(watched, Alert) == []


def test_a_policy_read_by_an_older_extractor_is_read_again_before_it_is_compared(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    with watched.home.database.writing() as session:
        version = session.scalars(select(Version)).one()
        version.extractor_version, version.fingerprint = "0", "of another reading"
    closed = watched.check(CURLY)
    assert closed.outcome is Outcome.UNCHANGED
    assert [(version.number, version.technical) for version in _all(watched, Version)] == [(1, False), (2, True)]
    assert _all(watched, Change) == []


def test_what_the_browser_was_needed_for_is_kept_for_next_time(watched: WatchedHome) -> None:
    watched.add()
    [source] = watched.home.claim()
    page = watched.answer(source, POLICY)
    watched.keep(replace(page, final=False, reason="a script shell"))
    watched.keep(replace(page, via=Via.BROWSER, reason="a script shell"))
    watched.pass_to_next_check()
    assert watched.home.claim()[0].browser_reason == "a script shell"
    assert [fetch.final for fetch in _all(watched, Fetch)] == [False, True]


def test_a_policy_is_due_again_on_its_own_beat(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    [policy] = _all(watched, Policy)
    assert timedelta() < policy.next_check_at - watched.answered_at <= timedelta(days=1.05)
    assert policy.next_check_reason == "every 24 h"
    assert policy.lease_token is None


def test_a_first_check_that_waits_for_another_source_says_so(watched: WatchedHome) -> None:
    watched.add()
    _declare(watched, "https://acme.example/privacy", "https://acme.example/privacy-2")
    first, second = watched.home.claim()
    watched.keep(watched.answer(first, POLICY))
    watched.keep(watched.failure(second, "no answer"))
    watched.pass_to_next_check()
    first, second = watched.home.claim()
    watched.keep(watched.answer(first, POLICY))
    watched.keep(watched.failure(second, "no answer"))
    assert (watched.home.closed[-1].outcome, watched.home.closed[-1].reason) == (
        Outcome.FAILED,
        "https://acme.example/privacy-2 gives no answer since 2026-03-01 (no answer); it never gave its text",
    )


def test_an_added_source_that_never_answers_does_not_hide_the_others_changes(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    _declare(watched, "https://acme.example/privacy", "https://acme.example/privacy-2")
    first, second = watched.home.claim()
    watched.keep(watched.answer(first, KEPT_LONGER))
    watched.keep(watched.failure(second, "no answer"))
    assert [change.significance for change in _all(watched, Change)] == ["substantive"]


def test_a_source_taken_away_is_a_technical_upgrade_at_once_and_hides_no_later_change(watched: WatchedHome) -> None:
    watched.add()
    two = (
        "<h1>Part two</h1><p>You may object to a use of your personal information for advertising at any time.</p>" * 3
    )
    _declare(watched, "https://acme.example/privacy", "https://acme.example/privacy-2")
    watched.check(POLICY, two)
    _declare(watched, "https://acme.example/privacy")
    watched.check(POLICY)
    watched.check(KEPT_LONGER)
    assert [version.technical for version in _all(watched, Version)] == [False, True, False]
    assert [change.significance for change in _all(watched, Change)] == ["substantive"]


def test_a_page_behind_a_redirect_is_asked_for_without_conditions(watched: WatchedHome) -> None:
    watched.add()
    [source] = watched.home.claim()
    page = watched.answer(source, POLICY, etag='"1"')
    assert page.capture is not None
    watched.keep(replace(page, capture=replace(page.capture, final_url="https://acme.example/elsewhere")))
    watched.pass_to_next_check()
    assert watched.home.claim()[0].etag == ""


def test_a_fault_costs_one_check_and_the_next_one_goes_on(
    watched: WatchedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.add()
    watched.check(POLICY)
    with monkeypatch.context() as patch:
        patch.setattr("monitor.judging.step", _trip)
        closed = watched.check(KEPT_LONGER)
    assert closed.outcome is Outcome.FAILED
    assert "ZeroDivisionError" in closed.reason
    assert watched.check(KEPT_LONGER).outcome is Outcome.CHANGED


def test_a_late_answer_to_a_closed_check_is_archived_and_changes_nothing(watched: WatchedHome) -> None:
    watched.add()
    [source] = watched.home.claim()
    watched.keep(watched.answer(source, POLICY))
    watched.keep(watched.answer(source, KEPT_LONGER))
    assert [fetch.final for fetch in _all(watched, Fetch)] == [True, False]
    assert len(watched.home.closed) == 1


def _trip(*_arguments: object) -> None:
    raise ZeroDivisionError("division by zero")


def _declare(watched: WatchedHome, *urls: str) -> None:
    declaration = Declaration.model_validate(
        {"service": "Acme", "policies": [{"type": "Privacy Policy", "sources": urls}]}
    )
    with watched.home.database.writing() as session:
        sync(session, [declaration], interval_seconds=86400, now=watched.clock())
        assert len(session.scalars(select(Source)).all()) >= len(urls)
