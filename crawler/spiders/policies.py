"""PolicySpider: due sources in, exactly one FetchResult out for each attempt to get one."""

import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from functools import wraps
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.browser import browser_meta, needs_browser
from crawler.failures import address_refused, failure_of, redirect_refused, too_many_redirects, unusable
from crawler.frontier import Frontier
from crawler.meta_refresh import refresh_target
from crawler.results import captured, content_type, ended_fetch, failed_fetch, given_up
from crawler.settings import REDIRECT_MAX_TIMES, crawl_settings
from crawler.turns import Serve, Turns, in_memory
from crawler.writer import Claim, Keep, Writer
from monitor.config import DEFAULT_HOME, HOME_VARIABLE
from monitor.languages import accept_language
from monitor.types import DueSource, FetchResult, Via

DECLARED = "the declaration says: browser always"
UNDECLARED_LANGUAGE = "en"  # asked for on every way alike, so that a site's answer does not hang on the way
META_REFRESH = "meta refresh"

# A robots.txt that cannot be had is logged with a traceback; the source's own result says the same in words.
logging.getLogger("scrapy.downloadermiddlewares.robotstxt").setLevel(logging.CRITICAL)

Callback = Callable[..., Iterator[FetchResult | Request]]


def costs_one_source(callback: Callback) -> Callback:
    """What an answer makes a callback raise becomes its source's error: it never ends the crawl of the others."""

    @wraps(callback)
    def guarded(self: "PolicySpider", answer: Any, **known: Any) -> Iterator[FetchResult | Request]:
        try:
            results = list(callback(self, answer, **known))
        except Exception as error:
            self.logger.exception("%s: the answer cannot be used", answer.request.url)
            results = list(given_up(answer.request, unusable(error, answer.request)))
        yield from results

    return guarded


