"""The words of a text with the dress taken off: contractions written out, one spelling for British and American forms."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.words import words

_CONTRACTIONS = {
    "can't": ("can", "not"),
    "won't": ("will", "not"),
    "shan't": ("shall", "not"),
    "cannot": ("can", "not"),
}
_ENDINGS = {"n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'m": "am"}
# British -> American, only where both forms are the same word. After these stems `ise` is no ending.
_WHOLE_STEMS = [
    "adv",
    "advert",
    "ar",
    "compr",
    "comprom",
    "conc",
    "dev",
    "disgu",
    "enterpr",
    "exc",
    "exerc",
    "expert",
    "franch",
    "improv",
    "likew",
    "merchand",
    "no",
    "otherw",
    "prec",
    "prem",
    "prom",
    "ra",
    "rev",
    "superv",
    "surpr",
]
_NO_STEM = "".join(f"(?<!{stem})" for stem in _WHOLE_STEMS)
_BRITISH = re.compile(
    rf"{_NO_STEM}(?:is(?=ation|ations)|is(?=e[sdr]?$|ing$))|ys(?=e[sdr]?$|ing$)|(?<=^behavi)our|(?<=^c)olour|(?<=^f)avour|(?<=^h)onour|(?<=^l)abour|(?<=^neighb)our|(?<=^endeav)our"
)
_AMERICAN = {"is": "iz", "ys": "yz"}
_SAME = {
    "licence": "license", "licences": "licenses", "licenced": "licensed", "cancelled": "canceled", "cancelling": "canceling", "programme": "program",
    "programmes": "programs", "centre": "center", "centres": "centers", "defence": "defense", "fulfil": "fulfill", "enrol": "enroll",
    "judgement": "judgment", "labelled": "labeled", "towards": "toward", "whilst": "while", "amongst": "among", "grey": "gray", "catalogue": "catalog",
}  # fmt: skip
# Runs of this many words that stand in another document too have moved; shorter ones are too common to tell.
MOVED_WORDS = 6
_REMEMBERED = 50_000
_RAW_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it stands in a text, and where."""

    word: str
    start: int
    end: int


def meaning_words(text: str) -> list[str]:
    """`Don’t recognise the licence` -> do not recognize the license."""
    return [plain for word in words(text) for plain in plain_words(word)]


def tokens(text: str) -> list[Token]:
    """The words of a text with their places, folded as far as single words go."""
    return [
        Token(one_spelling(found[0].casefold().replace("’", "'")), *found.span()) for found in _RAW_WORD.finditer(text)
    ]


@lru_cache(maxsize=_REMEMBERED)
def one_spelling(word: str) -> str:
    """The American form of a word that has two."""
    if word in _SAME:
        return _SAME[word]
    return _BRITISH.sub(lambda found: _AMERICAN.get(found[0]) or found[0].replace("our", "or"), word)


def ngrams(sequence: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """All runs of `size` neighbours, in order."""
    return (tuple(sequence[start : start + size]) for start in range(len(sequence) - size + 1))


@lru_cache(maxsize=_REMEMBERED)
def plain_words(word: str) -> Sequence[str]:
    """One word with its dress taken off; a contraction is two."""
    if "'" not in word:
        return _CONTRACTIONS.get(word) or (one_spelling(word),)
    if word in _CONTRACTIONS:
        return _CONTRACTIONS[word]
    for ending, full in _ENDINGS.items():
        if word.endswith(ending):
            return word.removesuffix(ending), full
    return (word,)
