"""A page's visible tree in plain Python objects, and how many words of what sort stand under each element.

Built in one pass without recursion, so that no depth of nesting can exhaust the stack. What never is text (scripts,
styles, templates, form values, graphics) is left out here; what may be noise is decided in `monitor.extract.boilerplate`.
"""

import re
from collections.abc import Iterable, Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.extract.emails import decode_cfemail
from monitor.extract.noise_words import LANDMARK_ROLES

NEVER_TEXT = frozenset([
    "script", "style", "noscript", "template", "head", "svg", "math", "iframe", "object", "embed", "video", "audio",
    "canvas", "map", "select", "datalist", "textarea", "input", "img", "picture", "progress", "meter", "-comment",
    "-doctype",
])  # fmt: skip
PROSE_WORDS = 6
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_MAY_LINK = frozenset({"a", "button"})
_LANDMARKS = frozenset({"main", "article", "nav", "header", "footer"})
_HOST = re.compile(r"^(?:[a-zA-Z][a-zA-Z0-9+.-]*:)?//[^/]*")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class Element:
    """An element with its children in order; `inner` are those that are elements. `noise` says why it is not the policy's text; empty while it is.

    `top` is the child of the body that it is or stands in. `within` names the landmarks it stands in: `main`, `article`, `nav`, `header`, `footer`, `landmark` for one by role.
    The counts are words of all text below that is not noise; `buttons` counts all; `prose`: words in runs of at least six that are no link.
    """

    __slots__ = (
        "attributes", "buttons", "children", "headings", "in_link", "inner", "link_words", "noise", "own_prose", "own_words",
        "parent", "prose", "tag", "top", "within", "words",
    )  # fmt: skip

    def __init__(
        self,
        tag: str,
        attributes: dict[str, str | None],
        parent: "Element | None" = None,
        in_link: bool = False,
        within: frozenset[str] = frozenset(),
    ) -> None:
        self.tag = tag
        self.attributes = attributes
        self.parent = parent
        self.children: tuple[Element | str, ...] = ()
        self.inner: tuple[Element, ...] = ()
        self.in_link = in_link
        self.within = within
        self.top: Element | None = (parent.top or self) if parent else None
        self.noise = ""
        self.own_words = self.own_prose = self.words = self.link_words = self.prose = 0
        self.headings = int(tag in _HEADINGS)
        self.buttons = 0

    def get(self, name: str) -> str:
        return self.attributes.get(name) or ""

    def elements(self) -> list["Element"]:
        """The child elements that are not noise."""
        return [child for child in self.inner if not child.noise]

    def walk(self) -> Iterator["Element"]:
        """The element and all below that are not noise, in document order; marking one as noise skips what is below it."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            if element.inner and (element is self or not element.noise):
                waiting.extend([child for child in reversed(element.inner) if not child.noise])

    def text(self) -> str:
        """Its words and all those below that are not noise, in document order on one line."""
        pieces: list[str] = []
        waiting = [*reversed(self.children)]
        while waiting:
            child = waiting.pop()
            if isinstance(child, str):
                pieces.append(child)
            elif not child.noise:
                waiting.extend(reversed(child.children))
        return " ".join(" ".join(pieces).split())


def build_tree(parser: LexborHTMLParser, url: str = "") -> list[Element]:
    """All elements of the page's body, parents before their children, the body first. Empty when the page has no body.

    `url` is the page's own address: links to places of the page itself do not count as links.
    """
    if parser.body is None:
        return []
    own_path = _path(url)
    children_of = _children_and_shadows if parser.css_first(_SHADOW_ROOT) else _children
    level = [(Element("body", parser.body.attributes), parser.body)]
    found: list[Element] = []
    while level:
        found += [element for element, _ in level]
        level = [below for element, node in level for below in _add_children(element, children_of(node), own_path)]
    _count_buttons(found)
    return found


def _add_children(element: Element, nodes: Iterable[LexborNode], own_path: str) -> list[tuple[Element, LexborNode]]:
    """Give the element its children; answers those that are elements, with their nodes."""
    children: list[Element | str] = []
    below: list[tuple[Element, LexborNode]] = []
    within = _within(element)
    for node in nodes:
        tag = node.tag
        if tag == "-text":
            if text := node.text_content:
                children.append(text)
                _count_text(element, text)
        elif tag is not None and tag not in NEVER_TEXT:
            attributes = node.attributes
            if "data-cfemail" in attributes and (email := decode_cfemail(attributes["data-cfemail"] or "")):
                children.append(email)
                _count_text(element, email)
                continue
            may_link = tag in _MAY_LINK or "role" in attributes
            in_link = element.in_link or (may_link and _is_link(tag, attributes, own_path))
            new = Element(tag, attributes, element, in_link, within)
            children.append(new)
            below.append((new, node))
    element.children = tuple(children)
    if below:
        element.inner = tuple([new for new, _ in below])
    return below


def _count_text(element: Element, text: str) -> None:
    """Count the words of a text right below an element."""
    if text.isspace():  # most are: the indentation of the markup
        return
    count = count_words(text)
    element.own_words += count
    if count >= PROSE_WORDS and not element.in_link:
        element.own_prose += count


_SHADOW_ROOT = "template[shadowrootmode]"


def _children(node: LexborNode) -> Iterator[LexborNode]:
    return node.iter(include_text=True)


def _children_and_shadows(node: LexborNode) -> Iterator[LexborNode]:
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
    return tag == "a" and _leads_away(attributes.get("href") or "", own_path)


def _leads_away(href: str, own_path: str) -> bool:
    target, _, place = href.partition("#")
    return bool(target) and not (place and _path(target) == own_path)


def _path(url: str) -> str:
    """The path of an address, without host, query and the slash at its end."""
    return _HOST.sub("", url.partition("#")[0].partition("?")[0]).rstrip("/")


def count_words(text: str) -> int:
    """Words between spaces; in scripts without spaces two characters count as one."""
    count = len(text.split())
    return count if text.isascii() else count + len(_UNSPACED.findall(text)) // 2


def count_words_up_to(limit: int, texts: Iterable[str]) -> int:
    """The words of them all; counting stops at `limit`."""
    count = 0
    for text in texts:
        count += count_words(text)
        if count >= limit:
            break
    return count


def is_button(element: Element) -> bool:
    return element.tag == "button" or (
        element.tag in {"a", "div", "span"} and element.attributes.get("role") == "button"
    )


def measure(elements: list[Element]) -> None:
    """Count anew what stands under each element, noise left out. `elements` is a whole tree, parents before children."""
    for element in reversed(elements):
        words, prose = element.own_words, element.own_prose
        link_words = words if element.in_link else 0
        if element.inner:
            headings = int(element.tag in _HEADINGS)
            for child in element.inner:
                if not child.noise:
                    words += child.words
                    prose += child.prose
                    link_words += child.link_words
                    headings += child.headings
            element.headings = headings
        element.words, element.prose, element.link_words = words, prose, link_words


def _count_buttons(elements: list[Element]) -> None:
    for element in reversed(elements):
        element.buttons += is_button(element)
        if element.buttons and element.parent is not None:
            element.parent.buttons += element.buttons
