"""`make bench`: CPU milliseconds beside the same work of other tools, in one run. The corpus is needed (SMALLPRINT_CORPUS)."""

import difflib
import io
import os
import re
import statistics
import sys
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from diff_match_patch import diff_match_patch
from lxml import html
from sqlalchemy import select

from monitor.archive import store
from monitor.archive.verify import stats
from monitor.database import Database
from monitor.declarations import declare_url
from monitor.diff.compare import compare
from monitor.extract.document import extract
from monitor.models import Snapshot, Source
from monitor.policies import sync
from monitor.types import Capture, Via

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CORPUS = Path(os.environ.get("SMALLPRINT_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus")
START = datetime(2026, 1, 1, tzinfo=UTC)
PAGES_A_RUN = 5


def main() -> None:
    if not CORPUS.is_dir():
        sys.exit(f"the corpus was wanted at {CORPUS}, it is not there. Set SMALLPRINT_CORPUS to its folder.")
    runs = list(_runs())
    _bench_reading([page for run in runs for page in run[:PAGES_A_RUN]])
    _bench_comparing()
    _bench_archive(runs)


def _bench_reading(pages: Sequence[bytes]) -> None:
    print(f"\nread, {len(pages)} pages of {statistics.mean(map(len, pages)) / 1024:.0f} KB mean: CPU ms a page")
    extract(pages[0])  # tables and models are loaded once
    ours = _timed(extract, pages)
    plain = _timed(lambda page: html.document_fromstring(page).text_content(), pages)
    _print("smallprint: blocks, dates, language, page state", ours, plain)
    _print("lxml: text_content() only", plain, plain)


def _bench_comparing() -> None:
    folders = sorted(path for path in (CORPUS / "changes").iterdir() if path.is_dir())
    texts = [((folder / "old.md").read_bytes(), (folder / "new.md").read_bytes()) for folder in folders]
    pairs = [(extract(old, url="old.md"), extract(new, url="new.md")) for old, new in texts]
    print(f"\ncompare, {len(pairs)} pairs: CPU ms a pair")
    plain = _timed(lambda pair: list(difflib.unified_diff(pair[0].text.splitlines(), pair[1].text.splitlines())), pairs)
    _print(
        "smallprint: alignment, redline, facts, topics, significance", _timed(lambda pair: compare(*pair), pairs), plain
    )
    _print("diff-match-patch, whole text, 1 s time-out", _timed(_whole_text, pairs), plain)
    _print("difflib: lines only", plain, plain)


def _whole_text(pair: tuple) -> object:
    engine = diff_match_patch()
    engine.Diff_Timeout = 1.0
    return engine.diff_main(pair[0].text, pair[1].text)


def _bench_archive(runs: Sequence[Sequence[bytes]]) -> None:
    """Bytes a snapshot, the database's pages included, beside gzip of each capture."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "archive.db"
        database = Database(f"sqlite:///{file}")
        database.upgrade()
        ids = [snapshot for number, run in enumerate(runs) for snapshot in _keep(database, number, run)]
        reading = _timed(lambda snapshot: _body(database, snapshot), ids)
        with database.reading() as session:
            found = stats(session)
        database.close()
        size = sum(path.stat().st_size for path in Path(folder).iterdir())
    packed = sum(len(zlib.compress(page, 6)) for run in runs for page in run)
    print(f"\narchive, {found.snapshots} snapshots: bytes a snapshot")
    print(f"  {size / found.snapshots:10.0f}  smallprint, database file")
    print(f"  {packed / found.snapshots:10.0f}  gzip of each capture ({packed / size:.1f} times as much)")
    print(f"  reading one back: median {statistics.median(reading):.1f} ms, p95 {_p95(reading):.1f} ms")


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


def _runs() -> Iterator[list[bytes]]:
    for archive in sorted((CORPUS / "detection").glob("*.tar.zst")):
        options = {zstd.DecompressionParameter.window_log_max: 31}
        content = zstd.decompress(archive.read_bytes(), options=options)
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            members = (member for member in tar if re.fullmatch(r"\d+\.html", member.name))
            pages = [file.read() for member in members if (file := tar.extractfile(member))]
        if pages:
            yield pages


def _timed(work: Callable, items: Sequence) -> list[float]:
    """CPU milliseconds of each item."""
    times = []
    for item in items:
        started = time.process_time()
        work(item)
        times.append(1000 * (time.process_time() - started))
    return times


def _print(name: str, times: Sequence[float], beside: Sequence[float]) -> None:
    ratio = sum(times) / sum(beside)
    print(
        f"  median {statistics.median(times):8.1f}  p95 {_p95(times):8.1f}  max {max(times):8.1f}  {ratio:6.1f}x  {name}"
    )


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))]


main()
