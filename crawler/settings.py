"""Every Scrapy setting and every limit, each with its reason. What is not here is Scrapy's default.

The upper-case names are what `scrapy crawl policies` starts from; `scrapy_settings` adds what smallprint.toml says.
"""

from functools import partial
from importlib.metadata import version
from typing import Any

from crawler.chromium import GuardedChromium, launch_options
from monitor.config import CrawlSettings

_MEGABYTE = 1024 * 1024

BOT_NAME = "smallprint"
SPIDER_MODULES = ["crawler.spiders.policies"]  # the other spider is handed what to search

# How it runs: one asyncio loop, so that crawl after crawl fits in one process, and Playwright beside it.
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
CONCURRENT_ITEMS = 1  # results of one source are kept in the order they came
ITEM_PIPELINES = {"crawler.pipelines.KeepPipeline": 100}
LOG_LEVEL = "INFO"  # on standard error
STATS_DUMP = False  # the run's own counts are enough
TELNETCONSOLE_ENABLED = False  # opens a port that runs code
REMOTE_CONTROL_ENABLED = False  # likewise
HTTPCACHE_ENABLED = False  # the archive is the cache, by conditional requests

# What may be fetched: http and https to public addresses, over verified TLS, past no proxy of the environment.
DOWNLOAD_HANDLERS = {
    "http": "crawler.turns.PoliteHandler",
    "https": "crawler.turns.PoliteHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DOWNLOADER_MIDDLEWARES = {
    "crawler.guard.GuardMiddleware": 990,
    "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
    "crawler.guard.DecompressionMiddleware": 590,
}
ALLOW_PRIVATE = False
DOWNLOAD_VERIFY_CERTIFICATES = True  # Scrapy's default is to trust anybody
HTTPPROXY_ENABLED = False  # HTTP_PROXY would move the look-up of names to where no gate is
REFERRER_POLICY = "no-referrer"
COOKIES_ENABLED = False  # nothing one page sets may colour the next

# How much of it: a hostile page costs one page.
DOWNLOAD_MAXSIZE = 10 * _MEGABYTE  # as it comes over the wire
DECOMPRESSED_MAXSIZE = 20 * _MEGABYTE
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_TIMEOUT = 30.0  # the whole answer, so that a slow trickle ends too
REDIRECT_MAX_TIMES = 5
METAREFRESH_ENABLED = False  # a page that reloads itself now and then is not a redirect
URLLENGTH_LIMIT = 0  # would drop a source without a word
HTTPERROR_ALLOW_ALL = True  # a 404 is an answer, and is kept
RETRY_TIMES = 1  # the next check is the real second chance
RETRY_HTTP_CODES = [500, 502, 504, 522, 524, 408]  # not 429 and 503: these hosts want to be left alone
RETRY_GIVE_UP_LOG_LEVEL = "DEBUG"  # the result says it

# How politely: by name, by the rules of the host, one request at a time. `crawler.turns` keeps the delay, across all
# runs: Scrapy's own is off, and what waits for its host's turn takes no other host's place.
USER_AGENT = f"smallprint/{version('smallprint')} (+smallprint)"  # and whom to write to, when that is set
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en",
}
ROBOTSTXT_OBEY = True
HOST_DELAY = 2.0  # seconds from the end of one request to a host to the beginning of the next
TRANSFERS = 16  # at the same time, over all hosts
CONCURRENT_REQUESTS = 500  # those that wait for a host's turn as well
CONCURRENT_REQUESTS_PER_DOMAIN = 1
CLAIMED_AT_ONCE = 2000  # sources: enough hosts to choose from
DOWNLOAD_DELAY = 0

# The browser: only for pages that need it, few at a time, each alone in its context.
BROWSER_ENABLED = True
BROWSER_PAGES = 2
BROWSER_TIMEOUT = 20.0
PLAYWRIGHT_BROWSER_PROVIDER = GuardedChromium
PLAYWRIGHT_LAUNCH_OPTIONS = launch_options(CrawlSettings().browser_executable)
PLAYWRIGHT_PROCESS_REQUEST_HEADERS = None  # Chromium's own, with our user agent from the context
PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT = BROWSER_TIMEOUT * 1000


def crawl_settings(settings: CrawlSettings) -> dict[str, Any]:
    """What `[crawl]` of smallprint.toml changes in the settings above."""
    contact = " ".join(settings.contact.split())
    return {
        "DEFAULT_REQUEST_HEADERS": DEFAULT_REQUEST_HEADERS | ({"From": contact} if _is_mailbox(contact) else {}),
        "ALLOW_PRIVATE": settings.allow_private,
        "USER_AGENT": f"smallprint/{version('smallprint')} (+{contact or 'smallprint'})",
        "HOST_DELAY": settings.delay_seconds,
        "DOWNLOAD_TIMEOUT": settings.timeout_seconds,
        "TRANSFERS": settings.concurrent_requests,
        "BROWSER_ENABLED": settings.browser,
        "BROWSER_TIMEOUT": settings.browser_timeout_seconds,
        "PLAYWRIGHT_BROWSER_PROVIDER": partial(GuardedChromium, allow_private=settings.allow_private),
        "PLAYWRIGHT_LAUNCH_OPTIONS": launch_options(settings.browser_executable),
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": settings.browser_timeout_seconds * 1000,
    }


def _is_mailbox(contact: str) -> bool:
    """It may stand in a From header: RFC 9110, 10.1.2, wants robots to send one."""
    return contact.isascii() and " " not in contact and contact.count("@") == 1


def scrapy_settings(settings: CrawlSettings) -> dict[str, Any]:
    """All settings of one run."""
    fixed = {name: value for name, value in globals().items() if name.isupper() and not name.startswith("_")}
    return fixed | crawl_settings(settings)
