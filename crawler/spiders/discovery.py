"""DiscoverySpider: sites in, what each one's search found out; by the settings, gate, limits and politeness of PolicySpider."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.browser import browser_meta, needs_browser
from crawler.discovery.judging import Seen
from crawler.discovery.looking import look
from crawler.discovery.searching import Discovery, Search, See
from crawler.discovery.sitemaps import Listed, read_sitemap
from crawler.discovery.sites import site_label
from crawler.failures import address_refused, redirect_refused
from crawler.spiders.direct import DirectSpider
from crawler.turns import Serve
from monitor.errors import ReaderGoneError, ReadingError
from monitor.failures import Failure
from monitor.reading import Reader

SITES_AT_ONCE = 12
"""Each has one request on its way at most: fewer than CONCURRENT_REQUESTS, so that none waits long for its turn."""


@dataclass(frozen=True, slots=True)
class Place:
    """A site to search: a bare host or a home page's address; the service's name where known; the only types wanted."""

    address: str
    service: str = ""
    types: frozenset[str] = frozenset()


P = ParamSpec("P")
T = TypeVar("T")
Found = Callable[[Place, Discovery], None]


class DiscoverySpider(DirectSpider):
    """Searches every place; `on_found` is called with each one's findings, off the loop, never two at a time."""

    name = "discovery"

    def __init__(
        self, crawler: Crawler, serve: Serve | None, places: Iterable[Place], reader: Reader, on_found: Found
    ) -> None:
        super().__init__(crawler, serve)
        self._places: Iterator[Place] = iter(places)
        self._reader, self._on_found = reader, on_found
        self._telling, self._reading = asyncio.Lock(), asyncio.Lock()
        self._user_agent: str = crawler.settings["USER_AGENT"]
        self._allow_private = crawler.settings.getbool("ALLOW_PRIVATE")
        self._browser_enabled = crawler.settings.getbool("BROWSER_ENABLED")
        self._browser_pages = 0

    async def work(self) -> None:
        async with asyncio.TaskGroup() as searches:
            for _ in range(SITES_AT_ONCE):
                searches.create_task(self._search_places())

    async def _search_places(self) -> None:
        for place in self._places:
            found = await self._search(place)
            async with self._telling:
                await asyncio.to_thread(self._on_found, place, found)

    async def _search(self, place: Place) -> Discovery:
        search = Search(
            place.address,
            see=self._see_for(place),
            robots=self._robots,
            listed=self._listed,
            clock=time.monotonic,
            types=place.types,
            service=place.service,
        )
        try:
            return await search.run()
        except ReaderGoneError:
            raise
        except Exception as error:  # whatever a site makes the search trip over costs this site and no other
            self.logger.exception("%s: the search failed", place.address)
            return Discovery(place.address, error=f"the search failed: {type(error).__name__}: {error}")

    def _see_for(self, place: Place) -> See:
        async def see(url: str, in_browser: bool) -> Seen:
            response = await self._fetch(url, in_browser=in_browser)
            if isinstance(response, str):
                return Seen(url, url, error=response)
            return await self._seen(url, response, place.service or site_label(url))

        return see

    async def _seen(self, url: str, response: Response, service: str) -> Seen:
        """The page as a child sees it: neither its size nor its nesting can hold up the crawl's loop."""
        try:
            seen = await self._in_child(
                look,
                response.body,
                content_type=_content_type(response),
                url=response.url,
                asked_url=url,
                status=response.status,
                service=service,
            )
        except ReadingError as error:
            return Seen(url, response.url, response.status, error=str(error))
        return Seen(url, response.url, response.status, look=seen)

    async def _in_child(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What the reader's child makes of it. One at a time: the reader has one child."""
        async with self._reading:
            return await asyncio.to_thread(lambda: self._reader.run(work, *arguments, **named))

    async def _robots(self, url: str) -> bytes:
        response = await self._plain(url, obey_robots=False)
        return response.body if not isinstance(response, str) and response.status == 200 else b""

    async def _listed(self, url: str) -> Listed:
        response = await self._plain(url)
        if isinstance(response, str) or response.status != 200:
            return Listed()
        try:
            return await self._in_child(read_sitemap, response.body)
        except ReadingError:
            return Listed()

    async def _fetch(self, url: str, *, in_browser: bool) -> Response | str:
        """The answer, through the browser where the plain one needs it; why there is none otherwise."""
        plain = await self._plain(url)
        if isinstance(plain, str) or not self._browser_enabled:
            return plain
        if not (in_browser or needs_browser(plain.status, _content_type(plain), plain.body)):
            return plain
        self._browser_pages += 1
        meta = browser_meta(f"discovery-{self._browser_pages}", self._user_agent, "")
        rendered = await self._download(Request(url, meta=meta, dont_filter=True))
        return plain if isinstance(rendered, str) else rendered

    async def _plain(self, url: str, *, obey_robots: bool = True) -> Response | str:
        refused = address_refused(url, allow_private=self._allow_private)
        if refused:
            return refused.words
        response = await self._download(Request(url, meta={"dont_obey_robotstxt": not obey_robots}, dont_filter=True))
        if isinstance(response, str):
            return response
        refused = redirect_refused(response, allow_private=self._allow_private)
        return refused.words if refused else response

    async def _download(self, request: Request) -> Response | str:
        answer = await self.download(request)
        return answer.words if isinstance(answer, Failure) else answer


def _content_type(response: Response) -> str:
    return (response.headers.get("Content-Type") or b"").decode("latin-1")
