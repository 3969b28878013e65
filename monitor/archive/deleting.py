"""Frames lose their bytes. Rows, digests and headers stay: what was seen can still be proved, though not shown.

Who may be deleted is `monitor.retention`'s to decide. A frame that stays and is a delta upon one that goes is packed anew
first, upon what stays below it.
"""

from collections.abc import Collection
from datetime import datetime
from zlib import crc32

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from monitor.archive import store
from monitor.errors import ArchiveError
from monitor.models import Frame

PLAIN = {"synchronize_session": False}


def delete(session: Session, frame_ids: Collection[int], *, now: datetime) -> set[int]:
    """Delete the bytes of these frames: of which it was done. What a damaged frame is read from stays, for its mending."""
    going = set(session.scalars(select(Frame.id).where(Frame.id.in_(frame_ids), Frame.deleted_at.is_(None))))
    upon = select(Frame.id).where(Frame.base_id.in_(going), Frame.id.not_in(going)).order_by(Frame.id)
    for frame_id in session.scalars(upon).all():
        going -= _set_free(session, frame_id, going)
    session.execute(
        update(Frame)
        .where(Frame.id.in_(going))
        .values(packed=b"", packed_crc32=crc32(b""), deleted_at=now, base_id=None, depth=0),
        execution_options=PLAIN,
    )
    session.expire_all()
    return going


def _set_free(session: Session, frame_id: int, going: Collection[int]) -> set[int]:
    """Pack a frame anew upon what stays of the frames below it; those of them that must stay because it is damaged."""
    below = _below(session, frame_id)
    try:
        content = store.unpack(session, frame_id)
    except ArchiveError:
        return {base.id for base in below if base.id in going}
    frame = session.get_one(Frame, frame_id)
    depth = frame.depth
    store.repack(session, frame, content, next((base for base in below if base.id not in going), None))
    _lower(session, frame_id, by=depth - frame.depth)
    session.expire_all()
    return set()


def _below(session: Session, frame_id: int) -> list[Frame]:
    """The frames that one is a delta upon, the nearest first."""
    below: list[Frame] = []
    frame: Frame | None = session.get_one(Frame, frame_id)
    while frame is not None and frame.base_id is not None and len(below) < store.FULL_EVERY:
        frame = session.get(Frame, frame.base_id)
        below += [frame] if frame is not None else []
    return below


def _lower(session: Session, frame_id: int, *, by: int) -> None:
    """All that is packed upon this frame stands on fewer frames now."""
    upon = [frame_id]
    while upon:
        upon = list(session.scalars(select(Frame.id).where(Frame.base_id.in_(upon))))
        lower = update(Frame).where(Frame.id.in_(upon)).values(depth=Frame.depth - by)
        session.execute(lower, execution_options=PLAIN)
