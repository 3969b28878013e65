"""Make a backup while others write: all of it is of one moment, and nobody waits for it."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from monitor.archive.verify import Damage
from monitor.backup.file import Listing, Showing, opened, private_file, sync_folder, write
from monitor.backup.proof import check_copy, damaged
from monitor.backup.shape import check_shape
from monitor.config import DATABASE_FILE
from monitor.copying import Rows, copy_database, counted
from monitor.database import NEWEST_MIGRATION, Database, reason
from monitor.errors import UsageError

PAGES_AT_ONCE = 2000  # of SQLite's: 8 MB
PARTIAL = "partial.zip"
SCRATCH = ".smallprint-backup."
GIVEN_UP_AFTER = timedelta(hours=12)  # without a byte written


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made and proved: its size, its rows, and the frames that are damaged in the archive itself."""

    size_bytes: int
    rows: Rows
    damages: Sequence[Damage]


def back_up(
    home: Path, database: Database, file: Path, *, now: datetime, showing: Showing, overwrite: bool = False
) -> BackedUp:
    """Put a home into a file: all of it, or nothing. A file that is there is replaced only when `overwrite` says so."""
    _check_free(file, overwrite=overwrite)
    _sweep(file.parent, now)
    with _beside(file) as scratch:
        copied = scratch / DATABASE_FILE
        rows = _copy(database, copied, showing)
        listing = Listing(made_at=now, smallprint=version("smallprint"), tables=NEWEST_MIGRATION, rows=rows)
        check_shape(copied, listing)
        with closing(Database(f"sqlite:///{copied}")) as copy:
            check_copy(copy, rows)
            damages = damaged(copy, showing)
        partial = scratch / PARTIAL
        with private_file(partial) as out, showing("packing") as advance:
            write(out, listing, copied, home, advance)
        with opened(partial) as packed:
            packed.check()
        _check_free(file, overwrite=overwrite)
        size_bytes = partial.stat().st_size
        partial.replace(file)
        sync_folder(file.parent)
    return BackedUp(size_bytes, rows, damages)


def _check_free(file: Path, *, overwrite: bool) -> None:
    if file.exists() and not overwrite:
        raise UsageError(
            f"{file}: a name that is free was wanted, there is a file already. Choose another, or replace it with --overwrite."
        )


def _sweep(folder: Path, now: datetime) -> None:
    """Remove what backups that were killed have left here: each is as large as its database."""
    for left in folder.glob(f"{SCRATCH}*"):
        with suppress(OSError):  # another backup sweeps too, or it is somebody else's
            written_at = max(place.stat().st_mtime for place in (left, *left.iterdir()))
            if now - datetime.fromtimestamp(written_at, UTC) > GIVEN_UP_AFTER:
                shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _beside(file: Path) -> Iterator[Path]:
    """A folder on the disk that the file is for; gone at the end, with all that is in it."""
    try:
        folder = Path(tempfile.mkdtemp(dir=file.parent, prefix=SCRATCH))
    except OSError as error:
        raise UsageError(
            f"{file}: a backup cannot be written in {file.parent}: {error.strerror}. Choose another place."
        ) from None
    try:
        yield folder
    except (OSError, sqlite3.Error, DBAPIError) as error:
        said = reason(error) if isinstance(error, DBAPIError) else getattr(error, "strerror", None) or error
        raise UsageError(
            f"{file}: the backup could not be made: {said}. Nothing was left behind. For a while it takes twice the room of the database."
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _copy(database: Database, target: Path, showing: Showing) -> Rows:
    if database.engine.dialect.name == "sqlite":
        return _copy_file(database, target, showing)
    of_one_moment = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with closing(Database(f"sqlite:///{target}")) as copied, of_one_moment.connect() as source:
        copied.upgrade()
        with copied.writing() as session, showing("copying") as advance:
            return copy_database(source, session.connection(), advance)


def _copy_file(database: Database, target: Path, showing: Showing) -> Rows:
    """SQLite's own online copy, within a transaction: writers go on beside it, and it need not begin again for them."""
    with database.engine.connect() as source, closing(sqlite3.connect(target)) as copied, showing("copying") as advance:
        rows = counted(source)
        driver = source.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.backup(copied, pages=PAGES_AT_ONCE, progress=lambda _, left, total: advance(total - left, total))
        return rows
