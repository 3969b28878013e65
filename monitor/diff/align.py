"""Which block of the old document became which block of the new one.

Equal blocks first (by comparison key, in order, then anywhere: exact moves), then what was only cut in another way, then similar
blocks, within the gap between two equal blocks and across gaps, then split and merged ones. Every block is in exactly one pairing.
"""

from bisect import bisect, bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, pairwise
from unicodedata import category

from rapidfuzz.distance import Indel, LCSseq

from monitor.types import Block
from monitor.words import comparison_key

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
# The comparison of two sequences needs length x length bits: 4e8 are 50 MB and a tenth of a second.
_MAX_CELLS = 400_000_000

Pairs = dict[int, int]
Scores = dict[tuple[int, int], float]
Gap = tuple[list[int], list[int]]


@dataclass(frozen=True, slots=True)
class Pairing:
    """Old blocks that became new ones, by index; an empty side is an insertion or a deletion. `moved`: the order changed."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One document as alignment sees it: a key and the words of each block."""

    keys: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> "Side":
        keys = tuple(comparison_key(block.text) for block in blocks)
        return cls(keys, tuple(tuple(key_words(key)) for key in keys))

    def words_of(self, places: Iterable[int]) -> list[str]:
        return list(chain.from_iterable(self.words[place] for place in places))


def key_words(key: str) -> list[str]:
    """The words of a comparison key, currency and per cent signs among them, other signs not."""
    return [part for part in key.split(" ") if len(part) > 1 or _is_word(part)]


@lru_cache(maxsize=10_000)
def _is_word(sign: str) -> bool:
    return sign == "%" or (sign != "" and (category(sign) == "Sc" or category(sign)[0] in "LNM"))


def align(old: Side, new: Side) -> tuple[Pairing, ...]:
    """All pairings, in the order of the new document; a deletion stands where its block would have stood."""
    anchors = _equal_in_order(old.keys, new.keys)
    pairs = dict(anchors)
    pairs |= _equal_elsewhere(old.keys, new.keys, pairs)
    gaps = list(_gaps(anchors, pairs, len(old.keys), len(new.keys)))
    rewrapped = [Pairing(tuple(a), tuple(b)) for a, b in gaps if _is_rewrapped(old, new, a, b)]
    pairs |= _similar(old, new, [gap for gap in gaps if not _is_rewrapped(old, new, *gap)])
    return _in_order(_joined(old, new, pairs, rewrapped), len(new.keys))


