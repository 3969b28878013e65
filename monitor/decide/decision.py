"""What goes into deciding and what comes out: the evidence of a check, and the decision."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from monitor.types import Document, DocumentDiff, Outcome, PageState

SAME_WORDS, SAME_BYTES, NOT_MODIFIED = "same words", "same bytes", "not modified"
NO_WORD = "no word of the policy changed"
AS_BEFORE = (SAME_WORDS, SAME_BYTES, NOT_MODIFIED, NO_WORD)
"""How the reason of a check begins that saw the wording in force once more, and no more than that."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a source gave no good document at a check."""

    outcome: Outcome
    reason: str
    page_state: PageState | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a check has brought; `at` is the time of its answer.

    `base` is the wording in force, of version `base_number`; `pending` the one that waits; `former` the last one of the
    language that the policy stood in before. `document` is what the policy reads now, None when there is nothing new to
    read: `nothing_new` says why then. `declared_otherwise`: by what declaration, in words, `document` is another text than
    `base` without anybody's change. `problem`: why a source gave no good page, while others did when it is `in_part`; then
    `pending_asked` says whether all sources that the pending wording came from did. `watched`: ids of volatile blocks that people took back into the watch.
    """

    at: datetime
    base: Document | None = None
    base_number: int = 0
    pending: Document | None = None
    former: Document | None = None
    document: Document | None = None
    nothing_new: str = ""
    problem: Problem | None = None
    in_part: bool = False
    pending_asked: bool = True
    declared_otherwise: str = ""
    watched: AbstractSet[str] = frozenset()


@dataclass(frozen=True, slots=True)
class News:
    """News for the operator, not for the readers of alerts. `kind` is the Notice's."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What a check came to and why.

    `diff` comes with `changed` alone; it is against the pending wording when `confirms` names one, against the version
    `against` when the one in force is in another language. `return_of`: the version
    that had this wording first; when the outcome is `unchanged`, one that the page only goes back and forth to.
    `seen_since`: when the new wording was first seen, if at an earlier check. `suspicious`: the new version is pending, for
    what `page_state` says it may be instead. `confirms`, `withdraws`, `tells_unconfirmed`: what becomes of the version that
    was pending, by its number. `in_part`: the outcome is one source's problem, but what the others gave is taken for the
    policy's. `technical`: a new version that is nobody's change. `restarts`: none of the versions so far
    was the policy.
    """

    outcome: Outcome
    reason: str
    page_state: PageState | None = PageState.OK
    diff: DocumentDiff | None = None
    against: int | None = None
    return_of: int | None = None
    seen_since: datetime | None = None
    suspicious: bool = False
    in_part: bool = False
    technical: bool = False
    restarts: bool = False
    confirms: int | None = None
    withdraws: int | None = None
    tells_unconfirmed: int | None = None
    news: tuple[News, ...] = ()
