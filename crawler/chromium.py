"""Chromium: started when the first page needs it, always behind the filtering proxy, stopped with the crawl."""

import os
from typing import Any

from playwright.async_api import Browser
from scrapy_playwright.handler import Config
from scrapy_playwright.provider import PlaywrightBrowserProvider

from crawler.proxy import FilteringProxy

LAUNCH_SECONDS = 15.0
TRAFFIC_BYTES = 20 * 1024 * 1024  # of one connection of the browser, each way

# All traffic is TCP through the proxy, and Chromium looks up no name itself.
SWITCHES = [
    "--disable-quic",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--force-webrtc-ip-handling-policy",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--no-pings",
]


def launch_options(executable: str) -> dict[str, Any]:
    """Playwright's launch options. Root cannot use Chromium's sandbox; everybody else does."""
    return {
        "executable_path": executable,
        "chromium_sandbox": os.geteuid() != 0,
        "args": SWITCHES,
        "timeout": LAUNCH_SECONDS * 1000,
    }


class GuardedChromium(PlaywrightBrowserProvider):  # type: ignore[misc]
    """Makes scrapy-playwright's browser: Playwright, proxy and Chromium start together, at the first need."""

    def __init__(self, config: Config, *, allow_private: bool = False) -> None:
        super().__init__(config)
        self.proxy = FilteringProxy(allow_private=allow_private, limit_bytes=TRAFFIC_BYTES)

    async def start(self) -> None:
        """Nothing yet: most crawls need no browser."""

    async def launch_browser(self) -> Browser:
        if self.playwright is None:
            server = await self.proxy.start()
            self.config.launch_options["proxy"] = {"server": server, "bypass": "<-loopback>"}
            await super().start()
        browser: Browser = await super().launch_browser()
        return browser

    async def close(self) -> None:
        await super().close()
        await self.proxy.stop()
