"""What words that differ from those in force come to: a change, told or waiting, a return, or nothing to tell."""

from dataclasses import replace
from datetime import datetime

from monitor.decide import rendered
from monitor.decide.announced import with_deadline
from monitor.decide.decision import NO_WORD, Decision, Evidence, News
from monitor.decide.returns import judge_return, not_waiting
from monitor.decide.state import (
    Pending,
    PolicyState,
    Sightings,
    Slot,
    seen_again,
    with_new_wording,
    with_version,
)
from monitor.decide.suspicion import Suspicion
from monitor.decide.volatile import learn, without_volatile
from monitor.decide.wording import fingerprint
from monitor.diff.compare import compare
from monitor.types import Document, DocumentDiff, Outcome, Significance

Step = tuple[Decision, PolicyState]


def compared(state: PolicyState, evidence: Evidence, document: Document, doubt: Suspicion | None) -> Step:
    """What a document that is not the wording in force is worth, compared with it."""
    assert evidence.base is not None
    old, new = (without_volatile(one, state, evidence.watched) for one in (evidence.base, document))
    if doubt is not None:
        return _pending(state, compare(old, new, whole=True), fingerprint(new), doubt, evidence.at)
    known = state.version_of(fingerprint(new)) is not None
    decision, after = _judged(state, old, new, evidence.at)
    if known or decision.diff is None:  # a difference that is no news proves nothing about its place
        return decision, after
    proved, learned = learn(state, old, new, evidence.at)
    news = tuple(News("set_apart", _told_apart(slot)) for slot in proved if slot.id not in evidence.watched)
    if not news:
        return decision, replace(after, slots=learned.slots)
    old, new = (without_volatile(one, learned, evidence.watched) for one in (old, new))
    decision, after = _judged(learned, old, new, evidence.at)
    return replace(decision, reason="; ".join([decision.reason, *(one.text for one in news)]), news=news), after


def confirmed(state: PolicyState, evidence: Evidence, waits: Document, document: Document) -> Step:
    """The pending wording was seen again and is in force; what differs from it now is a change of its own."""
    pending = state.pending
    assert pending is not None
    standing = Sightings(pending.since, evidence.at, 2)
    state = replace(state, pending=None, standing=standing, goods=state.goods + 1)
    old, new = (without_volatile(one, state, evidence.watched) for one in (waits, document))
    decision = Decision(Outcome.UNCHANGED, "seen a second time")
    if fingerprint(old) != fingerprint(new):
        decision, state = _judged(state, old, new, evidence.at)
    return replace(decision, confirms=pending.version), state


def _judged(state: PolicyState, old: Document, new: Document, at: datetime) -> Step:
    """The difference of two documents, told unless it is nobody's news."""
    wording = fingerprint(new)
    if wording == fingerprint(old):
        return Decision(Outcome.UNCHANGED, "same words, but for the blocks set apart"), seen_again(state, at)
    diff = compare(old, new, whole=True)
    if diff.significance is Significance.NONE:
        return Decision(Outcome.UNCHANGED, NO_WORD), seen_again(not_waiting(state), at)
    if state.standing is not None:
        diff = with_deadline(diff, state.standing.until)
    state = _with_today_moves(state, old, new, at)
    if diff.significance is Significance.DATE and state.today_moves >= rendered.MOVES:
        return Decision(Outcome.UNCHANGED, "the page prints the day of the fetch as its date"), state
    if state.today_moves >= rendered.MOVES:
        diff = rendered.without_day(diff)
    if state.version_of(wording) is not None:
        return _returned(state, diff, (fingerprint(old), wording), at)
    return Decision(Outcome.CHANGED, diff.summary, diff=diff), with_new_wording(not_waiting(state), wording, at, at)


def _with_today_moves(state: PolicyState, old: Document, new: Document, at: datetime) -> PolicyState:
    standing = state.standing
    today = standing is not None and rendered.moved_to_today(old, (standing.since, standing.until), new, at)
    return replace(state, today_moves=state.today_moves + 1 if today else 0)


def _pending(state: PolicyState, diff: DocumentDiff, wording: str, doubt: Suspicion, at: datetime) -> Step:
    state = with_version(state, wording)
    reason = f"waits to be seen a second time: {doubt.reason}"
    decision = Decision(Outcome.CHANGED, reason, doubt.page_state, diff=diff, suspicious=True)
    return decision, replace(state, pending=Pending(state.version, at))


def _returned(state: PolicyState, diff: DocumentDiff, wordings: tuple[str, str], at: datetime) -> Step:
    """The wording of an earlier version again."""
    in_force, wording = wordings
    known = state.version_of(wording)
    found, state = judge_return(state, in_force, wording, at)
    if found.told_since is None:
        return Decision(Outcome.UNCHANGED, found.reason, return_of=known), state
    state = with_new_wording(state, wording, found.told_since, at)
    reason = "; ".join(filter(None, (diff.summary, found.reason)))
    since = found.told_since if found.told_since != at else None
    return Decision(Outcome.CHANGED, reason, diff=diff, return_of=known, seen_since=since), state


def _told_apart(slot: Slot) -> str:
    place = f' under "{slot.section}"' if slot.section else ""
    return f"a block{place} differed at {slot.changes} fetches and is set apart from now on (volatile block {slot.id})"
