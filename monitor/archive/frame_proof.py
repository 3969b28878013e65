"""Prove the frames: each unpacks to bytes of its digest and size, upon the base that it states and no deeper than it states."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.archive.rows import UNREADABLE, AnyRow, read_rows, why_unreadable
from monitor.archive.store import FULL_EVERY, check_digest, check_packed, unpack, unpack_one
from monitor.archive.trees import Node, Trees
from monitor.errors import ArchiveError
from monitor.models import Frame

AT_ONCE = 50  # frames whose packed bytes are fetched together

_ROWS = select(
    *(Frame.id, Frame.base_id, Frame.depth, Frame.sha256, Frame.size_bytes),
    *(Frame.packed, Frame.packed_crc32, Frame.deleted_at),
)


@dataclass(slots=True)
class Fault:
    """What is wrong with a frame, and the frames that cannot be unpacked for it: none when its content comes out all the same."""

    frame_id: int
    reason: str
    lost: list[int]


@dataclass(slots=True)
class Walked:
    """What came of some trees: the faults, and how many frames were deleted by a retention rule."""

    faults: list[Fault] = field(default_factory=list)
    frames: int = 0
    deleted: int = 0


@dataclass(slots=True)
class _Held:
    """A frame that deltas still to come are against: its content, or the fault that they will fail by."""

    content: bytes | Fault
    depth: int
    waiting: int


def check_trees(session: Session, trees: Trees, roots: Iterable[int]) -> Walked:
    """Unpack every frame of these trees once."""
    walk, nodes = _Walk(session), trees.walk(roots)
    while part := list(islice(nodes, AT_ONCE)):
        rows = read_rows(session, _ROWS, Frame.id, [node.id for node in part])
        for node in part:
            walk.take(node, rows.get(node.id, "its row is no longer there"))
    return walk.walked


def unreached(trees: Trees) -> Iterator[Fault]:
    """The frames that are in no tree."""
    why = "frame {}: the base that it is packed against was wanted, it is not in the archive. Restore it from a backup."
    return (Fault(frame_id, why.format(frame_id), [frame_id]) for frame_id in trees.unreached())


class _Walk:
    """Goes along a tree, and holds what is still needed of it."""

    def __init__(self, session: Session) -> None:
        self.walked = Walked()
        self._session = session
        self._held: dict[int, _Held] = {}

    def take(self, node: Node, row: AnyRow | str) -> None:
        self.walked.frames += 1
        base = self._base(node)
        content = self._content(node, row, base)
        if node.children:
            self._held[node.id] = _Held(content, base.depth + 1 if base is not None else 0, node.children)

    def _base(self, node: Node) -> _Held | None:
        if node.base_id is None:
            return None
        base = self._held[node.base_id]
        base.waiting -= 1
        if not base.waiting:
            del self._held[node.base_id]
        return base

    def _content(self, node: Node, row: AnyRow | str, base: _Held | None) -> bytes | Fault:
        if isinstance(row, str):
            return self._fault(node.id, f"frame {node.id}: {row}. Restore it from a backup.", node.id)
        if row.deleted_at is not None:
            return self._deleted(row)
        try:
            if row.base_id != node.base_id:  # a retention rule has packed it anew meanwhile
                return unpack(self._session, node.id)
            upon = base.content if base is not None else None
            if isinstance(upon, Fault):
                return self._failed(row, upon)
            content = unpack_one(row, upon)
            check_digest(row, content)
        except (ArchiveError, *UNREADABLE) as error:
            return self._fault(node.id, _why(node.id, error), node.id)
        self._check_depth(row, base.depth + 1 if base is not None else 0)
        return content

    def _check_depth(self, row: AnyRow, least: int) -> None:
        """It bounds the chains that are made upon it: one that is stated too high does no harm, one too low does."""
        if (
            not isinstance(row.depth, int)
            or not (least <= row.depth or self._was_lowered(row))
            or row.depth >= FULL_EVERY
        ):
            why = f"frame {row.id}: a depth of {least} or more, below {FULL_EVERY}, was wanted, {row.depth} came. Its content is whole."
            self._fault(row.id, why)

    def _was_lowered(self, row: AnyRow) -> bool:
        """A retention rule has packed a frame below it anew meanwhile, and it still stands upon its base."""
        now = self._session.scalar(select(Frame.depth).where(Frame.id == row.base_id))
        return now is not None and row.depth > now

    def _deleted(self, row: AnyRow) -> Fault:
        """Deletion by a rule is no damage; but what is still packed against it is."""
        self.walked.deleted += 1
        if row.packed:
            return self._fault(
                row.id, f"frame {row.id}: it is recorded as deleted, but has bytes. Restore it from a backup.", row.id
            )
        return Fault(row.id, f"frame {row.id}: a retention rule deleted its bytes, though others need them.", [])

    def _failed(self, row: AnyRow, fault: Fault) -> bytes | Fault:
        """A frame upon a faulty one: lost with it, unless only the record of that is at fault; damaged itself perhaps."""
        try:
            return unpack(self._session, row.id)
        except ArchiveError:
            if not fault.lost:
                self.walked.faults.append(fault)
            fault.lost.append(row.id)
        check_packed(row)
        return fault

    def _fault(self, frame_id: int, reason: str, *lost: int) -> Fault:
        fault = Fault(frame_id, reason, list(lost))
        self.walked.faults.append(fault)
        return fault


def _why(frame_id: int, error: Exception) -> str:
    if isinstance(error, ArchiveError):
        return str(error)
    return f"frame {frame_id}: {why_unreadable(error)}. Restore it from a backup."
