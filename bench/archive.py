"""What a snapshot costs in the archive: bytes, the database's pages included, beside gzip of each capture; and reading it back."""

import statistics
import tempfile
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from bench.corpus import p95, timed
from monitor.archive import store
from monitor.archive.stats import stats
from monitor.database import Database
from monitor.declarations import declare_url
from monitor.models import Snapshot, Source
from monitor.policies import sync
from monitor.types import Capture, Via

START = datetime(2026, 1, 1, tzinfo=UTC)


def bench_archive(runs: Sequence[Sequence[bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'archive.db'}")
        database.upgrade()
        ids = [snapshot for number, run in enumerate(runs) for snapshot in _keep(database, number, run)]
        reading = timed(lambda snapshot: _body(database, snapshot), ids)
        with database.reading() as session:
            found = stats(session)
        database.close()
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    packed = sum(len(zlib.compress(page, 6)) for run in runs for page in run)
    print(f"\narchive, {found.snapshots} snapshots: bytes a snapshot")
    print(f"  {size / found.snapshots:10.0f}  smallprint, database file")
    print(f"  {packed / found.snapshots:10.0f}  gzip of each capture ({packed / size:.1f} times as much)")
    print(f"  reading one back: median {statistics.median(reading):.1f} ms, p95 {p95(reading):.1f} ms", flush=True)


def _keep(database: Database, number: int, run: Sequence[bytes]) -> list[int]:
    with database.writing() as session:
        [(policy, _)] = sync(
            session, [declare_url(f"https://run{number}.example/privacy")], interval_seconds=86400, now=START
        )
        source = session.scalars(select(Source).where(Source.policy_id == policy.id)).one()
        captures = (
            Capture(source.url, source.url, 200, {}, page, START + timedelta(hours=hour), Via.IMPORT)
            for hour, page in enumerate(run)
        )
        return [store.keep(session, source.id, capture).id for capture in captures]


def _body(database: Database, snapshot: int) -> bytes:
    with database.reading() as session:
        return store.body(session, session.get_one(Snapshot, snapshot))
