"""From when to when a wording stood, over a policy's versions: it may come, go, and come back. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Sighted:
    """A version as far as its time goes. `technical`: the page is read in another way from it on, and may be the same."""

    id: int
    number: int
    first_seen_at: datetime
    last_seen_at: datetime
    technical: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Versions in a row that a wording stands in: the first and the last of them.

    `before` and `after` are the versions next to these, which lack it; None: there is none. So it came between `absent_at`
    and the first sighting of `first`, and went between the last one of `last` and `gone_at`.
    """

    first: Sighted
    last: Sighted
    before: Sighted | None
    after: Sighted | None

    @property
    def stands(self) -> bool:
        """Whether it stands in the newest confirmed version."""
        return self.after is None

    @property
    def absent_at(self) -> datetime | None:
        """When the page was last seen without it, before; None when that was not seen."""
        return None if self.before is None or self.first.technical else self.before.last_seen_at

    @property
    def gone_at(self) -> datetime | None:
        """When the page was first seen without it, after; None when that was not seen."""
        return None if self.after is None or self.after.technical else self.after.first_seen_at


def spans(versions: Sequence[Sighted], having: Collection[int]) -> tuple[Span, ...]:
    """The spans of a wording that stands in the versions with the ids `having`; `versions` are all, in their order."""
    found: list[Span] = []
    first: int | None = None
    for place, version in enumerate(versions):
        if version.id in having:
            first = place if first is None else first
            if place + 1 == len(versions) or versions[place + 1].id not in having:
                found.append(_span(versions, first, place))
                first = None
    return tuple(found)


def _span(versions: Sequence[Sighted], first: int, last: int) -> Span:
    before = versions[first - 1] if first else None
    after = versions[last + 1] if last + 1 < len(versions) else None
    return Span(versions[first], versions[last], before, after)
