"""Damage to an archive's rows, as a failing disk or a hand that covers its traces does it: past all that the product checks."""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from monitor.database import Database

PAGE_BYTES = 4096
PLACES = {
    "frame": ("id", ("packed", "packed_crc32", "sha256", "size_bytes", "base_id")),
    "snapshot": (
        "id",
        (
            *("packed_headers", "record_sha256", "url", "final_url", "status", "via", "captured_at"),
            *("frame_id", "revisit_of", "headers_base_id", "manifest_number"),
        ),
    ),
    "manifest": (
        "number",
        (
            *("number", "day", "sealed_at", "snapshots", "first_snapshot_id", "last_snapshot_id"),
            *("previous_sha256", "sha256"),
        ),
    ),
}


@dataclass(frozen=True)
class Place:
    """A value of a row."""

    table: str
    key: str
    row: int
    column: str


def places(database: Database) -> list[tuple[Place, Any]]:
    """Every value that may be damaged, with what it is."""
    with database.reading() as session:
        return [
            (Place(table, key, row, column), value)
            for table, (key, columns) in PLACES.items()
            for row, *values in session.execute(text(f"SELECT {key}, {', '.join(columns)} FROM {table}"))
            for column, value in zip(columns, values, strict=True)
            if value is not None and value not in ("", b"")
        ]


def flipped(value: Any, chance: random.Random) -> Any:
    """The value with one bit turned."""
    if isinstance(value, int):
        return value ^ 1 << chance.randrange(31)
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1 << chance.randrange(40))
    content = bytearray(value.encode() if isinstance(value, str) else value)
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    return content.decode("utf-8", "surrogateescape") if isinstance(value, str) else bytes(content)


def truncated(value: Any, chance: random.Random) -> Any:
    """The value without its end; None when it has no length."""
    return value[: chance.randrange(len(value))] if isinstance(value, str | bytes) else None


@contextmanager
def damaged(database: Database, place: Place, old: Any, new: Any) -> Iterator[None]:
    """While the block runs, the value is another."""
    _write(database, place, place.row, new)
    yield
    _write(database, place, new if place.column == place.key else place.row, old)


def _write(database: Database, place: Place, row: int, value: Any) -> None:
    if database.file is None:
        with database.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))  # no foreign key is checked
            statement = text(f"UPDATE {place.table} SET {place.column} = :value WHERE {place.key} = :row")
            connection.execute(statement, {"value": value, "row": row})
        return
    connection = sqlite3.connect(database.file)
    kind = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
    value = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    with connection:
        connection.execute(f"UPDATE {place.table} SET {place.column} = {kind} WHERE {place.key} = ?", (value, row))
    connection.close()


@contextmanager
def page_damaged(file: Path, chance: random.Random) -> Iterator[tuple[int, int, int]]:
    """While the block runs, one bit of a page that holds the archive or names it is turned: page, place, bit."""
    whole = file.read_bytes()
    page, place, bit = chance.choice(_pages(file)), chance.randrange(PAGE_BYTES), 1 << chance.randrange(8)
    broken = bytearray(whole)
    broken[(page - 1) * PAGE_BYTES + place] ^= bit
    file.write_bytes(broken)
    yield page, place, bit
    for beside in file.parent.glob(f"{file.name}-*"):
        beside.unlink()
    file.write_bytes(whole)


def _pages(file: Path) -> list[int]:
    """The pages of the tables that the archive is in, and of their indexes."""
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as connection:
        named = "SELECT name FROM sqlite_master WHERE tbl_name IN ('frame', 'snapshot', 'manifest', 'source', 'policy')"
        found = connection.execute(f"SELECT pageno FROM dbstat WHERE name IN ({named}) ORDER BY pageno")
        return [page for (page,) in found]
