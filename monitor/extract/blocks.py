"""The tree without its noise -> ordered typed blocks. One walk; what a tag means is said in the tables here."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from monitor.extract.emails import mail_target
from monitor.extract.links import clean_link
from monitor.extract.numbering import split_number
from monitor.extract.tree import Element
from monitor.types import Block, BlockKind
from monitor.words import canonical, canonical_lines

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
BLOCK_TAGS = frozenset([
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "header", "hgroup", "hr", "legend",
    "li", "main", "menu", "nav", "ol", "optgroup", "p", "pre", "search", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul", "button",
]) | frozenset(HEADINGS)  # fmt: skip
BOLD_HEADING_LEVEL = 6
_BOLD_HEADING_WORDS = 14
_LASTING = {"ul": "list", "ol": "list", "menu": "list", "dir": "list", "b": "bold", "strong": "bold", "pre": "pre"}
_PARAGRAPH_BREAK = re.compile(r"\n[ \t\r\f\xa0]*\n\s*")
_SENTENCE_END = (".", ";", ",", "!", "?", "。", "؟", "।")


@dataclass(slots=True)
class _Row:
    """A table row being read: the words of its cells so far."""

    cells: list[list[str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Run:
    """The inline text being read, its links, and whether words of it are bold, or are not."""

    pieces: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    bold: bool = False
    plain: bool = False


class _End(NamedTuple):
    """Stands for the end of an element among what is still to be read."""

    element: Element


class _Reader:
    """Walks the tree once and collects its blocks."""

    def __init__(self, root: Element, base: str) -> None:
        self.root = root
        self.base = base
        self.blocks: list[Block] = []
        self.run = _Run()
        self.rows: list[_Row] = []
        self.open: Counter[str] = Counter()
        self.heading = 0
        self.item_depth = 0
        self.targets: dict[str, str] = {}

    def read(self) -> None:
        """Read all text that is not noise, in document order, without recursion."""
        waiting: list[Element | str | _End] = [self.root]
        while waiting:
            child = waiting.pop()
            if isinstance(child, str):
                self._text(child)
            elif isinstance(child, _End):
                self._end(child.element)
            elif not child.noise:
                if self._start(child):
                    waiting.append(_End(child))
                waiting.extend(reversed(child.children))
        self._flush()

    def _start(self, element: Element) -> bool:
        """Whether the end of the element will matter too."""
        tag = element.tag
        if lasting := _LASTING.get(tag):
            self.open[lasting] += 1
        if is_block := _is_block(element):
            self._flush()
        if tag == "br":
            self.run.pieces.append("\n")
        elif tag == "a":
            self._add_link(element.get("href"))
        elif tag in {"li", "dd"}:
            self.item_depth = max(1, self.open["list"])
        elif tag == "tr" and self._is_data_row(element):
            self.rows.append(_Row())
        elif tag in {"td", "th"} and self.rows:
            self.rows[-1].cells.append([])
        elif is_block and (level := _heading_level(element)):
            self.heading = level
        return is_block or lasting is not None

    def _end(self, element: Element) -> None:
        tag = element.tag
        if lasting := _LASTING.get(tag):
            self.open[lasting] -= 1
        if _is_block(element):
            self._flush()
        if tag in {"li", "dd"}:
            self.item_depth = 0
        elif tag == "tr" and self.rows and self._is_data_row(element):
            self._end_row(self.rows.pop())
        elif _heading_level(element):
            self.heading = 0

    def _text(self, text: str) -> None:
        run = self.run
        run.pieces.append(text if self.open["pre"] else text.replace("\n", " "))
        if not text.isspace():
            run.bold, run.plain = (True, run.plain) if self.open["bold"] else (run.bold, True)

    def _flush(self) -> None:
        run = self.run
        if not run.pieces and not run.links:
            return
        self.run = _Run()
        text = "".join(run.pieces)
        if not text or text.isspace():
            return
        paragraphs = _PARAGRAPH_BREAK.split(text) if "\n" in text else [text]
        for paragraph in filter(None, map(canonical_lines, paragraphs)):
            self._add(paragraph, run)
            run.links = []

    def _add(self, text: str, run: _Run) -> None:
        if self.rows and self.rows[-1].cells:
            self.rows[-1].cells[-1].append(canonical(text))
            self.rows[-1].links += run.links
            return
        kind, level = self._kind(text, run)
        if kind is BlockKind.HEADING:
            text = canonical(text)
        number, rest = split_number(text, heading=kind is BlockKind.HEADING)
        self.blocks.append(Block(kind, rest, level, number, _unique(run.links)))
        if kind is BlockKind.LIST_ITEM:
            self.item_depth = 0  # further paragraphs of the same item are paragraphs

    def _kind(self, text: str, run: _Run) -> tuple[BlockKind, int]:
        if self.heading:
            return BlockKind.HEADING, self.heading
        if self.item_depth:
            return BlockKind.LIST_ITEM, self.item_depth
        if run.bold and not run.plain and reads_like_heading(text):
            return BlockKind.HEADING, BOLD_HEADING_LEVEL
        return BlockKind.PARAGRAPH, 0

    def _add_link(self, href: str) -> None:
        if href not in self.targets:
            self.targets[href] = clean_link(mail_target(href), self.base)
        if target := self.targets[href]:
            self.run.links.append(target)

    def _is_data_row(self, row: Element) -> bool:
        """A row of data, not of a table that only lays out the page: several cells and no headings or tables in them."""
        cells = [child for child in row.elements() if child.tag in {"td", "th"}]
        return len(cells) > 1 and not row.headings and row not in self._around_tables

    @cached_property
    def _around_tables(self) -> set[Element]:
        return _around_tables(self.root)

    def _end_row(self, row: _Row) -> None:
        cells = [canonical(" ".join(cell)) for cell in row.cells]
        if not any(cells):
            return
        if self.rows and self.rows[-1].cells:  # a table in a table's cell
            self.rows[-1].cells[-1].extend(cells)
            return
        kind = BlockKind.TABLE_ROW if len(cells) > 1 else BlockKind.PARAGRAPH
        self.blocks.append(Block(kind, " | ".join(cells), links=_unique(row.links)))


def read_blocks(root: Element, base: str = "") -> tuple[Block, ...]:
    """The blocks of all text under `root` that is not noise, in document order. `base` resolves relative links."""
    reader = _Reader(root, base)
    reader.read()
    return tuple(reader.blocks)


def _around_tables(root: Element) -> set[Element]:
    """All elements that hold a table."""
    found: set[Element] = set()
    for element in root.walk():
        around = element.parent if element.tag == "table" else None
        while around is not None and around not in found:
            found.add(around)
            around = around.parent
    return found


def _is_block(element: Element) -> bool:
    return element.tag in BLOCK_TAGS or element.attributes.get("role") == "heading"


def _heading_level(element: Element) -> int:
    if element.tag in HEADINGS:
        return HEADINGS[element.tag]
    if element.attributes.get("role") != "heading":
        return 0
    level = element.get("aria-level")
    return int(level) if level in {"1", "2", "3", "4", "5", "6"} else 2


def reads_like_heading(text: str) -> bool:
    return len(text.split()) <= _BOLD_HEADING_WORDS and not text.endswith(_SENTENCE_END) and "\n" not in text


def _unique(links: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(links))
