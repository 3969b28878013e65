"""HTML, PDF, Word, Markdown or plain text: told by the bytes first, then by what the server said, then by the address."""

import re
from enum import StrEnum
from urllib.parse import urlsplit

from monitor.errors import ReadingError


class MediaType(StrEnum):
    HTML = "text/html"
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    MARKDOWN = "text/markdown"
    PLAIN = "text/plain"


_MARKUP = re.compile(
    rb"<(?:!doctype\s+html|html|head|body|div|main|article|section|p|h1|table|span|meta|title|script|link)\b",
    re.IGNORECASE,
)
# One of these proves Markdown; three of the weaker signs do.
_MARKDOWN = re.compile(
    r"^#{1,6} \S|^[^\n]*\S[^\n]*\n(?:={3,}|-{3,})[ \t]*$|\]\([^()\s]{1,200}\)|\\[&.*_#+()\[\]-]", re.MULTILINE
)
_LIKE_MARKDOWN = re.compile(r"^[*+-] {1,3}\S|\*\*\S|^\|[^\n]*\|[ \t]*$", re.MULTILINE)
_START_BYTES = 4_096
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of Office before 2007, and of encrypted documents since
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROLS = 0.02  # of the bytes: random ones have a tenth
_BY_ENDING = {
    ".md": MediaType.MARKDOWN,
    ".markdown": MediaType.MARKDOWN,
    ".txt": MediaType.PLAIN,
    ".pdf": MediaType.PDF,
    ".html": MediaType.HTML,
    ".htm": MediaType.HTML,
    ".xhtml": MediaType.HTML,
}
_BY_HEADER = {
    "text/html": MediaType.HTML,
    "application/xhtml+xml": MediaType.HTML,
    "application/pdf": MediaType.PDF,
    "text/markdown": MediaType.MARKDOWN,
    "text/x-markdown": MediaType.MARKDOWN,
}


def media_type(body: bytes, content_type: str = "", url: str = "") -> MediaType:
    """What to read `body` as. A server's "text/plain" is not believed against markup or an address that ends in `.md`."""
    if printed := _for_printing(body):
        return printed
    start = body[:_START_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    ending = _ending(url)
    header = _BY_HEADER.get(content_type.partition(";")[0].strip().lower())
    if start.startswith((b"<!", b"<?xml")) or (start.startswith(b"<") and _MARKUP.search(start)):
        return MediaType.HTML
    if header in {MediaType.MARKDOWN, MediaType.HTML}:
        return header
    if ending in {MediaType.MARKDOWN, MediaType.PLAIN}:
        return ending
    if len(_MARKUP.findall(start)) >= 3 or ending is MediaType.HTML:
        return MediaType.HTML
    if _is_binary(body):
        raise ReadingError(
            "HTML, PDF, Word, Markdown or text was wanted, something else came: most likely a picture, an archive or a program"
        )
    return MediaType.MARKDOWN if _is_markdown(start.decode("utf-8", "replace")) else MediaType.PLAIN


def _for_printing(body: bytes) -> MediaType | None:
    """What says in its first bytes that it is no text."""
    if body.startswith(_ZIP):
        return MediaType.DOCX if b"word/" in body else None
    if body.startswith(_OLE):
        raise ReadingError(_of_old_office(body))
    return MediaType.PDF if b"%PDF-" in body[:1_024] else None


def _of_old_office(body: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in body:
        return "a Word document was wanted, an encrypted one came. Declare a source that anybody can read."
    return "a Word document as .docx was wanted, one of the format before 2007 (.doc) came. Declare another source."


def _is_binary(body: bytes) -> bool:
    """Control characters that no text has, in any charset but the UTF-16 ones."""
    start = body[:_START_BYTES]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    return len(_CONTROLS.findall(start)) > _MOST_CONTROLS * len(start)


def _is_markdown(text: str) -> bool:
    return bool(_MARKDOWN.search(text)) or len(_LIKE_MARKDOWN.findall(text)) >= 3


def _ending(url: str) -> MediaType | None:
    try:
        path = urlsplit(url).path.lower()
    except ValueError:
        path = ""
    return next((kind for ending, kind in _BY_ENDING.items() if path.endswith(ending)), None)
