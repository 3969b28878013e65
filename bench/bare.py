"""Plain Scrapy beside us: a bare spider that asks for the same pages and hashes their bodies.

Its settings are Scrapy's own, but for the concurrency, which is ours.
"""

from collections.abc import AsyncIterator, Sequence
from hashlib import sha256
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from scrapy.settings import Settings

from crawler.settings import CONCURRENT_REQUESTS, CONCURRENT_REQUESTS_PER_DOMAIN, TWISTED_REACTOR

SETTINGS: dict[str, Any] = {
    "TWISTED_REACTOR": TWISTED_REACTOR,
    "CONCURRENT_REQUESTS": CONCURRENT_REQUESTS,
    "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENT_REQUESTS_PER_DOMAIN,
    "DOWNLOAD_DELAY": 0,
    "TELNETCONSOLE_ENABLED": False,
}


class HashSpider(Spider):
    """`digests` gets each page's; with `etags` handed over, the requests are conditional and 304 is an answer."""

    name = "hash"
    handle_httpstatus_list = (304,)

    def __init__(self, urls: Sequence[str], digests: dict[str, str], etags: dict[str, str] | None) -> None:
        super().__init__()
        self._urls, self._digests, self._etags = urls, digests, etags

    async def start(self) -> AsyncIterator[Request]:
        for url in self._urls:
            known = (self._etags or {}).get(url)
            yield Request(url, headers={"If-None-Match": known} if known else None)

    def parse(self, response: Response) -> None:
        if self._etags is not None and response.status != 304:
            self._etags[response.url] = (response.headers["ETag"] or b"").decode()
        self._digests[response.url] = sha256(response.body).hexdigest()


async def crawl_bare(urls: Sequence[str], etags: dict[str, str] | None = None) -> int:
    """Crawl them all in the running reactor; how many answers came."""
    digests: dict[str, str] = {}
    await AsyncCrawlerRunner(Settings(SETTINGS)).crawl(HashSpider, urls=urls, digests=digests, etags=etags)
    return len(digests)