def _equal_in_order(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """The longest common run of keys; of two documents too long for it, their common beginning and end."""
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    pairs = [(index, index) for index in range(head)]
    if len(middle_old) * len(middle_new) <= _MAX_CELLS:
        for block in LCSseq.opcodes(middle_old, middle_new):
            if block.tag == "equal":
                size = block.src_end - block.src_start
                pairs += [(head + block.src_start + k, head + block.dest_start + k) for k in range(size)]
    return pairs + [(len(old) - tail + k, len(new) - tail + k) for k in range(tail)]


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    return next((k for k, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _equal_elsewhere(old: Sequence[str], new: Sequence[str], pairs: Pairs) -> Pairs:
    taken = set(pairs.values())
    waiting: dict[str, list[int]] = defaultdict(list)
    for index in range(len(new) - 1, -1, -1):
        if index not in taken:
            waiting[new[index]].append(index)
    return {index: waiting[key].pop() for index, key in enumerate(old) if index not in pairs and waiting.get(key)}


def _gaps(anchors: Sequence[tuple[int, int]], pairs: Pairs, old_size: int, new_size: int) -> Iterator[Gap]:
    """What is left without a partner between two neighbouring anchors, on both sides."""
    taken = set(pairs.values())
    for (a, b), (c, d) in pairwise([(-1, -1), *anchors, (old_size, new_size)]):
        left = [i for i in range(a + 1, c) if i not in pairs], [j for j in range(b + 1, d) if j not in taken]
        if left[0] or left[1]:
            yield left


def _is_rewrapped(old: Side, new: Side, left_old: Sequence[int], left_new: Sequence[int]) -> bool:
    """Both sides have the same words in the same order, cut into blocks in another way."""
    return bool(left_old and left_new) and old.words_of(left_old) == new.words_of(left_new)


def _similar(old: Side, new: Side, gaps: Sequence[Gap]) -> Pairs:
    """The best pairs first, each block once; a pair of one gap before an equally good pair of two."""
    scores: Scores = {}
    for a, b in gaps:
        if len(a) * len(b) <= _MAX_GAP_PAIRS:
            scores |= _scores_in_place(old, new, a, b)
    left_old, left_new = (list(chain.from_iterable(gap[side] for gap in gaps)) for side in (0, 1))
    others = [pair for pair in _candidates(old, new, left_old, left_new) if pair not in scores]
    scores |= {pair: score - 0.01 for pair, score in _scores(old, new, others, OTHER_PLACE).items()}
    return _best_first(scores)


def _best_first(scores: Scores) -> Pairs:
    found: Pairs = {}
    used: set[int] = set()
    for (i, j), _ in sorted(scores.items(), key=lambda item: (-item[1], item[0])):
        if i not in found and j not in used:
            found[i] = j
            used.add(j)
    return found


def _scores(old: Side, new: Side, pairs: Iterable[tuple[int, int]], cutoff: float) -> Scores:
    likeness = Indel.normalized_similarity
    scores = ((i, j, likeness(old.words[i], new.words[j], score_cutoff=cutoff)) for i, j in pairs)
    return {(i, j): score for i, j, score in scores if score}


def _scores_in_place(old: Side, new: Side, olds: Sequence[int], news: Sequence[int]) -> Scores:
    """As `_scores`, but a line of which only the figures differ (a date, a price) is the same line."""
    likeness = Indel.normalized_similarity
    bare_old = {i: _without_figures(old.words[i]) for i in olds}
    bare_new = {j: _without_figures(new.words[j]) for j in news}
    scores: Scores = {}
    for i in olds:
        for j in news:
            score = (likeness(old.words[i], new.words[j]) + likeness(bare_old[i], bare_new[j])) / 2
            if score >= SAME_PLACE:
                scores[i, j] = score
    return scores


def _without_figures(words: Sequence[str]) -> list[str]:
    return ["#" if word[0].isdigit() else word for word in words]


def _candidates(old: Side, new: Side, left_old: Iterable[int], left_new: Iterable[int]) -> Iterator[tuple[int, int]]:
    """For each old block the new ones that share most of its rare words."""
    where: dict[str, list[int]] = defaultdict(list)
    for j in left_new:
        for word in set(new.words[j]) if len(new.words[j]) >= _MOVABLE_WORDS else ():
            where[word].append(j)
    rare = {word: places for word, places in where.items() if len(places) <= _RARE}
    for i in left_old:
        if len(old.words[i]) >= _MOVABLE_WORDS:
            yield from ((i, j) for j in _sharing(set(old.words[i]), rare))


def _sharing(words: Iterable[str], rare: Mapping[str, Sequence[int]]) -> list[int]:
    shared = Counter(j for word in words for j in rare.get(word, ()))
    return sorted(shared, key=lambda j: (-shared[j], j))[:_CANDIDATES]


def _joined(old: Side, new: Side, pairs: Pairs, rewrapped: Sequence[Pairing]) -> list[Pairing]:
    """Pairs, with the neighbours that were split off or merged in; then what is left alone."""
    free_old = set(range(len(old.keys))) - set(pairs) - set(chain.from_iterable(one.old for one in rewrapped))
    free_new = set(range(len(new.keys))) - set(pairs.values()) - set(chain.from_iterable(one.new for one in rewrapped))
    pairings = list(rewrapped)
    for i, j in sorted(pairs.items()):
        olds: tuple[int, ...] = (i,)
        news: tuple[int, ...] = (j,)
        if old.keys[i] != new.keys[j]:
            olds = _grown(olds, new.words_of(news), old, free_old)
            news = _grown(news, old.words_of(olds), new, free_new)
        pairings.append(Pairing(olds, news))
    alone = [Pairing((i,), ()) for i in sorted(free_old)] + [Pairing((), (j,)) for j in sorted(free_new)]
    return pairings + alone


def _grown(mine: tuple[int, ...], target: Sequence[str], side: Side, free: set[int]) -> tuple[int, ...]:
    """`mine` with the free neighbours that make it more like `target`; these are then free no longer."""
    while neighbours := [
        grown for grown in ((*mine, mine[-1] + 1), (mine[0] - 1, *mine)) if free & {grown[0], grown[-1]}
    ]:
        scored = [
            (Indel.normalized_similarity(side.words_of(places), target), places) for places in (mine, *neighbours)
        ]
        best = max(scored, key=lambda entry: entry[0])[1]
        if best == mine:
            break
        free -= set(best)
        mine = best
    return mine


def _in_order(pairings: Sequence[Pairing], new_size: int) -> tuple[Pairing, ...]:
    """Sorted as the new document is; what breaks the order of the old one is marked as moved."""
    paired = sorted((one for one in pairings if one.old and one.new), key=lambda one: one.new)
    kept = _longest_rising([one.old[0] for one in paired])
    stays = [(one.old[0], one.new[0]) for place, one in enumerate(paired) if place in kept]
    placed = [(one.new[0], 0, one if place in kept else replace(one, moved=True)) for place, one in enumerate(paired)]
    placed += [(one.new[0], 0, one) for one in pairings if not one.old]
    placed += [(_place(one.old[0], stays, new_size), 1 + one.old[0], one) for one in pairings if not one.new]
    return tuple(one for _, _, one in sorted(placed, key=lambda entry: entry[:2]))


def _place(index: int, stays: Sequence[tuple[int, int]], new_size: int) -> int:
    """The new index of the nearest block before this old one that kept its order."""
    before = bisect(stays, (index, new_size))
    return stays[before - 1][1] if before else -1


def _longest_rising(values: Sequence[int]) -> set[int]:
    """The positions of a longest rising subsequence."""
    tails: list[int] = []
    ends: list[int] = []
    back: list[int] = []
    for position, value in enumerate(values):
        length = bisect_left(tails, value)
        if length == len(tails):
            tails.append(value)
            ends.append(position)
        else:
            tails[length], ends[length] = value, position
        back.append(ends[length - 1] if length else -1)
    kept = set()
    position = ends[-1] if ends else -1
    while position >= 0:
        kept.add(position)
        position = back[position]
    return kept
