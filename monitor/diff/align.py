"""Which block of the old document became which block of the new one.

Equal blocks first (by comparison key, in order, then anywhere: exact moves), then what was only cut in another way, then similar
blocks, within the gap between two equal blocks, across gaps and beside what moved, then split and merged ones. Every block is in
exactly one pairing.

What moved is the lighter side, by words: of a chapter that changed places with a paragraph it is the paragraph.
"""

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain, pairwise
from unicodedata import category

from rapidfuzz.distance import LCSseq

from monitor.diff.likeness import Gap, Pairs, beside, likeness, similar
from monitor.types import Block, BlockKind
from monitor.words import comparison_key

# The comparison of two sequences needs length x length bits: 4e8 are 50 MB and a tenth of a second.
_MAX_CELLS = 400_000_000


@dataclass(frozen=True, slots=True)
class Pairing:
    """Old blocks that became new ones, by index; an empty side is an insertion or a deletion. `moved`: the order changed."""

    old: tuple[int, ...]
    new: tuple[int, ...]
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Side:
    """One document as alignment sees it: a key and the words of each block; the head of each row and list item, else empty."""

    keys: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    heads: tuple[str, ...]

    @classmethod
    def of(cls, blocks: Sequence[Block]) -> "Side":
        keys = tuple(comparison_key(block.text) for block in blocks)
        heads = tuple(_head(block.kind, key) for block, key in zip(blocks, keys, strict=True))
        return cls(keys, tuple(tuple(key_words(key)) for key in keys), heads)

    def words_of(self, places: Iterable[int]) -> list[str]:
        return list(chain.from_iterable(self.words[place] for place in places))


def _head(kind: BlockKind, key: str) -> str:
    """What a row of a table or an item of a list is about: its first cell, or the words before a colon or a dash."""
    signs = {BlockKind.TABLE_ROW: (" | ",), BlockKind.LIST_ITEM: (" : ", " - ")}.get(kind, ())
    return next((key.partition(sign)[0] for sign in signs if sign in key), "")


def key_words(key: str) -> list[str]:
    """The words of a comparison key, currency and per cent signs among them, other signs not."""
    return [part for part in key.split(" ") if len(part) > 1 or _is_word(part)]


@lru_cache(maxsize=10_000)
def _is_word(sign: str) -> bool:
    return sign == "%" or (sign != "" and (category(sign) == "Sc" or category(sign)[0] in "LNM"))


def align(old: Side, new: Side) -> tuple[Pairing, ...]:
    """All pairings, in the order of the new document; a deletion stands where its block would have stood.

    `align(new, old)` has the same pairings, each turned round.
    """
    if old.keys > new.keys:
        turned = (replace(one, old=one.new, new=one.old) for one in _paired(new, old))
        return _in_order(list(turned), len(new.keys))
    return _in_order(_paired(old, new), len(new.keys))


def _paired(old: Side, new: Side) -> list[Pairing]:
    equal = dict(_equal_in_order(old.keys, new.keys))
    equal |= _equal_elsewhere(old.keys, new.keys, equal)
    gaps = list(_gaps(_anchors(old, equal), equal, len(old.keys), len(new.keys)))
    rewrapped = [Pairing(tuple(a), tuple(b)) for a, b in gaps if _is_rewrapped(old, new, a, b)]
    left = [gap for gap in gaps if not _is_rewrapped(old, new, *gap)]
    keyed = _same_heads(old, new, left)
    taken = set(keyed.values())
    left = [([i for i in a if i not in keyed], [j for j in b if j not in taken]) for a, b in left]
    pairs = equal | keyed | similar(old.words, new.words, left)
    pairs |= beside(old.words, new.words, pairs, _free(old, new, pairs, rewrapped))
    return _with_moves(_joined(old, new, pairs, rewrapped), old, new)


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
    """Equal blocks that changed their place: what stands once on each side, then what stands beside such a pair, then in order."""
    taken = set(pairs.values())
    left = [i for i in range(len(old)) if i not in pairs]
    waiting: dict[str, list[int]] = defaultdict(list)
    for j in range(len(new) - 1, -1, -1):
        if j not in taken:
            waiting[new[j]].append(j)
    often = Counter(old[i] for i in left)
    found: Pairs = {}
    for i in sorted(left, key=lambda i: often[old[i]] > 1 or len(waiting.get(old[i], ())) > 1):
        places = waiting.get(old[i], [])
        while places and places[-1] in taken:
            places.pop()
        if places:
            wanted = (found.get(i - 1, -2) + 1, found.get(i + 1, 0) - 1)
            found[i] = next(
                (j for j in wanted if 0 <= j < len(new) and j not in taken and new[j] == old[i]), places[-1]
            )
            taken.add(found[i])
    return found


