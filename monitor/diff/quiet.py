"""What one may look up in an edit that obliges nobody to anything else: another address, an address hidden from robots, a year."""

import re
from collections import defaultdict
from collections.abc import Iterator

from monitor.diff.places import Ranges, places
from monitor.diff.quantities import Mention
from monitor.diff.revision import Revision
from monitor.types import Fact

_HIDDEN = re.compile(r"\[e-?mail[\s\xa0]protected\]", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_KINDS = ("email", "url", "date")


def quiet_facts(revision: Revision) -> Iterator[Fact]:
    """The addresses and years that became others in the same place."""
    if revision.one_sided or revision.old == revision.new:
        return
    spots = places(revision.segments)
    sides = Ranges([spot.old for spot in spots]), Ranges([spot.new for spot in spots])
    for kind in _KINDS:
        old = _by_place(_mentions(revision.old, revision.quantities[0], kind), sides[0])
        new = _by_place(_mentions(revision.new, revision.quantities[1], kind), sides[1])
        for place in sorted(old.keys() & new.keys()):
            if len(old[place]) == len(new[place]) == 1 and old[place] != new[place]:
                yield Fact(kind, old[place][0], new[place][0], revision.section, quiet=True)


def _mentions(text: str, quantities: list[Mention], kind: str) -> Iterator[Mention]:
    yield from (mention for mention in quantities if mention.type == kind)
    pattern = {"email": _HIDDEN, "date": _YEAR}.get(kind)
    if pattern is not None:
        yield from (Mention(kind, match[0], *match.span()) for match in pattern.finditer(text))


def _by_place(mentions: Iterator[Mention], ranges: Ranges) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for mention in mentions:
        place = ranges.place_of(mention)
        if place is not None:
            found[place].append(mention.text)
    return found
