"""Prove the archive: unpack and re-hash every frame."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.archive.store import unpack
from monitor.errors import ArchiveError
from monitor.models import Frame, Policy, Snapshot, Source
from monitor.types import Progress, unheard


@dataclass(frozen=True, slots=True)
class Damage:
    """A frame that does not give back its bytes, and the snapshots (`policy slug @ time`) that need it."""

    frame_id: int
    reason: str
    snapshots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArchiveStats:
    """How much is kept. `packed_bytes` is what the frames take, `seen_bytes` what all snapshots hold unpacked."""

    snapshots: int
    revisits: int
    frames: int
    seen_bytes: int
    packed_bytes: int


def verify(session: Session, on_progress: Progress = unheard) -> list[Damage]:
    """Every damaged frame; an empty list when the archive is whole. `on_progress(done, total)` counts frames."""
    frames = list(session.scalars(select(Frame.id).where(Frame.deleted_at.is_(None)).order_by(Frame.id)))
    damages = []
    for done, frame_id in enumerate(frames, 1):
        try:
            unpack(session, frame_id)
        except ArchiveError as error:
            damages.append(Damage(frame_id, str(error), _snapshots_of(session, frame_id)))
        session.expunge_all()  # the frames read so far need not stay in memory
        on_progress(done, len(frames))
    return damages


def stats(session: Session) -> ArchiveStats:
    snapshots, revisits, seen = session.execute(
        select(
            func.count(Snapshot.id), func.count(Snapshot.revisit_of), func.coalesce(func.sum(Frame.size_bytes), 0)
        ).join(Snapshot.frame)
    ).one()
    frames, packed = session.execute(
        select(func.count(Frame.id), func.coalesce(func.sum(func.length(Frame.packed)), 0))
    ).one()
    return ArchiveStats(snapshots, revisits, frames, int(seen), int(packed))


def _snapshots_of(session: Session, frame_id: int) -> tuple[str, ...]:
    rows = session.execute(
        select(Policy.slug, Snapshot.captured_at)
        .join(Source, Source.policy_id == Policy.id)
        .join(Snapshot, Snapshot.source_id == Source.id)
        .where(Snapshot.frame_id == frame_id)
        .order_by(Snapshot.captured_at)
    )
    return tuple(f"{slug} @ {at:%Y-%m-%d %H:%M:%S}Z" for slug, at in rows)
