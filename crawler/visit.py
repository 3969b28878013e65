"""One page while the browser reads it: which of its requests are made, and what becomes known of it on the way."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page, Request, Response, Route

DECORATION = ("image", "media", "font")
FRAMES = 30  # navigations of a page's frames: more are not followed
FAILURE_SECONDS = 2.0  # within which a navigation that failed is told of, when its error page stands there already


@dataclass
class Visit:
    """`answer` is that to the latest navigation of the page itself, `lost` the latest such navigation that failed."""

    answer: Response | None = None
    lost: Request | None = None
    frames: int = 0
    crashed: asyncio.Event = field(default_factory=asyncio.Event)
    failed: asyncio.Event = field(default_factory=asyncio.Event)

    async def lost_soon(self) -> None:
        """Wait for `lost`, but not for long."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.failed.wait(), FAILURE_SECONDS)

    def handlers(self) -> dict[str, Any]:
        """What is to be called at which event of the page."""
        return {
            "response": self._answered,
            "requestfailed": self._failed,
            "crash": lambda _: self.crashed.set(),
            "popup": close_popup,
        }

    async def route(self, route: Route) -> None:
        """Stops what carries no text, and frames without end."""
        request = route.request
        is_frame = request.is_navigation_request() and not leads_the_page(request)
        self.frames += is_frame
        if request.resource_type in DECORATION or (is_frame and self.frames > FRAMES):
            await route.abort()
        else:
            await route.fallback()

    def _answered(self, response: Response) -> None:
        if leads_the_page(response.request):
            self.answer = response

    def _failed(self, request: Request) -> None:
        if leads_the_page(request):
            self.lost = request
            self.failed.set()


def leads_the_page(request: Request) -> bool:
    """True for a navigation of the page itself, not of a frame in it."""
    return request.is_navigation_request() and request.frame.parent_frame is None


async def close_popup(page: Page) -> None:
    await page.close()
