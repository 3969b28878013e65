"""A home out of a backup: into a new one only, on SQLite or PostgreSQL, whichever its settings name."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from monitor.archive.verify import Damage
from monitor.backup.file import RULES, BackupFile, Listing, Showing, opened, private_file, sync_folder
from monitor.backup.own_settings import without_database
from monitor.backup.proof import check_copy, damaged
from monitor.backup.shape import check_shape
from monitor.config import DATABASE_FILE, SETTINGS_FILE, database_url
from monitor.copying import Rows, copy_database, counted
from monitor.database import NEWEST_MIGRATION, Database
from monitor.errors import UsageError
from monitor.models import Alert, Host, Message, Policy
from monitor.search import passages


@dataclass(frozen=True, slots=True)
class Restored:
    """A restored home: of which moment, into which database, with how many rows; what the home had already and kept;
    whether its new settings are the backup's without their database; what was waiting to be told then; the frames that were
    damaged in the archive itself.
    """

    made_at: datetime
    database: str
    rows: Rows
    kept: tuple[str, ...]
    without_database: bool
    messages: int
    alerts: int
    damages: Sequence[Damage]


def restore(file: Path, home: Path, *, showing: Showing) -> Restored:
    """Fill a home that has no history. All is proved before it is put in place; after an error all is as it was before."""
    with opened(file) as backup, _undone_by_an_error() as undo:
        _check_age(file, backup.listing)
        _make(home, undo)
        # before the backup's settings come, whose database is the old home's, or anybody's
        own_url = database_url(home)
        kept, changed = _put_own_files(backup, home, undo)
        with closing(Database(own_url)) as target:
            _check_empty(target)
            messages, alerts, damages = _fill(backup, home, target, undo, showing)
            rows = backup.listing.rows
            return Restored(backup.listing.made_at, target.shown, rows, kept, changed, messages, alerts, damages)


def _fill(
    backup: BackupFile, home: Path, target: Database, undo: ExitStack, showing: Showing
) -> tuple[int, int, Sequence[Damage]]:
    """The database, which is unpacked on the disk that it is for; what waits in it, and its damaged frames."""
    folder = target.file.parent if target.file is not None else home
    _make(folder, undo)
    with TemporaryDirectory(dir=folder, prefix=".restoring.") as scratch:
        unpacked = Path(scratch) / DATABASE_FILE
        with private_file(unpacked) as out, showing("unpacking") as advance:
            backup.take_database(out, advance)
        messages, alerts, damages = _made_ready(unpacked, backup.listing, showing)
        if target.file is None:
            return messages, alerts, _filled(unpacked, target, showing)
        _check_empty(target)  # all of this took its time
        unpacked.replace(target.file)
        undo.callback(target.file.unlink, missing_ok=True)
        sync_folder(folder)
        return messages, alerts, damages


@contextmanager
def _undone_by_an_error() -> Iterator[ExitStack]:
    """What is to be called after an error: it removes what the block has made, and nothing that others put there meanwhile."""
    with ExitStack() as undo:
        yield undo
        undo.pop_all()


def _make(folder: Path, undo: ExitStack) -> None:
    if not folder.is_dir():
        folder.mkdir(parents=True)
        undo.callback(_remove_if_empty, folder)


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _check_age(file: Path, listing: Listing) -> None:
    if listing.tables > NEWEST_MIGRATION:
        raise UsageError(
            f"{file}: smallprint {listing.smallprint} made this backup, whose tables have the shape {listing.tables}; this one knows none after {NEWEST_MIGRATION}. "
            "Install that smallprint or a newer one, and restore with it."
        )


def _put_own_files(backup: BackupFile, home: Path, undo: ExitStack) -> tuple[tuple[str, ...], bool]:
    """Settings and rules, where the home has none of its own; the names of what it has and keeps, and whether a database
    was taken out of the settings.
    """
    settings, rules = backup.settings(), backup.rules()
    kept, changed = [], False
    if (home / SETTINGS_FILE).exists():
        kept.append(SETTINGS_FILE)
    elif settings is not None:
        own = without_database(settings)
        changed = own != settings
        _put(home / SETTINGS_FILE, own, undo)
    if (home / RULES).exists():
        kept.append(RULES)
    elif rules:
        _make(home / RULES, undo)
        for name, content in rules.items():
            _put(home / RULES / name, content, undo)
    return tuple(kept), changed


def _put(place: Path, content: bytes, undo: ExitStack) -> None:
    with private_file(place) as file:
        undo.callback(place.unlink, missing_ok=True)
        file.write(content)


def _check_empty(target: Database) -> None:
    if target.file is not None:
        empty = not target.file.exists()
    else:
        target.upgrade()
        with target.engine.connect() as connection:
            empty = not any(counted(connection).values())
    if not empty:
        raise UsageError(
            f"a home without a history was wanted, {target.shown} holds one, or the beginnings of one. Name a new folder with --home; "
            f"where the settings of that home shall name another database, put a {SETTINGS_FILE} that does so there first."
        )


def _made_ready(unpacked: Path, listing: Listing, showing: Showing) -> tuple[int, int, Sequence[Damage]]:
    """Prove the database, give it today's tables, and let go of what the machine held that was backed up. How many messages
    and alerts wait in it, and its damaged frames.
    """
    check_shape(unpacked, listing)
    with closing(Database(f"sqlite:///{unpacked}")) as database:
        check_copy(database, listing.rows)
        database.upgrade()
        with database.writing() as session:
            _let_go(session)
            passages.fill(session)
            waiting = Message.status == "pending"
            messages = session.scalars(select(func.count(Message.id)).where(waiting)).one()
            alerts = session.scalars(select(func.count(Alert.id)).where(Alert.message_id.is_(None))).one()
        return messages, alerts, damaged(database, showing)


def _let_go(session: Session) -> None:
    session.execute(update(Policy).values(lease_token=None, lease_until=None))
    session.execute(update(Host).values(holder=""))
    session.execute(update(Message).values(claimed_until=None))


def _filled(unpacked: Path, target: Database, showing: Showing) -> Sequence[Damage]:
    """Copy it into another database, in one transaction; the frames that are damaged there."""
    with (
        closing(Database(f"sqlite:///{unpacked}")) as source,
        source.engine.connect() as reading,
        target.writing() as session,
        showing("copying") as advance,
    ):
        rows = copy_database(reading, session.connection(), advance)
        passages.fill(session)
    check_copy(target, rows)
    return damaged(target, showing)
