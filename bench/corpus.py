"""Where the corpus is, its captures, and how work on them is timed and printed."""

import io
import os
import re
import statistics
import sys
import tarfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

T = TypeVar("T")

CORPUS = Path(os.environ.get("SMALLPRINT_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus")


def runs(kinds: str = "html") -> Iterator[list[bytes]]:
    """The captures of each page of the corpus, oldest first; `kinds` is a pattern: "html|pdf" are all."""
    for archive in sorted((CORPUS / "detection").glob("*.tar.zst")):
        options = {zstd.DecompressionParameter.window_log_max: 31}
        content = zstd.decompress(archive.read_bytes(), options=options)
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            members = (member for member in tar if re.fullmatch(rf"\d+\.({kinds})", member.name))
            pages = [file.read() for member in members if (file := tar.extractfile(member))]
        if pages:
            yield pages


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
