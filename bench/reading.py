"""What reading a page costs: bytes -> Document, beside what others ask for the text alone; and what the killable child adds."""

import contextlib
import statistics
import time
from collections.abc import Callable, Sequence

import readability
import trafilatura
from lxml import html
from lxml.etree import ParserError
from readability.readability import Unparseable

from bench.corpus import print_times, timed
from monitor.extract.document import extract
from monitor.reading import Reader


def bench_reading(pages: Sequence[bytes]) -> None:
    print(
        f"\nread, {len(pages)} pages of {statistics.mean(map(len, pages)) / 1024:.0f} KB mean: CPU ms a page",
        flush=True,
    )
    for work in (extract, _trafilatura, _readability, _text_content):
        for page in pages[::20]:  # tables and models are loaded once
            work(page)
    plain = timed(_text_content, pages)
    print_times("smallprint: blocks, dates, language, page state", timed(extract, pages), plain)
    print_times("trafilatura: extract()", timed(_trafilatura, pages), plain)
    print_times("readability-lxml: Document().summary()", timed(_readability, pages), plain)
    print_times("lxml: text_content() only", plain, plain)


def bench_children(pages: Sequence[bytes]) -> None:
    """The same pages in this process and through the reader's child, which lives on from page to page."""
    print(f"\nread, {len(pages)} pages, in a child that can be killed: ms a page, on the clock", flush=True)
    with Reader() as reader:
        reader.read(pages[0])
        child = _on_the_clock(reader.read, pages)
    here = _on_the_clock(extract, pages)
    print(f"  {here:8.1f}  in this process")
    print(f"  {child:8.1f}  in the child: {child - here:.1f} more")


def _on_the_clock(work: Callable[[bytes], object], pages: Sequence[bytes]) -> float:
    started = time.perf_counter()
    for page in pages:
        work(page)
    return 1000 * (time.perf_counter() - started) / len(pages)


def _trafilatura(page: bytes) -> object:
    return trafilatura.extract(page.decode("utf-8", "replace"))


def _readability(page: bytes) -> object:
    with contextlib.suppress(Unparseable, ParserError):  # an empty page
        return readability.Document(page.decode("utf-8", "replace")).summary()
    return None


def _text_content(page: bytes) -> object:
    return html.document_fromstring(page).text_content()
