"""All rows of one database into another, SQLite or PostgreSQL, as they are: nothing is unpacked and packed again.

Only what the models describe is copied. Search tables and generated columns fill themselves: by triggers, by the database.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    LargeBinary,
    Table,
    bindparam,
    column,
    func,
    insert,
    select,
    table,
    text,
    update,
)
from sqlalchemy.sql.expression import TableClause
from sqlalchemy.types import TypeDecorator, TypeEngine

from monitor.database import UtcDateTime
from monitor.models import Base
from monitor.types import Progress, unheard

Rows = dict[str, int]
"""Table -> how many rows it has."""

AT_ONCE = 500  # rows
AT_ONCE_LARGE = 20  # rows that hold bytes: the largest pages have some megabytes


def counted(connection: Connection, names: Iterable[str] = tuple(Base.metadata.tables)) -> Rows:
    return {name: connection.scalars(select(func.count()).select_from(table(name))).one() for name in names}


def copy_rows(source: Connection, target: Connection, on_progress: Progress = unheard) -> Rows:
    """Fill a database whose tables are there and empty. Both connections stand in a transaction of the caller's."""
    rows = counted(source)
    done, total = 0, sum(rows.values())
    for one in Base.metadata.sorted_tables:
        ahead: list[dict[str, Any]] = []
        for batch in _batches(source, one):
            ahead += _taken_out(one, batch)
            target.execute(insert(_plain(one)), batch)
            done += len(batch)
            on_progress(done, total)
        _put_back(target, one, ahead)
        _count_on(target, one, _highest(source, one))
    return rows


def _plain(one: Table) -> TableClause:
    """The table with columns of the types that the database itself knows."""
    return table(one.name, *(column(each.name, _plain_type(each)) for each in one.c if each.computed is None))


def _plain_type(each: Column[Any]) -> TypeEngine[Any]:
    decorated = isinstance(each.type, TypeDecorator) and not isinstance(each.type, UtcDateTime)
    return each.type.impl if decorated else each.type  # type: ignore[attr-defined]


def _batches(source: Connection, one: Table) -> Iterator[list[dict[str, Any]]]:
    plain = _plain(one)
    large = any(isinstance(each.type, LargeBinary) for each in plain.c)
    ordered = select(plain).order_by(*(plain.c[key.name] for key in one.primary_key))
    options = {"yield_per": AT_ONCE_LARGE if large else AT_ONCE}
    for rows in source.execute(ordered, execution_options=options).mappings().partitions():
        yield [dict(row) for row in rows]


def _taken_out(one: Table, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """References to rows of the same table that come later: left out of the batch, given to be put back."""
    ahead = []
    for each in one.c:
        if any(key.column.table is one for key in each.foreign_keys):
            for row in batch:
                if row[each.name] is not None and row[each.name] > row["id"]:
                    ahead.append({"column": each.name, "row": row["id"], "value": row[each.name]})
                    row[each.name] = None
    return ahead


def _put_back(target: Connection, one: Table, ahead: list[dict[str, Any]]) -> None:
    for name in sorted({each["column"] for each in ahead}):
        wanted = update(one).where(one.c.id == bindparam("row")).values({name: bindparam("value")})
        target.execute(wanted, [each for each in ahead if each["column"] == name])


def _highest(source: Connection, one: Table) -> int:
    """The highest number that the table has given a row, of a row that is gone as well where none is given twice."""
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
