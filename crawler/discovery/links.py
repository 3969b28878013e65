"""The links of a page: where each leads, what it says, where on the page it stands. Pure; for hostile pages too."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

from selectolax.lexbor import LexborHTMLParser, LexborNode
from w3lib.url import url_query_cleaner

from crawler.discovery.words import LONGEST_TEXT
from monitor.addresses import url_refusal
from monitor.extract.charset import decode
from monitor.extract.depth import check_depth
from monitor.words import canonical

MOST_LINKS = 3000
"""Of real home pages hardly one has a third as many."""

MOST_ALTERNATES = 40
_LONGEST_ADDRESS = 2000
_LEVELS_UP = 12
_FOOTER_WORDS = ("footer", "bottom", "colophon", "fuss", "pied")
_CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term")
_RELATIONS = {"privacy-policy": "Privacy Policy", "terms-of-service": "Terms of Service"}  # IANA's link relations


@dataclass(frozen=True, slots=True)
class Link:
    """One link. `place` is `footer`, `menu`, `head` or `page`; `relation` the terms type that its `rel` states."""

    url: str
    text: str
    place: str
    language: str = ""
    relation: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """What a page links to. `alternates`: language -> the same page in it; `language`: what the page says of itself."""

    links: tuple[Link, ...] = ()
    alternates: tuple[tuple[str, str], ...] = ()
    language: str = ""


def read_links(body: bytes, *, content_type: str, url: str) -> Links:
    """The links of an HTML page, at most `MOST_LINKS`. Raises ReadingError when it nests too deep."""
    markup = decode(body, content_type)
    check_depth(markup)
    parser = LexborHTMLParser(markup)
    base = _base(parser, url)
    root = parser.css_first("html")
    return Links(
        links=tuple(_links(parser, base)),
        alternates=tuple(_alternates(parser, base)),
        language=(_attribute(root, "lang") if root else "").lower()[:2],
    )


def _links(parser: LexborHTMLParser, base: str) -> Iterator[Link]:
    for node in parser.css("a[href], area[href], link[rel][href]")[:MOST_LINKS]:
        relation = next((_RELATIONS[rel] for rel in _attribute(node, "rel").lower().split() if rel in _RELATIONS), "")
        if node.tag == "link" and not relation:
            continue
        url = _address(node, base)
        if url:
            place = "head" if node.tag == "link" else _place(node)
            language = _attribute(node, "hreflang") or _attribute(node, "lang")
            yield Link(url, _text(node), place, language.lower()[:2], relation)


def _alternates(parser: LexborHTMLParser, base: str) -> Iterator[tuple[str, str]]:
    for node in parser.css("link[rel=alternate][hreflang][href]")[:MOST_ALTERNATES]:
        url = _address(node, base)
        if url:
            yield _attribute(node, "hreflang").lower()[:20], url


def _base(parser: LexborHTMLParser, url: str) -> str:
    """What relative links are relative to."""
    node = parser.css_first("base[href]")
    return _joined(url, _attribute(node, "href")) or url if node else url


def _address(node: LexborNode, base: str) -> str:
    """The absolute address without fragment and campaign; empty for what is no page: `#top`, `javascript:`, `mailto:`."""
    href = _attribute(node, "href")
    if not href or href.startswith("#") or len(href) > _LONGEST_ADDRESS:
        return ""
    url = _joined(base, href)
    if not url or url_refusal(url, allow_private=True):
        return ""
    return url_query_cleaner(url, _CAMPAIGN, remove=True) if "utm_" in url else url


def _joined(base: str, href: str) -> str:
    try:
        return urldefrag(urljoin(base, href.strip())).url
    except ValueError:
        return ""


def _text(node: LexborNode) -> str:
    """What the link says: its words, else its label, its title, or the words for its picture."""
    shown = canonical(node.text(separator=" ")[: LONGEST_TEXT * 4])
    image = node.css_first("img[alt]")
    said = (shown, _attribute(node, "aria-label"), _attribute(node, "title"), _attribute(image, "alt") if image else "")
    return next((canonical(text)[:LONGEST_TEXT] for text in said if text.strip()), "")


def _place(node: LexborNode) -> str:
    """The nearest region around the link."""
    above = node.parent
    for _ in range(_LEVELS_UP):
        if above is None or above.tag in {"body", "html"}:
            break
        names = f"{_attribute(above, 'id')} {_attribute(above, 'class')}".lower()
        role = _attribute(above, "role").lower()
        if above.tag == "footer" or role == "contentinfo" or any(word in names for word in _FOOTER_WORDS):
            return "footer"
        if above.tag == "header" or role == "banner":
            return "menu"
        above = above.parent
    return "page"


def _attribute(node: LexborNode | None, name: str) -> str:
    return (node.attributes.get(name) or "") if node is not None else ""
