"""When a page needs the browser, and how the browser reads it.

`needs_browser` is linear in the bytes, whatever they are: it runs on the crawl's own loop, where a hostile page must not
hold up the others. `BrowserHandler` gives each page one isolated context, in which the page recipe (`crawler.recipe`)
reads it, and a hard end after which it is given up. Whatever a page does to Chromium costs that page, and no other.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import Awaitable, Iterator
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Headers, HtmlResponse, Request, Response
from scrapy_playwright._utils import _set_redirect_meta
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.recipe import read_document
from crawler.visit import Visit
from monitor.failures import FailureName
from monitor.languages import first_tag

# Bytes of visible text. Of some 1,300 captures of real policy pages the shortest policy, an imprint, has 611; shells
# that a script fills have under 200, or a few lines of navigation.
NEXT_TO_NO_TEXT = 200
SHELL_TEXT = 500
HIDDEN = (b"script", b"style", b"noscript", b"template", b"title")
TAG_NAME = re.compile(rb"/?[a-zA-Z]*")

CLOSE_SECONDS = 5.0
ABANDON = object()  # Scrapy signal: end all downloads now, their results are not wanted any more


class BrowserError(Exception):
    """The browser could not read the page; the message says why, `failure` names it."""

    def __init__(self, words: str, failure: FailureName = FailureName.BROWSER) -> None:
        super().__init__(words)
        self.failure = failure


def needs_browser(status: int, content_type: str, body: bytes) -> str | None:
    """Why this answer is to be asked for again through the browser, in words; None when it will do."""
    if status == 403:
        return "the plain request was answered 403"
    if not 200 <= status < 300 or "html" not in content_type.lower():
        return None
    text_bytes = visible_bytes(body, enough=SHELL_TEXT)
    if text_bytes < SHELL_TEXT and b"<script" in body.lower():
        return f"the plain page is a script shell with {text_bytes} bytes of text"
    if text_bytes < NEXT_TO_NO_TEXT:
        return f"the plain page has next to no text ({text_bytes} bytes)"
    return None


def visible_bytes(body: bytes, *, enough: int) -> int:
    """The length of the text outside of tags, scripts and styles, white space counted once; `enough` ends the count."""
    count = 0
    for _, text in _shown_pieces(body):
        count += len(b" ".join(text.split()))
        if count >= enough:
            break
    return count


def tags(body: bytes, name: bytes) -> Iterator[bytes]:
    """The tags of this name, each without its `<` and up to its `>`, that stand outside of scripts, comments and the like."""
    return (tag for tag, _ in _shown_pieces(body) if _name(tag) == name)


def _shown_pieces(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each tag and the text behind it, without the stretches that are not shown."""
    waiting_for = b""
    for piece in body.split(b"<"):
        if waiting_for and not _ends(piece, waiting_for):
            continue
        tag, _, text = piece.partition(b"-->" if waiting_for == b"-->" else b">")
        hidden, waiting_for = waiting_for, b"" if waiting_for else _begins_hidden(piece)
        if not waiting_for:
            yield b"" if hidden else tag, text


def _begins_hidden(piece: bytes) -> bytes:
    """What ends the stretch without text that this tag begins; empty when it begins none."""
    if piece.startswith(b"!--"):
        return b"" if b"-->" in piece else b"-->"
    name = _name(piece)
    return b"/" + name if name in HIDDEN else b""


def _ends(piece: bytes, waiting_for: bytes) -> bool:
    return b"-->" in piece if waiting_for == b"-->" else _name(piece) == waiting_for


def _name(piece: bytes) -> bytes:
    match = TAG_NAME.match(piece)
    return match[0].lower() if match else b""


def browser_meta(name: str, user_agent: str, language: str) -> dict[str, Any]:
    """The meta of a request that goes through the browser, in a context of its own under this unique name.

    `language` is a list of tags; the browser's own locale is the first of them.
    """
    context: dict[str, Any] = {"user_agent": user_agent, "service_workers": "block", "accept_downloads": False}
    return {
        "playwright": True,
        "playwright_include_page": True,
        "playwright_context": name,
        "playwright_context_kwargs": context | ({"locale": first_tag(language)} if language else {}),
        "playwright_page_goto_kwargs": {"wait_until": "domcontentloaded"},
        "dont_retry": True,
    }


@contextlib.contextmanager
def measured(request: Request) -> Iterator[None]:
    """Adds the time spent within to the request's `network_seconds`, which its redirects and retries carry on."""
    began = time.monotonic()
    try:
        yield
    finally:
        request.meta["network_seconds"] = request.meta.get("network_seconds", 0.0) + time.monotonic() - began


