"""A spider that makes its requests itself, in an order of its own; by the settings, gate, limits and politeness of PolicySpider."""

from collections.abc import AsyncIterator
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.failures import failure_of
from crawler.turns import Serve, Turns, in_memory
from monitor.failures import Failure


class DirectSpider(Spider):
    """Does its `work` to the end; what that raises is its `failure`, for who runs the crawl to raise.

    `serve` gives the turns at hosts that other crawls visit as well; without it this crawl is alone.
    """

    custom_settings: dict[str, Any] = {"ITEM_PIPELINES": {}}  # noqa: RUF012  (Scrapy's way)

    def __init__(self, crawler: Crawler, serve: Serve | None) -> None:
        super().__init__()
        delay_seconds = crawler.settings.getfloat("HOST_DELAY")
        self.turns = Turns(serve or in_memory(), delay_seconds=delay_seconds, on_failure=self._broken)
        self.failure: BaseException | None = None
        self.came_to_its_end = False

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, serve: Serve | None = None, **kwargs: Any) -> Self:
        spider = cls(crawler, serve, *args, **kwargs)
        spider._set_crawler(crawler)
        crawler.signals.connect(spider.turns.robots_read, signals.robots_parsed)
        crawler.signals.connect(spider.turns.close, signals.spider_closed)
        return spider

    async def work(self) -> None:
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Request]:
        """All of the work, so that no request is left for Scrapy to make."""
        try:
            await self.work()
            self.came_to_its_end = True
        except* Exception as faults:
            self._broken(faults.exceptions[0])
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    async def download(self, request: Request) -> Response | Failure:
        assert self.crawler.engine is not None
        try:
            return await self.crawler.engine.download_async(request)
        except Exception as error:  # each of Scrapy's and Twisted's ways to fail, in words
            return failure_of(error, request)

    def _broken(self, error: BaseException) -> None:
        self.failure = self.failure or error
