"""What the database itself finds wrong with its file. PostgreSQL has no such check for a user; its rows are proven all the same."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from monitor.database import reason

TOLD = 3  # faults; the others are counted


def unsound(connection: Connection) -> str:
    """What SQLite's integrity check found, in words; empty when the file is sound."""
    if connection.dialect.name != "sqlite":
        return ""
    try:
        said = [str(line) for line in connection.scalars(text("PRAGMA integrity_check"))]
    except DBAPIError as error:
        said = [reason(error)]
    if said == ["ok"]:
        return ""
    more = f"; and {len(said) - TOLD} more" if len(said) > TOLD else ""
    return "; ".join(" ".join(line.split()) for line in said[:TOLD]) + more


def astray(connection: Connection) -> list[tuple[str, int | None, str]]:
    """The rows that name a row which is not there, in SQLite: table, number (None: it has none), the table that it names."""
    if connection.dialect.name != "sqlite":  # PostgreSQL keeps its keys itself
        return []
    return [(row[0], row[1], row[2]) for row in connection.execute(text("PRAGMA foreign_key_check"))]
