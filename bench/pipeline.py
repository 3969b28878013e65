"""The whole pipeline (fetch, archive, read, date, compare) beside plain Scrapy, in pages per CPU second.

The same pages are visited again and again, in one process, as `smallprint watch` does it. What counts is the CPU time of
that process and all its descendants, the readers' children among them; the site runs in a process of its own.
"""

import statistics
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice, zip_longest
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import update

from bench.bare import crawl_bare
from bench.costs import PeakMemory, cpu_seconds, open_files, resident_mebibytes, session
from bench.served import Served, served
from crawler.run import crawl, in_reactor
from monitor.declarations import Declaration, PolicyDeclaration
from monitor.home import Home, open_home, utc_now
from monitor.models import Policy
from monitor.policies import sync
from monitor.types import FetchResult

PAGES = 600
VISITS = 17  # of each page: 10,200 fetches
PLAIN_VISITS = 5
SEEN_AT = (2_000, 10_000)  # fetches
FIRST, SAME_WORDS, NOT_MODIFIED = "first visit", "other bytes, same words", "304"
WANTED = {FIRST: 0.25, SAME_WORDS: 0.25, NOT_MODIFIED: 0.8}
MOST_MEBIBYTES = 400
SETTINGS = "[crawl]\nallow_private = true\ndelay_seconds = 0\nbrowser = false\n"


@dataclass
class Measured:
    """CPU milliseconds a page, by kind of visit and visit for visit; outcomes of the newest visit of a kind; sizes, by fetches."""

    costs: dict[str, list[float]] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    sizes: dict[int, tuple[float, int]] = field(default_factory=dict)


Visit = Callable[[str], Awaitable[object]]


def bench_pipeline(runs: Sequence[Sequence[bytes]], *, visits: int = VISITS) -> None:
    pages = corpus_pages(runs)
    print(f"\nthe whole pipeline, {len(pages)} pages visited {visits} times beside plain Scrapy", flush=True)
    with served(pages) as site, TemporaryDirectory() as folder:
        before = _measured(_visit_plainly, site, False)
        with _process() as process:
            leader = process.submit(session).result()
            with PeakMemory(leader) as peak:
                ours = process.submit(_visit_ourselves, site, Path(folder), visits).result()
        asked = _measured(_visit_plainly, site, True)
        after = _measured(_visit_plainly, site, False)  # what else the machine does slows down one and the other
    whole = [*before.costs[FIRST], *after.costs[FIRST]]
    _print_costs(ours, whole, asked)
    _print_sizes(ours, peak.mebibytes)


def corpus_pages(runs: Sequence[Sequence[bytes]]) -> list[bytes]:
    """So many pages, one of each run in turn."""
    turns = (page for turn in zip_longest(*runs) for page in turn if page is not None)
    return list(islice(turns, PAGES))


def _measured(work: Callable[..., Measured], *arguments: object) -> Measured:
    with _process() as process:
        return process.submit(work, *arguments).result()


@contextmanager
def _process() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        yield process


def _visit_plainly(site: Served, conditional: bool) -> Measured:
    """Scrapy takes no note of what it has seen: to it, all visits are alike. With `conditional` it is handed the ETags."""
    etags: dict[str, str] | None = {} if conditional else None

    async def visit(_kind: str) -> None:
        await crawl_bare(site.urls, etags)

    return _visits([NOT_MODIFIED] * (PLAIN_VISITS + 1) if conditional else [FIRST] * PLAIN_VISITS, site, visit)


def _visit_ourselves(site: Served, folder: Path, visits: int) -> Measured:
    (folder / "smallprint.toml").write_text(SETTINGS, encoding="utf-8")
    with open_home(folder, {}) as home:
        _watch(home, site.urls)
        home.reader.read(b"<h1>Privacy Policy</h1>")  # the children's server has started
        leader, fetched, sizes = session(), 0, {}

        def on_fetched(_result: FetchResult) -> None:
            nonlocal fetched
            fetched += 1
            if fetched in SEEN_AT:
                sizes[fetched] = resident_mebibytes(leader), open_files(leader)

        async def visit(_kind: str) -> str:
            home.closed.clear()
            with home.database.writing() as writing:
                writing.execute(update(Policy).values(next_check_at=utc_now()))
            await crawl(home.claim, home.keep_all, home.settings.crawl, serve=home.turns, on_progress=on_fetched)
            return _outcomes(home)

        kinds = [FIRST, *islice((SAME_WORDS, NOT_MODIFIED) * visits, visits - 1)]
        measured = _visits(kinds, site, visit)
    measured.sizes = sizes
    return measured


def _watch(home: Home, urls: Sequence[str]) -> None:
    """Each page is the policy of a service of its own."""
    with home.database.writing() as writing:
        for number, url in enumerate(urls):
            policy = PolicyDeclaration.model_validate({"type": "Privacy Policy", "sources": [url]})
            declared = Declaration(service=f"Service {number}", policies=(policy,))
            sync(writing, [declared], interval_seconds=86_400, now=utc_now())


def _visits(kinds: Sequence[str], site: Served, visit: Visit) -> Measured:
    """Visits of these kinds, one after the other in one reactor; the site's pages change before one of the same words."""
    measured, leader = Measured(), session()

    async def all_visits() -> None:
        for kind in kinds:
            if kind == SAME_WORDS:
                site.next_token()
            before = cpu_seconds(leader)
            measured.outcomes[kind] = str(await visit(kind))
            cost = 1000 * (cpu_seconds(leader) - before) / len(site.urls)
            measured.costs.setdefault(kind, []).append(cost)

    in_reactor(all_visits)
    return measured


def _outcomes(home: Home) -> str:
    counts = Counter(closed.outcome.value for closed in home.closed)
    return ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common())


def _print_costs(ours: Measured, whole: Sequence[float], asked: Measured) -> None:
    plain = statistics.median(whole)
    confirmed = statistics.median(asked.costs[NOT_MODIFIED][1:])  # at the first of these it had no ETags
    print("  pages per CPU second (medians); beside plain Scrapy, wanted")
    print(
        f"  plain Scrapy's visits cost from {min(whole):.1f} to {max(whole):.1f} ms a page: a wide range means a busy machine"
    )
    print(f"  {1000 / plain:8.0f}   1.00x         plain Scrapy: every page fetched and hashed")
    print(
        f"  {1000 / confirmed:8.0f}   {plain / confirmed:.2f}x         plain Scrapy, handed the ETags: every page a 304"
    )
    for kind, costs in ours.costs.items():
        cost = statistics.median(costs)
        ratio = plain / cost
        said = "" if ratio >= WANTED[kind] else "  MISSED"
        print(
            f"  {1000 / cost:8.0f}   {ratio:.2f}x  {WANTED[kind]:.2f}x  smallprint, {kind}{said} ({ours.outcomes[kind]})"
        )
    ratio = confirmed / statistics.median(ours.costs[NOT_MODIFIED])
    print(f"  a 304 beside plain Scrapy's 304: {ratio:.2f}x", flush=True)


def _print_sizes(ours: Measured, peak: float) -> None:
    print(f"  memory of all our processes at its highest: {peak:.0f} MiB (PSS), wanted under {MOST_MEBIBYTES}")
    for fetched, (mebibytes, files) in ours.sizes.items():
        print(f"  after {fetched:,} fetches: {mebibytes:.0f} MiB (RSS of the process that crawls), {files} open files")
    if len(ours.sizes) == len(SEEN_AT):
        (before, _), (after, _) = ours.sizes.values()
        print(f"  grown between them by {after / before - 1:.1%}, wanted under 10 %", flush=True)
