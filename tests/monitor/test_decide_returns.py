"""Earlier wordings that come again, pages that go back and forth, dates that are always today."""

from datetime import timedelta

from monitor.types import Outcome
from tests.monitor.histories import START, PageHistory, clauses, page

A = page()
B = page(clauses().replace("at any time", "once a year"))
C = page(clauses().replace("at any time", "never"))


def test_a_return_after_a_day_is_a_change_that_names_the_version() -> None:
    history = PageHistory(hours=24)
    decision = history.see(A, B, B, A)
    assert (decision.outcome, decision.return_of) == (Outcome.CHANGED, 1)


def test_a_return_after_three_checks_is_a_change_that_names_the_version() -> None:
    history = PageHistory(hours=1)
    decision = history.see(A, B, B, B, A)
    assert (decision.outcome, decision.return_of) == (Outcome.CHANGED, 1)


def test_a_page_that_goes_back_and_forth_is_told_once_and_then_counted() -> None:
    history = PageHistory(hours=6)
    history.see(A, B, A, B, A, B, A)
    assert history.outcomes() == ["first", "changed", "changed", *["unchanged"] * 4]
    assert "goes back and forth" in history.decisions[2].reason
    assert "2 times" in history.decisions[3].reason
    assert "3 times" in history.decisions[5].reason


def test_when_it_settles_on_the_other_wording_that_is_told_from_its_first_sighting() -> None:
    history = PageHistory(hours=6)
    history.see(A, B, A, B, B, B)
    assert history.outcomes()[3:] == ["unchanged", "unchanged", "changed"]
    settled = history.decisions[-1]
    assert (settled.return_of, settled.seen_since) == (2, START + timedelta(hours=18))


def test_a_new_wording_of_a_flapping_page_is_told_at_once() -> None:
    history = PageHistory(hours=6)
    assert history.see(A, B, A, B, C).outcome is Outcome.CHANGED


def test_a_wording_that_was_withdrawn_is_no_earlier_version() -> None:
    cut = page(clauses()[: len(clauses()) * 85 // 100])
    history = PageHistory(hours=6)
    history.see(A, cut, A)
    assert history.decisions[-1].withdraws == 2
    assert history.see(cut).return_of is None


def test_a_date_that_is_always_the_day_of_the_fetch_is_told_once_at_most() -> None:
    history = PageHistory(hours=24)
    for day in range(1, 12):
        history.see(page(date=f"Last updated: March {day}, 2026"))
    assert history.outcomes() == ["first", "changed", *["unchanged"] * 9]


def test_a_policy_that_was_really_updated_on_the_day_of_two_fetches_is_told_twice() -> None:
    history = PageHistory(hours=24)
    dates = ["March 1", "March 1", "March 1", "March 4", "March 4", "March 4", "March 7"]
    history.see(*(page(date=f"Last updated: {date}, 2026") for date in dates))
    assert [place for place, outcome in enumerate(history.outcomes()) if outcome == "changed"] == [3, 6]


def test_a_word_that_changes_with_a_date_of_the_day_is_told() -> None:
    history = PageHistory(hours=24)
    for day in range(1, 6):
        history.see(page(date=f"Last updated: March {day}, 2026"))
    assert (
        history.see(page(clauses().replace("at any time", "never"), date="Last updated: March 6, 2026")).diff
        is not None
    )


def test_wordings_in_rotation_are_told_a_few_times_and_then_counted() -> None:
    history = PageHistory(hours=1)
    history.see(*[A, B, C] * 10)
    assert history.outcomes() == ["first", *["changed"] * 4, *["unchanged"] * 25]


def test_a_date_of_the_day_stays_no_news_when_the_same_bytes_come_twice_a_day() -> None:
    history = PageHistory(hours=12)
    for day in range(1, 12):
        history.see(page(date=f"Last updated: March {day}, 2026"))
        history.same_again()
    assert history.outcomes().count("changed") == 1


def test_a_date_that_was_the_day_twice_and_then_stays_is_told() -> None:
    history = PageHistory(hours=24)
    for day in (1, 2, 3):
        history.see(page(date=f"Last updated: March {day}, 2026"))
    assert history.outcomes()[-1] == "unchanged"
    history.same_again()
    assert history.same_again().outcome is Outcome.CHANGED


def test_wordings_that_wait_and_are_never_seen_twice_are_told_in_the_end() -> None:
    told = "<p>This contract is made between you and {0}. {0} answers for it.</p>"
    parties = [page(clauses() + told.format(f"{name} Limited")) for name in ("Kites", "Wind", "Breeze", "Storm")]
    history = PageHistory(hours=0.5)
    history.see(parties[0], *parties[1:] * 2)
    assert history.in_force is not None
    assert "Kites" not in history.in_force.text
    assert any(decision.confirms for decision in history.decisions)
