"""A stretch of text as words whose meaning beside a date is known or strange."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.dates.labels import Kind, phrase_table
from monitor.dates.phrases import Match, cut, word_weight

_LABELS = frozenset({Kind.LAST_UPDATED, Kind.UPDATED, Kind.VERSION, Kind.PUBLISHED, Kind.EFFECTIVE})
HARMLESS = _LABELS | {Kind.DOCUMENT, Kind.FILLER, Kind.JOIN}
"""Kinds of words that say nothing else than what a dated line of a policy says."""

_VERSION_SIGN = re.compile(r"(?<![^\W_])[vV](?=\.?\d|\.\Z)")  # "v2.1"; alone, it is a small word of many languages


@dataclass(frozen=True, slots=True)
class Words:
    """The tokens of a stretch of text and the known phrases in it."""

    tokens: tuple[str, ...]
    matches: tuple[Match, ...]

    @property
    def weight(self) -> float:
        """How many words there are."""
        return sum(word_weight(token) for token in self.tokens)

    def strange(self, start: int = 0) -> float:
        """How many words from `start` on belong to no label, no name of the policy and no small word."""
        known: set[int] = set()
        for match in self.matches:
            if match.kind in HARMLESS:
                known.update(range(match.start, match.end))
        strange = (position for position in range(start, len(self.tokens)) if position not in known)
        return sum(word_weight(self.tokens[position]) for position in strange)

    @property
    def is_empty(self) -> bool:
        """Whether there are only small words ("on", "Saturday") or none."""
        says = any(match.kind in _LABELS or match.kind == Kind.DOCUMENT for match in self.matches)
        return not says and not self.strange()

    def has(self, kind: Kind) -> bool:
        return any(match.kind == kind for match in self.matches)


def words_of(text: str, language: str | None) -> Words:
    """The words of a text on a page in `language`, with the phrases that they form in that language, in English, or in their own."""
    tokens = tuple(cut(_VERSION_SIGN.sub("version ", text)))
    matches = phrase_table().find(tokens)
    return Words(tokens, tuple(_understood(matches, language, _spoken(matches))))


def _understood(matches: Sequence[Match], language: str | None, spoken: str | None) -> Iterator[Match]:
    """The phrases that mean what they say here: words of other languages only look alike.

    English is understood everywhere, but its cues against a date ("act", "order") are words of other languages too.
    Where the page's language has a meaning of its own for the same words, that one counts.
    """
    own = {language or spoken, "any"}
    meant = {(match.start, match.end) for match in matches if match.language in own}
    for match in matches:
        is_own = match.language in own
        known = is_own or match.language == spoken or (match.language == "en" and match.kind in HARMLESS)
        if known and (is_own or (match.start, match.end) not in meant):
            yield match


def _spoken(matches: Sequence[Match]) -> str | None:
    """The language that most of the words belong to; of equals the first by its code."""
    words: Counter[str] = Counter()
    for match in matches:
        words[match.language] += match.end - match.start
    del words["any"]
    return max(sorted(words), key=words.__getitem__, default=None)
