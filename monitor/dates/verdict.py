"""What may be said about a date on a page: it is a claim of the policy about itself, or it is rejected, with the reason."""

from dataclasses import dataclass
from enum import IntEnum

from monitor.dates.context import Context
from monitor.dates.labels import Kind
from monitor.dates.order import Decided

REASONS = {
    Kind.UNTIL: "the end of something, not when the text was changed",
    Kind.PREVIOUS: "belongs to an earlier version or an archive",
    Kind.ANNOUNCED: "announces another version",
    Kind.LAW: "belongs to a law, a decision or a register",
    Kind.COMMERCE: "belongs to a price, an offer or an event",
    Kind.COPYRIGHT: "a copyright notice",
}
"""Why a date beside a phrase of this kind is not the policy's, in words for people."""

NOT_A_DATE = "a number that may be something else than a date"
"""Why a number that looks like a date is none, where no label calls it one."""

_UNDECIDED = Decided("")


class Place(IntEnum):
    """Where on the page a claim stands, the most telling place first."""

    HEAD = 0
    FOOT = 1
    BODY = 2


@dataclass(frozen=True, slots=True)
class Claim:
    """A date that the page states about itself.

    `sure` is False when the label's sentence does not name the policy, or says more than the date. `bare`: by its place
    alone, without a label. `entry`: an entry of a list of changes. `reason` is told when another claim was chosen.
    """

    context: Context
    kinds: frozenset[Kind]
    place: Place
    languages: frozenset[str] = frozenset()
    sure: bool = True
    names_policy: bool = False
    bare: bool = False
    entry: bool = False
    decided: Decided = _UNDECIDED
    reason: str = "another date of the page comes before it"

    @property
    def worth_telling(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Rejection:
    """A date that is not the policy's; `reason` is a half sentence for people."""

    context: Context
    reason: str
    decided: Decided = _UNDECIDED
    languages: frozenset[str] = frozenset()

    @property
    def worth_telling(self) -> bool:
        """A lone number that nothing calls a date is not told as one."""
        return not self.context.mention.weak or self.reason in REASONS.values()


def place_of(context: Context) -> Place:
    if context.head:
        return Place.HEAD
    return Place.FOOT if context.foot else Place.BODY
