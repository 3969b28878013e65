"""What a check means for a policy: a pure fold, one step a check.

`PolicyState` is all that a policy's history must remember; it is stored with the policy, and folding from the first
snapshot on gives it again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.decide.suspicion import Suspicion, suspicion
from monitor.decide.wording import fingerprint
from monitor.diff.compare import compare
from monitor.types import Document, DocumentDiff, Outcome, PageState, Significance

TELL_AFTER_FAILURES = 3  # checks in a row without the policy before the operator is told
TELL_UNCONFIRMED_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording that was seen, and the number of the version that first had it."""

    fingerprint: str
    version: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A suspicious wording that waits for a second sighting. `told`: it was told as unconfirmed meanwhile."""

    version: int
    since: datetime
    told: bool = False


@dataclass(frozen=True, slots=True)
class PolicyState:
    """What the history of a policy comes to. `version` is the number of the newest version, 0 before the first."""

    version: int = 0
    wordings: tuple[Wording, ...] = ()
    failures_in_a_row: int = 0
    pending: Pending | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a source gave no good document at a check."""

    outcome: Outcome
    reason: str
    page_state: PageState | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a check has brought. `base` is the wording in force, `pending` the one that waits, `document` what the policy
    reads now, None when there is nothing new to read: `nothing_new` says why then. `declared_otherwise`: `document` is
    read from other sources than `base`.
    """

    now: datetime
    base: Document | None = None
    pending: Document | None = None
    document: Document | None = None
    nothing_new: str = ""
    problem: Problem | None = None
    declared_otherwise: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What a check came to and why.

    `diff` comes with `changed` alone; it is against the pending wording when `confirms` names one. `suspicious`: the
    new version is pending, for what `page_state` says it may be instead. `confirms`, `withdraws`, `tells_unconfirmed`:
    what becomes of the version that was pending, by its number. `technical`: a new version that is nobody's change.
    `notice` is operator news, empty when there is none.
    """

    outcome: Outcome
    reason: str
    page_state: PageState | None = PageState.OK
    diff: DocumentDiff | None = None
    return_of: int | None = None
    suspicious: bool = False
    technical: bool = False
    confirms: int | None = None
    withdraws: int | None = None
    tells_unconfirmed: int | None = None
    notice: str = ""


def step(state: PolicyState, evidence: Evidence) -> tuple[Decision, PolicyState]:
    """Decide what a check means. A problem of one source does not hide what another one brought."""
    if evidence.document is not None:
        decision, after = _read(state, evidence, evidence.document)
        if evidence.problem is None or after.version > state.version or after.pending != state.pending:
            return decision, after
    if evidence.problem is not None:
        return _failed(state, evidence.problem, evidence.now)
    recovered, state = _recover(state)
    withdraws, state = _end_pending(state)  # nothing new: the page is what it was before
    return Decision(Outcome.UNCHANGED, evidence.nothing_new, withdraws=withdraws, notice=recovered), state


def with_version(state: PolicyState, wording: str) -> PolicyState:
    """The state after a new version of this wording."""
    version = state.version + 1
    return replace(state, version=version, wordings=(*state.wordings, Wording(wording, version)))


def _read(state: PolicyState, evidence: Evidence, document: Document) -> tuple[Decision, PolicyState]:
    """What a good reading of the whole policy means."""
    recovered, state = _recover(state)
    base = evidence.base
    if base is None:
        decision = Decision(Outcome.FIRST, "first good reading", notice=recovered)
        return decision, with_version(state, fingerprint(document))
    if evidence.declared_otherwise:
        withdraws, state = _end_pending(state)
        reason = "other sources are declared: a technical upgrade"
        decision = Decision(Outcome.UNCHANGED, reason, technical=True, withdraws=withdraws, notice=recovered)
        return decision, with_version(state, fingerprint(document))
    doubt = suspicion(base, document)
    ended, state = _end_pending(state)
    if evidence.pending is not None and doubt is not None and suspicion(evidence.pending, document) is None:
        decision, state = _compared(state, evidence.pending, document, None, evidence.now)
        return replace(decision, confirms=ended, notice=recovered), state
    decision, state = _compared(state, base, document, doubt, evidence.now)
    return replace(decision, withdraws=ended, notice=recovered), state


def _compared(
    state: PolicyState, base: Document, document: Document, doubt: Suspicion | None, now: datetime
) -> tuple[Decision, PolicyState]:
    wording = fingerprint(document)
    if wording == fingerprint(base):
        return Decision(Outcome.UNCHANGED, "same words"), state
    diff = compare(base, document, whole=True)
    if diff.significance is Significance.NONE:
        return Decision(Outcome.UNCHANGED, "no word of the policy changed"), state
    known = next((seen.version for seen in state.wordings if seen.fingerprint == wording), None)
    state = with_version(state, wording)
    if doubt is None:
        return Decision(Outcome.CHANGED, diff.summary, diff=diff, return_of=known), state
    reason = f"waits to be seen a second time: {doubt.reason}"
    decision = Decision(Outcome.CHANGED, reason, doubt.page_state, diff=diff, return_of=known, suspicious=True)
    return decision, replace(state, pending=Pending(state.version, now))


def _failed(state: PolicyState, problem: Problem, now: datetime) -> tuple[Decision, PolicyState]:
    """The policy could not be had. A wording that has waited a day is told as it is, unconfirmed."""
    failures = state.failures_in_a_row + 1
    notice = ""
    if failures == TELL_AFTER_FAILURES:
        notice = f"not readable at {failures} checks in a row: {problem.reason}"
    state = replace(state, failures_in_a_row=failures)
    tells = None
    pending = state.pending
    if pending is not None and not pending.told and now - pending.since >= TELL_UNCONFIRMED_AFTER:
        tells, state = pending.version, replace(state, pending=replace(pending, told=True))
    return Decision(problem.outcome, problem.reason, problem.page_state, tells_unconfirmed=tells, notice=notice), state


def _recover(state: PolicyState) -> tuple[str, PolicyState]:
    told = state.failures_in_a_row >= TELL_AFTER_FAILURES
    return "readable again" if told else "", replace(state, failures_in_a_row=0)


def _end_pending(state: PolicyState) -> tuple[int | None, PolicyState]:
    """The number of the version that waited, and the state without it."""
    number = state.pending.version if state.pending is not None else None
    return number, replace(state, pending=None)
