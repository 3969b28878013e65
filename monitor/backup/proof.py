"""Proof that a copied database is what it is a copy of."""

from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError

from monitor.archive.soundness import unsound
from monitor.archive.verify import Damage, verify
from monitor.backup.file import Showing
from monitor.copying import Rows, counted
from monitor.database import Database, reason
from monitor.errors import ArchiveError


def check_copy(database: Database, wanted: Rows) -> None:
    """Raises ArchiveError when it is not sound, or does not have these rows."""
    try:
        with database.engine.connect() as connection:
            fault = unsound(connection)
            if fault:
                raise ArchiveError(f"a sound copy of the database was wanted, SQLite found fault with it: {fault}.")
            found = counted(connection, wanted)
    except DBAPIError as error:
        raise ArchiveError(
            f"a database with the tables of a copy was wanted, it cannot be read: {reason(error)}."
        ) from None
    for name, count in wanted.items():
        if found[name] != count:
            raise ArchiveError(f"table {name}: {count} rows were wanted in the copy, {found[name]} came.")


def damaged(database: Database, showing: Showing) -> Sequence[Damage]:
    """What the archive in it does not give back as it was archived."""
    with showing("verifying") as advance:
        return verify(database, advance).damages
