"""The page recipe: wait until the page's text has settled, open what is closed, take the document.

All of it is by what HTML and ARIA say of the parts of a page, never by names or words of theirs. It runs in an isolated
world of the page (`recipe.js`), where the page's own scripts can change nothing and answer nothing.
"""

import asyncio
import time
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urldefrag

from playwright.async_api import CDPSession, Page, Route
from playwright.async_api import Error as PlaywrightError

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
SETTLED_SECONDS = 0.5
LOOK_SECONDS = 0.1
OPENING_SECONDS = 5.0
ROUNDS = 2  # what was closed inside of something closed
LOST = 0.02  # of the text: a ticking clock or a rotating quotation may go, a section may not


class Document(NamedTuple):
    """A page's document as HTML, and the address that it had when it was taken."""

    url: str
    html: str


class World:
    """The recipe's functions within one page, wherever it navigates to."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self.page = page
        self._session = session
        self._context: int | None = None

    @classmethod
    async def enter(cls, page: Page) -> "World":
        return cls(page, await page.context.new_cdp_session(page))

    async def call(self, function: str, *arguments: int) -> Any:
        """What the function returns. PlaywrightError when the document is gone: the next call is in the new one."""
        if self._context is None:
            self._context = await self._begin()
        try:
            return await self._evaluate(f"recipe.{function}({', '.join(map(str, arguments))})", self._context)
        except PlaywrightError:
            self._context = None
            raise

    async def _begin(self) -> int:
        tree = await self._session.send("Page.getFrameTree")
        frame = {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "smallprint"}
        context = int((await self._session.send("Page.createIsolatedWorld", frame))["executionContextId"])
        await self._evaluate(SCRIPT, context)
        return context

    async def _evaluate(self, expression: str, context: int) -> Any:
        wanted = {"expression": expression, "contextId": context, "returnByValue": True}
        answer = await self._session.send("Runtime.evaluate", wanted)
        if "exceptionDetails" in answer:
            raise PlaywrightError(f"the page recipe failed: {answer['exceptionDetails'].get('text', '')}")
        return answer["result"].get("value")


async def read_document(page: Page, *, longest_seconds: float, most_characters: int) -> Document | None:
    """The page's document, settled and opened; None when it has more characters than `most_characters`."""
    world = await World.enter(page)
    await settle(world, longest_seconds)
    html: str | None = await world.call("html", most_characters)
    if html is None:
        return None
    settled = Document(page.url, html)
    return (await _opened(world, settled, most_characters) if await world.call("isClosed") else None) or settled


async def settle(world: World, longest_seconds: float) -> None:
    """Wait until the length of the page's text has not changed for half a second, but not longer than told."""
    until = time.monotonic() + longest_seconds
    length, since = -1, time.monotonic()
    while (now := time.monotonic()) < until and (length == 0 or now - since < SETTLED_SECONDS):
        new_length = await _text_length(world)
        if new_length != length:
            length, since = new_length, time.monotonic()
        await asyncio.sleep(LOOK_SECONDS)


async def _text_length(world: World) -> int:
    """Characters of visible text; -1 while the page is on its way to another."""
    try:
        return int(await world.call("textLength"))
    except PlaywrightError:
        if world.page.is_closed():
            raise
        return -1


async def _opened(world: World, settled: Document, most_characters: int) -> Document | None:
    """The document with its closed parts open. None when that led away, lost text, or took too long."""
    try:
        async with asyncio.timeout(OPENING_SECONDS):
            await world.page.route("**", stay)
            await world.call("remember")
            for _ in range(ROUNDS):
                await world.call("open")
                await settle(world, OPENING_SECONDS / (2 * ROUNDS))
            lost = await world.call("lost")
            html: str | None = await world.call("html", most_characters)
    except (PlaywrightError, TimeoutError):
        return None
    is_here = urldefrag(world.page.url).url == urldefrag(settled.url).url
    return Document(settled.url, html) if html is not None and is_here and lost <= LOST else None


async def stay(route: Route) -> None:
    """Lets a page fetch what its parts need, but not go elsewhere."""
    request = route.request
    if request.is_navigation_request() and request.frame.parent_frame is None:
        await route.abort("aborted")
    else:
        await route.fallback()
