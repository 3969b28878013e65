"""5 June or 6 May: what the policy's history tells when the page does not."""

from datetime import UTC, datetime, timedelta

from monitor.dates.history import as_before, not_after
from monitor.models import Change, Version
from monitor.types import StatedDates
from tests.homes import START, WatchedHome
from tests.monitor.histories import page
from tests.monitor.stated import find

UNDECIDED = "Last updated: 08/12/2025"  # 8 December or 12 August
AUGUST, DECEMBER = "2025-08-12", "2025-12-08"


def seen(line: str, at: datetime) -> StatedDates:
    return not_after(find(line), at)


def test_a_page_was_not_updated_after_it_was_seen():
    updated = seen(UNDECIDED, datetime(2025, 8, 13, tzinfo=UTC)).last_updated
    assert updated is not None
    assert (updated.value, updated.alternatives, updated.confidence) == (AUGUST, (), "high")


def test_the_pages_day_may_be_ahead_of_ours():
    updated = seen("Last updated: 01/03/2026", datetime(2026, 2, 28, 23, 0, tzinfo=UTC)).last_updated
    assert updated is not None
    assert set(updated.alternatives) == {"2026-01-03", "2026-03-01"}


def test_when_both_days_are_past_both_readings_stay():
    updated = seen(UNDECIDED, datetime(2026, 3, 1, tzinfo=UTC)).last_updated
    assert updated is not None
    assert set(updated.alternatives) == {AUGUST, DECEMBER}


def test_an_entry_into_force_may_lie_ahead():
    effective = seen("Effective date: 08/12/2025", datetime(2025, 8, 13, tzinfo=UTC)).effective
    assert effective is not None
    assert effective.alternatives


def test_the_order_proved_for_one_date_holds_for_the_other():
    found = not_after(find("Last updated: 08/12/2025", "Effective date: 09/01/2026"), datetime(2025, 8, 13, tzinfo=UTC))
    assert found.last_updated is not None
    assert found.effective is not None
    assert (found.last_updated.value, found.effective.value) == (AUGUST, "2026-09-01")


def test_a_line_that_was_seen_before_still_means_the_same_day():
    before = seen(UNDECIDED, datetime(2025, 8, 13, tzinfo=UTC))
    updated = as_before(seen(UNDECIDED, datetime(2026, 3, 1, tzinfo=UTC)), before).last_updated
    assert updated is not None
    assert (updated.value, updated.alternatives) == (AUGUST, ())


def test_another_line_is_in_the_order_of_the_one_before():
    before = find("Last updated: 25/11/2025")
    updated = as_before(find("Last updated: 05/01/2026"), before).last_updated
    assert updated is not None
    assert (updated.value, updated.alternatives) == ("2026-01-05", ())


def test_what_is_decided_by_the_page_stays_as_it_is():
    before = find("Last updated: 25/11/2025")
    assert as_before(find("Last updated: 11/26/2025"), before) == find("Last updated: 11/26/2025")


def test_a_month_in_words_says_nothing_of_the_order():
    before = find("Last updated: 25 November 2025")
    assert as_before(find(UNDECIDED), before) == find(UNDECIDED)


def test_in_a_home_the_first_capture_settles_the_date_for_good(watched: WatchedHome) -> None:
    watched.clock.pass_days((datetime(2025, 8, 13, tzinfo=UTC) - START) / timedelta(days=1))
    watched.add()
    watched.check(page(date=UNDECIDED))
    watched.clock.pass_days(200)
    watched.check(page(date=UNDECIDED).replace("no other party", "nobody else at all, unless the law asks for it"))
    with watched.home.database.reading() as session:
        versions = session.query(Version).order_by(Version.number)
        stated = [version.document.stated.last_updated for version in versions]
        diff = session.query(Change).one().diff
    assert [(date.value, date.alternatives) for date in stated if date] == [(AUGUST, ()), (AUGUST, ())]
    assert (diff.silent, diff.last_updated.old, diff.last_updated.new) == (True, AUGUST, AUGUST)
