"""What hangs on frames and snapshots: the snapshots of a frame, the versions read from them, the changes between these."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import null, or_, select
from sqlalchemy.orm import Session

from monitor.archive.rows import UNREADABLE, AnySelect, read_rows, why_unreadable
from monitor.models import Change, Policy, Snapshot, Source, Version, VersionSource

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Named:
    """A snapshot as people know it; `captured_at` is None, and the words are empty, where the rows cannot be read."""

    id: int
    policy: str = ""
    captured_at: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Dependents:
    """`versions` are the policy's slug and the number, `changes` their numbers."""

    snapshots: tuple[Named, ...] = ()
    versions: tuple[tuple[str, int], ...] = ()
    changes: tuple[int, ...] = ()


def of_frames(session: Session, frames: Sequence[int]) -> Dependents:
    """What cannot be read without these frames."""
    found = (session.scalars(select(Snapshot.id).where(Snapshot.frame_id.in_(part))) for part in _parts(frames))
    return of_snapshots(session, sorted(snapshot for part in found for snapshot in part))


def of_snapshots(session: Session, snapshots: Sequence[int]) -> Dependents:
    """These snapshots, and what rests upon them; the snapshots' numbers alone where the rest cannot be read."""
    try:
        return _of_snapshots(session, snapshots)
    except UNREADABLE as error:
        why_unreadable(error)
        session.rollback()
        return Dependents(tuple(Named(one) for one in snapshots))


def _of_snapshots(session: Session, snapshots: Sequence[int]) -> Dependents:
    versions: dict[int, tuple[str, int]] = {}
    changes: set[int] = set()
    for part in _parts(snapshots):
        found = select(Version.id, Policy.slug, Version.number).join(Policy, Policy.id == Version.policy_id)
        read = select(VersionSource.version_id).where(VersionSource.snapshot_id.in_(part))
        versions |= {
            number: (slug, count) for number, slug, count in session.execute(found.where(Version.id.in_(read)))
        }
        between = or_(Change.version_id.in_(read), Change.previous_version_id.in_(read))
        changes |= set(session.scalars(select(Change.id).where(between)))
    named = tuple(named for part in _parts(snapshots) for named in _named(session, part))
    return Dependents(named, tuple(sorted(versions.values())), tuple(sorted(changes)))


def _named(session: Session, snapshots: Sequence[int]) -> Iterator[Named]:
    rows = read_rows(session, _named_by(Snapshot.captured_at), Snapshot.id, snapshots)
    for snapshot in snapshots:
        row = rows.get(snapshot)
        if isinstance(row, str):
            row = read_rows(session, _named_by(null()), Snapshot.id, [snapshot]).get(snapshot)
        yield Named(snapshot) if row is None or isinstance(row, str) else Named(*row)


def _named_by(moment: Any) -> AnySelect:
    named = select(Snapshot.id, Policy.slug, moment, Source.url)
    return named.join(Source, Source.id == Snapshot.source_id).join(Policy, Policy.id == Source.policy_id)


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE))
