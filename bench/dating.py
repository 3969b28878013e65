"""What finding the stated dates costs, beside the libraries that look for dates."""

import statistics
from collections.abc import Sequence

import dateparser.search
import htmldate

from bench.corpus import CORPUS, print_times, timed
from monitor.dates.find import find_stated_dates
from monitor.extract.document import extract
from monitor.types import Document

SLOW_PAGES = 20  # dateparser's search takes seconds a policy


def bench_dating(pages: Sequence[bytes]) -> None:
    """Both on pages as they came; each library is handed what it asks for: HTML, or text."""
    documents = [extract(page) for page in pages]
    print(f"\ndates, {len(pages)} pages: CPU ms a page, without the reading of the page where a library needs none")
    for page, document in zip(pages[::20], documents[::20], strict=True):  # tables are loaded once
        _ours(document)
        _htmldate(page)
    ours = timed(_ours, documents)
    theirs = timed(_htmldate, pages)
    print_times("smallprint: both stated dates, with evidence", ours, ours)
    print_times("htmldate: find_date()", theirs, ours)
    some = documents[:: max(1, len(documents) // SLOW_PAGES)]
    print_times(f"dateparser: search_dates(), {len(some)} of the pages", timed(_dateparser, some), timed(_ours, some))
    print(f"  median to median: htmldate takes {statistics.median(theirs) / statistics.median(ours):.1f} times as long")
    _bench_policies()


def _bench_policies() -> None:
    policies = [extract(file.read_bytes(), url=file.name) for file in sorted((CORPUS / "dates").glob("*.md"))]
    ours = timed(_ours, policies)
    print(f"dates, {len(policies)} policies as text: CPU ms a policy")
    print_times("smallprint: both stated dates, with evidence", ours, ours)


def _ours(document: Document) -> object:
    return find_stated_dates(document.blocks, language=document.language)


def _htmldate(page: bytes) -> object:
    return htmldate.find_date(page.decode("utf-8", "replace"))


def _dateparser(document: Document) -> object:
    return dateparser.search.search_dates(document.text, languages=[document.language or "en"])
