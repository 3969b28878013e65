"""The archive gives back the exact bytes, keeps the same bytes once, and notices damage."""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select, text, update

from monitor.archive import store
from monitor.archive.stats import stats
from monitor.archive.verify import verify
from monitor.database import Database
from monitor.errors import ArchiveError
from monitor.models import Frame, Snapshot, Source
from monitor.types import Capture, Via
from tests.homes import ADDRESS, START, WatchedHome, watched_home
from tests.pages import POLICY
from tests.postgres import Cluster


def _capture(body: bytes, day: float) -> Capture:
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
        found = stats(session)
    assert found.packed_bytes < found.seen_bytes / 100


def test_a_chain_of_deltas_is_bounded(watched: WatchedHome) -> None:
    _keep(watched, [POLICY.replace("30 days", f"{days} days").encode() for days in range(120)])
    with watched.home.database.reading() as session:
        depths = list(session.scalars(select(Frame.depth)))
    assert max(depths) == store.FULL_EVERY - 1
    assert depths.count(0) == 3


def _long_page(seed: int) -> bytes:
    """A page of its own, of 40 kB."""
    chance = random.Random(seed)
    return " ".join(f"<p>{chance.getrandbits(64):x}</p>" for _ in range(1700)).encode()


def test_a_page_that_goes_back_and_forth_is_packed_against_its_own_kind(watched: WatchedHome) -> None:
    one, other = _long_page(1), _long_page(2)
    bodies = [page + f"<p>{day}</p>".encode() for day in range(6) for page in (one, other)]
    ids = _keep(watched, bodies)
    with watched.home.database.reading() as session:
        packed = [len(frame) for frame in session.scalars(select(Frame.packed).order_by(Frame.id))]
    assert max(packed[2:]) < 200
    assert min(packed[:2]) > 10_000
    assert _bodies(watched, ids) == bodies


def test_the_end_of_a_chain_stands_alone_though_an_earlier_frame_is_near(watched: WatchedHome) -> None:
    page = _long_page(1)
    _keep(watched, [page + f"<p>{day}</p>".encode() for day in range(60)])
    with watched.home.database.reading() as session:
        depths = list(session.scalars(select(Frame.depth).order_by(Frame.id)))
    assert depths == [*range(store.FULL_EVERY), *range(10)]


def test_the_first_bytes_of_a_source_are_packed_against_another_page_of_its_service(watched: WatchedHome) -> None:
    page = _long_page(1)
    for url in (ADDRESS, "https://acme.example/terms", "https://other.example/privacy"):
        watched.add(url)
    with watched.home.database.writing() as session:
        for source in session.scalars(select(Source).order_by(Source.id)).all():
            store.keep(session, source.id, _capture(page + source.url.encode(), 0))
    with watched.home.database.reading() as session:
        assert list(session.scalars(select(Frame.base_id).order_by(Frame.id))) == [None, 1, None]


def test_the_same_capture_kept_twice_is_one_snapshot(watched: WatchedHome) -> None:
    [first] = _keep(watched, [b"page"])
    with watched.home.database.writing() as session:
        source = session.scalars(select(Source)).one()
        assert store.keep(session, source.id, _capture(b"page", 0)).id == first


def test_a_visit_that_brings_known_bytes_reads_no_more_the_longer_the_history_is(watched: WatchedHome) -> None:
    ids = _keep(watched, [b"page"] * 30)
    loaded: list[Snapshot] = []
    with watched.home.database.writing() as session:
        event.listen(session, "loaded_as_persistent", lambda _, row: isinstance(row, Snapshot) and loaded.append(row))
        source = session.scalars(select(Source)).one()
        revisit = store.keep(session, source.id, _capture(b"page", 40))
        assert revisit.revisit_of == ids[0]
        assert store.keep(session, source.id, _capture(b"page", 7)).id == ids[7]
    assert len(loaded) <= 3  # of thirty: the nearest by time of each, and the one that is known


def test_two_runs_that_meet_the_same_new_bytes_share_one_frame(postgres: Cluster, tmp_path: Path) -> None:
    watched = watched_home(tmp_path / "home", postgres.database())
    database = watched.home.database
    sources = [watched.add(ADDRESS), watched.add("https://other.example/privacy")]

    def keep(source_id: int) -> int:
        with database.writing() as session:
            return store.keep(session, source_id, _capture(b"the same page", 0)).frame_id

    with closing(watched.home), ThreadPoolExecutor() as other_run:
        with database.writing() as session:
            frame_id = store.keep(session, sources[0], _capture(b"the same page", 0)).frame_id
            other = other_run.submit(keep, sources[1])
            _until_somebody_waits(database)
        assert other.result(10) == frame_id


