"""Real crawls in one process: the reactor runs in a thread of its own, and is handed one crawl after another.

Scrapy is imported by the fixtures: tests that do not crawl do not wait for it.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from monitor.config import CrawlSettings
from monitor.types import DueSource, FetchResult

FAST = {"allow_private": True, "delay_seconds": 0.0, "timeout_seconds": 5.0}


@dataclass
class Crawled:
    """What a crawl left: the results in the order they were kept, and the crawl's own counts."""

    results: list[FetchResult] = field(default_factory=list)
    stats: Any = None

    @property
    def only(self) -> FetchResult:
        assert len(self.results) == 1, self.results
        return self.results[0]


Crawling = Callable[..., Crawled]


@pytest.fixture(scope="session")
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The loop of the running reactor."""
    from scrapy.utils.reactor import install_reactor

    from crawler.settings import TWISTED_REACTOR

    loops: list[asyncio.AbstractEventLoop] = []
    started = threading.Event()

    def run() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[0])
        install_reactor(TWISTED_REACTOR)
        from twisted.internet import reactor

        reactor.callWhenRunning(started.set)
        reactor.run(installSignalHandlers=False)
        loops[0].close()

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(10)
    yield loops[0]
    from twisted.internet import reactor

    reactor.callFromThread(reactor.stop)
    thread.join(10)


@pytest.fixture
def crawled(loop: asyncio.AbstractEventLoop) -> Crawling:
    """`crawled(source, ..., timeout_seconds=1)`: crawls the sources with these settings, to the end."""
    from crawler.run import crawl

    def run(
        *sources: DueSource | str, keep: Callable[[FetchResult], None] | None = None, **settings: object
    ) -> Crawled:
        batches = [[as_source(source, number) for number, source in enumerate(sources, 1)]]
        done = Crawled()
        running = crawl(
            lambda: batches.pop() if batches else (),
            done.results.extend if keep is None else lambda results: [keep(result) for result in results],
            CrawlSettings.model_validate(FAST | settings),
        )
        done.stats = asyncio.run_coroutine_threadsafe(running, loop).result(120)
        return done

    return run


def as_source(source: DueSource | str, number: int = 1) -> DueSource:
    if isinstance(source, DueSource):
        return source
    return DueSource(check_id=number, source_id=number, policy="acme/privacy-policy", url=source)
