"""For or against the reader: decided by a closed table of triggers (`rules/direction.yaml`), never by size.

Four kinds of triggers: entries in lists of recipients, phrases that came or went, figures that grew or shrank (kept longer, shorter notice), and modal words
whose subject must, may or will do something else.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from monitor.diff.figures import moved_figures
from monitor.diff.revision import Revision, Run
from monitor.diff.sections import JOINT
from monitor.diff.substance import is_recipient
from monitor.diff.tables import lexicon
from monitor.diff.wording import meaning_words
from monitor.types import Direction

# The smaller side must have this share of all triggers before a whole change is called mixed.
_MIXED = 0.3
# A negation turns a trigger that follows within so many words, or that it follows directly ("you may not").
_NEGATION_REACH = 4
_BEHIND = 2  # what stands before a figure says what it measures rather than what stands behind it
# What is bad whatever is denied beside it: "neither may bring a class action", "no liability".
_NEVER_TURNED = frozenset({"forum", "liability"})
# Where something comes under such a heading and no trigger speaks, the heading does.
_WORSE_UNDER = frozenset({"collection", "sharing", "trackers"})
_BETTER_UNDER = frozenset({"rights", "choice", "security"})
_FROM_MUST = frozenset({"must", "will"})
_TO_MAY = frozenset({"may", "should"})

Trigger = tuple[bool, tuple[str, ...]]
"""Whether it is bad for the reader when it comes, and its words."""


def weigh(revision: Revision) -> Counter[Direction]:
    """How many triggers point each way: a bad thing that comes and a good thing that goes are worse, the reverse better."""
    ways = [*_recipients(revision), *_phrases(revision), *_figures(revision), *_modals(revision)]
    ways = ways or [*_heading(revision)]
    return Counter(Direction.WORSE if worse else Direction.BETTER for worse in ways)


def direction_of(weights: Counter[Direction]) -> Direction:
    worse, better = weights[Direction.WORSE], weights[Direction.BETTER]
    if not worse and not better:
        return Direction.NEUTRAL
    if min(worse, better) >= _MIXED * (worse + better):
        return Direction.MIXED
    return Direction.WORSE if worse > better else Direction.BETTER


def overall(weights: Iterable[Counter[Direction]]) -> Direction:
    return direction_of(sum(weights, Counter()))


def _recipients(revision: Revision) -> Iterator[bool]:
    """One more in a list of those who get the data, or one less."""
    if revision.one_sided and is_recipient(revision):
        yield not revision.old


def _heading(revision: Revision) -> Iterator[bool]:
    """An entry that came or went under a heading over what is done with data, or over what the reader can do."""
    if not revision.one_sided:
        return
    topics = set(lexicon("topics", "headings").labels(meaning_words(revision.section.rpartition(JOINT)[2])))
    bad, good = bool(topics & _WORSE_UNDER), bool(topics & _BETTER_UNDER)
    if bad != good:
        yield bad == (not revision.old)


def _phrases(revision: Revision) -> Iterator[bool]:
    """Each different phrase that only one side has, read with the words around it."""
    old: set[Trigger] = set()
    new: set[Trigger] = set()
    for run in revision.runs:
        old.update(_triggers(run, run.gone))
        new.update(_triggers(run, run.come))
    yield from (bad for bad, _ in sorted(new - old))
    yield from (not bad for bad, _ in sorted(old - new))


def _triggers(run: Run, side: Sequence[str]) -> Iterator[Trigger]:
    """The phrases of a side that some changed word is part of or turns; what is negated points the other way."""
    words = [*run.before, *side, *run.after]
    changed = range(len(run.before), len(run.before) + max(len(side), 1))
    for table, bad in (("worse", True), ("better", False)):
        for hit in lexicon("direction", table).find(words):
            reach = range(hit.start - _NEGATION_REACH, hit.end + 1)
            if changed.start < reach.stop and reach.start < changed.stop:
                turned = hit.label not in _NEVER_TURNED and _negated(words, hit.start, hit.end)
                yield bad != turned, tuple(words[hit.start : hit.end])


def _negated(words: Sequence[str], start: int, end: int) -> bool:
    around = [*words[max(0, start - _NEGATION_REACH) : start], *words[end : end + 1]]
    return lexicon("words", "negation").has(around)


def _figures(revision: Revision) -> Iterator[bool]:
    """What is worse when it grows (the time data is kept, a fee) and what is better (notice, a refund's deadline)."""
    for figure in moved_figures(revision):
        nearest = _nearest(figure.around, figure.place)
        if nearest:
            yield figure.grew == (nearest == "worse")


def _nearest(words: Sequence[str], place: int) -> str:
    """What the phrase nearest to a figure says of more of it: `worse` or `better`; empty without one."""
    hits = lexicon("direction", "more").find(words)
    found = min(
        hits, key=lambda hit: place - hit.end if hit.end <= place else hit.start - place + _BEHIND, default=None
    )
    return found.label if found is not None else ""


def _modals(revision: Revision) -> Iterator[bool]:
    """Must that became may, and the reverse: good or bad by whose duty it is."""
    if revision.one_sided:
        return
    lookup = lexicon("words", "modality")
    for run in revision.runs:
        gone, come = set(lookup.labels(run.gone)), set(lookup.labels(run.come))
        subject = next(iter(lexicon("words", "person").labels(run.before[::-1])), "")
        only = lexicon("words", "only").has(run.gone), lexicon("words", "only").has(run.come)
        if only[0] != only[1]:  # what is done only in some cases is done in more of them, or in fewer
            yield only[0] == (subject != "reader")
        if subject and gone != come:
            loosened = bool(gone & _FROM_MUST and come & _TO_MAY)
            tightened = bool(gone & _TO_MAY and "must" in come)
            if loosened != tightened:
                yield loosened == (subject == "provider")
