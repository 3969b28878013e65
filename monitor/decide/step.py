"""What a check means for a policy: a pure fold, one step a check; `PolicyState` is all that it remembers."""

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.decide.decision import SAME_WORDS, Decision, Evidence, News, Problem
from monitor.decide.differing import compared, confirmed
from monitor.decide.rendered import prints_today
from monitor.decide.returns import not_waiting
from monitor.decide.selections import took_page
from monitor.decide.state import Away, PolicyState, Sightings, seen_again, with_new_wording, without_pending
from monitor.decide.suspicion import YOUNG_SIGHTINGS, Patience, Suspicion, suspicion, was_another_page
from monitor.decide.volatile import without_volatile
from monitor.decide.wording import fingerprint
from monitor.diff.compare import compare
from monitor.types import Document, Outcome, PageState, Significance

TELL_AFTER_FAILURES = 3  # checks in a row without the policy before the operator is told
MOST_OTHERS = 2  # wordings in a row that wait and are never seen twice; then the one in force is gone all the same
TELL_UNCONFIRMED_AFTER = timedelta(hours=24)

Step = tuple[Decision, PolicyState]


def step(state: PolicyState, evidence: Evidence) -> Step:
    """Decide what a check means."""
    document, problem = evidence.document, evidence.problem
    if document is None:
        if problem is not None:
            return _same_in_part(state, evidence, problem) if evidence.in_part else failed(state, problem, evidence.at)
        return _in_force(state, evidence, evidence.nothing_new)  # the page is what it was before
    if problem is not None:
        return _read_in_part(state, evidence, document, problem)
    return _read(state, evidence, document)


def _read_in_part(state: PolicyState, evidence: Evidence, document: Document, problem: Problem) -> Step:
    """A problem of one source does not hide what another one brought."""
    read, after = _read(state, evidence, document)
    if after.version > state.version or after.pending != state.pending:
        return read, after
    return _as_problem(read, problem, in_part=took_page(read)), after


def _same_in_part(state: PolicyState, evidence: Evidence, problem: Problem) -> Step:
    """Some sources are what they were before, others gave nothing. A wording that waited is seen to have gone, or not seen."""
    if not evidence.base_number or (state.pending is not None and not evidence.pending_asked):
        decision, after = failed(state, problem, evidence.at)
        return replace(decision, in_part=True), after
    decision, after = _in_force(state, evidence, problem.reason)
    return _as_problem(decision, problem, in_part=True), after


def _as_problem(decision: Decision, problem: Problem, *, in_part: bool) -> Decision:
    said = replace(decision, outcome=problem.outcome, reason=problem.reason, page_state=problem.page_state)
    return replace(said, in_part=in_part)


def _read(state: PolicyState, evidence: Evidence, document: Document) -> Step:
    """What a reading of the whole policy means."""
    base = evidence.base
    if base is None:
        return _first(state, document, evidence.at, "first good reading")
    if evidence.declared_otherwise:
        return _taken_over(state, document, evidence.at, f"{evidence.declared_otherwise}: a technical upgrade")
    old, new = (without_volatile(one, state, evidence.watched) for one in (base, document))
    wording = fingerprint(new)
    if wording == fingerprint(old):
        apart = fingerprint(base) != fingerprint(document)
        return _in_force(state, evidence, SAME_WORDS + ", but for the blocks set apart" * apart)
    doubt = suspicion(base, document)
    if state.version_of(wording) is None and _was_never_the_policy(state, base, document, doubt):
        return _first(state, document, evidence.at, "the pages before were not the policy", restarts=True)
    known = state.version_of(wording) not in (None, state.pending.version if state.pending is not None else None)
    if doubt is not None and doubt.patience is not Patience.SECOND_SIGHTING:
        return _elsewhere(state, evidence, document, doubt, known=known)
    return _differing(state, evidence, document, None if known else doubt)


