"""HTML -> Page: depth, parse, tree, noise, container, blocks."""

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from monitor.errors import ReadingError
from monitor.extract.blocks import read_blocks
from monitor.extract.boilerplate import mark_noise
from monitor.extract.charset import decode
from monitor.extract.consent import accepts_cookies
from monitor.extract.container import mark_outside
from monitor.extract.depth import check_depth
from monitor.extract.page import SHORT_WORDS, Page
from monitor.extract.tree import Element, build_tree, measure
from monitor.words import canonical


def read_html(body: bytes, *, content_type: str = "", url: str = "") -> Page:
    """The page's blocks without its noise. Raises ReadingError when it nests too deep or the parser gives up."""
    markup = decode(body, content_type)
    check_depth(markup)
    try:
        parser = LexborHTMLParser(markup)
    except (SelectolaxError, ValueError, RuntimeError) as error:
        raise ReadingError(f"HTML was wanted, the parser gave up: {error}.") from error
    elements = build_tree(parser, url)
    if not elements:
        return Page(())
    measure(elements)
    mark_noise(elements)
    mark_outside(elements[0])
    blocks = read_blocks(elements[0], url)
    return Page(
        blocks=blocks,
        title=_title(parser),
        language=_language(parser),
        shown=_shown(elements) if elements[0].words < SHORT_WORDS else "",
        clues=frozenset(_clues(parser, elements)),
    )


def _shown(elements: list[Element]) -> str:
    """All visible text of the page, noise and all."""
    for element in elements:
        element.noise = ""
    return canonical(elements[0].text())


def _title(parser: LexborHTMLParser) -> str:
    node = parser.css_first("head > title") or parser.css_first("title")
    return canonical(node.text()) if node is not None else ""


def _language(parser: LexborHTMLParser) -> str:
    root = parser.css_first("html")
    return (root.attributes.get("lang") or "") if root is not None else ""


def _clues(parser: LexborHTMLParser, elements: list[Element]) -> list[str]:
    found = [clue for clue, selector in _CLUES.items() if parser.css_first(selector) is not None]
    return [*found, "accept button"] if any(accepts_cookies(element) for element in elements) else found


_CLUES = {
    "password field": "input[type=password]",
    "robots check": "[class*=captcha], [id*=captcha], [id^=challenge], [class^=challenge], iframe[src*=captcha]",
    "client-side application": "#root, #app, #__next, #__nuxt, app-root, [data-reactroot], [ng-version]",
    "automatic redirect": "meta[http-equiv=refresh i]",
    "noscript text": "noscript",
}
