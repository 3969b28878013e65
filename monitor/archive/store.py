"""Snapshots in, the exact bytes out.

A frame is the zstd-compressed content with the source's newest frame as raw dictionary, so that a page which changed
little costs little; every FULL_EVERY-th frame stands alone, which bounds the work of reading one. Where the newest is far
from the new bytes, those before it are tried: pages alternate. A source's first bytes are tried against another page of
the same service, whose frame and scripts they share. The same bytes again add a row and no frame: a revisit. Frames live
in the database, in the snapshot row's transaction: there are no orphans.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zlib import crc32

from sqlalchemy import ColumnElement, bindparam, case, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from monitor.archive.records import pack_headers, record_digest
from monitor.archive.rows import UNREADABLE, AnyRow, AnySelect, why_unreadable
from monitor.errors import ArchiveError
from monitor.models import Frame, Policy, Snapshot, Source
from monitor.types import Capture

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FULL_EVERY = 50
LITTLE, LITTLE_BYTES = 0.01, 1000  # a delta of no more, against the size of the page, needs no better base
TRIED = 4  # earlier frames: pages alternate between two or three
RECENT = 20  # snapshots that these frames are of
WORTH_IT = 0.9  # of its size against the nearest, or alone: another base is taken for no more
LEVEL = 10  # of deltas: 19 saves 3 % and takes twelve times as long
LEVEL_LARGE = 17  # of the few large ones and those that stand alone: 4 % smaller than at 10, for 20 ms each; 19 saves 0.5 % for 40


def keep(session: Session, source_id: int, capture: Capture) -> Snapshot:
    """Archive a capture. The very same one again (source, moment, bytes) gives the snapshot it already has."""
    digest = sha256(capture.body).hexdigest()
    nearest = _nearest(session, source_id, capture.captured_at)
    near = nearest.frame if nearest is not None else None
    frame = _frame(session, digest, capture.body, near, source_id, capture.captured_at)
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
    """The content of a frame, checked against its digest; ArchiveError when it does not come out, or was deleted."""
    try:
        return _unpack(session, frame_id)
    except UNREADABLE as error:
        raise ArchiveError(f"frame {frame_id}: {why_unreadable(error)}. Restore it from a backup.") from None


def _unpack(session: Session, frame_id: int) -> bytes:
    chain = session.execute(_CHAIN, {"frame_id": frame_id}).all()
    if not chain or chain[0].base_id is not None:
        missing = chain[0].base_id if chain else frame_id
        raise ArchiveError(
            f"frame {frame_id}: frame {missing} was wanted, it is not in the archive. Restore it from a backup."
        )
    content: bytes | None = None
    for frame in chain:
        content = unpack_one(frame, content)
    assert content is not None
    check_digest(chain[-1], content)
    return content


def unpack_one(frame: AnyRow, base: bytes | None) -> bytes:
    """A frame's content upon that of its base; ArchiveError when it was deleted or is damaged."""
    if frame.deleted_at is not None:
        raise ArchiveError(
            f"frame {frame.id}: its bytes were wanted, a rule of retention ([[retention]] in smallprint.toml) deleted them on {frame.deleted_at:%Y-%m-%d %H:%M} UTC. "
            "That they were seen is still provable: the record of them stays."
        )
    check_packed(frame)
    try:
        return zstd.decompress(frame.packed, zstd_dict=_dictionary(base) if base is not None else None)
    except zstd.ZstdError as error:
        raise _damaged(frame, str(error)) from None


def check_packed(frame: AnyRow) -> None:
    """ArchiveError when these are not the packed bytes that were archived."""
    if crc32(frame.packed) != frame.packed_crc32:
        raise _damaged(frame, f"{len(frame.packed)} bytes with another checksum")


