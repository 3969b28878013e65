"""Snapshots in, the exact bytes out.

A frame is the zstd-compressed content with the source's newest frame as raw dictionary, so that a page which changed
little costs little; every FULL_EVERY-th frame stands alone, which bounds the work of reading one. The same bytes again
add a row and no frame: a revisit. Frames live in the database, in the snapshot row's transaction: there are no orphans.
"""

import sys
from datetime import datetime
from hashlib import sha256
from zlib import crc32

from sqlalchemy import ColumnElement, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, undefer

from monitor.archive.records import pack_headers, record_digest
from monitor.errors import ArchiveError
from monitor.models import Frame, Snapshot
from monitor.types import Capture

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FULL_EVERY = 50
LEVEL = 10  # of deltas: 19 saves 3 % and takes twelve times as long
LEVEL_ALONE = 19  # of the few frames that stand alone: 5 % smaller for a tenth of a second each


def keep(session: Session, source_id: int, capture: Capture) -> Snapshot:
    """Archive a capture. The very same one again (source, moment, bytes) gives the snapshot it already has."""
    digest = sha256(capture.body).hexdigest()
    nearest = _nearest(session, source_id, capture.captured_at)
    frame = _frame(session, digest, capture.body, nearest.frame if nearest is not None else None)
    same = (Snapshot.source_id == source_id, Snapshot.frame_id == frame.id)
    known = session.scalar(select(Snapshot).where(*same, Snapshot.captured_at == capture.captured_at))
    if known is not None:
        return known
    first = select(Snapshot.id).where(*same).order_by(Snapshot.captured_at).limit(1)
    headers, headers_base_id = pack_headers(capture.headers, nearest)
    snapshot = Snapshot(
        source_id=source_id,
        frame_id=frame.id,
        revisit_of=session.scalar(first),
        captured_at=capture.captured_at,
        url=capture.url,
        final_url=capture.final_url,
        status=capture.status,
        packed_headers=headers,
        headers_base_id=headers_base_id,
        via=capture.via.value,
        frame=frame,
    )
    snapshot.record_sha256 = record_digest(snapshot, frame, capture.headers)
    session.add(snapshot)
    session.flush()
    return snapshot


def body(session: Session, snapshot: Snapshot) -> bytes:
    """The bytes that were captured; ArchiveError when they no longer hash to the snapshot's digest."""
    return unpack(session, snapshot.frame_id)


def unpack(session: Session, frame_id: int) -> bytes:
    """The content of a frame, checked against its digest."""
    chain = _chain(session, frame_id)
    content: bytes | None = None
    for frame in reversed(chain):
        content = _unpack_one(frame, content)
    frame = chain[0]
    if content is None or sha256(content).hexdigest() != frame.sha256:
        raise ArchiveError(
            f"frame {frame.id}: content with SHA-256 {frame.sha256} was wanted, other bytes came. Restore it from a backup."
        )
    return content


def _nearest(session: Session, source_id: int, at: datetime) -> Snapshot | None:
    """The source's snapshot next before a moment, else the next after it: the one that its bytes differ least from."""
    of_source = select(Snapshot).where(Snapshot.source_id == source_id).limit(1)
    before = of_source.where(Snapshot.captured_at <= at).order_by(Snapshot.captured_at.desc(), Snapshot.frame_id.desc())
    found = session.scalar(before)
    return found if found is not None else session.scalar(of_source.order_by(Snapshot.captured_at, Snapshot.frame_id))


def repack(session: Session, frame: Frame, content: bytes, base: Frame | None) -> None:
    """Pack a frame's content anew, against this base or alone. ArchiveError when it would not give back its bytes."""
    frame.base_id, frame.depth, frame.packed = _packed(session, content, base)
    frame.packed_crc32, frame.deleted_at = crc32(frame.packed), None
    session.flush()
    unpack(session, frame.id)


def _frame(session: Session, digest: str, content: bytes, nearest: Frame | None) -> Frame:
    """The frame of these bytes: the one that is there, which gets them back when a rule of retention took them away."""
    known = _held(session, Frame.sha256 == digest)
    if known is None:
        return _pack(session, digest, content, nearest)
    if known.deleted_at is not None:  # another run may be giving them back just now
        session.refresh(known, with_for_update={"key_share": True})
    if known.deleted_at is not None:
        repack(session, known, content, nearest)
    return known


def _held(session: Session, which: ColumnElement[bool]) -> Frame | None:
    """A frame as it is now, which retention cannot delete before this transaction ends."""
    now = select(Frame).where(which).with_for_update(read=True, key_share=True)
    return session.scalar(now.execution_options(populate_existing=True))


def _pack(session: Session, digest: str, content: bytes, nearest: Frame | None) -> Frame:
    base_id, depth, packed = _packed(session, content, nearest)
    frame = Frame(
        sha256=digest,
        size_bytes=len(content),
        base_id=base_id,
        depth=depth,
        packed=packed,
        packed_crc32=crc32(packed),
    )
    try:
        with session.begin_nested():
            session.add(frame)
    except IntegrityError:  # another run met the same bytes, and was faster
        return session.scalars(select(Frame).where(Frame.sha256 == digest)).one()
    return frame


def _packed(session: Session, content: bytes, base: Frame | None) -> tuple[int | None, int, bytes]:
    """The id of the frame that the content is packed against, the depth upon it, the packed bytes.

    They stand alone where there is no base, at the end of a chain, when the base is deleted, and when it is damaged: that
    is `verify`'s to tell, and what comes in must be kept all the same.
    """
    base = _held(session, Frame.id == base.id) if base is not None else None
    if base is not None and base.deleted_at is None and content and base.depth + 1 < FULL_EVERY:
        try:
            dictionary = _dictionary(unpack(session, base.id))
        except ArchiveError:
            dictionary = None
        if dictionary is not None:
            return base.id, base.depth + 1, zstd.compress(content, level=LEVEL, zstd_dict=dictionary)
    return None, 0, zstd.compress(content, level=LEVEL_ALONE)


def _chain(session: Session, frame_id: int) -> list[Frame]:
    """The frame and, after it, each one that it is a delta against."""
    chain: list[Frame] = []
    wanted: int | None = frame_id
    while wanted is not None:
        frame = session.get(Frame, wanted, options=[undefer(Frame.packed)])
        if frame is None or len(chain) > FULL_EVERY:
            raise ArchiveError(
                f"frame {frame_id}: its base frame {wanted} was wanted, it is not in the archive. Restore it from a backup."
            )
        if frame.deleted_at is not None:
            raise ArchiveError(
                f"frame {frame_id}: its bytes were wanted, a rule of retention ([[retention]] in smallprint.toml) deleted them on {frame.deleted_at:%Y-%m-%d %H:%M} UTC. "
                f"That they were seen is still provable, by their SHA-256 {frame.sha256}."
            )
        chain.append(frame)
        wanted = frame.base_id
    return chain


def _unpack_one(frame: Frame, base: bytes | None) -> bytes:
    try:
        return zstd.decompress(frame.packed, zstd_dict=_dictionary(base) if base is not None else None)
    except zstd.ZstdError as error:
        raise ArchiveError(
            f"frame {frame.id}: a zstd frame was wanted, damaged bytes came ({error}). Restore it from a backup."
        ) from None


def _dictionary(content: bytes) -> "zstd.ZstdDict | None":
    """Zstd takes eight bytes or more as a dictionary."""
    return zstd.ZstdDict(content, is_raw=True) if len(content) >= 8 else None
