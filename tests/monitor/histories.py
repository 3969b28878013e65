"""Histories of pages for the tests of `monitor.decide`: a policy's captures folded one after the other, in memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.decide.decision import Decision, Evidence, Problem
from monitor.decide.selections import took_page
from monitor.decide.state import PolicyState
from monitor.decide.step import step
from monitor.extract.document import extract
from monitor.types import Document, Outcome, PageState, Significance

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
ADDRESS = "https://kites.example/legal/privacy"

_DUTIES = (
    "We collect your {thing} when you order from our shop, and we keep your {thing} for as long as the law asks us to.",
    "You may ask us at any time for a copy of your {thing}, or for its correction or its deletion.",
    "We share your {thing} with the carrier and with the processor that we name in this policy, and with no other party.",
    "The legal basis for the processing of your {thing} is the contract that you made with us.",
)
THINGS = (
    "name",
    "postal address",
    "e-mail address",
    "order history",
    "bank account",
    "kite photos",
    "phone number",
    "age",
)


def clauses(*, without: str = "", of: Sequence[str] = THINGS) -> str:
    """Some six hundred words of a privacy policy, as HTML."""
    return "".join(
        f"<h2>Your {thing}</h2>" + "".join(f"<p>{duty.format(thing=thing)}</p>" for duty in _DUTIES)
        for thing in of
        if thing != without
    )


def page(
    body: str = "", *, title: str = "Privacy Policy", date: str = "Last updated: March 1, 2026", lang: str = "en"
) -> str:
    """A page of the site with this policy on it."""
    return (
        f'<html lang="{lang}"><head><title>{title}</title></head><body><nav><a href="/">Home</a> <a href="/shop">Shop</a></nav>'
        f"<main><h1>{title}</h1><p>{date}</p>{body or clauses()}</main><footer>Kites Limited</footer></body></html>"
    )


@dataclass
class PageHistory:
    """A policy of which one capture after the other comes in, `hours` apart."""

    hours: float = 24
    at: datetime = START
    state: PolicyState = field(default_factory=PolicyState)
    decisions: list[Decision] = field(default_factory=list)
    watched: frozenset[str] = frozenset()
    _versions: dict[int, Document] = field(default_factory=dict)
    _base: int = 0
    _seen_at: dict[datetime, int] = field(default_factory=dict)
    _place_of: dict[int, int] = field(default_factory=dict)
    _told: dict[int, Significance] = field(default_factory=dict)
    _withdrawn: set[int] = field(default_factory=set)
    _newest_good: Document | None = None

    def see(self, *pages: str) -> Decision:
        """The decision about the last of these captures."""
        for html in pages:
            self.decide(extract(html.encode(), content_type="text/html; charset=utf-8", url=ADDRESS))
        return self.decisions[-1]

    def decide(self, document: Document) -> Decision:
        good = document.page_state is PageState.OK
        problem = None if good else Problem(Outcome.INACCESSIBLE, document.page_evidence, document.page_state)
        return self._step(document if good else None, problem)

    def fail(self) -> Decision:
        """No answer at all."""
        return self._step(None, Problem(Outcome.FAILED, "connection refused"))

    def same_again(self) -> Decision:
        """The newest good page once more, by its bytes or by the site's word: read only where that is asked for."""
        assert self._newest_good is not None
        return self._step(self._newest_good if self.state.shows_another else None, None)

    @property
    def in_force(self) -> Document | None:
        return self._versions.get(self._base)

    def _step(self, document: Document | None, problem: Problem | None) -> Decision:
        pending = self.state.pending
        evidence = Evidence(
            at=self.at,
            base=self.in_force,
            base_number=self._base,
            pending=self._versions[pending.version] if pending is not None else None,
            former=self._versions[self.state.former] if self.state.former is not None else None,
            document=document,
            nothing_new="same bytes" if document is None and problem is None else "",
            problem=problem,
            watched=self.watched,
        )
        decision, after = step(self.state, evidence)
        if decision.confirms is not None:
            self._base = decision.confirms
        if after.version > self.state.version:
            assert document is not None
            self._versions[after.version] = document
            if not decision.suspicious:
                self._base = after.version
        if document is not None and took_page(decision):
            self._newest_good = document
        self._note(decision, after.version)
        self.state = after
        self.decisions.append(decision)
        self.at += timedelta(hours=self.hours)
        return decision

    def outcome_at(self, place: int) -> Outcome:
        """What the check came to in the end: one whose wording was withdrawn is inaccessible."""
        return Outcome.INACCESSIBLE if place in self._withdrawn else self.decisions[place].outcome

    def told_at(self, place: int) -> Significance:
        """The worth of the change, told or waiting, that was first seen at this check."""
        return self._told.get(place, Significance.NONE)

    def outcomes(self) -> list[str]:
        return [decision.outcome.value for decision in self.decisions]

    def news(self) -> Iterator[str]:
        return (news.kind for decision in self.decisions for news in decision.news)

    def _note(self, decision: Decision, version: int) -> None:
        """What this decision says of this check and of earlier ones."""
        place = len(self.decisions)
        self._seen_at[self.at] = place
        self._place_of.setdefault(version, place)
        gone = range(place) if decision.restarts else filter(None, [self._place_of.get(decision.withdraws or 0)])
        for earlier in gone:
            self._withdrawn.add(earlier)
            self._told.pop(earlier, None)
        if decision.diff is not None:
            self._told[self._seen_at[decision.seen_since or self.at]] = decision.diff.significance
