"""Bytes of one answer -> Document. The one entry of this package; pure: the same bytes are always the same document."""

from dataclasses import replace

from monitor.dates.find import find_stated_dates
from monitor.extract.canonical import canonical_address
from monitor.extract.language import find_language
from monitor.extract.page import Page
from monitor.extract.page_state import page_state
from monitor.extract.readers import read_page
from monitor.extract.render import render
from monitor.types import Document, Selection


def extract(
    body: bytes,
    *,
    content_type: str = "",
    url: str = "",
    asked_url: str = "",
    status: int = 200,
    selection: Selection | None = None,
) -> Document:
    """The document that `body` reads as.

    `content_type` is the server's header, `url` the final address (for relative links and for the media type), `asked_url`
    the one asked for when a redirect led to another, `status` the HTTP status. `selection` says where the policy stands on
    the page; when it names nothing, or nothing that reads as a policy, the page is read without it, and the document says
    so. Raises ReadingError when the bytes cannot be read as text.
    """
    page = read_page(body, content_type=content_type, url=url, selection=selection)
    state, evidence = page_state(page, status, asked_url=asked_url or url, url=url)
    if selection is not None and (missed := _missed(page, evidence)):
        automatic = extract(body, content_type=content_type, url=url, asked_url=asked_url, status=status)
        return replace(automatic, selection_missed=missed)
    language = find_language(page.blocks, page.language)
    return Document(
        title=page.title,
        language=language,
        blocks=page.blocks,
        text=render(page.blocks),
        stated=find_stated_dates(page.blocks, language=language, url=url),
        page_state=state,
        page_evidence=evidence,
        beside=page.beside,
        markup_dates=page.markup_dates,
        canonical_url=canonical_address(page.address, url),
    )


def _missed(page: Page, evidence: str) -> str:
    """Why the selection is not what the policy is read by; empty when it is."""
    return page.selection_missed or (f"what it selects is no policy: {evidence}" if evidence else "")
