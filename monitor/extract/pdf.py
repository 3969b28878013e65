"""PDF -> Page: the printed lines without running heads and feet, re-joined to paragraphs."""

import re
from collections import Counter

import pypdfium2

from monitor.errors import ReadingError
from monitor.extract.page import Page
from monitor.extract.plain import BULLET, blocks_of_text
from monitor.types import BlockKind
from monitor.words import canonical

MAX_PAGES = 1_000
_EDGE_LINES = 3
_REPEATED_SHARE = 0.6
_FULL_LINE = 0.75
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(
    r"(?:[^\W\d]{1,7} ?)?\d{1,4}(?: ?(?:/|[^\W\d]{1,4}) ?\d{1,4})?|- ?\d{1,4} ?-|[–—] ?\d{1,4} ?[–—]"
)
_NUMBERED = re.compile(
    r"(?:\d{1,3}(?:\.\d{1,3}){0,4}[.)]|\d{1,3}(?:\.\d{1,3}){1,4}|\([a-zA-Z0-9]{1,4}\)|[a-zA-Z][.)])\s+\S"
)
_SENTENCE_END = (".", "!", "?", ":", ";", "。", "”", '"')
_SOFT_HYPHENS = ("\ufffe", "\xad", "\x02")

Lines = list[str]


def read_pdf(body: bytes) -> Page:
    """The text of a PDF. Raises ReadingError when it is encrypted, damaged or longer than MAX_PAGES pages."""
    try:
        with pypdfium2.PdfDocument(body) as document:
            pages = _pages(document)
            title = canonical(str(document.get_metadata_dict().get("Title") or ""))
    except pypdfium2.PdfiumError as error:
        raise ReadingError(f"A readable PDF was wanted, this one cannot be read: {error}") from error
    text = _paragraphs([line for lines in _without_running_lines(pages) for line in [*lines, ""]])
    blocks = tuple(blocks_of_text(text))
    heading = next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")
    return Page(blocks, title=heading or title, shown=canonical(text))


def _pages(document: pypdfium2.PdfDocument) -> list[Lines]:
    if len(document) > MAX_PAGES:
        raise ReadingError(
            f"A PDF of at most {MAX_PAGES} pages was wanted, one of {len(document)} came. Declare another source."
        )
    return [_printed_lines(page.get_textpage().get_text_range()) for page in document]


def _printed_lines(text: str) -> Lines:
    return [line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]


def _without_running_lines(pages: list[Lines]) -> list[Lines]:
    """The pages without the lines that stand at the head or foot of most of them, page numbers aside, and without those."""
    edges = Counter(shape for lines in pages for shape in {_shape(lines[index]) for index in _edge(lines)})
    needed = max(3, len(pages) * _REPEATED_SHARE)
    running = {shape for shape, count in edges.items() if shape and count >= needed}
    kept = []
    for lines in pages:
        edge = _edge(lines)
        kept.append([line for index, line in enumerate(lines) if index not in edge or not _is_running(line, running)])
    return kept


def _edge(lines: Lines) -> set[int]:
    """The places of the first and last few printed lines of a page."""
    printed = [index for index, line in enumerate(lines) if canonical(line)]
    return {*printed[:_EDGE_LINES], *printed[-_EDGE_LINES:]}


def _shape(line: str) -> str:
    return _DIGITS.sub("#", canonical(line).casefold())


def _is_running(line: str, running: set[str]) -> bool:
    shape = _shape(line)
    return shape in running and (len(shape) > 1 or bool(_PAGE_NUMBER.fullmatch(canonical(line))))


def _paragraphs(lines: Lines) -> str:
    """The lines as paragraphs between empty lines. A page's end parts no paragraph whose sentence goes on."""
    widths = sorted(len(line) for line in lines if line)
    full = widths[len(widths) * 9 // 10] * _FULL_LINE if widths else 0
    text = ""
    before = ""
    for line in filter(canonical, lines):
        if before and not _ends_paragraph(before, line, full):
            text = _join(text, line)
        else:
            text += f"\n\n{line}"
        before = line
    return text.lstrip("\n")


def _ends_paragraph(before: str, line: str, full: float) -> bool:
    if BULLET.match(line) or _NUMBERED.match(line):
        return True
    if before.endswith(_SOFT_HYPHENS) or canonical(line)[:1].islower():
        return False
    return len(before) < full or (before.endswith(_SENTENCE_END) and len(before) < full / _FULL_LINE * 0.9)


def _join(text: str, line: str) -> str:
    if text.endswith(_SOFT_HYPHENS):
        return text[:-1] + line
    return text + line if text.endswith("-") and line[:1].islower() else f"{text} {line}"
