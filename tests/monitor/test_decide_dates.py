"""What the page's dates come to over its history: an entry into force that is put off, a date that is always today's."""

import pytest

from monitor.decide.decision import Decision
from monitor.diff.compare import compare
from monitor.extract.document import extract
from monitor.types import DateMove, DocumentDiff, Outcome, Significance
from tests.monitor.histories import PageHistory, clauses, page

OTHER_WORDS = clauses().replace("at any time", "once a year")


def difference(decision: Decision) -> DocumentDiff:
    assert decision.diff is not None
    return decision.diff


@pytest.mark.parametrize(
    ("announced", "then", "done"),
    [("April 1, 2026", "May 1, 2026", "put off"), ("April 15, 2026", "April 1, 2026", "brought forward")],
)
def test_an_announced_entry_into_force_that_moves_is_minor(announced: str, then: str, done: str) -> None:
    history = PageHistory()
    decision = history.see(page(date=f"Effective date: {announced}"), page(date=f"Effective date: {then}"))
    assert difference(decision).significance is Significance.MINOR
    assert done in difference(decision).summary
    assert not difference(decision).date_only


def test_an_entry_into_force_in_the_past_that_moves_is_date_only() -> None:
    history = PageHistory()
    decision = history.see(page(date="Effective date: May 1, 2024"), page(date="Effective date: May 1, 2025"))
    assert difference(decision).significance is Significance.DATE
    assert difference(decision).date_only


def test_words_that_change_on_a_page_whose_date_is_always_todays_are_told_without_the_date() -> None:
    history = PageHistory()
    for day in range(1, 5):
        history.see(page(date=f"Last updated: March {day}, 2026"))
    decision = history.see(page(OTHER_WORDS, date="Last updated: March 5, 2026"))
    assert decision.outcome is Outcome.CHANGED
    diff = difference(decision)
    assert (diff.last_updated.rendered, diff.date_moved, diff.silent) == (True, False, False)
    assert "date" not in diff.summary
    assert [fact for fact in diff.facts if fact.type == "date"] == []


def test_a_policy_that_was_updated_on_the_day_of_the_fetch_keeps_its_date() -> None:
    history = PageHistory()
    history.see(*[page(date="Last updated: February 1, 2026")] * 3)
    diff = difference(history.see(page(OTHER_WORDS, date="Last updated: March 4, 2026")))
    assert diff.last_updated == DateMove("2026-02-01", "2026-03-04")
    assert diff.date_moved


def read(body: str, date: str) -> object:
    return extract(page(body, date=date).encode(), content_type="text/html; charset=utf-8")


def test_the_same_line_is_the_same_day_though_only_one_page_tells_which() -> None:
    undecided = read(clauses(), "Last updated: 05/06/2024")
    decided = read(OTHER_WORDS + "<p>Version of 01/31/2020</p>", "Last updated: 05/06/2024")
    for old, new in ((undecided, decided), (decided, undecided)):
        diff = compare(old, new)
        assert diff.last_updated == DateMove("2024-05-06", "2024-05-06")
        assert diff.silent


def test_both_readings_of_an_undecided_date_are_in_the_change() -> None:
    diff = compare(read(clauses(), "Last updated: 05/06/2024"), read(OTHER_WORDS, "Last updated: 05/07/2024"))
    assert set(diff.last_updated.old_alternatives) == {"2024-05-06", "2024-06-05"}
    assert set(diff.last_updated.new_alternatives) == {"2024-05-07", "2024-07-05"}
