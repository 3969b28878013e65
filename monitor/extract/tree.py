"""A page's visible tree in plain Python objects, and how many words of what sort stand under each element.

Built in one pass without recursion, so that no depth of nesting can exhaust the stack. What never is text (scripts,
styles, templates, form values, graphics) is left out here; what may be noise is decided in `monitor.extract.boilerplate`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract.emails import decode_cfemail
from monitor.extract.noise_words import LANDMARK_ROLES

NEVER_TEXT = frozenset([
    "script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object", "embed", "video", "audio",
    "canvas", "map", "select", "datalist", "textarea", "input", "img", "picture", "progress", "meter", "-comment",
    "-doctype",
])  # fmt: skip
PROSE_WORDS = 6
_LANDMARKS = frozenset({"main", "article", "nav", "header", "footer"})
_HOST = re.compile(r"^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//[^/]*")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@dataclass(slots=True, eq=False)
class Element:
    """An element with its children in order. `noise` says why it is not the policy's text; empty while it is.

    `top` is the child of the body that it is or stands in. `within` names the landmarks it stands in: `main`, `article`, `nav`, `header`, `footer`, `landmark` for one by role.
    The counts are words of all text below that is not noise; `buttons` counts all; `prose`: words in runs of at least six that are no link.
    """

    tag: str
    attributes: dict[str, str | None]
    parent: "Element | None" = None
    children: list["Element | str"] = field(default_factory=list)
    in_link: bool = False
    within: frozenset[str] = frozenset()
    top: "Element | None" = None
    noise: str = ""
    words: int = 0
    link_words: int = 0
    prose: int = 0
    headings: int = 0
    buttons: int = 0
    own_words: int = 0
    own_prose: int = 0

    def get(self, name: str) -> str:
        return self.attributes.get(name) or ""

    def elements(self) -> list["Element"]:
        """The child elements that are not noise."""
        return [child for child in self.children if isinstance(child, Element) and not child.noise]

    def walk(self) -> Iterator["Element"]:
        """The element and all below that are not noise, in document order; marking one as noise skips what is below it."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            if element is self or not element.noise:
                waiting.extend(reversed(element.elements()))

    def text(self) -> str:
        """Its words and all those below that are not noise, on one line."""
        pieces = (child for element in self.walk() for child in element.children if isinstance(child, str))
        return " ".join(" ".join(pieces).split())


def build_tree(parser: LexborHTMLParser, url: str = "") -> list[Element]:
    """All elements of the page's body, parents before their children, the body first. Empty when the page has no body.

    `url` is the page's own address: links to places of the page itself do not count as links.
    """
    if parser.body is None:
        return []
    own_path = _path(url)
    body = Element("body", parser.body.attributes)
    found = [body]
    waiting = [(body, parser.body)]
    while waiting:
        element, node = waiting.pop()
        waiting.extend(_add_children(element, node, own_path))
    for element in found:
        found.extend(child for child in element.children if isinstance(child, Element))
    return found


def _add_children(element: Element, node: LexborNode, own_path: str) -> list[tuple[Element, LexborNode]]:
    below = []
    within = _within(element)
    for child in _children(node):
        tag = child.tag
        if tag == "-text":
            _add_text(element, child.text_content or "")
        elif tag is not None and tag not in NEVER_TEXT:
            attributes = child.attributes
            if email := decode_cfemail(attributes.get("data-cfemail") or ""):
                _add_text(element, email)
                continue
            in_link = element.in_link or _is_link(tag, attributes, own_path)
            new = Element(tag, attributes, element, in_link=in_link, within=within)
            new.top = element.top or new
            element.children.append(new)
            below.append((new, child))
    return below


def _children(node: LexborNode) -> Iterator[LexborNode]:
    """The child nodes, those of a declarative shadow root first, where the browser shows them."""
    for child in node.iter(include_text=True):
        yield child
        if child.tag == "template" and "shadowrootmode" in child.attributes:
            yield from child.template_fragments()[0].iter(include_text=True)


def _within(parent: Element) -> frozenset[str]:
    if parent.tag in _LANDMARKS:
        return parent.within | {parent.tag}
    if parent.attributes.get("role") in LANDMARK_ROLES:
        return parent.within | {"landmark"}
    return parent.within


def _is_link(tag: str, attributes: dict[str, str | None], own_path: str) -> bool:
    if tag == "button" or attributes.get("role") == "button":
        return True
    target, _, place = (attributes.get("href") or "").partition("#")
    in_page = not target or (bool(place) and _path(target) == own_path)
    return tag == "a" and not in_page


def _path(url: str) -> str:
    """The path of an address, without host, query and the slash at its end."""
    return _HOST.sub("", url.partition("#")[0].partition("?")[0]).rstrip("/")


def _add_text(element: Element, text: str) -> None:
    element.children.append(text)
    count = count_words(text)
    element.own_words += count
    if count >= PROSE_WORDS and not element.in_link:
        element.own_prose += count


def count_words(text: str) -> int:
    """Words between spaces; in scripts without spaces two characters count as one."""
    count = len(text.split())
    return count if text.isascii() else count + len(_UNSPACED.findall(text)) // 2


def is_button(element: Element) -> bool:
    return element.tag == "button" or (
        element.tag in {"a", "div", "span"} and element.attributes.get("role") == "button"
    )


def measure(elements: list[Element]) -> None:
    """Count anew what stands under each element, noise left out. `elements` is a whole tree, parents before children."""
    for element in elements:
        element.words, element.prose = element.own_words, element.own_prose
        element.link_words = element.own_words if element.in_link else 0
        element.headings = int(element.tag in {"h1", "h2", "h3", "h4", "h5", "h6"})
        element.buttons = int(is_button(element))
    for element in reversed(elements):
        parent = element.parent
        if parent is None:
            continue
        parent.buttons += element.buttons
        if element.noise:
            continue
        parent.words += element.words
        parent.prose += element.prose
        parent.link_words += element.link_words
        parent.headings += element.headings
