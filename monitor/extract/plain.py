"""Plain text -> Page: paragraphs between empty lines, bullets, and short lines that stand alone as headings."""

import re

from monitor.extract.charset import decode
from monitor.extract.numbering import split_number
from monitor.extract.page import Page
from monitor.types import Block, BlockKind
from monitor.words import canonical

BULLET = re.compile(r"[ \t]*[-*+•▪●◦‣⁃·–—\uf0b7\uf0a7o][ \t]+(?=\S)")
_EMPTY_LINE = re.compile(r"\n[ \t\f\xa0]*(?=\n)")
_UNDERLINE = re.compile(r"[=\-_*~]{3,}")
_SENTENCE_END = (".", ";", ",", "!", "?", "。", "؟", "।")
_HEADING_WORDS = 10
_INDENT = 2


def read_plain(body: bytes, *, content_type: str = "") -> Page:
    """The blocks of a text. Lines of one paragraph are joined by spaces, unless they are short as in an address."""
    text = decode(body, content_type).replace("\r\n", "\n").replace("\r", "\n")
    blocks = blocks_of_text(text)
    title = next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")
    return Page(tuple(blocks), title=title, shown=canonical(text))


def blocks_of_text(text: str) -> list[Block]:
    """Blocks of a text in which empty lines part the paragraphs."""
    blocks: list[Block] = []
    for paragraph in _EMPTY_LINE.split(text):
        lines = [line for line in paragraph.split("\n") if canonical(line) and not _UNDERLINE.fullmatch(line.strip())]
        for group in _items(lines):
            block = _block(group)
            if block.text:
                blocks.append(block)
    return blocks


def _items(lines: list[str]) -> list[list[str]]:
    """The lines of a paragraph, a new group at each bullet."""
    groups: list[list[str]] = []
    for line in lines:
        if BULLET.match(line) or not groups:
            groups.append([line])
        else:
            groups[-1].append(line)
    return groups


def _block(lines: list[str]) -> Block:
    bullet = BULLET.match(lines[0])
    if bullet:
        text = canonical(" ".join([lines[0][bullet.end() :], *lines[1:]]))
        number, text = split_number(text)
        depth = 1 + (len(lines[0]) - len(lines[0].lstrip())) // _INDENT
        return Block(BlockKind.LIST_ITEM, text, min(depth, 6), number)
    text = canonical(" ".join(lines))
    if len(lines) == 1 and _reads_like_heading(text):
        number, text = split_number(text, heading=True)
        return Block(BlockKind.HEADING, text, 1 + number.strip(".").count(".") if number else 2, number)
    number, text = split_number(text)
    return Block(BlockKind.PARAGRAPH, text, number=number)


def _reads_like_heading(text: str) -> bool:
    """Short, no end of a sentence, and either numbered, in capitals, or begun by a capital and free of colons and digits."""
    if len(text.split()) > _HEADING_WORDS or text.endswith((*_SENTENCE_END, ":")):
        return False
    number, rest = split_number(text, heading=True)
    if number or rest.isupper():
        return any(sign.isalpha() for sign in rest)
    return rest[:1].isupper() and not any(sign.isdigit() or sign in ":@|" for sign in rest)
