"""Where a page leads that is nothing but a redirect written in HTML: `<meta http-equiv=refresh content="0; url=...">`.

A page with text that reloads itself, or leads on after a while, is a page. Linear in the bytes, whatever they are: it runs
on the crawl's own loop.
"""

import html
import re
from urllib.parse import urldefrag, urljoin

from crawler.browser import NEXT_TO_NO_TEXT, tags, visible_bytes

LARGEST_STUB = 64 * 1024  # bytes; a stub is a few hundred, and its scripts seldom more
LONGEST_ADDRESS = 2_048  # characters
LONGEST_SECONDS = 30  # a stub says "you will be taken there in 5 seconds"; whoever waits longer has something to show

_ATTRIBUTE = re.compile(rb"""([a-zA-Z-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_CONTENT = re.compile(
    r"""\s*(\d{0,4})(?:\.\d*)?\s*[;,\s]\s*(?:url\s*=\s*)?(?:"([^"]*)|'([^']*)|(\S.*))""", re.IGNORECASE | re.DOTALL
)


def refresh_target(body: bytes, content_type: str, url: str) -> str | None:
    """The absolute address that the stub at `url` leads to; None when the page is no stub, or leads to itself.

    What stands in a `<noscript>` is not followed: such a page has a script that does better, and the browser runs it.
    """
    if len(body) > LARGEST_STUB or "html" not in content_type.lower() or b"refresh" not in body.lower():
        return None
    if visible_bytes(body, enough=NEXT_TO_NO_TEXT) >= NEXT_TO_NO_TEXT:
        return None
    targets = (_target(tag) for tag in tags(body, b"meta"))
    found = next(filter(None, targets), None)
    if found is None:
        return None
    try:
        target = urldefrag(urljoin(url, found)).url
    except ValueError:
        return found  # no URL at all: refused as that
    return None if target == urldefrag(url).url else target


def _target(tag: bytes) -> str:
    """What a meta tag wants to be gone to; empty when it wants nothing, or not soon."""
    said = {name.lower(): value.strip(b"\"'") for name, value in reversed(_ATTRIBUTE.findall(tag))}
    if said.get(b"http-equiv", b"").strip().lower() != b"refresh":
        return ""
    wanted = html.unescape(said.get(b"content", b"").decode("utf-8", "replace"))
    content = _CONTENT.fullmatch(wanted) if len(wanted) <= LONGEST_ADDRESS else None
    if content is None or int(content[1] or 0) > LONGEST_SECONDS:
        return ""
    return next(filter(None, content.groups()[1:]), "").strip()
