"""The one place that begins transactions. SQLite by default, PostgreSQL by URL.

`Database.writing()` gives a session that commits at its end, or rolls back when an error passes; `Database.reading()` one
that never commits. On SQLite: WAL, synchronous=FULL (a commit survives a power cut), BEGIN IMMEDIATE for writers so
that two of them queue instead of failing half-way.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, DateTime, Dialect, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError, StatementError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from monitor.errors import ConfigurationError

NEWEST_MIGRATION = "0006"
BUSY_TIMEOUT_SECONDS = 60
MIGRATION_LOCK = 0x5350524E54  # any numbers that no other program takes
PRUNING_LOCK = MIGRATION_LOCK + 1
BEGIN = "smallprint_begin"


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC moment in, the same moment out: SQLite forgets the zone, so it is put back; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an aware datetime was wanted, the naive {value!r} came")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """An engine and its two kinds of sessions."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self._writing = sessionmaker(
            self.engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"}), expire_on_commit=False
        )
        self._reading = sessionmaker(
            self.engine.execution_options(**{BEGIN: "BEGIN"}), expire_on_commit=False, autoflush=False
        )

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with self._writing.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self._reading() as session:
            yield session

    @contextmanager
    def reading_one_moment(self) -> Iterator[Session]:
        """As `reading`: all its statements see what was committed when the first one did. On SQLite those of any session do."""
        with self.reading() as session:
            if self.engine.dialect.name == "postgresql":
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @property
    def shown(self) -> str:
        """Kind, host and name: all of its URL that may be printed, for secrets may stand in the rest."""
        return _shown(self.engine.url)

    @property
    def file(self) -> Path | None:
        """The file that a SQLite database is."""
        name = self.engine.url.database or ""
        if self.engine.dialect.name != "sqlite" or name in ("", ":memory:") or name.startswith("file:"):
            return None
        return Path(name)

    def upgrade(self, to: str = NEWEST_MIGRATION) -> None:
        """Bring the tables to today's shape, or an empty database to an older one: every migration not yet run, all in one transaction, and none when none is due."""
        try:
            with self.engine.connect() as connection:
                if _revision(connection) == to:
                    return
            with self.engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"}).begin() as connection:
                self._upgrade(connection, to)
        except DBAPIError as error:
            raise ConfigurationError(
                f"the database {self.shown} cannot be opened: {reason(error)}. Check that it exists, runs, is writable and is smallprint's."
            ) from error

    def _upgrade(self, connection: Connection, to: str) -> None:
        take_turns(connection, MIGRATION_LOCK)
        revision = _revision(connection)
        if revision == to:
            return
        if not _migrate(connection, to):
            raise ConfigurationError(
                f"the database {self.shown} was made by a newer smallprint: its tables have the shape {revision}, this one knows none after {NEWEST_MIGRATION}. "
                "Install the newer smallprint again, or name another database."
            )

    def close(self) -> None:
        self.engine.dispose()


def take_turns(connection: Connection, lock: int) -> None:
    """Wait until no other writing transaction holds this lock, and hold it. On SQLite, BEGIN IMMEDIATE makes all of them queue."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": lock})


def reason(error: SQLAlchemyError) -> str:
    """What a database said, in one line: without the statement, its parameters and the address."""
    said = str(error.orig).strip().splitlines() if isinstance(error, StatementError) else []
    return said[0].rstrip(".") if said else type(error).__name__


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if "@" in (parsed.host or ""):
            raise ConfigurationError(
                f"the database URL of {_shown(parsed)}: one @ was wanted, before the host, more came. Write %40 for an @ of the password."
            )
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed, hide_parameters=True)
    except (ArgumentError, ImportError, NoSuchModuleError, ValueError):
        raise ConfigurationError(
            f'a database URL such as "postgresql://user@host/name" or "sqlite:////path/file.db" was wanted, {_shown(url)} came'
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _shown(url: str | URL) -> str:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        kind, separator, _ = str(url).partition("://")
        return f"{kind}://..." if separator else "something without ://"
    host = (parsed.host or "").rpartition("@")[2] or None
    return URL.create(parsed.drivername, host=host, database=parsed.database).render_as_string()


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN would come too late: see _begin
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_SECONDS * 1000}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN"))


def _revision(connection: Connection) -> str | None:
    """The newest migration that was run; None on an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _migrate(connection: Connection, to: str) -> bool:
    """Run the migrations that are due; False when the database is at one that is not known here."""
    from alembic import command  # noqa: PLC0415  slow to load, and seldom needed
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(resources.files("monitor") / "migrations"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if _revision(connection) not in {None, *known}:
        return False
    command.upgrade(config, to)
    return True
