"""Which addresses a site lists in its sitemaps, by Scrapy's own parser. Pure; run in a child, for sitemaps may be hostile."""

import gzip
import io
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin

from scrapy.utils.sitemap import Sitemap, sitemap_urls_from_robots

MOST_ADDRESSES = 50_000  # as many as one sitemap may have: sitemaps.org/protocol.html
MOST_BYTES = 20 * 1024 * 1024
MOST_SITEMAPS = 4


@dataclass(frozen=True, slots=True)
class Listed:
    """`pages` of a sitemap, or the `sitemaps` of an index."""

    pages: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()


def read_sitemap(body: bytes) -> Listed:
    """What a sitemap lists, plain or gzipped; nothing when it is no sitemap."""
    if body.startswith(b"\x1f\x8b"):
        with gzip.open(io.BytesIO(body)) as packed:
            body = packed.read(MOST_BYTES)
    if not body.lstrip().startswith(b"<") or b"<html" in body[:1000].lower():
        return Listed()
    try:
        sitemap = Sitemap(body)
        entries = tuple(str(entry["loc"]) for entry in islice(sitemap, MOST_ADDRESSES))
    except (StopIteration, SyntaxError):  # lxml's own error is a SyntaxError
        return Listed()
    return Listed(sitemaps=entries) if sitemap.type == "sitemapindex" else Listed(pages=entries)


def sitemaps_to_read(robots: bytes, url: str) -> list[str]:
    """The sitemaps that a robots.txt names, or the usual one."""
    named = list(islice(sitemap_urls_from_robots(robots, base_url=url), MOST_SITEMAPS))
    return named or [urljoin(url, "/sitemap.xml")]


def promising_first(sitemaps: tuple[str, ...]) -> list[str]:
    """Of an index: those that may list plain pages before those of articles and products."""
    slow = ("post", "blog", "news", "product", "article", "categor", "tag", "author", "image", "video")
    return sorted(sitemaps, key=lambda url: any(word in url.lower() for word in slow))[:MOST_SITEMAPS]
