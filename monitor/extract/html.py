"""HTML -> Page: depth, parse, tree, noise, container, blocks."""

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from monitor.errors import ReadingError
from monitor.extract.beside import read_beside
from monitor.extract.blocks import read_blocks
from monitor.extract.boilerplate import mark_noise
from monitor.extract.charset import decode
from monitor.extract.consent import accepts_cookies
from monitor.extract.container import mark_outside
from monitor.extract.depth import check_depth
from monitor.extract.markup_dates import markup_dates
from monitor.extract.page import SHORT_WORDS, Page
from monitor.extract.select import apply_selection, mark_selected
from monitor.extract.tree import Element, build_tree, count_words_up_to, measure
from monitor.types import Block, Selection
from monitor.words import canonical


def read_html(body: bytes, *, content_type: str = "", url: str = "", selection: Selection | None = None) -> Page:
    """The page's blocks without its noise, or those of the selection. Raises ReadingError when it nests too deep or the parser gives up."""
    markup = decode(body, content_type)
    check_depth(markup)
    try:
        parser = LexborHTMLParser(markup)
    except (SelectolaxError, ValueError, RuntimeError) as error:
        raise ReadingError(f"HTML was wanted, the parser gave up: {error}.") from error
    dates = markup_dates(parser)
    if selection is not None and (missed := apply_selection(parser, selection)):
        return Page((), selection_missed=missed)
    elements = build_tree(parser, url)
    if not elements:
        return Page(())
    _leave_out(elements, selection)
    blocks = read_blocks(elements[0], url)
    return Page(
        blocks=blocks,
        beside=read_beside(elements[0]),
        title=_title(parser),
        language=_language(parser),
        shown=_shown(elements) if elements[0].words < SHORT_WORDS else "",
        clues=frozenset(_clues(parser, elements, blocks)),
        address=_address(parser),
        markup_dates=dates,
    )


def _leave_out(elements: list[Element], selection: Selection | None) -> None:
    """Mark what is not the policy's text. What a declaration selects is all policy."""
    if selection is not None:
        mark_selected(elements)
    measure(elements)
    if selection is None or not selection.select:
        mark_noise(elements)
        mark_outside(elements[0])


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


def _address(parser: LexborHTMLParser) -> str:
    link = parser.css_first("link[rel~=canonical i][href]")
    return (link.attributes.get("href") or "").strip() if link is not None else ""


def _clues(parser: LexborHTMLParser, elements: list[Element], blocks: tuple[Block, ...]) -> list[str]:
    """What the markup of a short page gives away; of a long one nothing is asked but whether it checks for robots."""
    if count_words_up_to(SHORT_WORDS, (block.text for block in blocks)) >= SHORT_WORDS:
        return [] if parser.css_first(_CLUES[_ROBOTS_CHECK]) is None else [_ROBOTS_CHECK]
    found = [clue for clue, selector in _CLUES.items() if parser.css_first(selector) is not None]
    return [*found, "accept button"] if any(accepts_cookies(element) for element in elements) else found


_ROBOTS_CHECK = "robots check"
_CLUES = {
    "password field": "input[type=password]",
    _ROBOTS_CHECK: "[class*=captcha], [id*=captcha], [id^=challenge], [class^=challenge], iframe[src*=captcha]",
    "client-side application": "#root, #app, #__next, #__nuxt, app-root, [data-reactroot], [ng-version]",
    "automatic redirect": "meta[http-equiv=refresh i]",
    "noscript text": "noscript",
}
