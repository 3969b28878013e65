"""Volatile blocks: set apart when they have proved themselves, visibly; a clause that is edited once never is."""

from monitor.types import Outcome
from tests.monitor.histories import PageHistory, clauses, page

QUOTES = (
    "A kite rises highest against the wind, said a customer from Bremen.",
    "My children never want to come home, writes a reader in Oslo.",
    "Best stunt kite that I ever had, thinks a pilot from Porto.",
    "It flew over the church, tells a teacher in Graz.",
    "Finally a line that does not tear, says a fisherman in Brest.",
    "We sleep in it when it rains, says a scout from Leeds.",
)


def with_quote(number: int | None, policy: str = "") -> str:
    """The policy with one of the quotes in its midst, or without one."""
    head, middle, tail = (policy or clauses()).partition("<h2>Your bank account</h2>")
    quote = f"<p>{QUOTES[number]}</p>" if number is not None else ""
    return page(f"{head}{quote}{middle}{tail}")


def test_a_block_that_differs_at_each_fetch_is_set_apart_after_the_third_time() -> None:
    history = PageHistory()
    for number in range(6):
        history.see(with_quote(number))
    assert history.outcomes() == ["first", "changed", "changed", "unchanged", "unchanged", "unchanged"]
    assert list(history.news()) == ["set_apart"]
    [slot] = history.state.slots
    assert (slot.apart, slot.sample) == (True, QUOTES[3])


def test_a_block_that_comes_and_goes_is_set_apart() -> None:
    history = PageHistory()
    for number in (None, 1, None, 1, None, 1):
        history.see(with_quote(number))
    assert history.outcomes().count("changed") <= 2
    assert history.outcomes()[3:] == ["unchanged"] * 3


def test_a_change_of_the_policy_beside_it_is_still_told() -> None:
    history = PageHistory()
    for number in range(5):
        history.see(with_quote(number))
    decision = history.see(with_quote(5, clauses().replace("with no other party", "with our partners")))
    assert decision.diff is not None
    assert not any(quote in (edit.new or "") + (edit.old or "") for edit in decision.diff.edits for quote in QUOTES)


def test_a_block_taken_back_into_the_watch_is_told_again() -> None:
    history = PageHistory()
    for number in range(5):
        history.see(with_quote(number))
    history.watched = frozenset(slot.id for slot in history.state.slots)
    assert history.see(with_quote(5)).outcome is Outcome.CHANGED


def test_a_clause_edited_once_or_now_and_then_is_never_set_apart() -> None:
    history = PageHistory()
    edits = ["at any time", *["once a year"] * 6, *["twice a year"] * 6, *["each month"] * 6, *["each week"] * 6]
    history.see(*(page(clauses().replace("at any time", edit)) for edit in edits))
    assert history.outcomes().count("changed") == 4
    assert "set_apart" not in list(history.news())


def test_the_line_with_the_stated_date_is_never_set_apart() -> None:
    history = PageHistory()
    for day in range(1, 9):
        history.see(page(date=f"Last updated: January {day}, 2026"))
    assert history.outcomes() == ["first", *["changed"] * 7]


def test_what_makes_up_much_of_the_policy_is_never_set_apart() -> None:
    history = PageHistory()
    for number in range(8):
        body = f"<p>We keep your name, your address and your orders for {number + 2} years, and your letters for as long as the law asks us to. "
        history.see(page(body + "You may ask us for a copy of them, or for their deletion, at any time.</p>", date=""))
    assert history.outcomes() == ["first", *["changed"] * 7]


def test_a_clause_that_differs_at_each_capture_of_an_old_archive_is_never_set_apart() -> None:
    history = PageHistory(hours=24 * 120)
    for number in range(6):
        history.see(with_quote(number))
    assert history.outcomes() == ["first", *["changed"] * 5]


def test_a_block_whose_difference_is_no_news_is_not_set_apart() -> None:
    history = PageHistory()
    for minutes in range(2, 9):
        clause = f"<p>We answer your questions about kites within a week. Updated {minutes} minutes ago.</p>"
        history.see(page(clauses() + clause))
    assert "set_apart" not in list(history.news())
    assert set(history.outcomes()[1:]) == {"unchanged"}
