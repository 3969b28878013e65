"""The words of a text with the dress taken off: contractions written out, one spelling for each word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from operator import sub

from monitor.diff.spelling import one_spelling
from monitor.words import words

_CONTRACTIONS = {
    "can't": ("can", "not"),
    "won't": ("will", "not"),
    "shan't": ("shall", "not"),
    "cannot": ("can", "not"),
}
_ENDINGS = {"n't": "not", "'re": "are", "'ve": "have", "'ll": "will", "'m": "am"}
# Runs of this many words that stand in another document too have moved; shorter ones are too common to tell.
MOVED_WORDS = 6
# And of this many letters: six words of average length.
_STRETCH_LETTERS = 32
_REMEMBERED = 50_000
_TEXTS = 2_000
# The month, which is no leave to do something.
_MONTH_OF_MAY = re.compile(
    r"\bMay\b(?=[\s\xa0]+\d)|(?<=\d[\s\xa0])May\b|(?<=\d\.[\s\xa0])May\b|(?<=\dst )May\b|(?<=\dth )May\b"
)
_RAW_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it stands in a text, and where."""

    word: str
    start: int
    end: int


def meaning_words(text: str) -> list[str]:
    """`Don’t recognize the licence` -> do not recognise the license."""
    return list(_meaning_words(text))


# Each rule asks again for the words of the same two texts.
@lru_cache(maxsize=_TEXTS)
def _meaning_words(text: str) -> tuple[str, ...]:
    if "May" in text:
        text = _MONTH_OF_MAY.sub("maymonth", text)
    return tuple(plain for word in words(text) for plain in plain_words(word))


def letters(words: Sequence[str]) -> str:
    """The words run together, equal for every way to cut a text into words; a space stays between two figures."""
    return "".join(_joined(words))


def _joined(words: Sequence[str]) -> list[str]:
    pairs = zip(["", *words], words, strict=False)
    return [f" {word}" if word[0].isdigit() and before[-1:].isdigit() else word for before, word in pairs]


def stretches(words: Sequence[str]) -> list[str]:
    """For each word so many letters from its beginning on, however they are cut into words; empty where there are too few to tell."""
    parts = _joined(words)
    text = "".join(parts)
    last = len(text) - _STRETCH_LETTERS
    starts = map(sub, accumulate(map(len, parts)), map(len, words))
    return [text[start : start + _STRETCH_LETTERS] if start <= last else "" for start in starts]


def places_within(words: Sequence[str], place: int) -> range:
    """The places of the words that lie entirely within the stretch of this one."""
    ends = accumulate(map(len, _joined(words[place : place + _STRETCH_LETTERS])))
    return range(place, place + sum(end <= _STRETCH_LETTERS for end in ends))


def tokens(text: str) -> list[Token]:
    """The words of a text with their places, folded as far as single words go."""
    return [
        Token(one_spelling(found[0].casefold().replace("’", "'")), *found.span()) for found in _RAW_WORD.finditer(text)
    ]


def ngrams(sequence: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """All runs of `size` neighbours, in order."""
    return zip(*(sequence[start:] for start in range(size)), strict=False)


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
    return (one_spelling(word),)
