"""Bytes -> Page: each media type by its own reader."""

from monitor.extract.docx import read_docx
from monitor.extract.html import read_html
from monitor.extract.markdown import read_markdown
from monitor.extract.media_type import MediaType, media_type
from monitor.extract.page import Page
from monitor.extract.pdf import read_pdf
from monitor.extract.plain import read_plain
from monitor.types import Selection


def read_page(body: bytes, *, content_type: str = "", url: str = "", selection: Selection | None = None) -> Page:
    """The page as its media type's reader sees it, before anything is concluded from it."""
    kind = media_type(body, content_type, url)
    if selection is not None and kind is not MediaType.HTML:
        return Page((), selection_missed=f"an HTML page was wanted to select from, {kind.value} came")
    match kind:
        case MediaType.PDF:
            return read_pdf(body)
        case MediaType.DOCX:
            return read_docx(body)
        case MediaType.HTML:
            return read_html(body, content_type=content_type, url=url, selection=selection)
        case MediaType.MARKDOWN:
            return read_markdown(body, content_type=content_type, url=url)
        case MediaType.PLAIN:
            return read_plain(body, content_type=content_type)
