"""A suspicious wording waits for a second sighting: nobody is told too early, and nothing is lost."""

from datetime import timedelta

from sqlalchemy import select

from monitor.models import Alert, Change, Check, Version
from monitor.types import Outcome, PageState
from tests.homes import WatchedHome
from tests.pages import KEPT_LONGER, NOT_FOUND, POLICY

CLAUSE = "<p>Clause {}: we may ask you for a proof of your age before we send you a kite of kind number {}.</p>"
LONG = POLICY.replace("<h2>Sharing", "".join(CLAUSE.format(number, number) for number in range(10)) + "<h2>Sharing")
CUT = POLICY
CUT_AND_EDITED = KEPT_LONGER


def _rows(watched: WatchedHome, table: type) -> list:
    with watched.home.database.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def _states(watched: WatchedHome) -> list[tuple[str, str]]:
    return [(change.status, change.version.state) for change in _joined(watched)]


def _joined(watched: WatchedHome) -> list[Change]:
    with watched.home.database.reading() as session:
        changes = list(session.scalars(select(Change).order_by(Change.id)))
        for change in changes:
            assert change.version.state
        return changes


def test_a_page_cut_to_a_third_waits_and_tells_nobody(watched: WatchedHome) -> None:
    watched.add()
    watched.check(LONG)
    closed = watched.check(CUT)
    assert "waits to be seen a second time" in closed.reason
    assert _states(watched) == [("pending", "pending")]
    assert _rows(watched, Alert) == []
    assert watched.policy().next_check_at - watched.answered_at <= timedelta(minutes=30)


def test_the_same_bytes_again_confirm_it_and_it_is_told_with_its_first_sighting(watched: WatchedHome) -> None:
    watched.add()
    watched.check(LONG)
    watched.check(CUT)
    first_seen = watched.answered_at
    closed = watched.check(CUT)
    assert closed.outcome is Outcome.UNCHANGED
    assert _states(watched) == [("confirmed", "confirmed")]
    [change] = _rows(watched, Change)
    assert change.captured_at == first_seen
    assert change.confirmed_at is not None
    assert len(_rows(watched, Alert)) == 1
    assert watched.check(CUT).reason == "same bytes"


def test_another_wording_of_the_cut_page_confirms_it_and_is_a_change_of_its_own(watched: WatchedHome) -> None:
    watched.add()
    watched.check(LONG)
    watched.check(CUT)
    watched.check(CUT_AND_EDITED)
    assert _states(watched) == [("confirmed", "confirmed"), ("confirmed", "confirmed")]
    cut, edited = _rows(watched, Change)
    assert edited.previous_version_id == cut.version_id


def test_one_that_goes_back_is_withdrawn_and_its_check_says_so(watched: WatchedHome) -> None:
    watched.add()
    watched.check(LONG)
    watched.check(CUT)
    watched.check(LONG)
    assert _states(watched) == [("withdrawn", "withdrawn")]
    assert [check.outcome for check in _rows(watched, Check)] == ["first", "inaccessible", "unchanged"]
    assert "it went back" in _rows(watched, Check)[1].reason
    assert _rows(watched, Alert) == []


def test_a_change_behind_the_cut_page_is_found_against_the_wording_before_it(watched: WatchedHome) -> None:
    watched.add()
    watched.check(LONG)
    watched.check(CUT)
    watched.check(LONG.replace("30 days", "12 months"))
    withdrawn, told = _rows(watched, Change)
    assert (withdrawn.status, told.status) == ("withdrawn", "confirmed")
    assert told.previous_version_id == _rows(watched, Version)[0].id


def test_a_withdrawn_page_that_comes_again_waits_again(watched: WatchedHome) -> None:
    watched.add()
    for page in (LONG, CUT, LONG, CUT):
        watched.check(page)
    assert _states(watched) == [("withdrawn", "withdrawn"), ("pending", "pending")]


def test_after_a_day_without_a_second_sighting_it_is_told_once_as_unconfirmed(watched: WatchedHome) -> None:
    watched.add()
    watched.check(LONG)
    watched.check(CUT)
    for _ in range(3):
        [source] = watched.home.claim()
        watched.keep(watched.answer(source, NOT_FOUND, status=404))
        watched.pass_to_next_check()
    [change] = _rows(watched, Change)
    assert (change.status, len(_rows(watched, Alert))) == ("pending", 1)
    watched.check(CUT)
    assert _rows(watched, Change)[0].status == "confirmed"
    assert len(_rows(watched, Alert)) == 1


def test_a_policy_that_grows_is_an_ordinary_change(watched: WatchedHome) -> None:
    watched.add()
    watched.check(CUT)
    watched.check(LONG)
    assert _states(watched) == [("confirmed", "confirmed")]
    assert len(_rows(watched, Alert)) == 1


def test_another_language_is_no_change_and_its_page_is_not_the_newest_good_one(watched: WatchedHome) -> None:
    german = (
        "Diese Erklärung sagt, welche personenbezogenen Daten wir erheben, wie wir sie verwenden und an wen wir sie weitergeben. "
        "Sie können jederzeit Auskunft, Berichtigung oder Löschung verlangen. Wir löschen Ihre Daten nach dreißig Tagen. "
    )
    watched.add()
    watched.check(POLICY)
    closed = watched.check(
        f'<html lang="de"><body><main><h1>Datenschutzerklärung</h1>{f"<p>{german}</p>" * 4}</main></body></html>'
    )
    assert (closed.outcome, _states(watched)) == (Outcome.INACCESSIBLE, [])
    assert _rows(watched, Check)[-1].page_state == PageState.OTHER_VARIANT
    assert watched.check(POLICY).reason == "same bytes"