def _was_never_the_policy(state: PolicyState, base: Document, document: Document, doubt: Suspicion | None) -> bool:
    """Of what has stood for long, another language says nothing: its words are not those of the policy for that alone."""
    if _is_another_language(doubt) and (state.goods > YOUNG_SIGHTINGS or state.former is not None):
        return False
    return was_another_page(base, document, sightings=state.goods)


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
    away = state.away
    same = away is not None and (away.page_state, away.patience) == (doubt.page_state, doubt.patience.name)
    seen = away.sightings.again(evidence.at) if away is not None and same else Sightings(evidence.at, evidence.at)
    state = replace(state, away=Away(doubt.page_state, seen, doubt.patience.name))
    in_another_language = _is_another_language(doubt)
    if in_another_language and evidence.former is not None and suspicion(evidence.former, document) is None:
        known = True
    if not (known or doubt.patience.ended(seen) or (in_another_language and seen.times > state.goods)):
        return failed(state, Problem(Outcome.INACCESSIBLE, doubt.reason, doubt.page_state), evidence.at)
    if in_another_language:
        return _in_another_language(state, evidence, document, doubt, seen, known=known)
    decision, state = _differing(state, evidence, document, None)
    if known or decision.diff is None:
        return decision, state
    return replace(decision, seen_since=seen.since), replace(state, standing=seen)


def _in_another_language(
    state: PolicyState, evidence: Evidence, document: Document, doubt: Suspicion, seen: Sightings, *, known: bool
) -> Step:
    """It is compared with what it said in this language before, if it ever did."""
    news: tuple[News, ...] = ()
    text = f"{doubt.reason}, since {seen.since:%Y-%m-%d}: compared with this from now on"
    if not known:
        news = (News("variant", text),)
    decision, after = _taken_over(replace(state, goods=0), document, evidence.at, text, news)
    after = replace(after, former=evidence.base_number)
    former = evidence.former
    if former is None or _is_another_language(suspicion(former, document)):
        return decision, after
    old, new = (without_volatile(one, state, evidence.watched) for one in (former, document))
    diff = compare(old, new, whole=True)
    if diff.significance is Significance.NONE:
        return decision, after
    told = replace(decision, outcome=Outcome.CHANGED, technical=False, reason=diff.summary, diff=diff)
    return replace(told, against=state.former), after


def _is_another_language(doubt: Suspicion | None) -> bool:
    return doubt is not None and doubt.page_state is PageState.OTHER_VARIANT and doubt.patience is Patience.MONTHS


def _differing(state: PolicyState, evidence: Evidence, document: Document, doubt: Suspicion | None) -> Step:
    """Other words than those in force: those of the pending wording, or of an earlier one, or new ones."""
    recovered, state = _recover(state)
    waits = evidence.pending
    others = state.pending.others + 1 if state.pending is not None and doubt is not None else 0
    if waits is not None and doubt is not None and (others > MOST_OTHERS or suspicion(waits, document) is None):
        decision, state = confirmed(state, evidence, waits, document)
    else:
        withdraws, state = without_pending(state)
        decision, state = compared(state, evidence, document, doubt)
        decision = replace(decision, withdraws=withdraws)
        if state.pending is not None:
            state = replace(state, pending=replace(state.pending, others=others))
    return replace(decision, news=(*recovered, *decision.news)), state


def failed(state: PolicyState, problem: Problem, at: datetime) -> Step:
    """The policy could not be had. A wording that has waited a day is told as it is, unconfirmed."""
    failures = state.failures_in_a_row + 1
    news: tuple[News, ...] = ()
    if failures == TELL_AFTER_FAILURES:
        news = (News("inaccessible", f"not readable at {failures} checks in a row: {problem.reason}"),)
    state = replace(state, failures_in_a_row=failures)
    tells = None
    pending = state.pending
    if pending is not None and not pending.told and at - pending.since >= TELL_UNCONFIRMED_AFTER:
        tells, state = pending.version, replace(state, pending=replace(pending, told=True))
    return Decision(problem.outcome, problem.reason, problem.page_state, tells_unconfirmed=tells, news=news), state


def _recover(state: PolicyState) -> tuple[tuple[News, ...], PolicyState]:
    told = state.failures_in_a_row >= TELL_AFTER_FAILURES
    news = (News("recovered", "readable again"),) if told else ()
    return news, replace(state, failures_in_a_row=0, away=None)
