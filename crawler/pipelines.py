"""Results leave the crawler here: to the writer's thread, never blocking the loop."""

import asyncio

from scrapy.crawler import Crawler

from crawler.spiders.policies import PolicySpider
from monitor.types import FetchResult


class KeepPipeline:
    """Keeps each result. When that fails the crawl is stopped: what cannot be kept need not be fetched."""

    def __init__(self, crawler: Crawler) -> None:
        assert isinstance(crawler.spider, PolicySpider)
        self._crawler = crawler
        self._spider = crawler.spider
        self._stopping: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "KeepPipeline":
        return cls(crawler)

    async def process_item(self, item: FetchResult) -> FetchResult:
        try:
            await self._spider.keep(item)
        except Exception:
            self._stopping = asyncio.ensure_future(self._crawler.stop_async())
            raise
        return item
