"""The record of the crawls."""

from datetime import timedelta

from sqlalchemy import func, select

from monitor import runs
from monitor.models import Run
from tests.homes import START, WatchedHome


def test_a_crawl_is_recorded_with_its_counts(watched: WatchedHome) -> None:
    watched.home.record_run(START - timedelta(minutes=3), {"sources": 2, "fetches": {"http": {"capture": 2}}})
    with watched.home.database.reading() as session:
        [run] = runs.newest(session)
    assert (run.began_at, run.ended_at) == (START - timedelta(minutes=3), START)
    assert run.stats == {"sources": 2, "fetches": {"http": {"capture": 2}}}


def test_the_newest_come_last_and_no_more_than_wanted(watched: WatchedHome) -> None:
    for number in range(4):
        watched.home.record_run(START, {"sources": number})
    with watched.home.database.reading() as session:
        assert [run.stats["sources"] for run in runs.newest(session, 2)] == [2, 3]


def test_only_the_newest_thousand_are_kept(watched: WatchedHome) -> None:
    with watched.home.database.writing() as session:
        session.add_all(Run(began_at=START, ended_at=START, stats={"sources": number}) for number in range(runs.KEPT))
    for _ in range(3):
        watched.home.record_run(START, {"sources": -1})
    with watched.home.database.reading() as session:
        assert session.scalar(select(func.count(Run.id))) == runs.KEPT
        assert runs.newest(session)[0].stats["sources"] == 3
