"""Retention: whose bytes the rules of the settings let go. Without rules, and where none fits a policy, all is kept.

Pure: a policy's captures and what refers to them in, what goes and what is protected out. Whatever the rules say, nothing
goes that a version was read from, that shows when a wording came and went or why a page was not the policy, that the next
check compares with, or that no manifest proves yet. So what goes said no more than "as before", which its check still
says when it is folded again: that comes to the same versions and changes. `monitor.pruning` acts on it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fnmatch import fnmatchcase

from monitor.config import RetentionSettings


class Protection(StrEnum):
    """Why a capture that is older than its rule says is kept all the same; the first that holds is told."""

    VERSION = "version"
    CHANGE = "change"
    NEWEST_GOOD = "newest_good"
    NEWEST = "newest"
    OPEN = "open"
    FOUND = "found"
    CHECK = "check"
    UNSEALED = "unsealed"
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class Held:
    """A snapshot whose bytes are in the archive, as retention sees it. `good`: a decision took it for the policy."""

    snapshot_id: int
    source_id: int
    frame_id: int
    captured_at: datetime
    sealed: bool
    good: bool
    packed_bytes: int


@dataclass(frozen=True, slots=True)
class Traces:
    """What refers to a policy's snapshots.

    `versions`: the snapshots that any version, also a withdrawn one, was read from; `moments`: when wordings were first and
    last seen; `checks`: the snapshots of each check; `open`: the checks that are not closed yet; `found`: those that came to
    more than that the wording in force was seen once more, or to news for the operator.
    """

    versions: AbstractSet[int]
    moments: AbstractSet[datetime]
    checks: Mapping[int, AbstractSet[int]]
    open: AbstractSet[int]
    found: AbstractSet[int]


def keep_days(slug: str, tags: Iterable[str], rules: Iterable[RetentionSettings]) -> int | None:
    """For how long a policy's captures are kept: the longest that a rule says which fits it; None: for ever."""
    had = set(tags)
    fitting = [
        rule.keep_days
        for rule in rules
        if had.issuperset(rule.tags) and any(fnmatchcase(slug, pattern) for pattern in rule.policies)
    ]
    return max(fitting, default=None)


def protections(held: Sequence[Held], traces: Traces) -> dict[int, Protection]:
    """The snapshots of a policy that stay, however old they are, and why; all but those that share a kept one's bytes."""
    found: dict[int, Protection] = {}

    def protect(why: Protection, snapshots: Iterable[int]) -> None:
        for snapshot in snapshots:
            found.setdefault(snapshot, why)

    of_source = _by_source(held)
    protect(Protection.VERSION, traces.versions)
    for history in of_source:
        protect(Protection.CHANGE, _beside(history, traces.moments))
    for history in of_source:
        protect(Protection.NEWEST_GOOD, [one.snapshot_id for one in history if one.good][-1:])
        protect(Protection.NEWEST, [history[-1].snapshot_id])
    for check, snapshots in traces.checks.items():
        if check in traces.open:
            protect(Protection.OPEN, snapshots)
        if check in traces.found:
            protect(Protection.FOUND, snapshots)
        if found.keys() & snapshots:  # folding again reads a check whole
            protect(Protection.CHECK, snapshots)
    protect(Protection.UNSEALED, (one.snapshot_id for one in held if not one.sealed))
    return found


def _by_source(held: Iterable[Held]) -> list[list[Held]]:
    """The snapshots of each source, oldest first."""
    histories: dict[int, list[Held]] = defaultdict(list)
    for one in sorted(held, key=lambda one: (one.captured_at, one.snapshot_id)):
        histories[one.source_id].append(one)
    return list(histories.values())


def _beside(history: Sequence[Held], moments: Iterable[datetime]) -> set[int]:
    """The snapshots of a source next to these moments: the last up to each, and the first after it."""
    beside: set[int] = set()
    for moment in moments:
        place = bisect_right(history, moment, key=lambda one: one.captured_at)
        beside.update(one.snapshot_id for one in history[max(0, place - 1) : place + 1])
    return beside
