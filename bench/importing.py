"""What an import costs: the corpus as one WARC.gz into a fresh home, in snapshots per CPU second; and whether its memory stays flat."""

import io
import resource
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from bench.costs import cpu_seconds, session
from monitor.home import open_home
from monitor.importing.warc import import_warc

START = datetime(2020, 1, 1, tzinfo=UTC)
FEW, MANY = 2_000, 20_000
POLICIES = 20

T = TypeVar("T")
Page = tuple[str, datetime, bytes]


def bench_importing(runs: Sequence[Sequence[bytes]]) -> None:
    with TemporaryDirectory() as folder:
        file = write_warc(Path(folder) / "corpus.warc.gz", corpus_pages(runs))
        size = file.stat().st_size / 2**20
        captures, whole, own, seconds = _in_process(_import, file)
    print(f"\nimport of the corpus as one WARC.gz of {size:.0f} MiB: {captures} snapshots", flush=True)
    print(
        f"  {captures / whole:8.1f}  snapshots per CPU second, the readers' children counted ({captures / seconds:.1f} per second)"
    )
    print(
        f"  {1000 * whole / captures:8.1f}  ms of CPU a snapshot, {1000 * own / captures:.1f} of them in the importing process itself",
        flush=True,
    )


def bench_import_memory(_runs: Sequence[Sequence[bytes]]) -> None:
    few, many = peaks(FEW, MANY)
    print("\nmemory of an import", flush=True)
    print(
        f"  {few:8.0f}  MiB at most over {FEW:,} small captures; {many:.0f} over {MANY:,} ({100 * (many / few - 1):+.1f} %)",
        flush=True,
    )


def peaks(*counts: int) -> list[float]:
    """The most memory in MiB that the importing process takes, by how many small captures the file has."""
    found = []
    for count in counts:
        with TemporaryDirectory() as folder:
            file = write_warc(Path(folder) / "small.warc.gz", small_pages(count))
            found.append(_in_process(_peak, file))
    return found


def corpus_pages(runs: Sequence[Sequence[bytes]]) -> Iterator[Page]:
    for number, run in enumerate(runs):
        for hour, page in enumerate(run):
            yield f"https://run{number}.example/privacy", START + timedelta(hours=hour), page


def small_pages(count: int) -> Iterator[Page]:
    """Of some policies, a change now and then; mostly the same words in other bytes."""
    for number in range(count):
        policy, visit = number % POLICIES, number // POLICIES
        words = f"<p>We keep your orders for {1 + visit // 100} years.</p>" * 3
        body = f"<title>Privacy Policy</title><h1>Privacy Policy</h1><!-- {visit // 50} -->{words}<p>Write to us at the address of shop {policy}.</p>"
        yield f"https://shop{policy}.example/privacy", START + timedelta(hours=visit, seconds=policy), body.encode()


def write_warc(path: Path, pages: Iterable[Page]) -> Path:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True, warc_version="1.1")
        for url, at, body in pages:
            http = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            stated = {"WARC-Date": at.isoformat().replace("+00:00", "Z")}
            writer.write_record(
                writer.create_warc_record(
                    url, "response", io.BytesIO(body), len(body), warc_headers_dict=stated, http_headers=http
                )
            )
    return path


def _in_process(work: Callable[..., T], *arguments: object) -> T:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, *arguments).result()


def _import(file: Path) -> tuple[int, float, float, float]:
    """How many captures; CPU seconds of all processes, of the importing one; seconds on the clock."""
    leader = session()
    with TemporaryDirectory() as folder, open_home(Path(folder), {}) as home:
        home.reader.read(b"<h1>Privacy Policy</h1>")  # the children's server has started
        before, own, began = cpu_seconds(leader), time.process_time(), time.monotonic()
        imported = import_warc(home, file)
        return imported.captures, cpu_seconds(leader) - before, time.process_time() - own, time.monotonic() - began


def _peak(file: Path) -> float:
    with TemporaryDirectory() as folder, open_home(Path(folder), {}) as home:
        import_warc(home, file)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