def _same_heads(old: Side, new: Side, left: Sequence[Gap]) -> Pairs:
    """Rows and items about the same thing, whatever they say of it; a head that several have tells nothing."""
    olds, news = (Counter(side.heads[k] for gap in left for k in gap[n]) for n, side in ((0, old), (1, new)))
    where = {new.heads[j]: j for gap in left for j in gap[1]}
    return {
        i: where[old.heads[i]]
        for gap in left
        for i in gap[0]
        if old.heads[i] and olds[old.heads[i]] == news[old.heads[i]] == 1
    }


def _anchors(old: Side, equal: Pairs) -> list[tuple[int, int]]:
    """The equal blocks that kept their order."""
    ordered = sorted(equal.items(), key=lambda pair: pair[1])
    kept = heaviest_rising([i for i, _ in ordered], [1 + len(old.words[i]) for i, _ in ordered])
    return [pair for place, pair in enumerate(ordered) if place in kept]


def _gaps(anchors: Sequence[tuple[int, int]], pairs: Pairs, old_size: int, new_size: int) -> Iterator[Gap]:
    """What is left without a partner between two neighbouring anchors, on both sides."""
    taken = set(pairs.values())
    for (a, b), (c, d) in pairwise([(-1, -1), *anchors, (old_size, new_size)]):
        left = [i for i in range(a + 1, c) if i not in pairs], [j for j in range(b + 1, d) if j not in taken]
        if left[0] or left[1]:
            yield left


def _is_rewrapped(old: Side, new: Side, left_old: Sequence[int], left_new: Sequence[int]) -> bool:
    """Both sides have the same letters in the same order, cut into blocks in another way, or into words (28 th, 28th)."""
    return bool(left_old and left_new) and "".join(old.words_of(left_old)) == "".join(new.words_of(left_new))


def _free(old: Side, new: Side, pairs: Pairs, rewrapped: Sequence[Pairing]) -> tuple[set[int], set[int]]:
    """The blocks of both sides that have no partner yet."""
    return (
        set(range(len(old.keys))) - set(pairs) - set(chain.from_iterable(one.old for one in rewrapped)),
        set(range(len(new.keys))) - set(pairs.values()) - set(chain.from_iterable(one.new for one in rewrapped)),
    )


def _joined(old: Side, new: Side, pairs: Pairs, rewrapped: Sequence[Pairing]) -> list[Pairing]:
    """Pairs, with the neighbours that were split off or merged in; then what is left alone."""
    free_old, free_new = _free(old, new, pairs, rewrapped)
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
        scored = [(likeness(side.words_of(places), target), places) for places in (mine, *neighbours)]
        best = max(scored, key=lambda entry: entry[0])[1]
        if best == mine:
            break
        free -= set(best)
        mine = best
    return mine


def _with_moves(pairings: Sequence[Pairing], old: Side, new: Side) -> list[Pairing]:
    """What breaks the order is marked as moved: as few words as can be."""
    paired = sorted((one for one in pairings if one.old and one.new), key=lambda one: one.new)
    weights = [1 + sum(len(old.words[i]) for i in one.old) + sum(len(new.words[j]) for j in one.new) for one in paired]
    kept = heaviest_rising([one.old[0] for one in paired], weights)
    told = [one if place in kept else replace(one, moved=True) for place, one in enumerate(paired)]
    return told + [one for one in pairings if not one.old or not one.new]


def heaviest_rising(values: Sequence[int], weights: Sequence[int]) -> set[int]:
    """The positions of the rising subsequence that weighs most. The values are distinct, the weights above 0."""
    ends: list[int] = []  # the last values of the rising subsequences worth going on with, the heavier the larger
    totals: list[int] = []
    last: list[int] = []
    back: list[int] = []
    for position, (value, weight) in enumerate(zip(values, weights, strict=True)):
        place = bisect(ends, value)
        total = weight + (totals[place - 1] if place else 0)
        back.append(last[place - 1] if place else -1)
        beaten = bisect(totals, total, place)
        ends[place:beaten], totals[place:beaten], last[place:beaten] = [value], [total], [position]
    kept = set()
    position = last[-1] if last else -1
    while position >= 0:
        kept.add(position)
        position = back[position]
    return kept


def _in_order(pairings: Sequence[Pairing], new_size: int) -> tuple[Pairing, ...]:
    """Sorted as the new document is."""
    stays = sorted((one.old[0], one.new[0]) for one in pairings if one.old and one.new and not one.moved)
    placed = [(one.new[0], 0, one) for one in pairings if one.new]
    placed += [(_place(one.old[0], stays, new_size), 1 + one.old[0], one) for one in pairings if not one.new]
    return tuple(one for _, _, one in sorted(placed, key=lambda entry: entry[:2]))


def _place(index: int, stays: Sequence[tuple[int, int]], new_size: int) -> int:
    """The new index of the nearest block before this old one that kept its order."""
    before = bisect(stays, (index, new_size))
    return stays[before - 1][1] if before else -1
