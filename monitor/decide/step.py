"""What a check means for a policy: a pure fold, one step a check; `PolicyState` is all that it remembers."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.decide.decision import Decision, Evidence, News, Problem
from monitor.decide.differing import compared, confirmed
from monitor.decide.rendered import prints_today
from monitor.decide.returns import not_waiting
from monitor.decide.state import Away, PolicyState, Sightings, seen_again, with_new_wording, without_pending
from monitor.decide.suspicion import Patience, Suspicion, suspicion, was_another_page
from monitor.decide.volatile import without_volatile
from monitor.decide.wording import fingerprint
from monitor.types import Document, Outcome, PageState

TELL_AFTER_FAILURES = 3  # checks in a row without the policy before the operator is told
TELL_UNCONFIRMED_AFTER = timedelta(hours=24)

Step = tuple[Decision, PolicyState]


def step(state: PolicyState, evidence: Evidence) -> Step:
    """Decide what a check means. A problem of one source does not hide what another one brought."""
    if evidence.document is not None:
        decision, after = _read(state, evidence, evidence.document)
        if evidence.problem is None or after.version > state.version or after.pending != state.pending:
            return decision, after
    if evidence.problem is not None:
        return _failed(state, evidence.problem, evidence.at)
    return _in_force(state, evidence, evidence.nothing_new)  # the page is what it was before


def _read(state: PolicyState, evidence: Evidence, document: Document) -> Step:
    """What a reading of the whole policy means."""
    base = evidence.base
    if base is None:
        return _first(state, document, evidence.at, "first good reading")
    if evidence.declared_otherwise:
        return _taken_over(state, document, evidence.at, "other sources are declared: a technical upgrade")
    old, new = (without_volatile(one, state, evidence.watched) for one in (base, document))
    wording = fingerprint(new)
    if wording == fingerprint(old):
        apart = fingerprint(base) != fingerprint(document)
        return _in_force(state, evidence, "same words" + ", but for the blocks set apart" * apart)
    if state.version_of(wording) is None and was_another_page(base, document, sightings=state.goods):
        return _first(state, document, evidence.at, "the pages before were not the policy", restarts=True)
    doubt = suspicion(base, document)
    known = state.version_of(wording) not in (None, state.pending.version if state.pending is not None else None)
    if doubt is not None and doubt.patience is not Patience.SECOND_SIGHTING:
        return _elsewhere(state, evidence, document, doubt, known=known)
    return _differing(state, evidence, document, None if known else doubt)


def _in_force(state: PolicyState, evidence: Evidence, reason: str) -> Step:
    """The wording in force was seen once more; one that waited went back."""
    news, state = _recover(state)
    withdraws, state = without_pending(state)
    if evidence.base is not None and not prints_today(evidence.base, evidence.at):
        state = replace(state, today_moves=0)
    decision = Decision(Outcome.UNCHANGED, reason, withdraws=withdraws, news=news)
    return decision, seen_again(not_waiting(state), evidence.at)


def _first(state: PolicyState, document: Document, at: datetime, reason: str, *, restarts: bool = False) -> Step:
    news, state = _recover(state)
    decision = Decision(Outcome.FIRST, reason, restarts=restarts, news=news)
    return decision, with_new_wording(PolicyState(version=state.version), fingerprint(document), at, at)


def _taken_over(state: PolicyState, document: Document, at: datetime, reason: str, news: tuple[News, ...] = ()) -> Step:
    """A new version that is nobody's change: what is compared with from now on."""
    recovered, state = _recover(state)
    withdraws, state = without_pending(state)
    decision = Decision(Outcome.UNCHANGED, reason, technical=True, withdraws=withdraws, news=(*recovered, *news))
    return decision, with_new_wording(state, fingerprint(document), at, at)


def _elsewhere(state: PolicyState, evidence: Evidence, document: Document, doubt: Suspicion, *, known: bool) -> Step:
    """Another page stands in the policy's place: the check is inaccessible, until it has stood there long enough."""
    seen = Sightings(evidence.at, evidence.at)
    if state.away is not None and state.away.page_state is doubt.page_state:
        seen = state.away.sightings.again(evidence.at)
    state = replace(state, away=Away(doubt.page_state, seen))
    in_another_language = doubt.page_state is PageState.OTHER_VARIANT
    if not (known or doubt.patience.ended(seen) or (in_another_language and seen.times > state.goods)):
        return _failed(state, Problem(Outcome.INACCESSIBLE, doubt.reason, doubt.page_state), evidence.at)
    if not in_another_language:
        decision, state = _differing(state, evidence, document, None)
        return replace(decision, seen_since=seen.since if decision.diff is not None else None), state
    text = f"{doubt.reason}, since {seen.since:%Y-%m-%d}: compared with this from now on"
    return _taken_over(replace(state, goods=0), document, evidence.at, text, (News("variant", text),))


def _differing(state: PolicyState, evidence: Evidence, document: Document, doubt: Suspicion | None) -> Step:
    """Other words than those in force: those of the pending wording, or of an earlier one, or new ones."""
    recovered, state = _recover(state)
    waits = evidence.pending
    if waits is not None and doubt is not None and suspicion(waits, document) is None:
        decision, state = confirmed(state, evidence, waits, document)
    else:
        withdraws, state = without_pending(state)
        decision, state = compared(state, evidence, document, doubt)
        decision = replace(decision, withdraws=withdraws)
    return replace(decision, news=(*recovered, *decision.news)), state


def _failed(state: PolicyState, problem: Problem, at: datetime) -> Step:
    """The policy could not be had. A wording that has waited a day is told as it is, unconfirmed."""
    failures = state.failures_in_a_row + 1
    news: tuple[News, ...] = ()
    if failures == TELL_AFTER_FAILURES:
        news = (News("inaccessible", f"not readable at {failures} checks in a row: {problem.reason}"),)
    away = state.away if state.away is not None and state.away.page_state is problem.page_state else None
    state = replace(state, failures_in_a_row=failures, away=away)
    tells = None
    pending = state.pending
    if pending is not None and not pending.told and at - pending.since >= TELL_UNCONFIRMED_AFTER:
        tells, state = pending.version, replace(state, pending=replace(pending, told=True))
    return Decision(problem.outcome, problem.reason, problem.page_state, tells_unconfirmed=tells, news=news), state


def _recover(state: PolicyState) -> tuple[tuple[News, ...], PolicyState]:
    told = state.failures_in_a_row >= TELL_AFTER_FAILURES
    news = (News("recovered", "readable again"),) if told else ()
    return news, replace(state, failures_in_a_row=0, away=None)
