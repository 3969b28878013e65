"""Proof that a copied database is what it is a copy of."""

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from monitor.archive.verify import Damage, verify
from monitor.backup.file import Showing
from monitor.copying import Rows, counted
from monitor.database import Database, reason
from monitor.errors import ArchiveError


def check_copy(database: Database, wanted: Rows) -> None:
    """Raises ArchiveError when it is not sound, or does not have these rows."""
    try:
        with database.engine.connect() as connection:
            _check_sound(connection)
            found = counted(connection, wanted)
    except DBAPIError as error:
        raise ArchiveError(
            f"a database with the tables of a copy was wanted, it cannot be read: {reason(error)}."
        ) from None
    for name, count in wanted.items():
        if found[name] != count:
            raise ArchiveError(f"table {name}: {count} rows were wanted in the copy, {found[name]} came.")


def damaged(database: Database, showing: Showing) -> list[Damage]:
    """The frames that do not give back their bytes."""
    with database.reading() as session, showing("verifying") as advance:
        return verify(session, advance)


def _check_sound(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    said = connection.scalars(text("PRAGMA integrity_check(1)")).one()
    if said != "ok":
        raise ArchiveError(f"a sound copy of the database was wanted, SQLite found fault with it: {said}.")
