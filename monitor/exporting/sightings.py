"""Which captures show a change: the old wording as it was first and last seen, the new one as it was first seen."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.models import Change, Fetch, Frame, Snapshot, Version
from monitor.types import PageState, Via


@dataclass(frozen=True, slots=True)
class Sighting:
    """One page of a policy. `wording`: `old` or `new`; `seen`: `first`, `last`, or `only` at its one sighting; `page`: its
    place among the sources. `brought_in`: the capture is not this archive's own, whatever it says of its way.
    """

    wording: str
    seen: str
    page: int
    version: Version
    snapshot: Snapshot
    brought_in: bool


def sightings(session: Session, change: Change) -> tuple[Sighting, ...]:
    """In the order of time. A page that was captured once while the old wording stood is there once."""
    old, new, last_at = change.previous_version, change.version, change.previous_captured_at
    seen = "only" if old.captured_at == last_at else "first"
    return (*_first(session, "old", seen, old), *_last(session, old, last_at), *_first(session, "new", "first", new))


def _first(session: Session, wording: str, seen: str, version: Version) -> Iterator[Sighting]:
    for part in version.sources:
        brought_in = _brought_in(session, part.snapshot)
        yield Sighting(wording, seen, part.position + 1, version, part.snapshot, brought_in)


def _last(session: Session, version: Version, at: datetime) -> Iterator[Sighting]:
    for part in version.sources:
        snapshot = _newest(session, part.snapshot.source_id, at)
        if snapshot is not None and snapshot.captured_at > part.snapshot.captured_at:
            yield Sighting("old", "last", part.position + 1, version, snapshot, _brought_in(session, snapshot))


def _newest(session: Session, source_id: int, at: datetime) -> Snapshot | None:
    """The newest capture of a page up to a moment that showed the policy and that no retention rule took away."""
    shown = select(Fetch.snapshot_id).where(Fetch.source_id == source_id, Fetch.page_state == PageState.OK.value)
    wanted = select(Snapshot).join(Frame).where(Snapshot.source_id == source_id, Snapshot.id.in_(shown))
    wanted = wanted.where(Snapshot.captured_at <= at, Frame.deleted_at.is_(None))
    return session.scalar(wanted.order_by(Snapshot.captured_at.desc()).limit(1))


def _brought_in(session: Session, snapshot: Snapshot) -> bool:
    """An import gave it, and no check of this archive's own."""
    own = select(Fetch.id).where(Fetch.snapshot_id == snapshot.id, Fetch.via != Via.IMPORT.value)
    return session.scalar(own.limit(1)) is None
