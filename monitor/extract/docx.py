"""DOCX -> Page: the text of a Word document as it reads with all its tracked changes accepted.

Read without a word processor's library: only the parts with text, each within a limit, so that neither a bomb of zeros nor
one of entities costs more than this page.
"""

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from posixpath import join, normpath
from typing import Any

from lxml import etree

from monitor.errors import ReadingError
from monitor.extract.docx_styles import Styles, attribute, children, local_name
from monitor.extract.numbering import split_number
from monitor.extract.page import Page
from monitor.types import Block, BlockKind
from monitor.words import canonical

LARGEST_PART = 32 * 1024 * 1024  # bytes unpacked; a thousand printed pages have a tenth of it
_MAIN = "word/document.xml"
_NOTE = ("footnote", "endnote")
_NOTES = ("footnotes.xml", "endnotes.xml")
_GONE = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "pPr", "rPr", "sectPr", "tblPr"})
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
_WANTED = "a Word document (.docx) was wanted, this one cannot be read"
_FAULTS = (  # what zipfile, its four ways of packing and lxml raise of damaged bytes; each one has a file in the tests
    *(zipfile.BadZipFile, NotImplementedError, OverflowError, ValueError, EOFError),
    *(zlib.error, lzma.LZMAError, OSError, etree.XMLSyntaxError),
)

Node = Any  # an element; lxml has no types


def read_docx(body: bytes) -> Page:
    """The blocks of a .docx. Raises ReadingError when it is encrypted, damaged, or unpacks to more than LARGEST_PART."""
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            main = _main_part(archive)
            folder = main.rpartition("/")[0]
            styles = Styles.of(_part(archive, join(folder, "styles.xml")))
            roots = [_part(archive, main), *(_part(archive, join(folder, name)) for name in _NOTES)]
            title = _title(_part(archive, "docProps/core.xml"))
    except ReadingError:
        raise
    except _FAULTS as error:
        raise ReadingError(f"{_WANTED}: {type(error).__name__}: {str(error)[:200]}") from None
    if roots[0] is None:
        raise ReadingError(f"{_WANTED}: it has no {main}")
    blocks = tuple(block for root in roots if root is not None for block in _blocks(root, styles))
    heading = next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")
    shown = canonical("\n".join(block.text for block in blocks))
    return Page(blocks, title=heading or title, language=styles.language, shown=shown)


def _part(archive: zipfile.ZipFile, name: str) -> Node | None:
    """One part as XML; None when the document has none of this name."""
    if name not in archive.namelist():
        return None
    if archive.getinfo(name).flag_bits & 1:
        raise ReadingError(f"{_WANTED}: it is encrypted. Declare a source that anybody can read.")
    with archive.open(name) as file:
        raw = file.read(LARGEST_PART + 1)
    if len(raw) > LARGEST_PART:
        raise ReadingError(f"{_WANTED}: {name} has more than {LARGEST_PART:,} bytes unpacked")
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:  # no word processor writes one
        raise ReadingError(f"{_WANTED}: {name} declares a document type")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    return etree.fromstring(raw, parser)


def _main_part(archive: zipfile.ZipFile) -> str:
    """The part that the package says is its document."""
    relations = _part(archive, "_rels/.rels")
    for relation in relations if relations is not None else ():
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            return normpath(str(relation.get("Target", "")).lstrip("/"))
    return _MAIN


def _title(core: Node | None) -> str:
    return next((canonical(node.text or "") for node in children(core, "title")), "")


def _blocks(root: Node, styles: Styles) -> Iterator[Block]:
    """The paragraphs and table rows in the order of the text. A paragraph whose end was deleted goes on in the next one."""
    begun = ""
    for node in _paragraphs_and_rows(root):
        if local_name(node) == "tr":
            yield from _made(Block(BlockKind.TABLE_ROW, _row(node)))
            continue
        text = begun + _text(node)
        begun = text if _end_is_deleted(node) else ""
        if not begun:
            yield from _made(_block(node, canonical(text), styles))
    if begun:
        yield from _made(Block(BlockKind.PARAGRAPH, canonical(begun)))


def _made(block: Block) -> Iterator[Block]:
    if block.text:
        yield block


def _block(paragraph: Node, text: str, styles: Styles) -> Block:
    properties = next(iter(children(paragraph, "pPr")), None)
    if styles.is_contents(properties):
        return Block(BlockKind.PARAGRAPH, "")
    heading, item = styles.heading_level(properties), styles.list_depth(properties)
    number, rest = split_number(text, heading=heading > 0)
    if heading:
        return Block(BlockKind.HEADING, rest, heading, number)
    if item:
        return Block(BlockKind.LIST_ITEM, rest, item, number)
    return Block(BlockKind.PARAGRAPH, rest, number=number)


def _paragraphs_and_rows(root: Node) -> Iterator[Node]:
    """Outermost ones, in order, without those that a tracked change took out, and without the rulers between footnotes."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        name = local_name(node)
        if name in _GONE or (name in _NOTE and attribute(node, "type")):
            continue
        if name == "p" or (name == "tr" and not _row_is_deleted(node)):
            yield node
        elif name != "tr":
            waiting.extend(reversed(node))


def _row(row: Node) -> str:
    """The cells, joined by " | "; paragraphs of a cell by a space."""
    cells = [canonical(" ".join(_text(part) for part in _paragraphs_and_rows(cell))) for cell in _cells(row)]
    return " | ".join(cells) if any(cells) else ""


def _cells(row: Node) -> Iterator[Node]:
    for child in row:
        if local_name(child) == "tc":
            yield child
        elif local_name(child) in ("sdt", "sdtContent", "customXml"):
            yield from _cells(child)


def _text(paragraph: Node) -> str:
    """All that is shown of a paragraph, also what was inserted by a tracked change; of a nested table the cells in order."""
    pieces: list[str] = []
    waiting = list(reversed(paragraph))
    while waiting:
        node = waiting.pop()
        name = local_name(node)
        if name in _GONE or (name == "r" and _is_hidden(node)):
            continue
        if name == "t":
            pieces.append(node.text or "")
        elif name in _SIGNS:
            pieces.append(_SIGNS[name])
        else:
            pieces.extend(" " for _ in range(name in ("p", "tc")))
            waiting.extend(reversed(node))
    return "".join(pieces)


def _is_hidden(run: Node) -> bool:
    marks = [mark for properties in children(run, "rPr") for mark in children(properties, "vanish")]
    return any(attribute(mark, "val") not in ("0", "false", "off") for mark in marks)


def _end_is_deleted(paragraph: Node) -> bool:
    marks = (mark for properties in children(paragraph, "pPr") for mark in children(properties, "rPr"))
    return any(local_name(one) in ("del", "moveFrom") for mark in marks for one in mark)


def _row_is_deleted(row: Node) -> bool:
    return any(children(properties, "del") for properties in children(row, "trPr"))
