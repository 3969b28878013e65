"""The archive gives back the exact bytes, keeps the same bytes once, and notices damage."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from monitor.archive import store, verify
from monitor.errors import ArchiveError
from monitor.models import Frame, Snapshot, Source
from monitor.types import Capture, Via
from tests.homes import ADDRESS, START, WatchedHome, watched_home
from tests.pages import POLICY


def _capture(body: bytes, day: int) -> Capture:
    return Capture(ADDRESS, ADDRESS, 200, {"content-type": "text/html"}, body, START + timedelta(days=day), Via.HTTP)


def _keep(watched: WatchedHome, bodies: list[bytes]) -> list[int]:
    watched.add()
    with watched.home.database.writing() as session:
        source = session.scalars(select(Source)).one()
        return [store.keep(session, source.id, _capture(body, day)).id for day, body in enumerate(bodies)]


def _bodies(watched: WatchedHome, ids: list[int]) -> list[bytes]:
    with watched.home.database.reading() as session:
        return [store.body(session, session.get_one(Snapshot, snapshot)) for snapshot in ids]


def test_every_snapshot_gives_back_its_exact_bytes(watched: WatchedHome) -> None:
    bodies = [POLICY.replace("30 days", f"{days} days").encode() for days in range(130)]
    assert _bodies(watched, _keep(watched, bodies)) == bodies


def test_a_page_that_changed_little_costs_little(watched: WatchedHome) -> None:
    _keep(watched, [(POLICY * 20).replace("30 days", f"{days} days", 1).encode() for days in range(30)])
    with watched.home.database.reading() as session:
        found = verify.stats(session)
    assert found.packed_bytes < found.seen_bytes / 100


def test_a_chain_of_deltas_is_bounded(watched: WatchedHome) -> None:
    _keep(watched, [POLICY.replace("30 days", f"{days} days").encode() for days in range(120)])
    with watched.home.database.reading() as session:
        depths = list(session.scalars(select(Frame.depth)))
    assert max(depths) == store.FULL_EVERY - 1
    assert depths.count(0) == 3


def test_the_same_capture_kept_twice_is_one_snapshot(watched: WatchedHome) -> None:
    [first] = _keep(watched, [b"page"])
    with watched.home.database.writing() as session:
        source = session.scalars(select(Source)).one()
        assert store.keep(session, source.id, _capture(b"page", 0)).id == first


def test_damage_is_found_and_names_the_snapshots_that_need_the_frame(watched: WatchedHome) -> None:
    ids = _keep(watched, [POLICY.encode(), POLICY.replace("30", "60").encode()])
    with watched.home.database.writing() as session:
        frame = session.get_one(Snapshot, ids[0]).frame_id
        session.execute(update(Frame).where(Frame.id == frame).values(packed=b"\x28\xb5\x2f\xfdbroken"))
    with watched.home.database.reading() as session, pytest.raises(ArchiveError, match="damaged bytes"):
        store.body(session, session.get_one(Snapshot, ids[0]))
    with watched.home.database.reading() as session:
        damages = verify.verify(session)
    assert [len(damage.snapshots) for damage in damages] == [1, 1]
    assert damages[0].snapshots == ("acme/privacy-policy @ 2026-03-01 08:00:00Z",)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(st.binary(max_size=400), min_size=1, max_size=8))
def test_any_bytes_come_back(bodies: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder: Path = tmp_path_factory.mktemp("bytes")
    watched = watched_home(folder / "home", f"sqlite:///{folder / 'smallprint.db'}")
    assert _bodies(watched, _keep(watched, bodies)) == bodies
    watched.home.close()
