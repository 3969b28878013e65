"""Every request waits here for its host's turn, nearest to the network: redirect hops, retries and robots.txt too."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.robotstxt import RobotParser

from crawler.browser import BrowserHandler
from monitor.politeness import EndedTurn, HostState, Turn, end, host_of, longer_delay, retry_after_seconds, take

Serve = Callable[[Sequence[str], Sequence[EndedTurn]], dict[str, Turn]]

SHORTEST_POLL_SECONDS = 0.05
ROBOTSTXT_USER_AGENT = "smallprint"
POLL_SECONDS = 1.0  # how often a turn that another run has is asked for again
PATIENCE_SECONDS = 30.0  # a host that wants its peace for longer is not waited for


class LeftAloneError(Exception):
    """The host wants to be left alone; the message says until when."""


def in_memory(clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Serve:
    """Turns for a crawl that shares its hosts with nobody."""
    states: dict[str, HostState] = {}

    def serve(wanted: Sequence[str], ended: Sequence[EndedTurn]) -> dict[str, Turn]:
        for visit in ended:
            states[visit.host] = end(states.get(visit.host), visit)
        turns = {}
        for host in wanted:
            turns[host], states[host] = take(states.get(host), clock())
        return turns

    return serve


class Turns:
    """Takes and ends turns through `serve`, which may block: it runs in a thread of its own, for all that came meanwhile at once.

    `on_failure` is told what `serve` raises; the requests that waited for it are then lost.
    """

    def __init__(self, serve: Serve, *, delay_seconds: float, on_failure: Callable[[BaseException], None]) -> None:
        self._serve, self._delay_seconds, self._on_failure = serve, delay_seconds, on_failure
        self._crawl_delays: dict[str, float] = {}
        self._ended_at: dict[str, float] = {}  # by the loop's clock
        self._locks: dict[str, asyncio.Lock] = {}  # of this crawl's requests, one a host
        self._wanted: dict[str, asyncio.Future[Turn]] = {}
        self._ended: list[EndedTurn] = []
        self._serving: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="turns")

    async def visit(self, url: str, fetch: Callable[[], Awaitable[Response]], transfers: asyncio.Semaphore) -> Response:
        """What `fetch` gives, in the turn of the URL's host and in one of the crawl's transfers.

        LeftAloneError when the host wants its peace for longer than is waited for.
        """
        host = host_of(url)
        async with self._locks.setdefault(host, asyncio.Lock()):
            while True:
                await asyncio.sleep(self.seconds_until(host))
                async with transfers:
                    turn = await self._take(host)
                    if turn.taken:
                        return await self._visited(host, turn, fetch)
                await asyncio.sleep(self._seconds_to_wait(host, turn))

    def robots_read(self, robotparser: RobotParser, request: Request) -> None:
        """Scrapy's signal `robots_parsed`: keep to the Crawl-delay that it has for us, from now on."""
        rules = getattr(robotparser, "rp", None)
        delay = rules.crawl_delay(ROBOTSTXT_USER_AGENT) if rules is not None else None
        if delay is not None and delay > 0:
            self._crawl_delays[host_of(request.url)] = float(delay)

    def seconds_until(self, host: str) -> float:
        """How long a request to this host has to wait for earlier ones of this crawl."""
        ended_at = self._ended_at.get(host)
        if ended_at is None:
            return 0.0
        delay = longer_delay(self._delay_seconds, self._crawl_delays.get(host, 0.0))
        return max(0.0, ended_at + delay - asyncio.get_running_loop().time())

    async def close(self) -> None:
        """Write down the turns that have ended, and end the thread."""
        while self._serving is not None:
            await self._serving
        await asyncio.to_thread(self._thread.shutdown)

    async def _visited(self, host: str, turn: Turn, fetch: Callable[[], Awaitable[Response]]) -> Response:
        response: Response | None = None
        try:
            response = await fetch()
            return response
        finally:
            self._end(host, turn, response)

    async def _take(self, host: str) -> Turn:
        future: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        self._wanted[host] = future
        self._wake()
        return await future

    def _end(self, host: str, turn: Turn, response: Response | None) -> None:
        now = datetime.now(UTC)
        wish = (response.headers.get("Retry-After") or b"" if response is not None else b"").decode("latin-1")
        self._ended_at[host] = asyncio.get_running_loop().time()
        self._ended.append(
            EndedTurn(
                host=host,
                taken_at=turn.at,
                ended_at=now,
                delay_seconds=self._delay_seconds,
                crawl_delay_seconds=self._crawl_delays.get(host),
                status=response.status if response is not None else 0,
                retry_after_seconds=retry_after_seconds(wish, now),
            )
        )
        self._wake()

    def _seconds_to_wait(self, host: str, turn: Turn) -> float:
        seconds = (turn.at - datetime.now(UTC)).total_seconds()
        if not turn.left_alone:
            return min(max(seconds, 0.0), POLL_SECONDS, max(self._delay_seconds / 2, SHORTEST_POLL_SECONDS))
        if seconds > PATIENCE_SECONDS:
            raise LeftAloneError(f"no answer: {host} asked to be left alone until {turn.at:%Y-%m-%d %H:%M} UTC")
        return max(seconds, 0.0)

    def _wake(self) -> None:
        if self._serving is None:
            self._serving = asyncio.ensure_future(self._serve_all())

    async def _serve_all(self) -> None:
        try:
            while self._wanted or self._ended:
                wanted, self._wanted = self._wanted, {}
                ended, self._ended = self._ended, []
                await self._serve_some(wanted, ended)
        finally:
            self._serving = None

    async def _serve_some(self, wanted: dict[str, "asyncio.Future[Turn]"], ended: list[EndedTurn]) -> None:
        loop = asyncio.get_running_loop()
        try:
            turns = await loop.run_in_executor(self._thread, self._serve, list(wanted), ended)
        except Exception as error:  # whatever it is, it ends the crawl
            self._on_failure(error)
            for future in wanted.values():
                future.cancel()
            return
        for host, future in wanted.items():
            if not future.done():
                future.set_result(turns[host])


class PoliteHandler(BrowserHandler):
    """The browser's and Scrapy's own download, each request in its host's turn."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._transfers = asyncio.Semaphore(crawler.settings.getint("TRANSFERS"))
        self._pages_at_once = asyncio.Semaphore(crawler.settings.getint("BROWSER_PAGES"))
        self._turns: Turns = crawler.spider.turns  # type: ignore[union-attr]

    async def _either_way(self, request: Request) -> Response:
        """In the host's turn. A page in the browser takes none of the transfers: it is slow, and there are few."""
        limit = self._pages_at_once if request.meta.get("playwright") else self._transfers
        return await self._turns.visit(request.url, lambda: super(PoliteHandler, self)._either_way(request), limit)
