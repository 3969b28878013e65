"""What a snapshot costs in the archive: allocated bytes, the database's pages included, beside git and WARC; reading it back."""

import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from bench.answers import START, captures
from bench.corpus import p95
from bench.rivals import allocated_bytes, in_git, in_warc
from monitor.archive import store
from monitor.archive.verify import verify
from monitor.database import Database
from monitor.declarations import declare_url
from monitor.models import Snapshot, Source
from monitor.policies import sync
from monitor.types import Capture

TARGET = 0.85  # of git's bytes
TARGET_MS = 5.0  # to read any snapshot, at the median

Histories = Sequence[Sequence[Capture]]


def bench_archive(runs: Sequence[Sequence[bytes]]) -> None:
    for with_headers in (False, True):
        urls = [f"https://run{number}.example/privacy" for number in range(len(runs))]
        histories = [captures(url, run, with_headers=with_headers) for url, run in zip(urls, runs, strict=True)]
        with tempfile.TemporaryDirectory() as folder:
            _bench(Path(folder), histories)


def _bench(folder: Path, histories: Histories) -> None:
    count = sum(map(len, histories))
    sizes = [len(str(dict(capture.headers))) for history in histories for capture in history]
    print(f"\narchive, {count} snapshots, headers of {statistics.mean(sizes):.0f} bytes: allocated bytes a snapshot")
    ours = _in_archive(folder / "ours", histories)
    for name, taken in (
        ("git gc", in_git(folder / "git", histories)),
        ("WARC.gz", in_warc(folder / "warc", histories)),
    ):
        print(f"  {taken / count:10.0f}  {name}; smallprint takes {ours / taken:.2f} times as much", flush=True)
    print(f"  the target is {TARGET:.2f} times as much as git", flush=True)


def _in_archive(folder: Path, histories: Histories) -> int:
    """Its bytes; says what keeping, reading and proving cost."""
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'archive.db'}")
    database.upgrade()
    sources = _sources(database, histories)
    began = time.process_time()
    ids = [
        _keep(database, source, capture)
        for source, history in zip(sources, histories, strict=True)
        for capture in history
    ]
    keeping = 1000 * (time.process_time() - began) / len(ids)
    reading = [_milliseconds(database, snapshot) for snapshot in ids]
    began = time.monotonic()
    proof = verify(database)
    proving = time.monotonic() - began
    assert not proof.damages
    database.close()  # writes its journal back into the one file
    taken = allocated_bytes(folder)
    print(f"  {taken / len(ids):10.0f}  smallprint, database file")
    print(f"  keeping one: {keeping:.1f} ms of CPU, its commit included; proving all: {proving:.1f} s")
    print(
        f"  reading one: median {statistics.median(reading):.2f} ms, p95 {p95(reading):.2f} ms (the target is {TARGET_MS:.0f})"
    )
    return taken


def _sources(database: Database, histories: Histories) -> list[int]:
    declarations = [declare_url(history[0].url) for history in histories]
    with database.writing() as session:
        policies = [policy.id for policy, _ in sync(session, declarations, interval_seconds=86400, now=START)]
        by_policy = {source.policy_id: source.id for source in session.scalars(select(Source))}
        return [by_policy[policy] for policy in policies]


def _keep(database: Database, source: int, capture: Capture) -> int:
    with database.writing() as session:
        return store.keep(session, source, capture).id


def _milliseconds(database: Database, snapshot: int) -> float:
    """Of wall time, to read a snapshot."""
    began = time.perf_counter()
    with database.reading() as session:
        store.body(session, session.get_one(Snapshot, snapshot))
    return 1000 * (time.perf_counter() - began)
