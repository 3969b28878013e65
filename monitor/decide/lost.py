"""What is said of a policy's sources that stopped giving its text, while others go on. Their last good text stands.

It is told to the operator once when it lasts, and once when it ends; meanwhile every check says it. It never alerts.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.decide.decision import Decision, News, Problem
from monitor.types import Outcome, PageState

TELL_AFTER = 3  # checks in a row, as for a whole policy
LOST, FOUND = "source", "source_again"


@dataclass(frozen=True, slots=True)
class LostSource:
    """A source that did not give its page at the newest checks: since when, at how many, and why at the last of them.

    `page_state`: what stood there instead; None when nothing came. `text_at`: when its text was last seen, None when it
    never was. `told`: the operator knows.
    """

    source_id: int
    url: str
    since: datetime
    why: str
    page_state: PageState | None
    text_at: datetime | None
    times: int = 1
    told: bool = False

    @property
    def words(self) -> str:
        """What people are told of it."""
        what = "gives no answer" if self.page_state is None else "is inaccessible"
        stands = (
            f"its text of {self.text_at:%Y-%m-%d} stands in the version" if self.text_at else "it never gave its text"
        )
        return f"{self.url} {what} since {self.since:%Y-%m-%d} ({self.why}); {stands}"


@dataclass(frozen=True, slots=True)
class SourceAnswer:
    """What one of several sources came to at a check. Not `asked`: nothing is known of it."""

    source_id: int
    url: str
    asked: bool = True
    problem: Problem | None = None
    text_at: datetime | None = None


def followed(before: Sequence[LostSource], answers: Sequence[SourceAnswer], at: datetime) -> tuple[LostSource, ...]:
    """The sources lost after a check, by those lost before it. A policy's only source is no source among others."""
    if len(answers) < 2:
        return ()
    known = {lost.source_id: lost for lost in before}
    after = (_after(known.get(answer.source_id), answer, at) for answer in answers)
    return tuple(lost for lost in after if lost is not None)


def _after(known: LostSource | None, answer: SourceAnswer, at: datetime) -> LostSource | None:
    if not answer.asked:
        return known
    problem = answer.problem
    if problem is None:
        return None
    if known is None:
        return LostSource(answer.source_id, answer.url, at, problem.reason, problem.page_state, answer.text_at)
    return replace(known, why=problem.reason, page_state=problem.page_state, times=known.times + 1)


def with_lost(
    decision: Decision, before: Sequence[LostSource], after: tuple[LostSource, ...], *, some_read: bool
) -> tuple[Decision, tuple[LostSource, ...]]:
    """The decision that says which sources are lost, and the news of it. While all are lost, the policy's own news say so."""
    told = tuple(replace(lost, told=lost.told or (some_read and lost.times >= TELL_AFTER)) for lost in after)
    known = {lost.source_id: lost for lost in before}
    new = [lost for lost in told if lost.told and not (lost.source_id in known and known[lost.source_id].told)]
    gone = [lost for lost in before if lost.told and lost.source_id not in {one.source_id for one in told}]
    news = (
        *(News(LOST, lost.words) for lost in new),
        *(News(FOUND, f"{lost.url} is readable again, not since {lost.since:%Y-%m-%d}") for lost in gone),
    )
    words = "; ".join(lost.words for lost in told)
    keeps_reason = decision.outcome not in (Outcome.INACCESSIBLE, Outcome.FAILED) or not (
        decision.in_part or len(told) > 1
    )
    reason = "; ".join(filter(None, (decision.reason if keeps_reason else "", words))) if told else decision.reason
    return replace(decision, reason=reason, news=(*decision.news, *news)), told


def newly_lost(before: Sequence[LostSource], after: Sequence[LostSource]) -> bool:
    """Another page came to stand in the place of a source that was readable, or gave no answer, until now."""
    known = {lost.source_id for lost in before if lost.page_state is not None}
    return any(lost.page_state is not None and lost.source_id not in known for lost in after)
