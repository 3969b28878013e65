"""The gate of `monitor.addresses`, put where Scrapy connects: before each request, and at each name look-up.

Every request passes `GuardMiddleware`: redirect hops and robots.txt too. Names are judged by `GuardedResolver` with the
very addresses that the connection is then made to, so a name that answers differently the second time gains nothing.
Chromium does not use Scrapy's connections: `crawler.proxy` holds the same gate for it.
"""

from typing import Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Request, Response
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from monitor.addresses import address_refusal, url_refusal


class RefusedError(IgnoreRequest):
    """The gate refused an address; the message says why."""


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Passes the public ones of a name's addresses on, and notes the refusal when none is left."""

    def __init__(self, receiver: Any, host: str, refusals: dict[str, str]) -> None:
        self._receiver = receiver
        self._host = host
        self._refusals = refusals
        self._passed = False

    def resolutionBegan(self, resolutionInProgress: Any) -> None:  # noqa: N802, N803 (Twisted's names)
        self._receiver.resolutionBegan(resolutionInProgress)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        refusal = address_refusal(self._host, address.host)
        if refusal is None:
            self._passed = True
            self._receiver.addressResolved(address)
        elif not self._passed:
            self._refusals[self._host] = refusal

    def resolutionComplete(self) -> None:  # noqa: N802
        if self._passed:
            self._refusals.pop(self._host, None)
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """The process's one resolver. While any strict crawl is running, it gives out public addresses only."""

    def __init__(self, resolver: Any) -> None:
        self._resolver = resolver
        self._strict_crawls = 0
        self.refusals: dict[str, str] = {}

    @classmethod
    def install(cls) -> "GuardedResolver":
        """The guarded resolver of this process's reactor, put there by the first caller."""
        from twisted.internet import reactor  # noqa: PLC0415 (must not be imported before it is chosen)

        chosen: Any = reactor
        if not isinstance(chosen.nameResolver, cls):
            chosen.installNameResolver(cls(chosen.nameResolver))
        guarded: GuardedResolver = chosen.nameResolver
        return guarded

    def begin_strict(self) -> None:
        self._strict_crawls += 1

    def end_strict(self) -> None:
        self._strict_crawls -= 1
        if not self._strict_crawls:
            self.refusals.clear()

    def resolveHostName(self, receiver: Any, host: str, *details: Any, **more: Any) -> Any:  # noqa: N802
        if self._strict_crawls:
            receiver = _PublicOnly(receiver, host, self.refusals)
        return self._resolver.resolveHostName(receiver, host, *details, **more)


class GuardMiddleware:
    """Refuses what the gate refuses, nearest to the network of all middlewares: nothing alters a request behind it."""

    def __init__(self, crawler: Crawler) -> None:
        self._allow_private = crawler.settings.getbool("ALLOW_PRIVATE")
        self._resolver = GuardedResolver.install()
        if not self._allow_private:
            self._resolver.begin_strict()
            crawler.signals.connect(self._resolver.end_strict, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "GuardMiddleware":
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        refusal = url_refusal(request.url, allow_private=self._allow_private)
        if refusal:
            raise RefusedError(refusal)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Turns "no such name" into the refusal when it was the gate that left no address."""
        if isinstance(exception, CannotResolveHostError):
            refusal = self._resolver.refusals.get(urlsplit(request.url).hostname or "")
            if refusal:
                raise RefusedError(refusal) from exception


class DecompressionMiddleware(HttpCompressionMiddleware):
    """Scrapy's decompression with a limit of its own: a body may unpack to more than may come over the wire."""

    def __init__(self, *, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._limit_bytes = crawler.settings.getint("DECOMPRESSED_MAXSIZE")

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        request.meta["download_maxsize"] = self._limit_bytes
        try:
            return super().process_response(request, response)
        finally:
            del request.meta["download_maxsize"]
