"""`smallprint doctor`, on homes that are well and on homes that are not."""

import json
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text, update

from monitor import runs
from monitor.cli.doctor import integrity
from monitor.database import Database
from monitor.models import Host, Policy
from tests.homes import CommandLine, settings
from tests.pages import POLICY
from tests.postgres import cluster
from tests.site import Site


@pytest.fixture
def smallprint(tmp_path: Path) -> CommandLine:
    settings(tmp_path / "home")
    return CommandLine(tmp_path / "home")


def examined(smallprint: CommandLine, *, code: int = 0) -> dict[str, tuple[str, str]]:
    """What was looked at -> what was found, and how to mend it."""
    lines = map(json.loads, smallprint.run("doctor", "--json", code=code).splitlines())
    return {line["what"]: (line["found"], line["mend"]) for line in lines}


def test_a_home_at_work_is_well_in_every_part(smallprint: CommandLine, site: Site) -> None:
    smallprint.run("add", site.page("/privacy", POLICY), "--service", "Acme")
    smallprint.run("run")
    found = examined(smallprint)
    assert {mend for _, mend in found.values()} == {""}
    assert "tables of " in found["database"][0]
    assert found["integrity"][0] == "the file is sound"
    assert "starts and reads a page" in found["browser"][0]
    assert "agrees" in found["clock"][0]
    assert "1 watched, 0 paused, 0 due; the last good check was less than a minute ago" in found["checks"][0]
    assert ": 1 http; failures: none" in found["last crawl"][0]
    assert "1 http (" in found["cost"][0]


def test_what_is_not_well_says_how_to_mend_it(smallprint: CommandLine) -> None:
    smallprint.run("add", "https://acme.example/privacy", "--service", "Acme")
    database = Database(f"sqlite:///{smallprint.home / 'smallprint.db'}")
    now = datetime.now(UTC)
    with database.writing() as session:
        session.execute(update(Policy).values(next_check_at=now - timedelta(hours=3)))
        later = now + timedelta(hours=1)
        session.add(Host(name="acme.example", next_allowed_at=later, backoff_until=later, refusals=9))
    database.close()
    (smallprint.home / "smallprint.toml").write_text(
        '[crawl]\nbrowser_executable = "/nowhere/chromium"\n', encoding="utf-8"
    )
    found = examined(smallprint, code=1)
    assert "1 of them overdue, the first for 3 hours" in found["checks"][0]
    assert "`smallprint run` checks them now" in found["checks"][1]
    assert "acme.example" in found["hosts"][1]
    assert "apt-get install chromium" in found["browser"][1]


def test_a_clock_that_was_set_back_is_found(smallprint: CommandLine) -> None:
    smallprint.run("init")
    database = Database(f"sqlite:///{smallprint.home / 'smallprint.db'}")
    with database.writing() as session:
        ahead = datetime.now(UTC) + timedelta(days=2)
        runs.record(session, began_at=ahead, ended_at=ahead, stats={})
    database.close()
    assert "before the newest fetch or crawl recorded" in examined(smallprint, code=1)["clock"][0]


def test_a_damaged_file_is_found(smallprint: CommandLine, site: Site) -> None:
    smallprint.run("add", site.page("/privacy", POLICY * 30), "--service", "Acme")
    smallprint.run("run")
    file = smallprint.home / "smallprint.db"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(page,)] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_policy_next_check_at'")
        [(size,)] = connection.execute("PRAGMA page_size")
    connection.close()
    with file.open("r+b") as damaged:
        damaged.seek((page - 1) * size)
        damaged.write(b"\xff" * 200)
    found, mend = examined(smallprint, code=1)["integrity"]
    assert found != "the file is sound"
    assert "backup" in mend


def test_a_file_that_is_too_big_to_be_checked_in_time_is_no_fault(tmp_path: Path) -> None:
    file = tmp_path / "big.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE one (a, b)")
        rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) SELECT i, i FROM n"
        connection.execute(f"INSERT INTO one {rows}")
        connection.execute("CREATE INDEX by_a ON one (a)")
    connection.close()
    began = time.monotonic()
    found = integrity(file, limit_seconds=0.0)
    assert time.monotonic() - began < 1
    assert (found.found.startswith("no fault found in 0 s"), found.mend) == (True, "")
    assert integrity(file).found == "the file is sound"


def test_a_database_server_that_takes_no_writes_is_found(smallprint: CommandLine) -> None:
    with cluster() as running:
        url = running.database()
        settings(smallprint.home, f'database = "{url}"\n')
        smallprint.run("init")
        assert examined(smallprint)["database"][0].startswith("postgresql: postgresql+psycopg://")
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            name = connection.scalar(text("SELECT current_database()"))
            connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
        engine.dispose()
        found, mend = examined(smallprint, code=1)["database"]
        assert "cannot be written: cannot execute UPDATE in a read-only transaction" in found
        assert "right to write" in mend


def test_doctor_leaves_nothing_behind(smallprint: CommandLine) -> None:
    smallprint.run("init")
    before = files(smallprint.home)
    examined(smallprint)
    assert files(smallprint.home) == before


def files(home: Path) -> set[str]:
    """SQLite's own files beside the database come and go."""
    return {file.name for file in home.iterdir() if not file.name.endswith(("-wal", "-shm"))}
