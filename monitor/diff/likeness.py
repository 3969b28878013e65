"""Which of the blocks left over are the same clause in other words: by the words they share, and by where they stand."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from rapidfuzz.distance import Indel

# Two blocks of one gap are the same clause reworded from this likeness on; blocks of different places need more.
SAME_PLACE = 0.4
OTHER_PLACE = 0.66
# Blocks shorter than this many words are too common to be found again elsewhere by likeness.
_MOVABLE_WORDS = 6
# Gaps with more pairs than this are matched through rare common words only.
_MAX_GAP_PAIRS = 2_500
# A word in at most so many blocks is rare; so many blocks that share most rare words are compared.
_RARE = 12
_CANDIDATES = 4
# Two texts of more words x words than this are likened by the words they share in any order.
_MAX_CELLS = 400_000_000

Pairs = dict[int, int]
Scores = dict[tuple[int, int], float]
Gap = tuple[list[int], list[int]]
Texts = Sequence[Sequence[str]]
"""The words of each block of a document."""


def likeness(old: Sequence[str], new: Sequence[str], least: float = 0) -> float:
    """The share of words that both have in the same order, from 0 to 1; it may be 0 when it is below `least`."""
    if len(old) * len(new) <= _MAX_CELLS:
        return Indel.normalized_similarity(old, new, score_cutoff=least)
    return 2 * (Counter(old) & Counter(new)).total() / (len(old) + len(new))


def similar(old: Texts, new: Texts, gaps: Sequence[Gap]) -> Pairs:
    """The best pairs first, each block once; a pair of one gap before an equally good pair of two."""
    scores: Scores = {}
    for a, b in gaps:
        if len(a) * len(b) <= _MAX_GAP_PAIRS:
            scores |= _scores_in_place(old, new, a, b)
    left_old, left_new = (list(chain.from_iterable(gap[side] for gap in gaps)) for side in (0, 1))
    others = [pair for pair in _candidates(old, new, left_old, left_new) if pair not in scores]
    scores |= {pair: score - 0.01 for pair, score in _scores(old, new, others, OTHER_PLACE).items()}
    return _best_first(scores)


def beside(old: Texts, new: Texts, pairs: Pairs, free: tuple[set[int], set[int]]) -> Pairs:
    """The free blocks directly beside a pair, on the same side of it in both documents: they stand in the same place, wherever it is now."""
    free_old, free_new = map(set, free)
    found: Pairs = {}
    waiting = sorted(pairs.items())
    while waiting:
        i, j = waiting.pop()
        for a, b in ((i + 1, j + 1), (i - 1, j - 1)):
            if a in free_old and b in free_new and _scores_in_place(old, new, [a], [b]):
                found[a] = b
                free_old.remove(a)
                free_new.remove(b)
                waiting.append((a, b))
    return found


def _best_first(scores: Scores) -> Pairs:
    found: Pairs = {}
    used: set[int] = set()
    for (i, j), _ in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if i not in found and j not in used:
            found[i] = j
            used.add(j)
    return found


def _scores(old: Texts, new: Texts, pairs: Iterable[tuple[int, int]], cutoff: float) -> Scores:
    scores = ((i, j, likeness(old[i], new[j], cutoff)) for i, j in pairs)
    return {(i, j): score for i, j, score in scores if score >= cutoff}


def _scores_in_place(old: Texts, new: Texts, olds: Sequence[int], news: Sequence[int]) -> Scores:
    """As `_scores`, but a line of which only the figures differ (a date, a price) is the same line."""
    bare_old = {i: _without_figures(old[i]) for i in olds}
    bare_new = {j: _without_figures(new[j]) for j in news}
    scores: Scores = {}
    for i in olds:
        for j in news:
            score = (likeness(old[i], new[j]) + likeness(bare_old[i], bare_new[j])) / 2
            if score >= SAME_PLACE:
                scores[i, j] = score
    return scores


def _without_figures(words: Sequence[str]) -> list[str]:
    return ["#" if word[0].isdigit() else word for word in words]


def _candidates(old: Texts, new: Texts, left_old: Iterable[int], left_new: Iterable[int]) -> Iterator[tuple[int, int]]:
    """For each old block the new ones that share most of its rare words."""
    where: dict[str, list[int]] = defaultdict(list)
    for j in left_new:
        for word in set(new[j]) if len(new[j]) >= _MOVABLE_WORDS else ():
            where[word].append(j)
    rare = {word: places for word, places in where.items() if len(places) <= _RARE}
    for i in left_old:
        if len(old[i]) >= _MOVABLE_WORDS:
            yield from ((i, j) for j in _sharing(set(old[i]), rare))


def _sharing(words: Iterable[str], rare: Mapping[str, Sequence[int]]) -> list[int]:
    shared = Counter(j for word in words for j in rare.get(word, ()))
    return sorted(shared, key=lambda j: (-shared[j], j))[:_CANDIDATES]
