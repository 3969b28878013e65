"""What the operator is told of selections that stop matching, and match again. It never alerts."""

from dataclasses import dataclass, replace

from monitor.decide.decision import Decision, News
from monitor.types import Outcome, Selection

MISSED, MATCHED = "selection", "selection_again"
_AWAY = (Outcome.INACCESSIBLE, Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class MissedSelection:
    """A declared selection that a source's page was not read by, and why, in words."""

    source_id: int
    url: str
    selection: Selection
    why: str


def took_page(decision: Decision) -> bool:
    """The decision took what was read for the policy's page."""
    return (decision.in_part or decision.outcome not in _AWAY) and not decision.suspicious


def noted(decision: Decision, before: tuple[MissedSelection, ...], after: tuple[MissedSelection, ...]) -> Decision:
    """The decision with what is to be said of selections: `after` are those missed now, `before` those missed until now."""
    news = (*decision.news, *_news(before, after))
    reasons = [decision.reason, *(f"read automatically: {missed.why}" for missed in after)]
    return replace(decision, news=news, reason=decision.reason if decision.outcome in _AWAY else "; ".join(reasons))


def _news(before: tuple[MissedSelection, ...], after: tuple[MissedSelection, ...]) -> tuple[News, ...]:
    known = {(missed.source_id, missed.selection) for missed in before}
    new = [missed for missed in after if (missed.source_id, missed.selection) not in known]
    if new:
        text = "; ".join(f"{missed.url} is read automatically: {missed.why}" for missed in new)
        return (News(MISSED, f"{text}. Correct the declaration's `select`, or leave it out"),)
    if before and not after:
        return (News(MATCHED, "read as declared again"),)
    return ()
