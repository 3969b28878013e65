"""Proof that a SQLite file has smallprint's tables and nothing else: no view or trigger of another make that would act once it
is read or written.
"""

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from monitor.backup.file import Listing
from monitor.database import Database
from monitor.errors import ArchiveError
from monitor.models import Base

Part = tuple[str, str, str, str]
"""Kind, name, table, and the SQL that makes it, without blanks and quotation marks, in which versions of SQLite differ."""

PARTS = "SELECT type, name, tbl_name, sql FROM sqlite_master"
STATISTICS = {  # SQLite's own, where somebody ran ANALYZE
    ("table", "sqlite_stat1", "sqlite_stat1", "CREATETABLEsqlite_stat1(tbl,idx,stat)"),
    ("table", "sqlite_stat4", "sqlite_stat4", "CREATETABLEsqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)"),
}
LONGEST_VALUE_BYTES = 1_000_000  # far more than the SQL of a table has


def check_shape(file: Path, listing: Listing) -> None:
    """Raises ArchiveError when its parts are not those that the listing's migration makes, or its rows are not listed."""
    wanted = _parts_at(listing.tables)
    try:
        with closing(sqlite3.connect(file)) as connection:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE_BYTES)
            _check_parts(connection, wanted)
            said = connection.execute("SELECT version_num FROM alembic_version LIMIT 2").fetchall()
    except sqlite3.Error as error:
        raise ArchiveError(
            f"a database with smallprint's tables was wanted, it cannot be read: {str(error)[:200]!a}."
        ) from None
    if said != [(listing.tables,)]:
        raise ArchiveError(f"a database whose tables have the shape {listing.tables} was wanted, it says another.")
    tables = {name for kind, name, *_ in wanted if kind == "table"} & set(Base.metadata.tables)
    if tables != set(listing.rows):
        raise ArchiveError("the number of rows of each table was wanted, the list of a backup has other tables.")


def _check_parts(connection: sqlite3.Connection, wanted: set[Part]) -> None:
    missing = set(wanted)
    for part in _parts(connection.execute(PARTS)):
        if part not in wanted | STATISTICS:
            raise ArchiveError(
                f"smallprint's tables alone were wanted in the database, it has the {part[0][:20]!a} {part[1][:80]!a} of another make. "
                "When you made it, remove it from the home's database and back up again; else take another backup."
            )
        missing.discard(part)
    if missing:
        kind, name, *_ = min(missing)
        raise ArchiveError(f"smallprint's tables were wanted in the database, the {kind} {name} is missing.")


def _parts_at(revision: str) -> set[Part]:
    """What the migrations make, up to this one."""
    from alembic.util.exc import CommandError  # noqa: PLC0415  slow to load, and seldom needed

    with closing(Database("sqlite://")) as database:
        try:
            database.upgrade(revision)
        except CommandError:
            raise ArchiveError(f"tables of a shape that smallprint knows were wanted, {revision} came.") from None
        with database.engine.connect() as connection:
            return set(_parts(connection.execute(text(PARTS))))


def _parts(rows: Iterable[Iterable[object]]) -> Iterable[Part]:
    for kind, name, table, sql in rows:
        yield str(kind), str(name), str(table), re.sub(r'[\s"]+', "", str(sql or ""))
