"""Rows of one database into another, SQLite or PostgreSQL, as they are: nothing is unpacked and packed again.

Only what the models describe is copied. The index that is searched is filled after it: `passages.fill`.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    MetaData,
    Table,
    bindparam,
    func,
    insert,
    select,
    table,
    text,
    type_coerce,
    update,
)
from sqlalchemy.types import TypeDecorator

from monitor.database import UtcDateTime
from monitor.models import Base
from monitor.types import Progress, unheard

Row = dict[str, Any]
Rows = dict[str, int]
"""Table -> how many rows it has."""

AT_ONCE = 500  # rows
AT_ONCE_LARGE = 20  # rows that hold bytes: the largest pages have some megabytes


def counted(connection: Connection, names: Iterable[str] = tuple(Base.metadata.tables)) -> Rows:
    return {name: connection.scalars(select(func.count()).select_from(table(name))).one() for name in names}


def copy_database(source: Connection, target: Connection, on_progress: Progress = unheard) -> Rows:
    """Fill a database whose tables are there and empty. Both connections stand in a transaction of the caller's."""
    rows = counted(source)
    done, total = 0, sum(rows.values())
    for one in Base.metadata.sorted_tables:
        for copied in _copied(source, target, one):
            done += copied
            on_progress(done, total)
        _count_on(target, one, _highest(source, one))
    return rows


def copy_rows(source: Connection, target: Connection, one: Table, *wanted: ColumnElement[bool]) -> None:
    """The rows of a table for which all of `wanted` is true."""
    for _ in _copied(source, target, one, *wanted):
        pass


def _copied(source: Connection, target: Connection, one: Table, *wanted: ColumnElement[bool]) -> Iterator[int]:
    """Copies, and gives how many rows each step was."""
    ahead: list[Row] = []
    for batch in batches(source, one, *wanted):
        ahead += _taken_out(one, batch)
        target.execute(insert(plain(one)), batch)
        yield len(batch)
    _put_back(target, one, ahead)


@cache
def plain(one: Table) -> Table:
    """The table with columns of the types that the database itself knows."""
    columns = (column for column in one.c if column.computed is None)
    return Table(one.name, MetaData(), *(_plain_column(column) for column in columns))


def _plain_column(column: Column[Any]) -> Column[Any]:
    decorated = isinstance(column.type, TypeDecorator) and not isinstance(column.type, UtcDateTime)
    plain_type = column.type.impl if decorated else column.type  # type: ignore[attr-defined]
    return Column(column.name, plain_type, primary_key=column.primary_key, autoincrement=column.autoincrement)


def batches(source: Connection, one: Table, *wanted: ColumnElement[bool]) -> Iterator[list[Row]]:
    """The rows in the order of their keys, some at a time."""
    bare = plain(one)
    large = any(isinstance(column.type, LargeBinary) for column in bare.c)
    columns = [type_coerce(one.c[column.name], column.type).label(column.name) for column in bare.c]
    ordered = select(*columns).where(*wanted).order_by(*one.primary_key)
    options = {"yield_per": AT_ONCE_LARGE if large else AT_ONCE}
    for rows in source.execute(ordered, execution_options=options).mappings().partitions():
        yield [dict(row) for row in rows]


def _taken_out(one: Table, batch: list[Row]) -> list[Row]:
    """References to rows of the same table that come later: left out of the batch, given to be put back."""
    ahead = []
    for column in one.c:
        if any(key.column.table is one for key in column.foreign_keys):
            for row in batch:
                if row[column.name] is not None and row[column.name] > row["id"]:
                    ahead.append({"column": column.name, "row": row["id"], "value": row[column.name]})
                    row[column.name] = None
    return ahead


def _put_back(target: Connection, one: Table, ahead: list[Row]) -> None:
    for name in sorted({each["column"] for each in ahead}):
        wanted = update(one).where(one.c.id == bindparam("row")).values({name: bindparam("value")})
        target.execute(wanted, [each for each in ahead if each["column"] == name])


def _highest(source: Connection, one: Table) -> int:
    """The highest number that the table has given a row; of a row that is gone as well, where none is given twice."""
    if one.autoincrement_column is None:
        return 0
    highest = source.scalars(select(func.coalesce(func.max(one.autoincrement_column), 0))).one()
    if not one.dialect_options["sqlite"]["autoincrement"]:
        return int(highest)
    if source.dialect.name == "sqlite":
        given = source.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": one.name})
    else:
        given = source.scalar(text(f"SELECT last_value FROM {_sequence(source, one)} WHERE is_called"))  # noqa: S608
    return max(int(highest), int(given or 0))


def _count_on(target: Connection, one: Table, highest: int) -> None:
    """The table's next row gets the number after `highest`."""
    if highest == 0:
        return
    if target.dialect.name == "postgresql":
        sequence = _sequence(target, one)
        target.execute(text("SELECT setval(:sequence, :highest)"), {"sequence": sequence, "highest": highest})
    elif one.dialect_options["sqlite"]["autoincrement"]:
        here = {"name": one.name, "highest": highest}
        target.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), here)
        target.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :highest)"), here)


def _sequence(connection: Connection, one: Table) -> str:
    """The sequence that PostgreSQL numbers the table's rows by."""
    assert one.autoincrement_column is not None
    named = {"name": one.name, "column": one.autoincrement_column.name}
    return str(connection.scalars(text("SELECT pg_get_serial_sequence(:name, :column)"), named).one())
