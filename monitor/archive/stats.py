"""What the archive holds, and what it takes."""

from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from monitor.models import Frame, Manifest, Snapshot

TABLES = ("frame", "snapshot", "manifest")  # the archive's own


@dataclass(frozen=True, slots=True)
class ArchiveStats:
    """`seen_bytes`: what all snapshots hold unpacked; `packed_bytes`: what the frames take of them. `archive_bytes` and
    `database_bytes`: what the archive's tables with their indexes, and the whole database, take of the disk in whole pages;
    the first is None on an SQLite that cannot tell. Of the frames, `standing_alone` are packed against no other, and
    `deleted_frames` had their bytes deleted by a retention rule.
    """

    snapshots: int
    revisits: int
    frames: int
    standing_alone: int
    deleted_frames: int
    manifests: int
    unsealed_snapshots: int
    seen_bytes: int
    packed_bytes: int
    archive_bytes: int | None
    database_bytes: int

    @property
    def bytes_a_snapshot(self) -> float | None:
        """Of the disk; None when there is no snapshot."""
        taken = self.archive_bytes if self.archive_bytes is not None else self.database_bytes
        return taken / self.snapshots if self.snapshots else None


def stats(session: Session) -> ArchiveStats:
    snapshots, revisits, sealed, seen = session.execute(
        select(
            *(func.count(Snapshot.id), func.count(Snapshot.revisit_of), func.count(Snapshot.manifest_number)),
            func.coalesce(func.sum(Frame.size_bytes), 0),
        ).join(Snapshot.frame)
    ).one()
    frames, upon_others, deleted, packed = session.execute(
        select(
            *(func.count(Frame.id), func.count(Frame.base_id), func.count(Frame.deleted_at)),
            func.coalesce(func.sum(func.length(Frame.packed)), 0),
        )
    ).one()
    archive_bytes, database_bytes = _allocated(session)
    return ArchiveStats(
        snapshots=snapshots,
        revisits=revisits,
        frames=frames,
        standing_alone=frames - upon_others,
        deleted_frames=deleted,
        manifests=session.scalars(select(func.count(Manifest.number))).one(),
        unsealed_snapshots=snapshots - sealed,
        seen_bytes=int(seen),
        packed_bytes=int(packed),
        archive_bytes=archive_bytes,
        database_bytes=database_bytes,
    )


def _allocated(session: Session) -> tuple[int | None, int]:
    """Bytes in the pages of the archive's tables, and of the whole database."""
    if session.get_bind().dialect.name == "postgresql":
        sizes = " + ".join(f"pg_total_relation_size('{table}')" for table in TABLES)
        taken, of_all = session.execute(text(f"SELECT {sizes}, pg_database_size(current_database())")).one()
        return int(taken), int(of_all)
    pages = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    return _pages_of_sqlite(session), int(session.execute(text(pages)).scalar_one())


def _pages_of_sqlite(session: Session) -> int | None:
    names = ", ".join(f"'{table}'" for table in TABLES)
    pages = f"SELECT sum(pgsize) FROM dbstat JOIN sqlite_schema USING (name) WHERE tbl_name IN ({names})"  # noqa: S608
    try:
        return int(session.execute(text(pages)).scalar_one())
    except OperationalError:  # it was compiled without
        return None
