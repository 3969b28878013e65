"""What one may look up in an edit that obliges nobody to anything else: another address, an address hidden from robots, a year."""

import re
from collections.abc import Iterator

from monitor.diff.places import place_of, places
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
    for number, spot in enumerate(spots):
        for kind in _KINDS:
            old = _here(_mentions(revision.old, revision.quantities[0], kind), [one.old for one in spots], number)
            new = _here(_mentions(revision.new, revision.quantities[1], kind), [one.new for one in spots], number)
            if len(old) == len(new) == 1 and old != new and (spot.old or spot.new):
                yield Fact(kind, old[0], new[0], revision.section, quiet=True)


def _mentions(text: str, quantities: list[Mention], kind: str) -> Iterator[Mention]:
    yield from (mention for mention in quantities if mention.type == kind)
    pattern = {"email": _HIDDEN, "date": _YEAR}.get(kind)
    if pattern is not None:
        yield from (Mention(kind, match[0], *match.span()) for match in pattern.finditer(text))


def _here(mentions: Iterator[Mention], ranges: list[range], number: int) -> list[str]:
    return [mention.text for mention in mentions if place_of(mention, ranges) == number]
