"""Search sites for their policies, as one crawl in the process's loop."""

from collections.abc import Iterable

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from crawler.settings import scrapy_settings
from crawler.spiders.discovery import DiscoverySpider, Found, Place
from crawler.turns import Serve
from monitor.config import CrawlSettings
from monitor.reading import Reader


async def discover(
    places: Iterable[Place], settings: CrawlSettings, *, reader: Reader, on_found: Found, serve: Serve | None = None
) -> None:
    """Search all places; `on_found` is called with each place's findings as soon as they are there, in a thread.

    `serve` gives the turns at hosts that other crawls visit as well.

    An error of its own ends the search and is raised. Needs the loop of `crawler.run.in_reactor`.
    """
    runner = AsyncCrawlerRunner(Settings(scrapy_settings(settings)))
    crawler = runner.create_crawler(DiscoverySpider)
    await runner.crawl(crawler, places=places, reader=reader, on_found=on_found, serve=serve)
    if isinstance(crawler.spider, DiscoverySpider) and crawler.spider.failure is not None:
        raise crawler.spider.failure
