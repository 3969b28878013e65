"""Moments, transactions, migrations."""

import re
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError, StatementError

from monitor.database import BUSY_TIMEOUT_SECONDS, NEWEST_MIGRATION, Database, reason
from monitor.errors import ConfigurationError
from monitor.models import Base, Service
from tests.homes import WatchedHome


def test_a_moment_comes_back_aware_and_in_utc(watched: WatchedHome) -> None:
    eastern = datetime(2026, 3, 29, 3, 30, 0, 123456, tzinfo=timezone(timedelta(hours=-5)))
    watched.add()
    with watched.home.database.writing() as session:
        session.merge(watched.policy()).paused_at = eastern
    paused = watched.policy().paused_at
    assert paused == eastern
    assert paused is not None
    assert paused.tzinfo is UTC


def test_a_naive_moment_is_refused(watched: WatchedHome) -> None:
    watched.add()
    with (
        pytest.raises(StatementError, match="an aware datetime was wanted"),
        watched.home.database.writing() as session,
    ):
        session.merge(watched.policy()).paused_at = datetime(2026, 3, 1)  # noqa: DTZ001  the point of the test


def test_an_error_in_a_writing_session_leaves_nothing_behind(watched: WatchedHome) -> None:
    with pytest.raises(IntegrityError), watched.home.database.writing() as session:
        session.add_all([Service(slug="acme", name="Acme"), Service(slug="acme", name="Acme again")])
    with watched.home.database.reading() as session:
        assert session.scalars(select(Service)).all() == []


def test_the_migrations_make_what_the_models_describe(database_url: str) -> None:
    database = Database(database_url)
    database.upgrade()
    with database.engine.connect() as connection:
        compared = MigrationContext.configure(connection, opts={"include_object": _is_described})
        assert compare_metadata(compared, Base.metadata) == []
    database.close()


def _is_described(_thing: object, name: str | None, *_: object) -> bool:
    """All but the index of words, which either database makes in a way of its own."""
    return not (name or "").startswith(("passage_words", "ix_passage_words"))


def test_the_newest_migration_is_the_last_of_the_scripts() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[2] / "monitor" / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == NEWEST_MIGRATION


def test_upgrading_twice_changes_nothing(database_url: str) -> None:
    database = Database(database_url)
    database.upgrade()
    database.upgrade()
    database.close()


def test_sqlite_commits_survive_a_power_cut(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a.db'}")
    with database.reading() as session:
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA synchronous")) == 2
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
    database.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("nonsense", "a database URL such as"),
        ("mydb://host/name", "a database URL such as"),
        ("sqlite:////nowhere/at/all.db", "cannot be opened"),
        ("postgresql://user:s3cret@127.0.0.1:1/name", "postgresql.*://127.0.0.1/name cannot be opened"),
        ("postgresql://user@127.0.0.1:1/name?password=s3cret", "postgresql.*://127.0.0.1/name cannot be opened"),
        ("mydb://user:s3cret@host/name?password=s3cret", "mydb://host/name came"),
        ("postgresql://user:s3cret@host:port/name", "a database URL such as"),
        ("postgresql://user:a@s3cret@host/name", "Write %40 for an @"),
        ("host=db password=s3cret", "a database URL such as"),
    ],
)
def test_a_database_that_cannot_be_opened_is_explained_without_its_password(url: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as raised:
        Database(url).upgrade()
    assert "s3cret" not in str(raised.value)


def test_a_file_that_is_no_database_is_explained(tmp_path: Path) -> None:
    file = tmp_path / "smallprint.db"
    file.write_text("Dear diary, " * 400, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"smallprint\.db cannot be opened: file is not a database\. Check"):
        Database(f"sqlite:///{file}").upgrade()
    assert file.read_text(encoding="utf-8").startswith("Dear diary")


def test_a_database_of_a_newer_smallprint_is_left_alone(database_url: str) -> None:
    database = Database(database_url)
    database.upgrade()
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match=r"made by a newer smallprint: .* 9999"):
        database.upgrade()
    database.close()


def test_nobody_waits_for_a_writer_when_there_is_nothing_to_upgrade(tmp_path: Path) -> None:
    first, second = (Database(f"sqlite:///{tmp_path / 'smallprint.db'}") for _ in range(2))
    first.upgrade()
    with first.writing() as session:
        session.add(Service(slug="acme", name="Acme"))
        session.flush()
        asked_at = time.monotonic()
        second.upgrade()
        assert time.monotonic() - asked_at < BUSY_TIMEOUT_SECONDS / 4
    first.close()
    second.close()


def test_what_a_database_said_is_told_without_statement_and_parameters(watched: WatchedHome) -> None:
    watched.add()
    with pytest.raises(SQLAlchemyError) as raised, watched.home.database.writing() as session:
        session.execute(text("INSERT INTO service (id, slug, name) VALUES (1, 'acme', :name)"), {"name": "s3cret"})
    assert "constraint" in reason(raised.value)
    assert not {"s3cret", "INSERT", "\n"} & set(re.split(r"( |\n)", reason(raised.value)))
    assert "s3cret" not in str(raised.value)
