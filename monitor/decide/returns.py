"""The wording of an earlier version again: a change when the other one had settled, else a page that goes back and forth.

The first return is told, whatever its pace; faster or repeated ones are flapping: counted, and told again only when the
page has settled on the wording that is not in force, with the moment when it was first seen.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.decide.state import Flapping, PolicyState, Sightings

FORGOTTEN_AFTER = timedelta(days=30)  # then a return is news once more


@dataclass(frozen=True, slots=True)
class Return:
    """What a wording known from before comes to. `told_since`: it is a change, first seen then; None: only counted."""

    told_since: datetime | None
    reason: str = ""


def judge_return(state: PolicyState, in_force: str, wording: str, at: datetime) -> tuple[Return, PolicyState]:
    """What it means that the page shows `wording`, known from before, instead of the one in force."""
    flapping = state.flapping
    if flapping is None or at - flapping.until > FORGOTTEN_AFTER:
        flapping = Flapping((), at, 0)
    between = tuple(sorted({*flapping.between, in_force, wording}))
    if between != flapping.between:
        settled = state.standing is None or state.standing.settled
        reason = "" if settled else "the page goes back and forth: told once, then counted"
        return Return(at, reason), replace(state, flapping=Flapping(between, at, flapping.times + 1))
    again = flapping.waiting is not None and flapping.shown == wording
    waiting = flapping.waiting.again(at) if again and flapping.waiting is not None else Sightings(at, at)
    times = flapping.times + (not again)
    if waiting.settled:
        return Return(waiting.since), replace(state, flapping=Flapping(between, at, times))
    reason = f"goes back and forth between {len(between)} wordings known from before: {times} times by now"
    return Return(None, reason), replace(state, flapping=Flapping(between, at, times, waiting, wording))


def not_waiting(state: PolicyState) -> PolicyState:
    """The page shows the wording in force, or a new one: none of those known from before waits any more."""
    if state.flapping is None or state.flapping.waiting is None:
        return state
    return replace(state, flapping=replace(state.flapping, waiting=None, shown=""))
