"""Phrases looked up in a run of words, in time linear in the words."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from monitor.diff.wording import meaning_words

_STEM = "*"
# A phrase may begin with a stem no shorter than this: words are looked up by that many first letters.
_KEY = 3
# The vocabulary of a large policy.
_REMEMBERED = 10_000


class Hit(NamedTuple):
    """A phrase found: what it stands for and which words it covers."""

    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Phrase:
    label: str
    parts: tuple[tuple[str, bool], ...]
    exact: tuple[str, ...] = ()  # its words, where none of them is a stem

    @classmethod
    def of(cls, label: str, parts: tuple[tuple[str, bool], ...]) -> "_Phrase":
        return cls(label, parts, () if any(stem for _, stem in parts) else tuple(word for word, _ in parts))

    def fits(self, words: Sequence[str], start: int) -> bool:
        there = words[start : start + len(self.parts)]
        if self.exact or len(there) < len(self.parts):
            return tuple(there) == self.exact
        return all(
            word.startswith(part) if stem else word == part
            for word, (part, stem) in zip(there, self.parts, strict=True)
        )


class Lexicon:
    """Labels with their phrases; `arbitrat*` stands for every word that begins so. Of phrases that begin at one word the longest wins."""

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        self._by_word: dict[str, list[_Phrase]] = defaultdict(list)
        self._by_stem: dict[str, list[_Phrase]] = defaultdict(list)
        self._beginning = lru_cache(maxsize=_REMEMBERED)(self._phrases_from)
        for label, phrases in table.items():
            for phrase in phrases:
                parts = tuple(_parts(phrase))
                first, stem = parts[0]
                (self._by_stem[first[:_KEY]] if stem else self._by_word[first]).append(_Phrase.of(label, parts))

    def find(self, words: Sequence[str]) -> Iterator[Hit]:
        """The hits from left to right, none inside another of the same label."""
        covered: dict[str, int] = {}
        for start, phrases in enumerate(map(self._beginning, words)):
            for phrase in phrases:
                if start >= covered.get(phrase.label, 0) and (len(phrase.parts) == 1 or phrase.fits(words, start)):
                    covered[phrase.label] = start + len(phrase.parts)
                    yield Hit(phrase.label, start, start + len(phrase.parts))

    def _phrases_from(self, word: str) -> tuple[_Phrase, ...]:
        """The phrases whose first word this can be, the longest first."""
        candidates = [*self._by_word.get(word, ()), *self._by_stem.get(word[:_KEY], ())]
        fitting = (phrase for phrase in candidates if _Phrase.of(phrase.label, phrase.parts[:1]).fits([word], 0))
        return tuple(sorted(fitting, key=lambda phrase: -len(phrase.parts)))

    def has(self, words: Sequence[str]) -> bool:
        return next(self.find(words), None) is not None

    def labels(self, words: Sequence[str]) -> list[str]:
        return [hit.label for hit in self.find(words)]


def _parts(phrase: str) -> Iterator[tuple[str, bool]]:
    for piece in phrase.split():
        plain = meaning_words(piece.rstrip(_STEM))
        for number, word in enumerate(plain, start=1):
            yield word, piece.endswith(_STEM) and number == len(plain)
