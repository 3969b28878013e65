"""How alike the vocabularies of two documents are: a rewritten policy stays alike, another page is not.

The cosine of two vocabularies grows with the length of the texts. Measured on 1,323 hand-read captures of 63 policies,
whole and cut to so many words, it is:

| words | complete rewrites | policies of two companies | other policies of one company | home pages in the policy's place |
|---|---|---|---|---|
| 300 | 0.33 to 0.78 | 0.19 to 0.47 | median 0.28 | at most 0.25 |
| 800 | 0.42 to 0.75 | 0.28 to 0.51 | median 0.38 | at most 0.33 |
| 3,000 and more | 0.69 to 0.87 | 0.37 to 0.72 | median 0.50 | at most 0.38 |
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from monitor.types import Document
from monitor.words import words

_SHORTER_SAYS_NOTHING = 4
_SHORT, _LEAST_OF_SHORT = 300, 0.32  # words, and the least cosine that rewrites of so many have
_LONG, _LEAST_OF_LONG = 3_000, 0.60


def likeness(one: Document, other: Document) -> float:
    """How alike two vocabularies are: 1 is the least that a policy and its complete rewrite of this length have in common."""
    return _cosine(one, other) / _least_of_rewrites(min(one.word_count, other.word_count))


def _least_of_rewrites(count: int) -> float:
    """Between short and long texts it grows with the logarithm of the number of words."""
    place = (math.log(max(count, 1)) - math.log(_SHORT)) / (math.log(_LONG) - math.log(_SHORT))
    return _LEAST_OF_SHORT + (_LEAST_OF_LONG - _LEAST_OF_SHORT) * min(1.0, max(0.0, place))


def _cosine(one: Document, other: Document) -> float:
    """Of the two vocabularies, from 0 to 1; the weight of a word grows with the logarithm of its count."""
    a, b = _weights(one), _weights(other)
    length = math.sqrt(sum(weight**2 for weight in a.values()) * sum(weight**2 for weight in b.values()))
    return sum(weight * b.get(word, 0.0) for word, weight in a.items()) / length if length else 0.0


def contained(one: Document, other: Document) -> float:
    """The share of the first one's vocabulary that the other has too, from 0 to 1."""
    mine, others = (_weights(document).keys() for document in (one, other))
    return len(mine & others) / len(mine) if mine else 0.0


@lru_cache(maxsize=4)  # the same two documents are asked about several times at one check
def _weights(document: Document) -> Mapping[str, float]:
    counts = Counter(word for block in document.blocks for word in _telling_words(words(block.text)))
    return {word: 1.0 + math.log(count) for word, count in counts.items()}


def _telling_words(found: list[str]) -> Iterator[str]:
    """Words of four letters and more; in scripts without spaces, where each sign is a word, pairs of neighbours."""
    before = ""
    for word in found:
        sign = word if len(word) == 1 and word > "\u0e00" else ""
        if sign and before:
            yield before + sign
        elif len(word) >= _SHORTER_SAYS_NOTHING:
            yield word
        before = sign