class PolicySpider(Spider):
    """Asks for every source that `claim` gives, until it gives none; `keep` gets the results, `serve` gives the hosts' turns.

    Started by `scrapy crawl policies` it takes both from the home folder (SMALLPRINT_HOME, or ./smallprint-data).
    """

    name = "policies"

    def __init__(
        self, claim: Claim, keep: Keep, serve: Serve, settings: BaseSettings, on_kept: Callable[[FetchResult], None]
    ) -> None:
        super().__init__()
        self.on_kept = on_kept
        self._close_home: Callable[[], None] | None = None
        self.writer = Writer(claim, keep, window=settings.getint("CLAIMED_AT_ONCE"))
        delay = settings.getfloat("HOST_DELAY")
        self.turns = Turns(serve, delay_seconds=delay, on_failure=self.writer.fail)
        at_once = settings.getint("CONCURRENT_REQUESTS")
        self.frontier = Frontier(self.writer.claim, self.turns.seconds_until, at_once=at_once)
        self._user_agent: str = settings["USER_AGENT"]
        self._allow_private = settings.getbool("ALLOW_PRIVATE")
        self._browser_enabled = settings.getbool("BROWSER_ENABLED")

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        *args: Any,  # noqa: ARG003 (Scrapy's signature)
        claim: Claim | None = None,
        keep: Keep | None = None,
        serve: Serve | None = None,
        on_kept: Callable[[FetchResult], None] = lambda _: None,
        **kwargs: Any,  # noqa: ARG003
    ) -> Self:
        close: Callable[[], None] | None = None
        if claim is None or keep is None:
            claim, keep, serve, close = _from_home(crawler)
        spider = cls(claim, keep, serve or in_memory(), crawler.settings, on_kept)
        spider._close_home = close
        spider._set_crawler(crawler)
        crawler.signals.connect(spider.broken, signals.spider_error)
        crawler.signals.connect(spider.ended, signals.spider_closed)
        crawler.signals.connect(spider.turns.robots_read, signals.robots_parsed)
        return spider

    def broken(self, failure: Failure) -> None:
        """A fault of our own must not pass for a page's: it ends the crawl."""
        self.writer.fail(failure.value)

    async def ended(self) -> None:
        await self.turns.close()
        await self.writer.close()
        if self._close_home is not None:
            self._close_home()

    async def keep(self, result: FetchResult) -> None:
        """Have one result kept, and tell of it."""
        if await self.writer.keep(result):
            self.on_kept(result)
        if result.final:
            self.frontier.done((result.check_id, result.source_id))

    async def start(self) -> AsyncIterator[Request]:
        async for source in self.frontier:
            refused = address_refused(source.url, allow_private=self._allow_private)
            if refused:  # some of these cannot even be made a Request
                await self.keep(failed_fetch(source, Via.HTTP, {}, refused))
            else:
                yield self._first_attempt(source)

    def _first_attempt(self, source: DueSource) -> Request:
        reason = _known_reason(source)
        if reason and self._browser_enabled and not source.retest_browser:
            return self._browser_request(source, reason, None)
        # A date says less than an ETag: it holds as well for an older text that was put in its place.
        conditions = {"If-None-Match": source.etag, "If-Modified-Since": "" if source.etag else source.last_modified}
        return _request(source, self.answered, self.failed, conditions)

    def _browser_request(self, source: DueSource, reason: str, plain: FetchResult | None) -> Request:
        request = _request(source, self.answered_in_browser, self.failed, {})
        wanted = source.language or UNDECLARED_LANGUAGE
        request.meta.update(browser_meta(f"{source.check_id}-{source.source_id}", self._user_agent, wanted))
        request.cb_kwargs.update(reason=reason, plain=plain)
        return request

    @costs_one_source
    def answered(self, response: Response, source: DueSource) -> Iterator[FetchResult | Request]:
        """A plain answer: the result, unless the browser is to be asked as well."""
        if response.status == 304 and (source.etag or source.last_modified):
            yield self._not_modified(response, source)
            return
        refused = redirect_refused(response, allow_private=self._allow_private)
        if refused:
            yield from self._without_plain_page(failed_fetch(source, Via.HTTP, response.meta, refused), source)
            return
        target = refresh_target(response.body, content_type(response), response.url)
        if target is not None and 200 <= response.status < 300:
            yield from self._led_on(response, source, target)
            return
        reason = _reason(source, response)
        plain = captured(source, Via.HTTP, response, reason)
        if not reason:
            yield plain
        elif self._browser_enabled and source.retest_browser:
            yield from self._retested(plain, source)
        elif self._browser_enabled:
            yield self._browser_request(source, reason, plain)
        else:
            yield replace(plain, reason=f"{reason}; the browser was not available: it is off in the settings")

    def _not_modified(self, response: Response, source: DueSource) -> FetchResult | Request:
        """The confirmation; asked for once more without conditions when another address than the source's gave it."""
        if response.meta.get("redirect_urls"):
            return self._first_attempt(replace(source, etag="", last_modified=""))
        return ended_fetch(source, Via.NOT_MODIFIED, response.meta, not_modified=True)

    def _led_on(self, response: Response, source: DueSource, target: str) -> Iterator[FetchResult | Request]:
        """The request for what a stub leads to, counted as the redirect that it is."""
        meta = response.meta
        hops = [*meta.get("redirect_urls", []), response.url]
        refused = address_refused(target, allow_private=self._allow_private)
        if len(hops) > REDIRECT_MAX_TIMES:
            refused = too_many_redirects(source.url)
        if refused:
            yield from self._without_plain_page(failed_fetch(source, Via.HTTP, meta, refused), source)
            return
        request = _request(replace(source, url=target), self.answered, self.failed, {})
        request.cb_kwargs.update(source=source)
        request.meta.update(
            redirect_urls=hops,
            redirect_reasons=[*meta.get("redirect_reasons", []), META_REFRESH],
            redirect_times=len(hops),
            redirect_ttl=REDIRECT_MAX_TIMES - len(hops) or -1,
            network_seconds=meta.get("network_seconds", 0.0),
        )
        yield request

    def _retested(self, plain: FetchResult, source: DueSource) -> Iterator[FetchResult | Request]:
        """The plain answer, to be compared only, and the browser, whose answer counts whatever the plain one was."""
        yield replace(plain, final=False)
        yield self._browser_request(source, source.browser_reason, None)

    def _without_plain_page(self, result: FetchResult, source: DueSource) -> Iterator[FetchResult | Request]:
        """The failure of the plain way, which costs a source nothing that is known to take the browser."""
        if source.retest_browser and self._browser_enabled:
            yield from self._retested(result, source)
        else:
            yield result

    @costs_one_source
    def failed(self, failure: Failure) -> Iterator[FetchResult | Request]:
        request: Request = failure.request  # type: ignore[attr-defined]
        source: DueSource = request.cb_kwargs["source"]
        known = failure_of(failure.value, request)
        if request.meta.get("playwright"):
            yield from given_up(request, known)
        else:
            yield from self._without_plain_page(failed_fetch(source, Via.HTTP, request.meta, known), source)

    @costs_one_source
    def answered_in_browser(
        self, response: Response, source: DueSource, reason: str, plain: FetchResult | None
    ) -> Iterator[FetchResult]:
        """The browser's answer, after the plain one that led to it."""
        if plain is not None:
            yield replace(plain, final=False)
        yield captured(source, Via.BROWSER, response, reason)


def _from_home(crawler: Crawler) -> tuple[Claim, Keep, Serve, Callable[[], None]]:
    """`claim`, `keep_all`, `turns` and `close` of the home folder, whose settings become the crawler's."""
    from monitor.home import open_home  # noqa: PLC0415 (only a crawl without a caller needs the database)

    home = open_home(Path(os.environ.get(HOME_VARIABLE, DEFAULT_HOME)), os.environ)
    crawler.settings.setdict(crawl_settings(home.settings.crawl), priority="spider")
    return home.claim, home.keep_all, home.turns, home.close


def _known_reason(source: DueSource) -> str:
    """Why the browser is wanted before anything was asked."""
    if source.browser == "always":
        return source.browser_reason or DECLARED
    return source.browser_reason if source.browser == "auto" else ""


def _reason(source: DueSource, response: Response) -> str:
    """Why the browser is wanted, now that the plain answer is here."""
    if source.browser == "never":
        return ""
    return needs_browser(response.status, content_type(response), response.body) or _known_reason(source)


def _request(source: DueSource, callback: Any, errback: Any, headers: dict[str, str]) -> Request:
    wanted = {"Accept-Language": accept_language(source.language or UNDECLARED_LANGUAGE)} | headers
    return Request(
        source.url,
        callback,
        headers={name: value for name, value in wanted.items() if value},
        meta={"dont_obey_robotstxt": not source.obey_robots},
        cb_kwargs={"source": source},
        errback=errback,
        dont_filter=True,
    )
