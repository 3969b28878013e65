"""Two runs at once, each with a session of its own: nothing is claimed twice, nothing is lost between them."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from monitor import checks, schedule
from monitor.judging import judge
from monitor.models import Change, Policy
from monitor.process import close_check
from monitor.reprocess.folding import reprocess
from tests.homes import START, WatchedHome, watched_home
from tests.pages import KEPT_LONGER, POLICY
from tests.postgres import Cluster


@pytest.fixture
def on_postgresql(postgres: Cluster, tmp_path: Path) -> Iterator[WatchedHome]:
    """Where two writers are open at once; SQLite's queue."""
    opened = watched_home(tmp_path / "home", postgres.database())
    yield opened
    opened.home.close()


def test_a_run_passes_over_what_another_is_claiming_and_takes_the_rest(on_postgresql: WatchedHome) -> None:
    watched = on_postgresql
    for number in range(6):
        watched.add(f"https://acme{number}.example/privacy", service=f"Acme {number}")
    with watched.home.database.writing() as one, watched.home.database.writing() as other:
        first = schedule.claim_due(one, now=START, token="one", lease_seconds=60, limit=3)
        second = schedule.claim_due(other, now=START, token="other", lease_seconds=60, limit=3)
    assert {source.policy for source in first[1]}.isdisjoint({source.policy for source in second[1]})
    assert (first[0], second[0]) == (3, 3)


def test_a_check_that_another_run_closed_meanwhile_is_not_closed_again(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    watched.home.reading_on_keep = False
    [source] = watched.home.claim()
    watched.keep(watched.answer(source, KEPT_LONGER))
    arguments = (watched.home.database, watched.home.reader, source.check_id)
    with ThreadPoolExecutor(2) as threads:
        runs = [
            threads.submit(close_check, *arguments, telling=watched.home.telling, now=watched.clock()) for _ in range(2)
        ]
        closed = [run.result() for run in runs]
    assert sum(one is not None for one in closed) == 1
    with watched.home.database.reading() as session:
        assert session.scalar(select(func.count(Change.id))) == 1


def test_a_check_read_before_a_reprocess_is_read_again_after_it(watched: WatchedHome) -> None:
    watched.add()
    watched.check(POLICY)
    watched.home.reading_on_keep = False
    [source] = watched.home.claim()
    watched.keep(watched.answer(source, KEPT_LONGER))
    with watched.home.database.reading() as session:
        stale = judge(watched.home.reader, checks.read(session, watched.home.reader, source.check_id))
    with watched.home.database.writing() as session:
        reprocess(session, watched.home.reader, session.scalars(select(Policy)).one(), now=watched.clock())
    watched.home.close_check(source.check_id)
    with watched.home.database.reading() as session:
        [change] = session.scalars(select(Change)).all()
        assert change.version.number == stale.after.version
        assert change.previous_version.number == 1
        assert change.captured_at - change.previous_captured_at < timedelta(days=2)
