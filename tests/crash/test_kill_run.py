"""`kill -9` of `smallprint run` at random moments: the next run comes to the same versions and alerts."""

import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.homes import CommandLine, settings
from tests.notifier.servers import Hook
from tests.pages import CURLY, DATE_MOVED, KEPT_LONGER, POLICY
from tests.site import Site

POLICIES = 8
SECOND_GENERATION = (KEPT_LONGER, DATE_MOVED, CURLY, POLICY)
VERSIONS = """SELECT policy.slug, version.number, version.state, version.technical, version.fingerprint
              FROM version JOIN policy ON policy.id = version.policy_id"""
ALERTS = """SELECT policy.slug, version.number, change.significance, alert.channel
            FROM alert JOIN change ON change.id = alert.change_id JOIN policy ON policy.id = change.policy_id
            JOIN version ON version.id = change.version_id"""


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook().running() as running:
        yield running


@pytest.fixture
def template(tmp_path: Path, site: Site, hook: Hook) -> Path:
    """A home that saw the first generation of all policies; the site now serves the second."""
    home = tmp_path / "template"
    settings(home, f'interval = "1s"\n[channels.slack]\nurl = "{hook.url}"\n')
    smallprint = CommandLine(home)
    for number in range(POLICIES):
        smallprint.run("add", site.page(f"/{number}/privacy", _page(POLICY, number)), "--service", f"Acme {number}")
    smallprint.run("run")
    for number in range(POLICIES):
        page = _page(SECOND_GENERATION[number % len(SECOND_GENERATION)], number)
        site.page(f"/{number}/privacy", page, delay_seconds=0.05 * number)
    return home


@pytest.mark.parametrize("kills", [6, pytest.param(200, marks=[pytest.mark.prove, pytest.mark.timeout(3600)])])
def test_kills_between_the_first_snapshot_and_the_last_commit_lose_and_double_nothing(
    template: Path, tmp_path: Path, hook: Hook, kills: int
) -> None:
    wanted_home = _copy(template, tmp_path / "uninterrupted")
    started = _time_from_first_snapshot(wanted_home, lambda run: run.wait(60))
    wanted = _state(wanted_home)
    assert len(wanted[0]) == POLICIES + POLICIES // 2
    assert len(wanted[1]) == POLICIES // 2
    chance = random.Random(7)
    mid_work = 0
    for kill in range(kills):
        home = _copy(template, tmp_path / f"kill{kill}")
        pause = chance.uniform(0, started)
        hook.posts.clear()
        _time_from_first_snapshot(home, lambda run, pause=pause: _kill_after(run, pause))
        mid_work += _state(home) != wanted
        CommandLine(home).run("run")
        assert _state(home) == wanted, f"kill {kill}, {pause:.3f} s after the first snapshot"
        _end_claims(home)
        CommandLine(home).run("deliver")
        assert set(_rows(home, "SELECT status FROM message")) == {("sent",)}
        _assert_each_told_under_one_id(hook)
        shutil.rmtree(home)
    assert mid_work >= kills // 2, f"only {mid_work} of {kills} kills hit mid-work"


def _assert_each_told_under_one_id(hook: Hook) -> None:
    """Every policy that changed was told; twice only as the same message."""
    ids: dict[str, set[str]] = {}
    for post in hook.posts:
        ids.setdefault(post.json["text"], set()).add(post.headers["webhook-id"])
    assert len(ids) == POLICIES // 2, sorted(ids)
    assert {len(one) for one in ids.values()} == {1}, ids


def _end_claims(home: Path) -> None:
    """As if the two minutes had passed for which a dead run's message stays claimed."""
    with closing(sqlite3.connect(home / "smallprint.db")) as connection, connection:
        connection.execute("UPDATE message SET claimed_until = '2000-01-01' WHERE status = 'pending'")


def _page(page: str, number: int) -> str:
    return page.replace("Acme", f"Acme {number}")


def _copy(template: Path, home: Path) -> Path:
    shutil.copytree(template, home)
    return home


def _time_from_first_snapshot(home: Path, then: Callable) -> float:
    """Start a run, wait for its first snapshot, do `then`: the seconds that took."""
    before = _count(home)
    run = CommandLine(home).start("run")
    deadline = time.monotonic() + 60
    while _count(home) == before:
        assert time.monotonic() < deadline
        assert run.poll() is None, "the run ended without a snapshot"
        time.sleep(0.002)
    started = time.monotonic()
    then(run)
    return time.monotonic() - started


def _kill_after(run, seconds: float) -> None:
    time.sleep(seconds)
    run.kill()
    run.wait(10)


def _count(home: Path) -> int:
    return _rows(home, "SELECT count(*) FROM snapshot")[0][0]


def _state(home: Path) -> tuple[list, list]:
    return sorted(_rows(home, VERSIONS)), sorted(_rows(home, ALERTS))


def _rows(home: Path, query: str) -> list[tuple]:
    with closing(sqlite3.connect(home / "smallprint.db", timeout=30)) as connection:
        return connection.execute(query).fetchall()
