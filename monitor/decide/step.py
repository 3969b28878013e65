"""What a new reading means for a policy: a pure fold, one step a check.

`PolicyState` is all that a policy's history must remember; it is stored with the policy, and folding from the first
snapshot on gives it again.
"""

from dataclasses import dataclass, replace

from monitor.decide.wording import fingerprint
from monitor.diff.compare import compare
from monitor.types import Document, DocumentDiff, Outcome, PageState, Significance

TELL_AFTER_FAILURES = 3  # checks in a row without the policy before the operator is told


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording that was seen, and the number of the version that first had it."""

    fingerprint: str
    version: int


@dataclass(frozen=True, slots=True)
class PolicyState:
    """What the history of a policy comes to. `version` is the number of the newest version, 0 before the first."""

    version: int = 0
    wordings: tuple[Wording, ...] = ()
    failures_in_a_row: int = 0


@dataclass(frozen=True, slots=True)
class Decision:
    """What a check came to and why. `diff` comes with `changed` alone; `notice` is operator news, `""` when there is none."""

    outcome: Outcome
    reason: str
    page_state: PageState | None = PageState.OK
    diff: DocumentDiff | None = None
    return_of: int | None = None
    notice: str = ""


def step(state: PolicyState, base: Document | None, document: Document) -> tuple[Decision, PolicyState]:
    """Decide what `document`, a good reading of the whole policy, means after `base`, the wording in force."""
    recovered, state = _recover(state)
    wording = fingerprint(document)
    if base is None:
        return Decision(Outcome.FIRST, "first good reading", notice=recovered), _with_version(state, wording)
    if wording == fingerprint(base):
        return Decision(Outcome.UNCHANGED, "same words", notice=recovered), state
    diff = compare(base, document)
    if diff.capture == "broken":
        return fail(state, Outcome.INACCESSIBLE, f"not the policy any more: {diff.summary}", PageState.WRONG_PAGE)
    if diff.significance is Significance.NONE:
        return Decision(Outcome.UNCHANGED, "no word of the policy changed", notice=recovered), state
    known = next((seen.version for seen in state.wordings if seen.fingerprint == wording), None)
    return Decision(Outcome.CHANGED, diff.summary, diff=diff, return_of=known, notice=recovered), _with_version(
        state, wording
    )


def unchanged(state: PolicyState, reason: str) -> tuple[Decision, PolicyState]:
    """The source itself said that nothing changed, or sent the same bytes."""
    recovered, state = _recover(state)
    return Decision(Outcome.UNCHANGED, reason, notice=recovered), state


def declared_otherwise(state: PolicyState, document: Document) -> tuple[Decision, PolicyState]:
    """The declaration names other sources than before: another text, but nobody's change."""
    recovered, state = _recover(state)
    decision = Decision(Outcome.UNCHANGED, "other sources are declared: a technical upgrade", notice=recovered)
    return decision, _with_version(state, fingerprint(document))


def fail(
    state: PolicyState, outcome: Outcome, reason: str, page_state: PageState | None = None
) -> tuple[Decision, PolicyState]:
    """The policy could not be had: `inaccessible` or `failed`."""
    failures = state.failures_in_a_row + 1
    notice = f"not readable at {failures} checks in a row: {reason}" if failures == TELL_AFTER_FAILURES else ""
    decision = Decision(outcome, reason, page_state, notice=notice)
    return decision, replace(state, failures_in_a_row=failures)


def technical_upgrade(state: PolicyState, wording: str) -> PolicyState:
    """A new version number for the same page read by a newer extractor."""
    return _with_version(state, wording)


def _recover(state: PolicyState) -> tuple[str, PolicyState]:
    told = state.failures_in_a_row >= TELL_AFTER_FAILURES
    return "readable again" if told else "", replace(state, failures_in_a_row=0)


def _with_version(state: PolicyState, wording: str) -> PolicyState:
    version = state.version + 1
    return replace(state, version=version, wordings=(*state.wordings, Wording(wording, version)))
