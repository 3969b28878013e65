"""Dates in a page's markup, for programs: `<time>`, JSON-LD, `<meta>`.

They say when somebody saved the page. On 21 real pages that had one beside a stated date, they agreed in four: so they
are evidence of their own, and never the policy's date.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from monitor.types import MarkupDate

MOST = 20
"""Different dates that are kept of a page, in its order; an article list has hundreds."""
_JSON_LD_CHARACTERS = 200_000
_JSON_LD_NODES = 2_000
_PROPERTIES = ("dateModified", "datePublished", "dateCreated")  # schema.org's
_META_NAMES = frozenset({
    "article:modified_time", "article:published_time", "og:updated_time", "last-modified", "date", "dc.date",
    "dc.date.modified", "dcterms.modified", "dcterms.issued", *(name.lower() for name in _PROPERTIES),
})  # fmt: skip


def markup_dates(parser: LexborHTMLParser) -> tuple[MarkupDate, ...]:
    """The dates that the markup states, each once, the first MOST of them."""
    found: dict[MarkupDate, None] = {}
    for source, written in _written(parser):
        day = _day(written)
        if day:
            found[MarkupDate(source, day)] = None
        if len(found) == MOST:
            break
    return tuple(found)


def _written(parser: LexborHTMLParser) -> Iterator[tuple[str, str]]:
    """Where a date stands and what is written there."""
    for node in parser.css('script[type="application/ld+json"]'):
        yield from _json_ld(node.text())
    for node in parser.css("meta[content]"):
        attributes = node.attributes
        name = next((attributes[key] or "" for key in ("property", "name", "itemprop") if attributes.get(key)), "")
        if name.lower() in _META_NAMES:
            yield f"meta {name}", attributes["content"] or ""
    for node in parser.css("time[datetime]"):
        yield "time", node.attributes["datetime"] or ""


def _json_ld(text: str) -> Iterator[tuple[str, str]]:
    """The dates of a JSON-LD script, wherever they nest; what is no JSON, or longer than any page needs, says nothing."""
    if len(text) > _JSON_LD_CHARACTERS or not any(name in text for name in _PROPERTIES):
        return
    try:
        waiting: list[Any] = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    for _ in range(_JSON_LD_NODES):
        if not waiting:
            return
        node = waiting.pop()
        if isinstance(node, dict):
            yield from ((f"JSON-LD {name}", str(node[name])) for name in _PROPERTIES if name in node)
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def _day(written: str) -> str:
    """The day of an ISO 8601 moment; empty for anything else."""
    text = written.strip()[: len("2026-03-04")]
    try:
        return date.fromisoformat(text).isoformat() if len(text) == len("2026-03-04") else ""
    except ValueError:
        return ""
