"""Small changes of wording that name no typed thing: what stood in one place and what stands there now, in the page's own words."""

import re
from collections.abc import Iterator

from monitor.diff.places import places
from monitor.diff.revision import Revision
from monitor.diff.substance import content_words
from monitor.diff.tables import lexicon
from monitor.diff.wording import meaning_words
from monitor.types import BlockKind, Fact

WORDING = "wording"
_MOST_WORDS = 20
_HEAD_WORDS = 8
# What a line of a list under such a heading is; in this order.
_LISTED = {"trackers": "cookie", "sharing": "party", "transfer": "party", "collection": "data", "use": "use"}
# Ends the head of a line that goes on to describe it: "Acme Analytics - counts visits", "Acme: counts visits".
_HEAD_END = re.compile(r"\s[|–—-]\s|:\s|\n")
_NAME_BEFORE = re.compile(r"(?<![\w'’-])[A-ZÀ-Þ][\w'’-]*\.?\s+\Z")
_EDGES = " \t\n.,;:()[]{}\"'“”‘’«»–—-"


def wordings(revision: Revision) -> Iterator[Fact]:
    """Each short place where a sentence was reworded, and each line of a list that came or went, as a fact."""
    if revision.one_sided:
        yield from _line(revision)
        return
    for place in places(revision.segments):
        old, new = _phrase(revision.old, place.old), _phrase(revision.new, place.new)
        if _is_telling(old, new):
            yield Fact(WORDING, old or None, new or None, revision.section)


def _line(revision: Revision) -> Iterator[Fact]:
    """The head of a line or of a table's row that came or went; a whole line when it is short."""
    text = revision.new or revision.old
    head = _HEAD_END.split(text, maxsplit=1)[0].strip(_EDGES)
    listed = revision.blocks[0].kind in (BlockKind.LIST_ITEM, BlockKind.TABLE_ROW)
    most = _MOST_WORDS if listed and len(head) == len(text.strip(_EDGES)) else _HEAD_WORDS
    if (listed or len(head) < len(text)) and 0 < len(meaning_words(head)) <= most and not head.endswith("?"):
        kind = _kind_of_list(revision)
        yield Fact(kind, None, head, revision.section) if revision.new else Fact(kind, head, None, revision.section)


def _kind_of_list(revision: Revision) -> str:
    topics = set(lexicon("topics", "headings").labels(meaning_words(revision.section)))
    return next((kind for topic, kind in _LISTED.items() if topic in topics), WORDING)


def _is_telling(old: str, new: str) -> bool:
    before, after = meaning_words(old), meaning_words(new)
    if max(len(before), len(after)) > _MOST_WORDS:
        return False
    return content_words(before) != content_words(after)


def _phrase(text: str, spot: range) -> str:
    """The marked words, with the name before a bare number: "Suite 304"; nothing where nothing is marked."""
    written = text[spot.start : spot.stop].strip(_EDGES)
    before = _NAME_BEFORE.search(text, max(0, spot.start - 30), spot.start) if written[:1].isdigit() else None
    return before[0] + written if before else written
