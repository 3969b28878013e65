"""What holds for any history: no change is lost, nothing is told that is none, and bytes seen again count as pages do."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.checks import STATE
from monitor.decide.decision import Decision
from monitor.decide.selections import took_page
from monitor.decide.volatile import without_volatile
from monitor.decide.wording import fingerprint
from monitor.diff.compare import compare
from monitor.extract.document import extract
from monitor.types import Document, Outcome, Significance
from tests.monitor.histories import ADDRESS, PageHistory, clauses, page
from tests.monitor.test_decide_another_page import FRENCH, HOME_PAGE, OOPS, TERMS_OF_SALE
from tests.monitor.test_decide_volatile import with_quote

PAGES = {
    "A": page(),
    "B": page(clauses().replace("at any time", "once a year")),
    "C": page(clauses().replace("at any time", "never")),
    "D": page(clauses(without="bank account")),
    "E": page(clauses().replace("We collect", "We may take and use").replace("with no other party", "our partners")),
    "end gone": page(clauses(without="age")),
    "cut": page(clauses()[: len(clauses()) * 45 // 100]),
    "home": HOME_PAGE,
    "oops": OOPS,
    "terms": TERMS_OF_SALE,
    "fr": FRENCH,
    "fr edited": FRENCH.replace("à tout moment", "une fois par an"),
    **{f"quote {number}": with_quote(number) for number in range(4)},
}
GONE, AGAIN, TODAY = "no answer", "again", "today"
WORDINGS = ("A", "B", "C", "D", "E")
HOURS = st.sampled_from([0.5, 6, 24, 24, 30, 24 * 7, 24 * 21])
MOMENTS = st.sampled_from([*PAGES, GONE, AGAIN, AGAIN, TODAY])

Steps = Sequence[tuple[str, float]]


def steps(names: st.SearchStrategy[str], longest: int = 14) -> st.SearchStrategy[list[tuple[str, float]]]:
    """Pages, each with the hours until the next one."""
    return st.lists(st.tuples(names, HOURS), min_size=1, max_size=longest)


@cache
def document(html: str) -> Document:
    return extract(html.encode(), content_type="text/html; charset=utf-8", url=ADDRESS)


@dataclass
class Told:
    """A history and what came of it: `chain` are the wordings in force since it began, or began anew; `untold` those that
    differ from the last one in their language and were told to nobody.
    """

    history: PageHistory = field(default_factory=PageHistory)
    chain: list[Document] = field(default_factory=list)
    untold: list[tuple[Document, Document]] = field(default_factory=list)
    _newest: dict[str | None, Document] = field(default_factory=dict)
    last: Callable[[], Decision] | None = None
    bytes_again: bool = False

    def see(self, moments: Steps) -> "Told":
        for name, hours in moments:
            self.history.hours = hours
            self._take(name)
        return self

    def _take(self, name: str) -> None:
        history, before = self.history, self.history.in_force
        if name == GONE:
            history.fail()
        elif name == AGAIN and self.last is not None:
            self.last()
        else:
            shown = document(_page(name, history.at))
            decision = history.decide(shown)
            good = took_page(decision) and self.bytes_again
            self.last = history.same_again if good else lambda: history.decide(shown)
        self._note(before, history.decisions[-1])

    def _note(self, before: Document | None, decision: Decision) -> None:
        now = self.history.in_force
        if decision.restarts:
            self.chain, self._newest = [], {}
        if now is before or now is None:
            return
        self.chain.append(now)
        known = self._newest.get(now.language, now)
        told = decision.diff is not None or decision.confirms is not None
        if not told and not _same(known, now, self.history):
            self.untold.append((known, now))
        self._newest[now.language] = now


def _same(old: Document, new: Document, history: PageHistory) -> bool:
    old, new = (without_volatile(one, history.state, frozenset()) for one in (old, new))
    return compare(old, new, whole=True).significance is Significance.NONE


def _page(name: str, at: datetime) -> str:
    today = page(date=f"Last updated: {at:%B} {at.day}, {at.year}")
    return today if name in (TODAY, AGAIN) else PAGES[name]


@settings(max_examples=60, deadline=None)
@given(steps(MOMENTS), st.sampled_from(WORDINGS))
def test_a_policy_that_stays_is_in_force_whatever_came_before(moments: Steps, stays: str) -> None:
    told = Told().see([*moments, *[(stays, 24 * 7)] * 12])
    history = told.history
    assert history.decisions[-1].outcome is Outcome.UNCHANGED
    assert history.in_force is not None
    assert _same(history.in_force, document(PAGES[stays]), history)


@settings(max_examples=60, deadline=None)
@given(steps(MOMENTS))
def test_what_is_told_differs_in_words_and_no_other_words_come_into_force_untold(moments: Steps) -> None:
    told = Told().see(moments)
    for decision in told.history.decisions:
        assert decision.diff is None or decision.diff.significance > Significance.NONE
    assert told.untold == []


@settings(max_examples=60, deadline=None)
@given(steps(MOMENTS))
def test_bytes_seen_again_come_to_the_same_as_the_page_read_again(moments: Steps) -> None:
    read, short = Told().see(moments).history, Told(bytes_again=True).see(moments).history
    assert [one.outcome for one in short.decisions] == [one.outcome for one in read.decisions]
    assert [one.diff for one in short.decisions] == [one.diff for one in read.decisions]
    assert short.state == read.state


@settings(max_examples=40, deadline=None)
@given(steps(MOMENTS))
def test_the_state_is_the_same_when_it_was_stored_in_between(moments: Steps) -> None:
    stored, kept = Told(), Told().see(moments)
    for moment in moments:
        stored.see([moment])
        stored.history.state = STATE.validate_json(STATE.dump_json(stored.history.state))
    assert stored.history.state == kept.history.state


@settings(max_examples=40, deadline=None)
@given(steps(st.sampled_from(["home", "oops", "home", "oops", GONE, "A"]), 30))
def test_a_page_that_is_no_policy_is_never_told(moments: Steps) -> None:
    told = Told().see([("A", 24), *moments])
    assert all(decision.diff is None for decision in told.history.decisions)
    assert told.history.in_force == document(PAGES["A"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["A", "B", "C"]), min_size=30, max_size=60), st.sampled_from([0.5, 6]))
def test_wordings_that_come_in_any_turns_are_told_a_few_times_and_then_counted(names: list[str], hours: float) -> None:
    turns = [name for place, name in enumerate(names) if place == 0 or names[place - 1] != name]
    told = Told().see([(name, hours) for name in turns]).history
    assert told.outcomes().count("changed") <= 4


@settings(max_examples=40, deadline=None)
@given(steps(st.sampled_from([*WORDINGS, GONE]), 20), st.integers(1, 4))
def test_repeated_pages_in_between_tell_of_the_same_wordings(moments: Steps, repeats: int) -> None:
    spread = [(name, 24.0) for name, _ in moments]
    once = Told().see(spread).chain
    often = Told().see([(name, 24 / repeats) for name, _ in spread for _ in range(repeats)]).chain
    assert {fingerprint(one) for one in once} == {fingerprint(one) for one in often}
