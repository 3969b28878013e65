"""Dates in a running text, told by the day they name and not by the way they are written; in every language whose months are known."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from monitor.dates.forms import Mention, find_mentions
from monitor.diff.wording import meaning_words

_YEAR_LETTERS, _DAY_LETTERS = len("2025"), len("2025-03-03")
_DIGIT = re.compile(r"\d")
_REMEMBERED = 2_000


def same_date(old: str, new: str) -> bool:
    """True when both can only be the same day; two readings of one notation (3/4/2025) are never taken for equal."""
    values = [{value for mention in _mentions(text) for value in _values(mention)} for text in (old, new)]
    return len(values[0]) == 1 and values[0] == values[1]


def dated_words(text: str) -> list[str]:
    """The words of a text, each date that can be read in one way only written in one way only."""
    parts, last = [], 0
    for mention in _mentions(text):
        value = _certain(mention)
        if len(value) > _YEAR_LETTERS:
            parts += [text[last : mention.start], f" on{value.replace('-', '')} "]
            last = mention.end
    return meaning_words("".join([*parts, text[last:]]))


def days(text: str) -> list[date]:
    """The days that the text names beyond doubt, in their order."""
    return [date.fromisoformat(value) for value in map(_certain, _mentions(text)) if len(value) == _DAY_LETTERS]


def starts_with_day(text: str) -> bool:
    """The text begins with a date, as an entry of a list of changes does."""
    first = next(_mentions(text), None)
    return first is not None and not meaning_words(text[: first.start]) and len(_certain(first)) == _DAY_LETTERS


def _mentions(text: str) -> Iterator[Mention]:
    return iter(_found(text))


@lru_cache(maxsize=_REMEMBERED)
def _found(text: str) -> tuple[Mention, ...]:
    return tuple(filter(None, find_mentions(text, None))) if _DIGIT.search(text) else ()


def _values(mention: Mention) -> set[str]:
    return {reading.value for reading in mention.readings}


def _certain(mention: Mention) -> str:
    """The only value that the mention can have; empty when it has several."""
    values = _values(mention)
    return values.pop() if len(values) == 1 else ""
