"""Blocks cut into lines, and a line made plain: what stands between the writing and the date is taken away."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from monitor.dates.labels import months_of_two_words
from monitor.types import Block, BlockKind

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_UNDERSCORE_IN_NAME = re.compile(r"(?<=[^\W_])\\?_(?=[^\W_])")
_EMPHASIS = re.compile(r"[*_`\\]+")
_OTHER_DIGITS = "\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u0e50-\u0e59\uff10-\uff19"
_DIGIT = re.compile(f"[0-9年{_OTHER_DIGITS}]")
_OTHER_DIGIT = re.compile(f"[{_OTHER_DIGITS}]")
_KANJI_DIGITS = {digit: str(value) for value, digit in enumerate("〇一二三四五六七八九")} | {"零": "0"}
_KANJI_DATE = re.compile(
    r"((?:令和|平成|昭和)[元一二三四五六七八九十]{1,3}|[〇零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})[日号號])?"
)

HEAD_LINES = 15
HEAD_CHARACTERS = 2_000
FOOT_LINES = 12
FOOT_CHARACTERS = 1_200
_EDGE_LINES = 6
_EDGE_CHARACTERS = 200


class Line(NamedTuple):
    """One line of a block. `offset` and `row` count the characters and lines before it on the page."""

    block: int
    kind: BlockKind
    raw: str
    row: int
    offset: int


class Page:
    """All lines of a document, and where on the page something stands."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.lines: list[Line] = []
        self.characters = 0
        for number, block in enumerate(blocks):
            for raw in block.text.split("\n"):
                if raw.strip():
                    self.lines.append(Line(number, block.kind, raw, len(self.lines), self.characters))
                    self.characters += len(raw)

    def in_head(self, line: Line, position: int = 0) -> bool:
        return line.offset + position < HEAD_CHARACTERS or (line.row < HEAD_LINES and position < HEAD_CHARACTERS)

    def in_foot(self, line: Line, position: int = 0) -> bool:
        after = self.characters - line.offset - position
        near_end = len(self.lines) - line.row <= FOOT_LINES and len(line.raw) - position < HEAD_CHARACTERS
        return near_end or after < FOOT_CHARACTERS

    def edges(self, without: Line) -> str:
        """The beginnings of the first and the last lines: where a page names itself and whose it is."""
        lines = [*self.lines[:_EDGE_LINES], *self.lines[-_EDGE_LINES:]]
        return " ".join(line.raw[:_EDGE_CHARACTERS] for line in lines if line is not without)

    def neighbour(self, line: Line, step: int) -> Line | None:
        """The line `step` lines further down (negative: up), or None past the ends."""
        row = line.row + step
        return self.lines[row] if 0 <= row < len(self.lines) else None


def has_digit(raw: str) -> bool:
    """Whether a line may have a date at all."""
    return _DIGIT.search(raw) is not None


def plain(raw: str) -> str:
    """The line without emphasis and invisible characters, with plain spaces and ASCII digits."""
    text = _UNDERSCORE_IN_NAME.sub(" ", raw) if "_" in raw else raw
    text = _EMPHASIS.sub("", text) if "_" in raw or "*" in raw or "\\" in raw or "`" in raw else text
    if text.isascii():
        return text.strip()
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    if "年" in text:
        text = _KANJI_DATE.sub(_with_digits, text)
    text = _months_of_two_words().sub(_joined, text)
    return _OTHER_DIGIT.sub(_ascii_digit, text).strip()


@cache
def _months_of_two_words() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, months_of_two_words())))


def _joined(match: re.Match[str]) -> str:
    """A month in one word, as every other one is found."""
    return match[0].replace(" ", "")


def _ascii_digit(match: re.Match[str]) -> str:
    return str(unicodedata.digit(match[0]))


def _with_digits(match: re.Match[str]) -> str:
    written = match[1]
    if written[0] in _KANJI_DIGITS:
        year = "".join(_KANJI_DIGITS[digit] for digit in written)
    else:
        year = written if written[2] == "元" else f"{written[:2]}{_kanji_number(written[2:])}"
    day = f"{_kanji_number(match[3])}日" if match[3] else ""
    return f"{year}年{_kanji_number(match[2])}月{day}"


def _kanji_number(text: str) -> int:
    """A number up to 99 as it is spoken: 十 10, 十二 12, 三十 30, 三十一 31."""
    tens, ten, ones = text.rpartition("十")
    if not ten:
        return int(_KANJI_DIGITS.get(text[0], "0"))
    return int(_KANJI_DIGITS.get(tens, "1")) * 10 + int(_KANJI_DIGITS.get(ones, "0"))
