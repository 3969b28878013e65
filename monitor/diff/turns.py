"""Negations and modal words that came or went within a sentence that stands on both sides, with the words around them."""

import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from monitor.diff.places import Place, places
from monitor.diff.revision import Revision
from monitor.diff.tables import lexicon
from monitor.diff.wording import meaning_words
from monitor.types import Fact

# Longer places are new sentences; what turns in them is told by the redline.
_MOST_WORDS = 4
_BEFORE = re.compile(r"(?:\S+\s+){0,3}\S*\Z")
_AFTER = re.compile(r"\S*(?:\s+\S+){0,3}")
_AROUND_CHARACTERS = 80


def turns(revision: Revision) -> Iterator[Fact]:
    """Each short place where such a word came, went or became another, and did not merely change its place."""
    if revision.one_sided:
        return
    net = {*revision.gone, *revision.come}
    for place in places(revision.segments):
        kind = next((kind for kind in ("negation", "modality") if _turns(kind, revision, place, net)), None)
        if kind:
            yield Fact(kind, _quoted(revision.old, place.old), _quoted(revision.new, place.new), revision.section)


def _turns(kind: str, revision: Revision, place: Place, net: AbstractSet[str]) -> bool:
    gone, come = meaning_words(_part(revision.old, place.old)), meaning_words(_part(revision.new, place.new))
    if max(len(gone), len(come)) > _MOST_WORDS:
        return False
    lookup = lexicon("words", kind)
    was, is_now = ([word for word in side if word in net] for side in (gone, come))
    return Counter(lookup.labels(was)) != Counter(lookup.labels(is_now))


def _quoted(text: str, spot: range) -> str:
    """The place with a few words before and behind it."""
    before = _BEFORE.search(text[max(0, spot.start - _AROUND_CHARACTERS) : spot.start])
    after = _AFTER.match(text[spot.stop : spot.stop + _AROUND_CHARACTERS])
    around = (before[0] if before else "", _part(text, spot), after[0] if after else "")
    return " ".join("".join(around).split()).strip(".,;: ")


def _part(text: str, spot: range) -> str:
    return text[spot.start : spot.stop]