def check_digest(frame: AnyRow, content: bytes) -> None:
    """ArchiveError when this is not the content that was kept."""
    if len(content) != frame.size_bytes or sha256(content).hexdigest() != frame.sha256:
        raise ArchiveError(
            f"frame {frame.id}: {frame.size_bytes} bytes with SHA-256 {frame.sha256} were wanted, other bytes came. Restore it from a backup."
        )


def _damaged(frame: AnyRow, came: str) -> ArchiveError:
    return ArchiveError(
        f"frame {frame.id}: the packed bytes that were archived were wanted, damaged bytes came ({came}). Restore it from a backup."
    )


def _chain() -> AnySelect:
    """The frame, and before it each one that it is a delta against; one statement, as its SQL need not be made each time."""
    step = literal(0).label("step")
    chain = select(Frame.id, Frame.base_id, step).where(Frame.id == bindparam("frame_id")).cte(recursive=True)
    base = select(Frame.id, Frame.base_id, chain.c.step + 1).join(chain, Frame.id == chain.c.base_id)
    chain = chain.union_all(base.where(chain.c.step < FULL_EVERY))
    digest = case((chain.c.step == 0, Frame.sha256)).label("sha256")  # of a base it is not needed, so it may be damaged
    columns = (Frame.id, Frame.base_id, digest, Frame.size_bytes, Frame.packed, Frame.packed_crc32, Frame.deleted_at)
    found = select(*columns).join(chain, Frame.id == chain.c.id)
    return found.order_by(chain.c.step.desc())


_CHAIN = _chain()


def _nearest(session: Session, source_id: int, at: datetime) -> Snapshot | None:
    """The source's snapshot next before a moment, else the next after it: the one that its bytes differ least from."""
    of_source = select(Snapshot).where(Snapshot.source_id == source_id).limit(1)
    before = of_source.where(Snapshot.captured_at <= at).order_by(Snapshot.captured_at.desc(), Snapshot.frame_id.desc())
    found = session.scalar(before)
    return found if found is not None else session.scalar(of_source.order_by(Snapshot.captured_at, Snapshot.frame_id))


def repack(session: Session, frame: Frame, content: bytes, base: Frame | None) -> None:
    """Pack a frame's content anew, against this base or alone. ArchiveError when it would not give back its bytes."""
    frame.base_id, frame.depth, frame.packed = _packed(content, _opened(session, base))
    frame.packed_crc32, frame.deleted_at, frame.size_bytes = crc32(frame.packed), None, len(content)
    session.flush()
    unpack(session, frame.id)


def _frame(session: Session, digest: str, content: bytes, nearest: Frame | None, source_id: int, at: datetime) -> Frame:
    """The frame of these bytes: the one that is there, which gets them back when a rule of retention took them away, and when
    they, or those that it is packed against, are damaged.
    """
    known = _held(session, Frame.sha256 == digest)
    if known is None:
        return _pack(session, digest, content, nearest, source_id, at)
    if not _is_whole(session, known):  # another run may be giving them back just now
        session.refresh(known, with_for_update={"key_share": True})
    if not _is_whole(session, known):  # a damaged one alone, as `nearest` may be packed against it
        repack(session, known, content, nearest if known.deleted_at is not None else None)
    return known


def _is_whole(session: Session, frame: Frame) -> bool:
    """The packed bytes of a frame and of those below it are there and as they were archived: cheaper to tell than to unpack
    them, as each visit that brings nothing new asks.
    """
    try:
        chain = session.execute(_CHAIN, {"frame_id": frame.id}).all()
        for one in chain:
            check_packed(one)
    except (ArchiveError, *UNREADABLE) as error:
        if not isinstance(error, ArchiveError):
            why_unreadable(error)
        return False
    return bool(chain) and chain[0].base_id is None and all(one.deleted_at is None for one in chain)


def _held(session: Session, which: ColumnElement[bool]) -> Frame | None:
    """A frame as it is now, which retention cannot delete before this transaction ends."""
    now = select(Frame).where(which).with_for_update(read=True, key_share=True)
    return session.scalar(now.execution_options(populate_existing=True))


