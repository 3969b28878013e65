"""What a snapshot costs in the archive: allocated bytes, the database's pages included, beside git and WARC; reading it back."""

import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path

from sqlalchemy import select

from bench.answers import answers, bare
from bench.corpus import Captured, p95
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


def bench_archive(all_captured: Sequence[Captured]) -> None:
    services = {one.url: one.service for one in all_captured}
    for captures in (list(map(bare, all_captured)), list(answers(all_captured))):
        with tempfile.TemporaryDirectory() as folder:
            _bench(Path(folder), services, captures)


def _bench(folder: Path, services: Mapping[str, str], captures: Sequence[Capture]) -> None:
    size = statistics.mean(sum(map(len, chain(*capture.headers.items()))) for capture in captures)
    print(
        f"\narchive, {len(captures)} snapshots of {len(services)} pages with {size:.0f} bytes of headers: allocated bytes a snapshot"
    )
    ours = _in_archive(folder / "ours", services, captures)
    for name, taken in (("git gc", in_git(folder / "git", captures)), ("WARC.gz", in_warc(folder / "warc", captures))):
        print(f"  {taken / len(captures):10.0f}  {name}; smallprint takes {ours / taken:.2f} times as much", flush=True)
    print(f"  the target is {TARGET:.2f} times as much as git", flush=True)


def _in_archive(folder: Path, services: Mapping[str, str], captures: Sequence[Capture]) -> int:
    """Its bytes; says what keeping, reading and proving cost."""
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'archive.db'}")
    database.upgrade()
    sources = _sources(database, services, captures[0].captured_at)
    began = time.process_time()
    ids = [_keep(database, sources[capture.url], capture) for capture in captures]
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


def _sources(database: Database, services: Mapping[str, str], now: datetime) -> dict[str, int]:
    """URL -> the source that is kept for it, each of a policy of its own."""
    declarations = [
        declare_url(url, service=service, terms_type=f"Terms {number}")
        for number, (url, service) in enumerate(services.items())
    ]
    with database.writing() as session:
        sync(session, declarations, interval_seconds=86400, now=now)
        return {source.url: source.id for source in session.scalars(select(Source))}


def _keep(database: Database, source: int, capture: Capture) -> int:
    with database.writing() as session:
        return store.keep(session, source, capture).id


def _milliseconds(database: Database, snapshot: int) -> float:
    """Of wall time, to read a snapshot."""
    began = time.perf_counter()
    with database.reading() as session:
        store.body(session, session.get_one(Snapshot, snapshot))
    return 1000 * (time.perf_counter() - began)