def _until_somebody_waits(database: Database) -> None:
    """Until a transaction waits for the end of another."""
    for _ in range(500):
        with database.reading() as session:
            if session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_new_bytes_are_kept_though_the_frame_before_them_is_damaged(watched: WatchedHome) -> None:
    ids = _keep(watched, [POLICY.encode()])
    with watched.home.database.writing() as session:
        session.execute(update(Frame).values(packed=b"\x28\xb5\x2f\xfdbroken"))
    with watched.home.database.writing() as session:
        source = session.scalars(select(Source)).one()
        ids += [store.keep(session, source.id, _capture(POLICY.encode() * day, day)).id for day in (2, 3)]
    assert _bodies(watched, ids[1:]) == [POLICY.encode() * 2, POLICY.encode() * 3]


@pytest.mark.parametrize("broken", [1, 2])
def test_damaged_bytes_that_come_in_again_are_whole_again_and_what_is_packed_against_them(
    watched: WatchedHome, broken: int
) -> None:
    pages = [POLICY.replace("30 days", f"{days} days").encode() for days in range(4)]
    ids = _keep(watched, pages)
    with watched.home.database.writing() as session:
        session.execute(update(Frame).where(Frame.id == broken).values(packed=b"\x28\xb5\x2f\xfdbroken"))
    with watched.home.database.writing() as session:
        source = session.scalars(select(Source)).one()
        assert store.keep(session, source.id, _capture(pages[1], 9)).frame_id == 2
    assert _bodies(watched, ids[1:]) == pages[1:]
    named = {damage.what for damage in verify(watched.home.database).damages}
    assert named == ({"frame 1"} if broken == 1 else set())


def test_an_older_page_is_packed_against_those_of_its_time(watched: WatchedHome) -> None:
    chance = random.Random(1)
    old, other, *new = ([f"{chance.random()}" for _ in range(500)] for _ in range(8))
    pages = [old, other, *new]
    _keep(watched, [" ".join(words).encode() for words in pages])
    with watched.home.database.writing() as session:
        source = session.scalars(select(Source)).one()
        late = store.keep(session, source.id, _capture(" ".join([*old, "and more"]).encode(), 1.5))
        assert late.frame.base_id == 1


def test_what_a_retention_rule_deleted_says_so_and_when(watched: WatchedHome) -> None:
    [snapshot] = _keep(watched, [POLICY.encode()])
    with watched.home.database.writing() as session:
        session.execute(update(Frame).values(packed=b"", deleted_at=START))
    with watched.home.database.reading() as session:
        gone = session.get_one(Snapshot, snapshot)
        with pytest.raises(ArchiveError, match=r"a rule of retention .* deleted them on 2026-03-01 08:00 UTC"):
            store.body(session, gone)


def test_a_snapshot_at_the_end_of_a_chain_is_read_by_one_query(watched: WatchedHome) -> None:
    ids = _keep(watched, [POLICY.replace("30 days", f"{days} days").encode() for days in range(50)])
    asked: list[str] = []
    with watched.home.database.reading() as session:
        last = session.get_one(Snapshot, ids[-1])
        event.listen(session, "do_orm_execute", lambda state: asked.append(str(state.statement)))
        store.body(session, last)
    assert (last.frame.depth, len(asked)) == (49, 1)


def test_the_stats_count_what_is_kept_and_what_it_takes(watched: WatchedHome) -> None:
    _keep(watched, [b"first page", b"first page", b"page two"])
    with watched.home.database.writing() as session:
        session.execute(update(Frame).where(Frame.size_bytes == 8).values(packed=b"", deleted_at=START))
    with watched.home.database.reading() as session:
        found = stats(session)
    assert (found.snapshots, found.revisits, found.frames, found.deleted_frames) == (3, 1, 2, 1)
    assert (found.standing_alone, found.manifests, found.unsealed_snapshots, found.seen_bytes) == (1, 0, 3, 28)
    assert found.archive_bytes is not None
    assert 3 * 4096 < found.archive_bytes < found.database_bytes
    assert found.bytes_a_snapshot == found.archive_bytes / 3


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bodies=st.lists(st.binary(max_size=400), min_size=1, max_size=8))
def test_any_bytes_come_back(bodies: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder: Path = tmp_path_factory.mktemp("bytes")
    watched = watched_home(folder / "home", f"sqlite:///{folder / 'smallprint.db'}")
    assert _bodies(watched, _keep(watched, bodies)) == bodies
    watched.home.close()
