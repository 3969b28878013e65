"""What a policy's history comes to: all that deciding must remember, a value stored with the policy.

Folding its checks from the first snapshot on gives it again. Every moment here is the time of an answer, never of the
reading: the same captures imported years later come to the same state.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.decide.lost import LostSource
from monitor.decide.rendered import MOVES
from monitor.decide.selections import MissedSelection
from monitor.types import PageState

STANDS = timedelta(hours=24)
RECURRING = 2
STANDS_SIGHTINGS = 3  # a wording seen so often, or for so long, is no passing state of the page


@dataclass(frozen=True, slots=True)
class Wording:
    """A wording that was seen, and the number of the version that first had it."""

    fingerprint: str
    version: int


@dataclass(frozen=True, slots=True)
class Pending:
    """A suspicious wording that waits for a second sighting. `told`: it was told as unconfirmed meanwhile.

    `others`: how many others waited before it, none of them seen twice, since the wording in force was seen last.
    """

    version: int
    since: datetime
    told: bool = False
    others: int = 0


@dataclass(frozen=True, slots=True)
class Sightings:
    """How often something was seen in a row, and from when to when."""

    since: datetime
    until: datetime
    times: int = 1

    def again(self, at: datetime) -> "Sightings":
        return replace(self, until=at, times=self.times + 1)

    @property
    def settled(self) -> bool:
        """Seen for a day or three times."""
        return self.times >= STANDS_SIGHTINGS or self.until - self.since >= STANDS


@dataclass(frozen=True, slots=True)
class Away:
    """Another page that stands in the policy's place: what it is, its sightings in a row, and how long it has to stand."""

    page_state: PageState
    sightings: Sightings
    patience: str = ""


@dataclass(frozen=True, slots=True)
class Flapping:
    """Wordings between which the page goes back and forth: `times` it did, `until` when.

    `waiting`: the sightings of `shown`, one of them that is not in force, while it is what the page shows.
    """

    between: tuple[str, ...]
    until: datetime
    times: int = 1
    waiting: Sightings | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place between two blocks that differs again and again; `before` and `after` are the blocks' keys, hashed.

    `since_reading`: the number of the reading at which it first differed. `wordings`: what stood there, hashed, the newest
    last; `sample` is the newest in words. `apart`: it has proved itself volatile.
    """

    before: str
    after: str
    section: str
    since: datetime
    since_reading: int
    changes: int
    wordings: tuple[str, ...]
    sample: str
    apart: bool = False

    @property
    def recurring(self) -> bool:
        """It has no more than two wordings, which come in turns; another one there is news."""
        return len(set(self.wordings)) <= RECURRING

    @property
    def id(self) -> str:
        """A name that people can type, the same in every fold."""
        return f"{self.before[:3]}{self.after[:3]}"


@dataclass(frozen=True, slots=True)
class PolicyState:
    """What the history of a policy comes to.

    `version` is the number of the newest version, 0 before the first. `goods`: how many checks showed the policy since
    its first version, or since it was found to stand in another language. `readings`: how many checks it was read at.
    `today_moves`: how often in a row the stated date moved to the very day of the fetch. `missed`: the declared selections
    that do not match the page. `lost`: the sources that stopped giving their part. `former`: the number of the last version in the language that the policy stood in before.
    """

    version: int = 0
    wordings: tuple[Wording, ...] = ()
    failures_in_a_row: int = 0
    pending: Pending | None = None
    standing: Sightings | None = None
    goods: int = 0
    away: Away | None = None
    flapping: Flapping | None = None
    readings: int = 0
    slots: tuple[Slot, ...] = ()
    today_moves: int = 0
    missed: tuple[MissedSelection, ...] = ()
    lost: tuple[LostSource, ...] = ()
    former: int | None = None

    @property
    def shows_another(self) -> bool:
        """The newest good page is not the wording in force: seen once more, it still has to be judged."""
        return (self.flapping is not None and self.flapping.waiting is not None) or self.today_moves >= MOVES

    def version_of(self, fingerprint: str) -> int | None:
        """The number of the version that first had this wording."""
        return next((seen.version for seen in self.wordings if seen.fingerprint == fingerprint), None)


def with_version(state: PolicyState, fingerprint: str) -> PolicyState:
    """The state after a new version of this wording, which is what the page showed before, read anew."""
    version = state.version + 1
    return replace(state, version=version, wordings=(*state.wordings, Wording(fingerprint, version)))


def with_new_wording(state: PolicyState, fingerprint: str, since: datetime, at: datetime) -> PolicyState:
    """The state after a version of a wording that the page shows since then."""
    return replace(
        with_version(state, fingerprint),
        standing=Sightings(since, at),
        goods=state.goods + 1,
        readings=state.readings + 1,
    )


def seen_again(state: PolicyState, at: datetime) -> PolicyState:
    """The wording in force was seen once more."""
    standing = state.standing.again(at) if state.standing is not None else Sightings(at, at)
    return replace(state, standing=standing, goods=state.goods + 1, readings=state.readings + 1)


def without_pending(state: PolicyState) -> tuple[int | None, PolicyState]:
    """The number of the version that waited and went back, and the state that has not seen its wording."""
    if state.pending is None:
        return None, state
    number = state.pending.version
    wordings = tuple(seen for seen in state.wordings if seen.version != number)
    return number, replace(state, pending=None, wordings=wordings)
