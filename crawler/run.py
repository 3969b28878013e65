"""Crawl after crawl in one process: `in_reactor` runs the process's one loop, `crawl` one crawl in it."""

import asyncio
import signal
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

from crawler.browser import ABANDON
from crawler.settings import TWISTED_REACTOR, scrapy_settings
from crawler.spiders.policies import PolicySpider
from crawler.turns import Serve
from crawler.writer import Claim, Keep
from monitor.config import CrawlSettings
from monitor.failures import CAPTURED, NOT_MODIFIED, ending
from monitor.types import FetchResult, Via

T = TypeVar("T")

MOST_COUNTS = 300  # of Scrapy's; Scrapy has some 60, and a page can make more by odd request methods
LONGEST_NAME = 200  # characters of such a count's name

GRACE_SECONDS = 6.0  # for what is running, when the process is asked to end
LAST_SECONDS = 1.5  # then for giving it up: together under ten


class _Stop:
    """Whether the process is asked to end, and how many crawls there are to end."""

    def __init__(self) -> None:
        self.wanted = asyncio.Event()
        self.crawls = 0


_stop: ContextVar[_Stop | None] = ContextVar("_stop", default=None)


@dataclass
class CrawlStats:
    """What one crawl did. `counts` is by way and ending (`capture`, `not_modified`, `error`); `sources` are those done with.

    `failures` is by machine name, `seconds` on the network by way, `bytes` those of the captures. `stopped` says that it
    ended early because the process was asked to end. `scrapy` are Scrapy's own counts, once the crawl has ended.
    """

    counts: Counter[tuple[Via, str]] = field(default_factory=Counter)
    sources: int = 0
    failures: Counter[str] = field(default_factory=Counter)
    seconds: defaultdict[Via, float] = field(default_factory=lambda: defaultdict(float))
    bytes: int = 0
    stopped: bool = False
    scrapy: dict[str, Any] = field(default_factory=dict)

    @property
    def idle(self) -> bool:
        """It asked for nothing."""
        return not self.counts and not self.scrapy.get("downloader/request_count")

    def add(self, result: FetchResult) -> None:
        name = ending(result)
        kind = {CAPTURED: "capture", NOT_MODIFIED: "not_modified"}.get(name, "error")
        self.counts[result.via, kind] += 1
        self.sources += result.final
        self.seconds[result.via] += result.duration_seconds
        if kind == "error":
            self.failures[name] += 1
        if result.capture is not None:
            self.bytes += len(result.capture.body)

    def as_json(self) -> dict[str, Any]:
        """The form in which a run is recorded: numbers, texts and objects of them only."""
        fetches: dict[str, dict[str, int]] = {}
        for (via, kind), count in sorted(self.counts.items()):
            fetches.setdefault(via.value, {})[kind] = count
        return {
            "sources": self.sources,
            "stopped": self.stopped,
            "bytes": self.bytes,
            "fetches": fetches,
            "seconds": {via.value: round(seconds, 3) for via, seconds in sorted(self.seconds.items())},
            "failures": dict(sorted(self.failures.items())),
            "scrapy": self.scrapy,
        }


def plain_counts(counts: Mapping[str, Any]) -> dict[str, Any]:
    """Scrapy's counts as JSON can hold them: numbers and texts, moments in ISO 8601; the first 300 by name."""
    return {name[:LONGEST_NAME]: _plain(counts[name]) for name in sorted(counts)[:MOST_COUNTS]}


def _plain(value: Any) -> int | float | str:
    if isinstance(value, int | float | str):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)[:LONGEST_NAME]


