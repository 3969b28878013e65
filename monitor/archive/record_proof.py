"""Prove the records of the snapshots: each is still the one that was digested as the snapshot came in."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, selectinload

from monitor.archive.records import checked_line
from monitor.archive.rows import UNREADABLE, AnyRow, read_rows, why_unreadable
from monitor.errors import ArchiveError
from monitor.models import Snapshot

_FIRST = aliased(Snapshot)
_RECORDS = (
    select(Snapshot.id, Snapshot, _FIRST.source_id, _FIRST.frame_id)
    .outerjoin(_FIRST, _FIRST.id == Snapshot.revisit_of)
    .options(selectinload(Snapshot.headers_base))
)


def check_records(session: Session, ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    """The snapshots whose record is damaged, and why."""
    rows = read_rows(session, _RECORDS, Snapshot.id, ids)
    for one in ids:
        if damage := _damage(one, rows.get(one, "its row, or that of its frame, is not in the archive")):
            yield one, damage


def _damage(snapshot_id: int, row: AnyRow | str) -> str:
    if isinstance(row, str):
        return f"snapshot {snapshot_id}: {row}. Restore it from a backup."
    _, snapshot, *first = row
    try:
        checked_line(snapshot)
    except ArchiveError as error:
        return str(error)
    except UNREADABLE as error:
        return f"snapshot {snapshot_id}: {why_unreadable(error)}. Restore it from a backup."
    itself = snapshot.revisit_of == snapshot.id
    if snapshot.revisit_of is not None and (itself or first != [snapshot.source_id, snapshot.frame_id]):
        return f"snapshot {snapshot_id}: another one of its source with the same bytes was wanted, it names snapshot {snapshot.revisit_of}. Restore it from a backup."
    return ""
