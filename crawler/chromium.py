"""Chromium: started when the first page needs it, always behind the filtering proxy, stopped with the crawl.

It is hostile ground: it may hang, crash, or be made to take all memory. `kill` ends it whatever its state, and the next
page starts a new one; a watch ends those of its processes that hold too much.
"""

import asyncio
import contextlib
import os
import signal
from typing import Any

from playwright.async_api import Browser
from playwright.async_api import Error as PlaywrightError
from scrapy_playwright.handler import Config
from scrapy_playwright.provider import PlaywrightBrowserProvider

from crawler.memory import family, too_large
from crawler.proxy import FilteringProxy

LAUNCH_SECONDS = 15.0
STOP_SECONDS = 5.0
LOOK_SECONDS = 0.2  # between two looks at the memory: a page fills about 1 GB a second
TRAFFIC_BYTES = 20 * 1024 * 1024  # of one connection of the browser, each way
HEAP_MEGABYTES = 512  # of one page's script; beyond it Chromium itself ends the page

# All traffic is TCP through the proxy, and Chromium looks up no name itself.
SWITCHES = [
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--no-pings",
    "--disable-3d-apis",  # nothing that is read is drawn
    # Or each site in a page's frames is a process: 200 frames are 2 GB. There is nothing for one site to steal from
    # another: a context has no cookies and no log-in, and another page's context is another process all the same.
    "--disable-site-isolation-trials",
    f"--js-flags=--max-old-space-size={HEAP_MEGABYTES}",
]
# Playwright lets pages open windows; a browser by itself does so only for a person's click.
UNWANTED_SWITCHES = ["--disable-popup-blocking"]


def launch_options(executable: str) -> dict[str, Any]:
    """Playwright's launch options. Root cannot use Chromium's sandbox; everybody else does."""
    return {
        "executable_path": executable,
        "chromium_sandbox": os.geteuid() != 0,
        "args": SWITCHES,
        "ignore_default_args": UNWANTED_SWITCHES,
        "timeout": LAUNCH_SECONDS * 1000,
    }


class GuardedChromium(PlaywrightBrowserProvider):  # type: ignore[misc]
    """Makes scrapy-playwright's browser: Playwright, proxy and Chromium start together, at the first need."""

    def __init__(self, config: Config, *, allow_private: bool = False) -> None:
        super().__init__(config)
        self.proxy = FilteringProxy(allow_private=allow_private, limit_bytes=TRAFFIC_BYTES)
        self._browser: Browser | None = None
        self._group = 0
        self._launching: asyncio.Task[Browser] | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Nothing yet: most crawls need no browser."""

    async def launch_browser(self) -> Browser:
        """The running Chromium, or a new one. A caller that gives up leaves a launch to go on for the next."""
        if self._browser is not None and self._browser.is_connected():
            return self._browser
        if self._launching is None or self._launching.done():
            self._launching = asyncio.ensure_future(self._launch())
        return await asyncio.shield(self._launching)

    async def _launch(self) -> Browser:
        if self.playwright is None:
            self.config.launch_options["proxy"] = await self.proxy.start() | {"bypass": "<-loopback>"}
            await super().start()
        browser: Browser = await super().launch_browser()
        process = await _process_of(browser)
        self._browser, self._group = browser, os.getpgid(process)
        self._watch = asyncio.ensure_future(_watch(process, self._group))
        browser.once("disconnected", self._ended)
        return browser

    def _ended(self, _: Browser) -> None:
        self.kill()

    def kill(self) -> None:
        """End the running Chromium with all its processes, at once, even when it hangs."""
        if self._watch is not None:
            self._watch.cancel()
        if self._group:
            _end_group(self._group)
        self._browser, self._group, self._watch = None, 0, None

    async def close(self) -> None:
        if self._browser is not None:
            self._browser.remove_listener("disconnected", self._ended)  # let it end in its own way
            with contextlib.suppress(PlaywrightError, TimeoutError):
                async with asyncio.timeout(STOP_SECONDS):
                    await self._browser.close()
        self.kill()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                await super().close()
        await self.proxy.stop()


async def _process_of(browser: Browser) -> int:
    """The number of Chromium's first process. Playwright starts it in a process group of its own."""
    session = await browser.new_browser_cdp_session()
    answer = await session.send("SystemInfo.getProcessInfo")
    await session.detach()
    return next(int(process["id"]) for process in answer["processInfo"] if process["type"] == "browser")


async def _watch(process: int, group: int) -> None:
    """While Chromium runs: end that one of its processes which holds too much memory."""
    while members := family(process):
        number = too_large(members)
        if number == process:
            _end_group(group)
        elif number is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        await asyncio.sleep(LOOK_SECONDS)


def _end_group(group: int) -> None:
    if group == os.getpgid(0):  # a Playwright that no longer starts it apart
        raise RuntimeError("the browser was to run in a process group of its own, it runs in that of the crawl")
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
