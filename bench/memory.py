"""Whether memory stays flat over 10,000 pages: read one after the other in one process, and through the reader's children."""

import resource
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import count, cycle, islice
from multiprocessing import get_context
from pathlib import Path

from monitor.extract.document import extract
from monitor.reading import Reader

PAGES = 10_000
SEEN_AT = (1_000, 5_000, 10_000)
LOOKED_EVERY = 90  # also when a child is about to be replaced


def bench_memory(pages: Sequence[bytes]) -> None:
    """Both at once, each on a core of its own; they share nothing."""
    print(
        f"\nmemory, {PAGES:,} pages: MiB in RAM, the most until page " + ", ".join(f"{pages:,}" for pages in SEEN_AT),
        flush=True,
    )
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as another, Reader() as reader:
        direct = another.submit(_read_directly, pages)
        child = list(_sizes(_said(reader.read), pages, size_of=lambda: reader.run(_resident_mebibytes)))
        _print("in one process, no child", direct.result())
    _print("the reader's child, a new one every 1,000 pages", child)
    _print("the process that hands it the pages and holds the corpus, at the end", [_resident_mebibytes()])


def _read_directly(pages: Sequence[bytes]) -> list[float]:
    return list(_sizes(extract, pages, size_of=_resident_mebibytes))


def _sizes(read: Callable[[bytes], object], pages: Sequence[bytes], *, size_of: Callable[[], float]) -> Iterator[float]:
    """The largest size so far, whenever so many pages were read; children are young at one time and old at another."""
    largest = 0.0
    for done, page in enumerate(islice(cycle(pages), PAGES), start=1):
        read(page)
        if done % LOOKED_EVERY == 0:
            largest = max(largest, size_of())
        if done in SEEN_AT:
            yield largest


def _said(read: Callable[[bytes], object]) -> Callable[[bytes], object]:
    """The same, with a line on standard error that says how far it is."""
    done = count(1)

    def reads(page: bytes) -> object:
        print(f"\r  {next(done):,} of {PAGES:,} pages ", end="", file=sys.stderr, flush=True)
        return read(page)

    return reads


def _print(name: str, sizes: Sequence[float]) -> None:
    print("\r  " + "".join(f"{size:8.0f}" for size in sizes) + f"  {name}", flush=True)


def _resident_mebibytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20
