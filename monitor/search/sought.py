"""What a person types to search, read as terms; where they stand in a text. Pure.

Words: all must occur, in any order. `"quoted words"`: in this order, one after the other. `word*`: what begins so. `-word`,
`-"quoted words"`: must not occur. Letter case, accents and punctuation do not count; a word of several parts (`e-mail`) is
looked for as its parts in a row, and so are the characters of Chinese, Japanese, Thai.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.errors import UsageError
from monitor.words import sought_words

MOST_TERMS = 50
SNIPPET_CHARACTERS = 240
LEAD_CHARACTERS = 60
_TERM = re.compile(r'(-?)(?:["“„«»”]([^"“”„«»]*)(?:["“”«»]|$)|([^\s"“”„«»]+))(\*?)')


_QUOTED_BY_SHELL = re.compile(r'\A(-?)([^"“”„«»]*\s[^"“”„«»]*?)(\*?)\Z')


@dataclass(frozen=True, slots=True)
class Term:
    """Words in a row; `begins`: the last of them is the beginning of one. `unwanted`: must not occur."""

    words: tuple[str, ...]
    begins: bool = False
    unwanted: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a passage around the first hit: runs of text, and whether each was looked for. `cut`: at which ends."""

    runs: tuple[tuple[str, bool], ...]
    cut: tuple[bool, bool]

    @property
    def marked(self) -> str:
        """`…for **30 days** after…`"""
        before, after = ("…" if cut else "" for cut in self.cut)
        return before + "".join(f"**{text}**" if hit else text for text, hit in self.runs) + after


def terms(typed: str) -> tuple[Term, ...]:
    """The terms of anything that is typed; UsageError when there is no word to look for in it."""
    found = tuple(_terms(typed))
    if all(term.unwanted for term in found):
        came = "only words to leave out" if found else repr(typed)
        raise UsageError(f'words to look for were wanted, {came} came. Such as: retention period, "30 days", arbitrat*')
    if len(found) > MOST_TERMS:
        raise UsageError(
            f"at most {MOST_TERMS} words were wanted, {len(found)} came. Look for a whole sentence with --first."
        )
    return found


def _terms(typed: str) -> Iterator[Term]:
    for sign, quoted, word, star in _TERM.findall(typed):
        words = tuple(word for _, _, word in sought_words(quoted or word))
        if words:
            yield Term(words, begins=bool(star) or word.endswith("*"), unwanted=bool(sign))


def typed(arguments: Sequence[str]) -> str:
    """What was typed, of the arguments that a shell made of it: the quotes around words in a row are put back."""
    return " ".join(_QUOTED_BY_SHELL.sub(r'\1"\2"\3', argument) for argument in arguments)


def places(sought: Sequence[Term], text: str) -> list[tuple[int, int]]:
    """Where the wanted terms stand in a text, in order, none over another."""
    words = sought_words(text)
    found = sorted(place for term in sought if not term.unwanted for place in _places(term, words))
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _places(term: Term, words: Sequence[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
    length = len(term.words)
    for at in range(len(words) - length + 1):
        if words[at][2] == term.words[0] or length == 1:
            *inner, last = (word for _, _, word in words[at : at + length])
            ends = last.startswith(term.words[-1]) if term.begins else last == term.words[-1]
            if ends and tuple(inner) == term.words[:-1]:
                yield words[at][0], words[at + length - 1][1]


def snippet(text: str, found: Sequence[tuple[int, int]]) -> Snippet:
    """Some SNIPPET_CHARACTERS of the text around the first of the places, cut between words where there are blanks."""
    start, end = _window(text, found[0][0] if found else 0)
    runs, at = [], start
    for left, right in found:
        if left < end and start <= left:
            runs += [(text[at:left], False), (text[left : min(right, end)], True)]
            at = min(right, end)
    runs.append((text[at:end], False))
    return Snippet(tuple(run for run in runs if run[0]), (start > 0, end < len(text)))


def _window(text: str, hit: int) -> tuple[int, int]:
    if len(text) <= SNIPPET_CHARACTERS:
        return 0, len(text)
    start = min(max(0, hit - LEAD_CHARACTERS), len(text) - SNIPPET_CHARACTERS)
    end = start + SNIPPET_CHARACTERS
    blank = text.find(" ", start, hit) if start else -1
    last = text.rfind(" ", hit, end) if end < len(text) else -1
    return blank + 1 if blank >= 0 else start, last if last > hit else end
