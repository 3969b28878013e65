"""What one fetched page is seen to be: its links and, read as a document, what kind of policy. Pure; run in a child."""

from dataclasses import dataclass

from crawler.discovery.links import Links, read_links
from crawler.discovery.words import types_said
from monitor.extract.document import extract
from monitor.extract.policy_words import policy_word_share
from monitor.types import BlockKind, PageState
from monitor.words import comparison_key

_HEADINGS = 3
_READ_BLOCKS = 4000


@dataclass(frozen=True, slots=True)
class Look:
    """`types`: the terms types that title and first headings name; `policy_words`: the share of policy words, 0 to 1.

    `names_service` says that the service's name stands in the text.
    """

    links: Links
    page_state: PageState
    page_evidence: str
    title: str
    language: str
    word_count: int
    policy_words: float
    types: frozenset[str]
    names_service: bool


def look(body: bytes, *, content_type: str, url: str, asked_url: str, status: int, service: str) -> Look:
    """See `Look`. Raises ReadingError when the bytes cannot be read."""
    document = extract(body, content_type=content_type, url=url, asked_url=asked_url, status=status)
    blocks = document.blocks[:_READ_BLOCKS]
    headings = [block.text for block in blocks if block.kind is BlockKind.HEADING][:_HEADINGS]
    links = read_links(body, content_type=content_type, url=url) if "html" in content_type.lower() else Links()
    return Look(
        links=links,
        page_state=document.page_state,
        page_evidence=document.page_evidence,
        title=(document.title or next(iter(headings), ""))[:200],
        language=document.language or links.language,
        word_count=document.word_count,
        policy_words=policy_word_share(blocks),
        types=types_said(document.title, *headings),
        names_service=bool(service) and comparison_key(service) in comparison_key(f"{document.title} {document.text}"),
    )
