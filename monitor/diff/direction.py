"""For or against the reader: decided by a closed table of triggers (`rules/direction.yaml`), never by size."""

from collections import Counter
from collections.abc import Iterable, Sequence

from monitor.diff.revision import Revision
from monitor.diff.tables import lexicon
from monitor.types import Direction

# The smaller side must have this share of all triggers before a whole change is called mixed.
_MIXED = 0.3
# A negation turns a trigger that follows within so many words.
_NEGATION_REACH = 4


def weigh(revision: Revision) -> Counter[Direction]:
    """How many triggers point each way: a bad thing that comes and a good thing that goes are worse, the reverse better."""
    weights: Counter[Direction] = Counter()
    for came in (True, False):
        sides = [(run.before, run.come if came else run.gone) for run in revision.runs]
        for table, flipped in (("worse", False), ("better", True)):
            for negated in _triggers(table, sides):
                bad = (came != flipped) != negated
                weights[Direction.WORSE if bad else Direction.BETTER] += 1
    return weights


def direction_of(weights: Counter[Direction]) -> Direction:
    worse, better = weights[Direction.WORSE], weights[Direction.BETTER]
    if not worse and not better:
        return Direction.NEUTRAL
    if min(worse, better) >= _MIXED * (worse + better):
        return Direction.MIXED
    return Direction.WORSE if worse > better else Direction.BETTER


def overall(weights: Iterable[Counter[Direction]]) -> Direction:
    return direction_of(sum(weights, Counter()))


def _triggers(table: str, sides: Iterable[tuple[Sequence[str], Sequence[str]]]) -> list[bool]:
    """For each different trigger among the words of the sides: is it negated (`we do not sell`)?"""
    found: dict[tuple[str, ...], bool] = {}
    for before, side in sides:
        for hit in lexicon("direction", table).find(side):
            around = [*before, *side[: hit.start]][-_NEGATION_REACH:]
            found.setdefault(tuple(side[hit.start : hit.end]), lexicon("words", "negation").has(around))
    return list(found.values())
