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
from typing import Any

from sqlalchemy import Connection, DateTime, Dialect, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.types import TypeDecorator

from monitor.errors import ConfigurationError

NEWEST_MIGRATION = "0001"
BUSY_TIMEOUT_SECONDS = 60
MIGRATION_LOCK = 0x5350524E54  # any number that no other program takes
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

    def upgrade(self) -> None:
        """Bring the tables to today's shape: every migration not yet run, all in one transaction."""
        with self._migrating() as connection:
            if (
                connection.dialect.name == "postgresql"
            ):  # SQLite's BEGIN IMMEDIATE makes two starting processes queue already
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
            if _revision(connection) != NEWEST_MIGRATION:
                _migrate(connection)

    @contextmanager
    def _migrating(self) -> Iterator[Connection]:
        try:
            with self.engine.execution_options(**{BEGIN: "BEGIN IMMEDIATE"}).begin() as connection:
                yield connection
        except OperationalError as error:
            shown = self.engine.url.render_as_string(hide_password=True)
            raise ConfigurationError(
                f"the database {shown} cannot be opened: {str(error.orig).strip()}. Check that it exists, runs and is writable."
            ) from error

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        engine = create_engine(parsed)
    except (ArgumentError, NoSuchModuleError):
        raise ConfigurationError(
            f'a database URL such as "postgresql://user@host/name" or "sqlite:////path/file.db" was wanted, {url.rsplit("@", maxsplit=1)[-1]!r} came'
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


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


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  slow to load, and seldom needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(resources.files("monitor") / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
