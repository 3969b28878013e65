"""Bytes of one answer -> Document. The one entry of this package; pure: the same bytes are always the same document."""

from monitor.dates.find import find_stated_dates
from monitor.extract.language import find_language
from monitor.extract.page_state import page_state
from monitor.extract.readers import read_page
from monitor.extract.render import render
from monitor.types import Document


def extract(body: bytes, *, content_type: str = "", url: str = "", status: int = 200) -> Document:
    """The document that `body` reads as.

    `content_type` is the server's header, `url` the final address (for relative links and for the media type), `status` the
    HTTP status. Raises ReadingError when the bytes cannot be read as text.
    """
    page = read_page(body, content_type=content_type, url=url)
    state, evidence = page_state(page, status)
    language = find_language(page.blocks, page.language)
    return Document(
        title=page.title,
        language=language,
        blocks=page.blocks,
        text=render(page.blocks),
        stated=find_stated_dates(page.blocks, language=language, url=url),
        page_state=state,
        page_evidence=evidence,
    )