class BrowserHandler(ScrapyPlaywrightDownloadHandler):  # type: ignore[misc]
    """Scrapy's HTTP download, and Chromium for the requests that ask for it. A page fails with BrowserError, whatever the cause."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self.config.target_closed_max_retries = 1  # when another page took the browser down
        self._longest_seconds = crawler.settings.getfloat("BROWSER_TIMEOUT")
        self._limit_bytes = crawler.settings.getint("DECOMPRESSED_MAXSIZE")
        self._running: set[asyncio.Task[Response]] = set()
        self._abandoned = False
        crawler.signals.connect(self.abandon, ABANDON)

    def abandon(self) -> None:
        self._abandoned = True
        for task in self._running:
            task.cancel()

    async def download_request(self, request: Request) -> Response:
        if self._abandoned:
            raise DownloadCancelledError
        task = asyncio.ensure_future(self._either_way(request))
        self._running.add(task)
        try:
            return await task
        except asyncio.CancelledError:
            raise DownloadCancelledError from None
        finally:
            self._running.discard(task)

    async def _either_way(self, request: Request) -> Response:
        if request.meta.get("playwright"):
            with measured(request):
                return await self._read_page(request)
        with measured(request):
            return await self._download(request)

    async def _download(self, request: Request) -> Response:
        response: Response = await super().download_request(request)
        return response

    async def _read_page(self, request: Request) -> Response:
        visit = Visit()
        request.meta.update(browser_visit=visit, playwright_page_event_handlers=visit.handlers())
        try:
            await self._maybe_launch_browser()  # which has a limit of its own
            async with asyncio.timeout(self._longest_seconds):
                return await _unless_crashed(self._download(request), visit)
        except (PlaywrightError, OSError, RuntimeError) as error:
            if isinstance(error, TimeoutError) and request.meta["playwright_context"] not in self.context_wrappers:
                self._end_browser()  # it did not even make a context
            raise self._error(error, visit) from error
        finally:
            await self._close_context(request)

    async def _download_request_with_page(self, request: Request, page: Page, spider: object) -> Response:  # noqa: ARG002
        """In the place of the base class's: the page recipe, and no wait for downloads, which are off."""
        visit: Visit = request.meta["browser_visit"]
        await page.route("**", visit.route)
        await page.goto(request.url, **request.meta["playwright_page_goto_kwargs"])
        most = self._limit_bytes
        document = await read_document(page, longest_seconds=self._longest_seconds / 2, most_characters=most)
        body = document.html.encode("utf-8", errors="replace") if document else b""
        if document is None or len(body) > most:
            words = f"too large: the page in the browser has more than {most} bytes"
            raise BrowserError(words, FailureName.TOO_LARGE)
        return await _as_html(request, visit, document.url, body)

    def _error(self, error: Exception, visit: Visit) -> BrowserError:
        """Why the page could not be read: the gate's own words when it was the gate."""
        refusals = self.browser_provider.proxy.refusals
        refusal = refusals.get(urlsplit(visit.lost.url).hostname or "") if visit.lost else None
        if refusal:
            return BrowserError(str(refusal), FailureName.REFUSED_ADDRESS)
        if visit.crashed.is_set():
            return BrowserError("the browser failed: the page crashed, or took more memory than a page may")
        if isinstance(error, TimeoutError) or "Timeout" in type(error).__name__:
            return BrowserError(f"the browser gave up after {self._longest_seconds:g} s", FailureName.TIMEOUT)
        said = str(error).strip().splitlines() or [type(error).__name__]
        return BrowserError(f"the browser failed: {said[0]}")

    async def _close_context(self, request: Request) -> None:
        """Close the page's context. A Chromium that does not let go of it is ended; the next page starts a new one."""
        wrapper = self.context_wrappers.pop(request.meta["playwright_context"], None)
        if wrapper is None:
            return
        with contextlib.suppress(PlaywrightError):  # it is gone already
            try:
                async with asyncio.timeout(CLOSE_SECONDS):
                    await wrapper.context.close()
            except TimeoutError:
                self._end_browser()

    def _end_browser(self) -> None:
        self.browser_provider.kill()
        if hasattr(self, "browser"):
            del self.browser

    async def _maybe_launch_browser(self) -> None:
        """The base class's, which keeps a browser that is gone until it is told of its end."""
        if hasattr(self, "browser") and not self.browser.is_connected():
            del self.browser
        await super()._maybe_launch_browser()

    async def _browser_disconnected_callback(self) -> None:
        """In the place of the base class's, which an error on the way leaves with the dead browser."""

    async def _close(self) -> None:
        """In the place of the base class's, which waits for a hanging browser for ever."""
        if hasattr(self, "browser_provider"):
            await self.browser_provider.close()


async def _unless_crashed(reading: Awaitable[Response], visit: Visit) -> Response:
    """What the reading gives. PlaywrightError as soon as the page crashes: not every call to it ends then."""
    task, crash = asyncio.ensure_future(reading), asyncio.ensure_future(visit.crashed.wait())
    try:
        await asyncio.wait([task, crash], return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise PlaywrightError("the page crashed")
        return task.result()
    finally:
        for one in (task, crash):
            one.cancel()
        await asyncio.gather(task, crash, return_exceptions=True)


async def _as_html(request: Request, visit: Visit, url: str, body: bytes) -> HtmlResponse:
    """The document as the answer of the page that it belongs to. PlaywrightError when it is no page of the web's."""
    if visit.answer is None or urlsplit(url).scheme not in {"http", "https"}:
        await visit.lost_soon()
        raise PlaywrightError("the page led to an address that gave no page")
    await _set_redirect_meta(request, visit.answer)
    headers = Headers(await visit.answer.all_headers())
    headers["Content-Type"] = "text/html; charset=utf-8"
    for name in ("Content-Length", "Content-Encoding"):
        headers.pop(name, None)
    return HtmlResponse(
        url,
        status=visit.answer.status,
        headers=headers,
        body=body,
        encoding="utf-8",
        flags=["browser"],
        request=request,
    )
