"""Changes that name no typed thing: entries of lists, and wording, what stood in one place and what stands there now, in the page's own words."""

import re
from collections.abc import Iterator

from monitor.diff.places import places
from monitor.diff.revision import Revision
from monitor.diff.substance import say_the_same
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
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n")
_CLAUSE = re.compile(r",\s+")
_LEAST_WORDS = 3
_MOST_CLAUSES = 4
_SPEAKING = ("negation", "licence", "duty", "modality")  # what a clause says is named by the first of these that it has
_EDGES = " \t\n.,;:()[]{}\"'“”‘’«»–—-"


def wordings(revision: Revision) -> Iterator[Fact]:
    """Each short place where a sentence was reworded; of a longer one the clauses that oblige somebody."""
    if revision.one_sided:
        yield from _clauses(revision.old, revision.new, revision.section)
        return
    for place in places(revision.segments):
        old, new = _phrase(revision.old, place.old), _phrase(revision.new, place.new)
        if max(len(meaning_words(old)), len(meaning_words(new))) > _MOST_WORDS:
            yield from _clauses(old, new, revision.section)
        elif not say_the_same(meaning_words(old), meaning_words(new)):
            kind = "licence" if lexicon("words", "licence").has(meaning_words(f"{old} {new}")) else WORDING
            yield Fact(kind, old or None, new or None, revision.section)


def _clauses(old: str, new: str, section: str) -> Iterator[Fact]:
    """The clauses of a longer text that came or went, those that deny something first."""
    for kind in _SPEAKING:
        yield from (Fact(kind, None, clause, section) for clause in _speaking(new, kind))
        yield from (Fact(kind, clause, None, section) for clause in _speaking(old, kind))


def _speaking(text: str, kind: str) -> list[str]:
    """The clauses with a word of this kind."""
    found = []
    for sentence in _SENTENCE.split(text):
        clauses = [sentence] if len(sentence.split()) <= _MOST_WORDS else _CLAUSE.split(sentence)
        found += [clause.strip(_EDGES) for clause in clauses if _speaks(clause, kind)]
    return found[:_MOST_CLAUSES]


def _speaks(clause: str, kind: str) -> bool:
    words = meaning_words(clause)
    if not _LEAST_WORDS <= len(words) <= 2 * _MOST_WORDS:
        return False
    return next((part for part in _SPEAKING if lexicon("words", part).has(words)), "") == kind


def listed(revision: Revision) -> Iterator[Fact]:
    """The head of a line or of a table's row that came or went, named by what its list holds; a whole line when it is short."""
    if not revision.one_sided:
        return
    text = revision.new or revision.old
    head = _HEAD_END.split(text, maxsplit=1)[0].strip(_EDGES)
    in_list = revision.blocks[0].kind in (BlockKind.LIST_ITEM, BlockKind.TABLE_ROW)
    most = _MOST_WORDS if in_list and len(head) == len(text.strip(_EDGES)) else _HEAD_WORDS
    if (in_list or len(head) < len(text)) and 0 < len(meaning_words(head)) <= most and not head.endswith("?"):
        kind = _kind_of_list(revision)
        yield Fact(kind, None, head, revision.section) if revision.new else Fact(kind, head, None, revision.section)


def _kind_of_list(revision: Revision) -> str:
    section = meaning_words(revision.section)
    if lexicon("words", "recipients").has(section):
        return "party"
    topics = set(lexicon("topics", "headings").labels(section))
    return next((kind for topic, kind in _LISTED.items() if topic in topics), WORDING)


def _phrase(text: str, spot: range) -> str:
    """The marked words, with the name before a bare number: "Suite 304"; nothing where nothing is marked."""
    written = text[spot.start : spot.stop].strip(_EDGES)
    before = _NAME_BEFORE.search(text, max(0, spot.start - 30), spot.start) if written[:1].isdigit() else None
    return before[0] + written if before else written
