"""Folding, cutting into words, and finding many phrases at once.

Folded text has no case, no accents and no vowel points, so that labels are found as people really type them.
Scripts that put no spaces between words (Chinese, Japanese, Korean, Thai) are cut into single characters, so that
one way of matching serves all languages.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_UNSPACED = "\u0e00-\u0e7f\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af"
_VOWEL_SIGNS = "\u0903\u093b\u093e-\u0940\u0949-\u094c\u094e\u094f"  # Devanagari's, which are no letters to `re`
_TOKEN = re.compile(rf"[{_UNSPACED}]|(?:[^\W\d_{_UNSPACED}]|[{_VOWEL_SIGNS}])+|\d+|[:;,!?()\[\]|/&+©–—]")
_UNSPACED_CHARACTER = re.compile(f"[{_UNSPACED}]")
_WORD = re.compile(r"[^\W\d_]")
# "2.4MLast updated", "SALTOMise à jour": two texts glued together where the case changes.
_GLUED = re.compile(
    r"(?<=[a-zà-öø-ÿα-ωά-ώа-яё])(?=[A-ZÀ-ÖØ-ÞΑ-ΩА-ЯЁ])|(?<=[A-ZÀ-ÖØ-ÞА-ЯЁ])(?=[A-ZÀ-ÖØ-ÞА-ЯЁ][a-zà-öø-ÿа-яё])"
)
# Letters that Unicode does not take apart into a base letter and a mark.
_PLAIN_LETTERS = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe", "ς": "σ"})


def fold(text: str) -> str:
    """The text without case, accents and vowel points."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return unicodedata.normalize("NFC", bare).translate(_PLAIN_LETTERS)


def cut(text: str) -> list[str]:
    """The folded words, numbers and stops of a text, in order."""
    return _TOKEN.findall(fold(_GLUED.sub(" ", text)))


def is_word(token: str) -> bool:
    return _WORD.match(token) is not None


def word_weight(token: str) -> float:
    """How much of a word a token is: a character of an unspaced script is about half a word."""
    if not is_word(token):
        return 0.0
    return 0.5 if _UNSPACED_CHARACTER.match(token) else 1.0


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found at `tokens[start:end]`, with the list and the language it stands in."""

    start: int
    end: int
    kind: str
    language: str


@dataclass(slots=True)
class _Node:
    exact: dict[str, "_Node"] = field(default_factory=dict)
    starred: dict[str, "_Node"] = field(default_factory=dict)
    starred_lengths: tuple[int, ...] = ()
    ends: list[tuple[str, str]] = field(default_factory=list)

    def grow(self, token: str, *, starred: bool) -> "_Node":
        if not starred:
            return self.exact.setdefault(token, _Node())
        self.starred_lengths = tuple(sorted({*self.starred_lengths, len(token)}))
        return self.starred.setdefault(token, _Node())

    def follow(self, token: str) -> list["_Node"]:
        found = [self.exact[token]] if token in self.exact else []
        for length in self.starred_lengths:
            if length > len(token):
                break
            node = self.starred.get(token[:length])
            if node is not None:
                found.append(node)
        return found


class PhraseTable:
    """Many phrases, found together in one pass over a text's tokens."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, phrase: str, kind: str, language: str) -> None:
        """Adds a phrase; a word written `stem*` stands for every word that starts with the stem."""
        node = self._root
        for word in phrase.split():
            starred = word.endswith("*")
            tokens = cut(word.rstrip("*"))
            for position, token in enumerate(tokens):
                node = node.grow(token, starred=starred and position == len(tokens) - 1)
        if node is self._root:
            raise ValueError(f"a phrase needs at least one word, got {phrase!r}")
        node.ends.append((kind, language))

    def find(self, tokens: Sequence[str]) -> list[Match]:
        """Every phrase in the tokens, overlapping ones too."""
        return [match for start in range(len(tokens)) for match in self._from(tokens, start)]

    def _from(self, tokens: Sequence[str], start: int) -> Iterable[Match]:
        nodes = [self._root]
        for position in range(start, len(tokens)):
            nodes = [child for node in nodes for child in node.follow(tokens[position])]
            if not nodes:
                return
            for node in nodes:
                for kind, language in node.ends:
                    yield Match(start, position + 1, kind, language)
