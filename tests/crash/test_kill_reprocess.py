"""`kill -9` of `smallprint reprocess` at random moments: run again, it goes on, and comes to what an undisturbed one does."""

import random
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.homes import CommandLine, settings
from tests.pages import DATE_MOVED, KEPT_LONGER, POLICY
from tests.warcs import record, write_warc

POLICIES = 5
PAGES = (POLICY, KEPT_LONGER, POLICY.replace("30 days", "9 days"), DATE_MOVED)
TABLES = {
    "version": "policy_id, number, state, technical, captured_at, last_seen_at, fingerprint",
    "change": "id, policy_id, status, captured_at, previous_captured_at, confirmed_at, significance, diff",
    "policy_check": "id, outcome, page_state, reason, captured_at",
    "source_fetch": "id, page_state, canonical_url",
    "notice": "check_id, kind, text",
    "alert": "id, change_id, channel",
    "policy": "id, state, next_check_at",
    "resume_point": "work",
}


@pytest.fixture
def template(tmp_path: Path) -> Path:
    home = tmp_path / "template"
    settings(home)
    captures = [
        record(day, page.replace("Acme", f"Acme {number}"), url=f"https://acme{number}.example/privacy")
        for number in range(POLICIES)
        for day, page in enumerate(PAGES)
    ]
    CommandLine(home).run("import", write_warc(tmp_path / "captures.warc.gz", captures))
    with closing(sqlite3.connect(home / "smallprint.db")) as connection, connection:
        connection.execute("INSERT INTO alert (change_id, channel, created_at) VALUES (1, 'legal', '2026-03-02')")
        connection.execute("UPDATE policy_check SET reason = 'as an older one said' WHERE id % 2")
    return home


def _rows(home: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(home / "smallprint.db", timeout=30)) as connection:
        return {
            table: sorted(connection.execute(f"SELECT {columns} FROM {table}").fetchall(), key=repr)
            for table, columns in TABLES.items()
        }


def _time_from_its_beginning(home: Path, then: Callable) -> float:
    """Start the work, wait until it has begun, do `then`: the seconds that took."""
    run = CommandLine(home).start("reprocess")
    while not _rows(home)["resume_point"]:
        assert run.poll() is None, "the work ended before it was seen to begin"
        time.sleep(0.002)
    began = time.monotonic()
    then(run)
    return time.monotonic() - began


def _kill_after(run, seconds: float) -> None:
    time.sleep(seconds)
    run.kill()
    run.wait(10)


@pytest.mark.prove
@pytest.mark.parametrize("kills", [2, pytest.param(100, marks=pytest.mark.timeout(3600))])
def test_kills_cost_the_work_on_one_policy_at_most(template: Path, tmp_path: Path, kills: int) -> None:
    undisturbed = Path(shutil.copytree(template, tmp_path / "undisturbed"))
    seconds = _time_from_its_beginning(undisturbed, lambda run: run.wait(60))
    wanted = _rows(undisturbed)
    chance = random.Random(5)
    interrupted = 0
    for kill in range(kills):
        home = Path(shutil.copytree(template, tmp_path / f"kill{kill}"))
        pause = chance.uniform(0, seconds)
        _time_from_its_beginning(home, lambda run, pause=pause: _kill_after(run, pause))
        begun = _rows(home)["resume_point"] != []
        again = CommandLine(home).result("reprocess")
        assert again.returncode == 0, again.stderr
        assert ("Going on with what was begun" in again.stderr) is begun
        interrupted += begun
        assert _rows(home) == wanted, f"kill {kill}"
        shutil.rmtree(home)
    assert interrupted >= kills // 2, f"only {interrupted} of {kills} kills hit the work"
