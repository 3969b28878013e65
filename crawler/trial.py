"""Does the browser start? It is really started once, reads a line of our own, and is ended."""

import asyncio
from dataclasses import dataclass

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import async_playwright

from crawler.chromium import LAUNCH_SECONDS, launch_options

LINE = "in small print"
TELLING = (  # what Playwright and Chromium print when it does not start, and what mends it
    ("error while loading shared libraries", "install the library that it names, or the browser's package anew"),
    ("No usable sandbox", "allow unprivileged user namespaces: sysctl kernel.unprivileged_userns_clone=1, or the container's seccomp profile"),
    ("doesn't exist", "install it (Debian: apt-get install chromium), or set crawl.browser_executable"),
    ("EACCES", "make it executable for this user, or set crawl.browser_executable"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trial:
    """What starting the browser came to: what was `found`, and how to `mend` it; the latter is empty when it works."""

    found: str
    mend: str = ""


def try_browser(executable: str, *, limit_seconds: float = LAUNCH_SECONDS) -> Trial:
    """Start Chromium as a crawl does, without the network, for at most so many seconds."""
    return asyncio.run(_try(executable, limit_seconds))


async def _try(executable: str, limit_seconds: float) -> Trial:
    async with async_playwright() as playwright:
        try:
            async with asyncio.timeout(limit_seconds):
                browser = await playwright.chromium.launch(**launch_options(executable))
                page = await browser.new_page()
                await page.set_content(f"<p>{LINE}</p>")
                read, version = await page.inner_text("p"), browser.version
                await browser.close()
        except TimeoutError:
            found = f"{executable} did not start and read a page in {limit_seconds:g} s"
            return Trial(found, f"see whether the machine is too busy; {_otherwise(executable)}")
        except PlaywrightError as error:
            return _told(executable, str(error))
    if read != LINE:
        return Trial(f"{executable} starts, but does not read a page as it stands", _otherwise(executable))
    return Trial(f"Chromium {version} starts and reads a page ({executable})")


def _told(executable: str, said: str) -> Trial:
    """The telling line of what was printed, and what mends it."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["without a word"]
    for sign, mend in TELLING:
        line = next((line for line in lines if sign in line), None)
        if line is not None:
            return Trial(f"{executable} does not start: {line[:300]}", mend)
    return Trial(f"{executable} does not start: {lines[0][:300]}", _otherwise(executable))


def _otherwise(executable: str) -> str:
    return f"start it by hand (`{executable} --headless --dump-dom about:blank`), or install it anew"