def _pack(session: Session, digest: str, content: bytes, nearest: Frame | None, source_id: int, at: datetime) -> Frame:
    base_id, depth, packed = _smallest(session, content, nearest, source_id, at)
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


@dataclass(frozen=True, slots=True)
class _Base:
    """A frame that others can be packed against, unpacked."""

    id: int
    depth: int
    dictionary: "zstd.ZstdDict"


_Packed = tuple[int | None, int, bytes]
"""The id of the frame that a content is packed against, the depth upon it, the packed bytes."""


def _smallest(session: Session, content: bytes, nearest: Frame | None, source_id: int, at: datetime) -> _Packed:
    """Against the nearest frame or one that is clearly better. The end of a chain stands alone all the same, for what is
    damaged shall not take the whole history with it.
    """
    first = _opened(session, nearest)
    found = _packed(content, first)
    if len(found[2]) <= max(LITTLE_BYTES, LITTLE * len(content)) or (nearest is not None and found[0] is None):
        return found
    others = _kin(session, source_id) if nearest is None else _earlier(session, source_id, nearest, at)
    bases = (base for other in others if (base := _opened(session, other)) is not None)
    tried = ((len(_packed(content, base)[2]), base) for base in bases)
    size, best = min(tried, key=lambda one: one[0], default=(len(found[2]), None))
    base = best if size <= WORTH_IT * len(found[2]) else first
    return _packed(content, base, LEVEL_LARGE) if base is not None else found


def _earlier(session: Session, source_id: int, nearest: Frame, at: datetime) -> Sequence[Frame]:
    """The frames that the source had last before a moment, but for the nearest."""
    seen = select(Snapshot.frame_id).where(Snapshot.source_id == source_id, Snapshot.captured_at <= at)
    recent = session.scalars(seen.order_by(Snapshot.captured_at.desc()).limit(RECENT))
    ids = list(dict.fromkeys(frame_id for frame_id in recent if frame_id != nearest.id))[:TRIED]
    return session.scalars(select(Frame).where(Frame.id.in_(ids)).order_by(Frame.id.desc())).all()


def _kin(session: Session, source_id: int) -> Sequence[Frame]:
    """The newest frame of another source of the same service that others can be packed against."""
    service = select(Policy.service_id).join(Source).where(Source.id == source_id).scalar_subquery()
    sources = select(Source.id).join(Policy).where(Policy.service_id == service, Source.id != source_id)
    seen = select(Frame).join(Snapshot).where(Snapshot.source_id.in_(sources), Frame.depth + 1 < FULL_EVERY)
    seen = seen.where(Frame.deleted_at.is_(None))
    return session.scalars(seen.order_by(Snapshot.captured_at.desc(), Frame.id).limit(1)).all()


def _packed(content: bytes, base: _Base | None, level: int = LEVEL) -> _Packed:
    if base is None or not content:
        return None, 0, zstd.compress(content, level=LEVEL_LARGE)
    return base.id, base.depth + 1, zstd.compress(content, level=level, zstd_dict=base.dictionary.as_prefix)


def _opened(session: Session, frame: Frame | None) -> _Base | None:
    """A frame to pack against; None at the end of a chain, when it is deleted, and when it is damaged: that is `verify`'s to
    tell, and what comes in must be kept all the same.
    """
    frame = _held(session, Frame.id == frame.id) if frame is not None else None
    if frame is None or frame.deleted_at is not None or frame.depth + 1 >= FULL_EVERY:
        return None
    try:
        dictionary = _dictionary(unpack(session, frame.id))
    except ArchiveError:
        return None
    return _Base(frame.id, frame.depth, dictionary) if dictionary is not None else None


def _dictionary(content: bytes) -> "zstd.ZstdDict | None":
    """Zstd takes eight bytes or more as a dictionary."""
    return zstd.ZstdDict(content, is_raw=True) if len(content) >= 8 else None