async def crawl(
    claim: Claim,
    keep: Keep,
    settings: CrawlSettings,
    *,
    serve: Serve | None = None,
    on_progress: Callable[[FetchResult], None] | None = None,
    on_end: Callable[[CrawlStats], None] | None = None,
) -> CrawlStats:
    """Fetch every source that `claim` gives until it gives none; `keep` gets each result, with others that came meanwhile.

    Both block, and are called in one thread of their own, never two at a time. `serve` gives the turns at hosts that other
    crawls visit as well, in another thread; without it this crawl is alone. `on_progress` is called in the loop after
    a result was kept, `on_end` with what the crawl did, however it ended. An error of theirs stops the crawl and is
    raised. Needs the loop of `in_reactor`.
    """
    stats = CrawlStats()
    stop = _stop.get() or _Stop()
    if stop.wanted.is_set():
        return CrawlStats(stopped=True)

    def on_kept(result: FetchResult) -> None:
        stats.add(result)
        if on_progress is not None:
            on_progress(result)

    runner = AsyncCrawlerRunner(Settings(scrapy_settings(settings)))
    crawler = runner.create_crawler(PolicySpider)
    running = runner.crawl(crawler, claim=claim, keep=keep, serve=serve, on_kept=on_kept)
    stop.crawls += 1
    try:
        await asyncio.sleep(0)  # the spider is made in the task's first step
        if isinstance(crawler.spider, PolicySpider):
            await _until_done(crawler, crawler.spider, running, stop.wanted)
        else:
            await running
    finally:
        stop.crawls -= 1
        stats.stopped = stop.wanted.is_set()
        with suppress(RuntimeError):  # it has no counts: Scrapy did not get as far
            stats.scrapy = plain_counts(crawler.stats.get_stats())
        if on_end is not None:
            on_end(stats)
    return stats


async def _until_done(
    crawler: Crawler, spider: PolicySpider, running: "asyncio.Task[None]", stop: asyncio.Event
) -> None:
    """Wait for the crawl. When it shall stop, or cannot keep its results, it gets some time, then it is given up."""
    reasons = [asyncio.ensure_future(event.wait()) for event in (stop, spider.writer.broken)]
    try:
        await asyncio.wait([running, *reasons], return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            spider.writer.stop()
            stopping = asyncio.ensure_future(crawler.stop_async())
            await asyncio.wait([running, stopping], timeout=GRACE_SECONDS, return_when=asyncio.ALL_COMPLETED)
    finally:
        for reason in reasons:
            reason.cancel()
        if not running.done():
            await _give_up(crawler, spider, running)
    if spider.writer.failure is not None:
        raise spider.writer.failure
    await running


async def _give_up(crawler: Crawler, spider: PolicySpider, running: "asyncio.Task[None]") -> None:
    """End what is running without its results: its leases return by themselves."""
    spider.writer.abandon()
    crawler.signals.send_catch_log(ABANDON)
    await asyncio.wait([running], timeout=LAST_SECONDS)
    running.cancel()
    await asyncio.wait([running], timeout=LAST_SECONDS)


def in_reactor(main: Callable[[], Awaitable[T]]) -> T:
    """Run one coroutine in the asyncio reactor; return its value or raise its error. Once per process.

    SIGTERM or SIGINT ends a running crawl within ten seconds (its stats say `stopped`, and no other one begins) and lets
    `main` go on to its return; with no crawl running, or when that takes longer, or at a second signal, `main` is
    cancelled. A cancelled `main` may still return a value; otherwise KeyboardInterrupt is raised.
    """
    install_reactor(TWISTED_REACTOR)
    from twisted.internet import reactor  # noqa: PLC0415 (must not be imported before it is chosen)

    chosen: Any = reactor
    outcomes: list[asyncio.Task[T]] = []
    running: list[asyncio.Task[None]] = []  # the loop itself holds tasks weakly

    async def supervised() -> None:
        stop = _Stop()
        _stop.set(stop)
        task = asyncio.ensure_future(_awaited(main))
        outcomes.append(task)
        _on_signals(stop, task)
        await asyncio.wait([task])
        await _end_leftovers()
        chosen.stop()

    chosen.callWhenRunning(lambda: running.append(asyncio.ensure_future(supervised())))
    chosen.run(installSignalHandlers=False)
    if outcomes[0].cancelled():
        raise KeyboardInterrupt
    return outcomes[0].result()


async def _awaited(main: Callable[[], Awaitable[T]]) -> T:
    return await main()


def _on_signals(stop: _Stop, task: "asyncio.Task[T]") -> None:
    loop = asyncio.get_running_loop()

    def asked_to_end() -> None:
        again = stop.wanted.is_set()
        stop.wanted.set()
        if again or not stop.crawls:
            task.cancel()
        else:
            loop.call_later(GRACE_SECONDS + LAST_SECONDS + 1, task.cancel)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_end)


async def _end_leftovers() -> None:
    """What a given-up crawl left behind."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    if others:
        await asyncio.wait(others, timeout=1.0)
