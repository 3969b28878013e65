"""Markdown -> Page: the tokens of markdown-it to blocks. Emphasis, escapes and link targets are no words."""

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from monitor.errors import ReadingError
from monitor.extract.blocks import BOLD_HEADING_LEVEL, reads_like_heading
from monitor.extract.charset import decode
from monitor.extract.links import clean_link
from monitor.extract.numbering import is_day, split_number
from monitor.extract.page import Page
from monitor.types import Block, BlockKind
from monitor.words import canonical, canonical_lines

_TAG = re.compile(r"<(?:br|BR)[^<>]{0,40}>")
_ANY_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,400}>|<!--.{0,400}?-->")
_TYPED_BULLET = re.compile(r"^[•▪●◦‣⁃·][ \t\xa0]+")
_MAX_NESTING = 100
_PARSER = (
    MarkdownIt("commonmark", {"maxNesting": _MAX_NESTING}).enable("table").disable("code")
)  # policies indent prose, not programs


@dataclass(slots=True)
class _Reader:
    """Collects blocks from the token stream."""

    base: str
    blocks: list[Block] = field(default_factory=list)
    heading: int = 0
    depth: int = 0
    item: int = 0
    number: str = ""
    cells: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    in_row: bool = False

    def take(self, token: Token) -> None:
        match token.type:
            case "heading_open" | "heading_close":
                self.heading = int(token.tag[1]) if token.nesting > 0 else 0
            case "bullet_list_open" | "ordered_list_open" | "bullet_list_close" | "ordered_list_close":
                self.depth += token.nesting
            case "list_item_open":
                self.item, self.number = max(1, self.depth), f"{token.info}{token.markup}" if token.info else ""
            case "list_item_close":
                self.item, self.number = 0, ""
            case "tr_open":
                self.in_row, self.cells, self.links = True, [], []
            case "tr_close":
                self._end_row()
            case "inline":
                self._inline(token)
            case "fence" | "html_block":
                self._add(_ANY_TAG.sub(" ", _TAG.sub("\n", token.content)), [], bold=False)

    def _inline(self, token: Token) -> None:
        text, links, bold = _words_of(token.children or [], self.base)
        if self.in_row:
            self.cells.append(canonical(text))
            self.links += links
        else:
            self._add(text, links, bold=bold)

    def _add(self, text: str, links: list[str], *, bold: bool) -> None:
        text = canonical_lines(text)
        if not text:
            return
        if is_day(self.number, text):  # "25. Mai 2018" at the start of a line is no item of a list
            text, self.item, self.number = f"{self.number} {text}", 0, ""
        kind, level = self._kind(text, bold=bold)
        if kind is BlockKind.HEADING:
            text = canonical(text)
        number, rest = ("", text) if self.number else split_number(text, heading=kind is BlockKind.HEADING)
        self.blocks.append(Block(kind, rest, level, self.number or number, tuple(dict.fromkeys(links))))
        self.item, self.number = 0, ""

    def _kind(self, text: str, *, bold: bool) -> tuple[BlockKind, int]:
        if self.heading:
            return BlockKind.HEADING, self.heading
        if self.item:
            return BlockKind.LIST_ITEM, self.item
        if bold and reads_like_heading(text):
            return BlockKind.HEADING, BOLD_HEADING_LEVEL
        return BlockKind.PARAGRAPH, 0

    def _end_row(self) -> None:
        if any(self.cells):
            text = " | ".join(self.cells)
            self.blocks.append(Block(BlockKind.TABLE_ROW, text, links=tuple(dict.fromkeys(self.links))))
        self.in_row = False


def read_markdown(body: bytes, *, content_type: str = "", url: str = "") -> Page:
    """The blocks of a Markdown text; a soft line break is a space, a hard one a line break.

    Raises ReadingError when it nests deeper than the parser reads: what is below would be lost in silence.
    """
    markup = decode(body, content_type)
    reader = _Reader(url)
    for token in _PARSER.parse(_without_bullet_signs(markup)):
        if token.level + token.nesting >= _MAX_NESTING:
            raise ReadingError(f"Markdown of fewer than {_MAX_NESTING} nested levels was wanted, a deeper one came.")
        reader.take(token)
    blocks = tuple(reader.blocks)
    title = next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")
    return Page(blocks, title=title, shown=canonical(" ".join(block.text for block in blocks)))


def _without_bullet_signs(markup: str) -> str:
    """Typed bullets ("• item") become Markdown's own, so that they open items and do not run together."""
    return "\n".join(_TYPED_BULLET.sub("- ", line) for line in markup.split("\n"))


def _words_of(tokens: list[Token], base: str) -> tuple[str, list[str], bool]:
    """(text, link targets, whether all of it is bold)."""
    pieces: list[str] = []
    links: list[str] = []
    bold_depth, plain = 0, False
    for token in tokens:
        if token.type == "strong_open":
            bold_depth += 1
        elif token.type == "strong_close":
            bold_depth -= 1
        elif token.type == "link_open":
            links += filter(None, [clean_link(str(token.attrGet("href") or ""), base)])
        piece = _piece(token)
        plain = plain or (bool(piece.strip()) and not bold_depth)
        pieces.append(piece)
    return "".join(pieces), links, not plain


def _piece(token: Token) -> str:
    if token.type in {"text", "code_inline"}:
        return token.content
    if token.type == "softbreak":
        return " "
    if token.type == "hardbreak" or (token.type == "html_inline" and _TAG.match(token.content)):
        return "\n"
    return ""
