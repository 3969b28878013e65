"""Where the corpus is, its captures, and how work on them is timed and printed."""

import io
import json
import os
import re
import statistics
import sys
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

T = TypeVar("T")

CORPUS = Path(os.environ.get("SMALLPRINT_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus")


@dataclass(frozen=True, slots=True)
class Captured:
    """One capture of the corpus: whose page, where and when."""

    service: str
    url: str
    at: datetime
    body: bytes


def runs() -> Iterator[list[bytes]]:
    """The HTML captures of each page of the corpus, oldest first."""
    for archive in sorted((CORPUS / "detection").glob("*.tar.zst")):
        pages = [content for name, content in _files(archive) if re.fullmatch(r"\d+\.html", name)]
        if pages:
            yield pages


def captured() -> list[Captured]:
    """All captures of the corpus, HTML and PDF, in the order of time."""
    folder = CORPUS / "detection"
    rows = [json.loads(row) for row in (folder / "manifest.jsonl").read_text(encoding="utf-8").splitlines()]
    files = {run: dict(_files(folder / f"{run}.tar.zst")) for run in {row["run"] for row in rows}}
    found = (
        Captured(row["service"], row["source_url"], datetime.fromisoformat(row["time"]), files[row["run"]][row["file"]])
        for row in rows
    )
    return sorted(found, key=lambda one: one.at)


def _files(archive: Path) -> Iterator[tuple[str, bytes]]:
    content = zstd.decompress(archive.read_bytes(), options={zstd.DecompressionParameter.window_log_max: 31})
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        for member in tar:
            if file := tar.extractfile(member):
                yield member.name, file.read()


def timed(work: Callable[[T], object], items: Sequence[T]) -> list[float]:
    """CPU milliseconds of each item."""
    times = []
    for item in items:
        started = time.process_time()
        work(item)
        times.append(1000 * (time.process_time() - started))
    return times


def print_times(name: str, times: Sequence[float], beside: Sequence[float]) -> None:
    """Median, 95th percentile and maximum; then how many times the sum of `beside` it all took."""
    ratio = sum(times) / sum(beside)
    spread = f"median {statistics.median(times):8.1f}  p95 {p95(times):8.1f}  max {max(times):8.1f}"
    print(f"  {spread}  {ratio:6.1f}x  {name}", flush=True)


def p95(times: Sequence[float]) -> float:
    return sorted(times)[int(0.95 * (len(times) - 1))]
