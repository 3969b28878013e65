"""Each manifest lists what was archived since the one before, names it by its digest, and any change of either shows."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from monitor.archive import manifest, store
from monitor.archive.manifest import digest_of
from monitor.archive.records import checked_line
from monitor.database import Database
from monitor.models import Manifest, Snapshot, Source
from monitor.types import Capture, Via
from tests.homes import ADDRESS, START, WatchedHome, watched_home
from tests.postgres import Cluster


def _keep(database: Database, *days: float) -> list[int]:
    with database.writing() as session:
        source = session.scalars(select(Source)).one()
        return [store.keep(session, source.id, _capture(day)).id for day in days]


def _capture(day: float) -> Capture:
    headers = {"content-type": "text/html", "date": f"day {day}"}
    return Capture(ADDRESS, ADDRESS, 200, headers, f"page of day {day}".encode(), START + timedelta(days=day), Via.HTTP)


def _seal(database: Database, day: float) -> Manifest | None:
    with database.writing() as session:
        return manifest.seal(session, START + timedelta(days=day))


@pytest.fixture
def database(watched: WatchedHome) -> Database:
    watched.add()
    return watched.home.database


def test_each_manifest_lists_what_came_since_and_names_the_one_before(database: Database) -> None:
    _keep(database, 0, 0.1)
    first = _seal(database, 1)
    _keep(database, 1)
    second = _seal(database, 2)
    assert first is not None
    assert second is not None
    with database.reading() as session:
        one, two = manifest.chain(session)
        lines, later = list(one.lines()), list(two.lines())
        assert [one.name, two.name] == ["000001-2026-03-01.txt", "000002-2026-03-02.txt"]
        assert digest_of(lines) == one.sha256
        assert f"previous {one.sha256}" in later
        assert (one.previous_sha256, two.previous_sha256) == ("", one.sha256)
        assert [sealed.name for sealed in manifest.chain(session, since=2)] == [two.name]
        records = [sha256(checked_line(session.get_one(Snapshot, one)).encode()).hexdigest() for one in (1, 2)]
    assert lines[-2:] == records
    assert (len(lines) - 2, len(later) - 1) == (6, 6)


def test_nothing_is_sealed_twice_and_nothing_open_makes_no_manifest(database: Database) -> None:
    assert _seal(database, 0) is None
    _keep(database, 0)
    assert _seal(database, 1) is not None
    assert _seal(database, 2) is None


def test_a_clock_that_was_ahead_once_keeps_no_later_day_from_being_sealed(watched: WatchedHome) -> None:
    days: list[int] = []
    watched.add()
    for day in (0, 400, 1, 1, 2):
        _keep(watched.home.database, day, day + len(days) / 100)
        watched.clock.now = START + timedelta(days=day)
        watched.home.seal_day()
        with watched.home.database.reading() as session:
            days.append(session.scalars(select(func.count()).select_from(Manifest)).one())
    assert days == [1, 2, 3, 3, 4]


def test_a_day_is_sealed_once(database: Database) -> None:
    days = []
    for hour in range(0, 72, 6):
        _keep(database, hour / 24)
        with database.writing() as session:
            sealed = manifest.seal_day(session, START + timedelta(hours=hour))
        days += [hour] if sealed is not None else []
    assert days == [0, 18, 42, 66]  # the first work, then the first after each midnight


def test_a_watch_seals_at_the_first_work_of_each_day(watched: WatchedHome) -> None:
    watched.add()
    for day in range(3):
        watched.home.seal_day()
        watched.check(f"<p>page of day {day}</p>" * 50)
        watched.home.seal_day()
    with watched.home.database.reading() as session:
        assert [sealed.manifest.snapshots for sealed in manifest.chain(session)] == [1, 1, 1]


def test_what_is_altered_after_its_seal_no_longer_has_the_digest(database: Database) -> None:
    _keep(database, 0, 1)
    _seal(database, 2)
    with database.writing() as session:
        session.execute(update(Manifest).values(day="2026-02-01"))
    with database.reading() as session:
        [sealed] = manifest.chain(session)
        assert sealed.computed_sha256() != sealed.sha256
    with database.writing() as session:
        session.execute(update(Manifest).values(day="2026-03-02"))
        session.execute(update(Snapshot).where(Snapshot.id == 2).values(record_sha256=sha256(b"another").digest()))
    with database.reading() as session:
        [sealed] = manifest.chain(session)
        assert sealed.computed_sha256() != sealed.sha256


def test_two_runs_that_seal_at_once_make_one_chain(postgres: Cluster, tmp_path: Path) -> None:
    watched = watched_home(tmp_path / "home", postgres.database())
    watched.add()
    database = watched.home.database
    with closing(watched.home), ThreadPoolExecutor() as other_run:
        for day in range(20):
            _keep(database, day)
            sealing = [other_run.submit(_seal, database, day) for _ in range(3)]
            assert [one.result(10) is None for one in sealing].count(False) == 1
        with database.reading() as session:
            assert len(list(manifest.chain(session))) == 20
            assert all(sealed.computed_sha256() == sealed.sha256 for sealed in manifest.chain(session))
