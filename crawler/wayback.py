"""Fetch what a web archive has of one URL, as one crawl in the process's loop."""

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings

from crawler.cdx import History
from crawler.settings import scrapy_settings
from crawler.spiders.wayback import Taking, WaybackSpider
from crawler.turns import Serve
from monitor.config import CrawlSettings


async def fetch_history(
    history: History, settings: CrawlSettings, *, taking: Taking, serve: Serve | None = None
) -> bool:
    """Hand every capture that is not known yet to `taking`, oldest first. False when it was ended before its end.

    `serve` gives the turns at hosts that other crawls visit as well. An error, also one of the archive's, ends it and is
    raised; what was taken before is taken. Needs the loop of `crawler.run.in_reactor`.
    """
    runner = AsyncCrawlerRunner(Settings(scrapy_settings(settings)))
    crawler = runner.create_crawler(WaybackSpider)
    await runner.crawl(crawler, history=history, taking=taking, serve=serve)
    spider = crawler.spider
    if isinstance(spider, WaybackSpider) and spider.failure is not None:
        raise spider.failure
    return isinstance(spider, WaybackSpider) and spider.came_to_its_end
