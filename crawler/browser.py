"""When a page needs the browser, and how the browser reads it.

`needs_browser` is linear in the bytes, whatever they are: it runs on the crawl's own loop, where a hostile page must not
hold up the others. `BrowserHandler` is the page recipe: one isolated context a page, time for the text to settle, a hard
end after which the page is given up.
"""

import asyncio
import contextlib
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page
from playwright.async_api import Request as PageRequest
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Headers, HtmlResponse, Request, Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from monitor.languages import first_tag

# Bytes of visible text. Of some 1,300 captures of real policy pages the shortest policy, an imprint, has 611; shells
# that a script fills have under 200, or a few lines of navigation.
NEXT_TO_NO_TEXT = 200
SHELL_TEXT = 500
HIDDEN = (b"script", b"style", b"noscript", b"template", b"title")
TAG_NAME = re.compile(rb"/?[a-zA-Z]*")

SETTLED_SECONDS = 0.5
LOOK_SECONDS = 0.1
CLOSE_SECONDS = 5.0
ABANDON = object()  # Scrapy signal: end all downloads now, their results are not wanted any more
DECORATION = ("image", "media", "font")


class BrowserError(Exception):
    """The browser could not read the page; the message says why."""


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


def is_decoration(request: PageRequest) -> bool:
    """True for what carries no text: such requests of a page are not made."""
    return request.resource_type in DECORATION


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
        "playwright_page_event_handlers": {"popup": close_popup},
        "dont_retry": True,
    }


async def close_popup(page: Page) -> None:
    await page.close()


async def settle(page: Page, longest_seconds: float) -> None:
    """Wait until the length of the page's text has not changed for half a second, but not longer than told."""
    until = time.monotonic() + longest_seconds
    length, since = -1, time.monotonic()
    while (now := time.monotonic()) < until and (length == 0 or now - since < SETTLED_SECONDS):
        new_length = await _text_length(page)
        if new_length != length:
            length, since = new_length, time.monotonic()
        await asyncio.sleep(LOOK_SECONDS)


async def _text_length(page: Page) -> int:
    """Characters of visible text; -1 while the page is on its way to another."""
    try:
        return int(await page.evaluate("document.body ? document.body.innerText.trim().length : 0"))
    except PlaywrightError:
        if page.is_closed():
            raise
        return -1


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
        self._pages = asyncio.Semaphore(crawler.settings.getint("BROWSER_PAGES"))
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
            async with self._pages:
                with measured(request):
                    return await self._read_page(request)
        with measured(request):
            return await self._download(request)

    async def _download(self, request: Request) -> Response:
        response: Response = await super().download_request(request)
        return response

    async def _get_response_and_download(self, request: Request, page: Page, spider: object) -> tuple[Any, None]:  # noqa: ARG002
        """Without the base class's wait for downloads: they are off, and a page that starts one is read all the same."""
        return await page.goto(request.url, **request.meta["playwright_page_goto_kwargs"]), None

    async def _read_page(self, request: Request) -> Response:
        failed: list[PageRequest] = []
        request.meta["playwright_page_event_handlers"]["requestfailed"] = lambda lost: failed.append(lost)  # noqa: PLW0108 (Playwright sets attributes on it)
        try:
            async with asyncio.timeout(self._longest_seconds):
                response = await self._download(request)
                page: Page = request.meta["playwright_page"]
                await settle(page, self._longest_seconds / 2)
                return self._as_html(response, page.url, await page.content())
        except (PlaywrightError, OSError, RuntimeError) as error:
            raise BrowserError(self._words(error, failed)) from error
        finally:
            await self._close_context(request)

    def _as_html(self, response: Response, url: str, content: str) -> HtmlResponse:
        body = content.encode("utf-8", errors="replace")
        if len(body) > self._limit_bytes:
            raise BrowserError(f"too large: the page in the browser has more than {self._limit_bytes} bytes")
        headers = Headers(response.headers)
        headers["Content-Type"] = "text/html; charset=utf-8"
        headers.pop("Content-Length", None)
        return HtmlResponse(
            url, status=response.status, headers=headers, body=body, encoding="utf-8", flags=["browser"]
        )

    def _words(self, error: Exception, failed: list[PageRequest]) -> str:
        """Why the page could not be read: the gate's own words when it was the gate."""
        for page_request in failed:
            if page_request.is_navigation_request():
                refusal = self.browser_provider.proxy.refusals.get(urlsplit(page_request.url).hostname or "")
                if refusal:
                    return str(refusal)
        if isinstance(error, TimeoutError) or "Timeout" in type(error).__name__:
            return f"the browser gave up after {self._longest_seconds:g} s"
        return (
            f"the browser failed: {str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__}"
        )

    async def _close_context(self, request: Request) -> None:
        """Close the page's context; a Chromium that does not let go of it is ended, the next page starts a new one."""
        wrapper = self.context_wrappers.get(request.meta["playwright_context"])
        if wrapper is None:
            return
        with contextlib.suppress(PlaywrightError):  # it is gone already
            try:
                async with asyncio.timeout(CLOSE_SECONDS):
                    await wrapper.context.close()
            except TimeoutError:
                await self.browser.close()
