"""Whether the numbers of a date are day-month or month-day, and which month a name means: decided by evidence.

In order: the other numeric dates of the same document; the language; the country of the address; the way in which the
document writes its months' names. What stays undecided is read the likelier way, and both readings are told.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.dates.forms import Mention, Reading

DAY_FIRST, MONTH_FIRST = "dmy", "mdy"
# Endings of addresses in countries that write the month first; in all others English pages write the day first.
# Source: Unicode CLDR, short dates.
_MONTH_FIRST_ENDINGS = frozenset({"us", "ph", "pr", "gu", "as", "vi", "mil", "gov"})
# Two-letter endings that are used all over the world and tell no country.
_WORLDWIDE_ENDINGS = frozenset({"ai", "cc", "co", "fm", "gg", "im", "io", "ly", "me", "sh", "so", "to", "tv"})
_LOCALE = re.compile(r"(?:^|[/=._-])[a-z]{2}[-_]([a-z]{2})(?=$|[/&?._-])", re.IGNORECASE)
_MONTH_NAME_FIRST = re.compile(r"[^\W\d_]{3,9}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4}")
_DAY_BEFORE_MONTH_NAME = re.compile(r"\d{1,2}(?:st|nd|rd|th|\.)?\s+(?:of\s+)?[^\W\d_]{3,9}")


@dataclass(frozen=True, slots=True)
class Decided:
    """The chosen reading of one date; `alternatives` are all its readings when the choice is only the likelier one."""

    value: str
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """The order of a document's numeric dates; `decided` when evidence says so."""

    value: str
    decided: bool

    def decide(self, mention: Mention, languages: frozenset[str]) -> Decided:
        """The reading of one date; `languages` are those of its label and tell what an ambiguous month's name means."""
        if len(mention.readings) == 1:
            return Decided(mention.value)
        foreign = bool(languages) and languages.isdisjoint({"en", "any"})
        order = Order(DAY_FIRST, decided=True) if foreign and not self.decided else self
        fitting = [reading for reading in mention.readings if _fits(reading, order.value, languages)]
        chosen = fitting[0] if fitting else mention.readings[0]
        decided = len(fitting) == 1 and (order.decided or not mention.separator)
        return Decided(chosen.value, () if decided else tuple(reading.value for reading in mention.readings))


def order_of(mentions: Sequence[Mention], *, named: Sequence[str], language: str | None, url: str) -> Order:
    """The order of day and month in a document. `named` are its dates with a month's name, as written."""
    seen = Counter(mention.readings[0].order for mention in mentions if len(mention.readings) == 1 and not mention.weak)
    if seen[DAY_FIRST] != seen[MONTH_FIRST]:
        return Order(DAY_FIRST if seen[DAY_FIRST] > seen[MONTH_FIRST] else MONTH_FIRST, decided=True)
    if language not in ("en", None):
        return Order(DAY_FIRST, decided=True)
    return _by_address(url) or _by_habit(mentions, named)


def _fits(reading: Reading, order: str, languages: frozenset[str]) -> bool:
    return reading.order == order if reading.order else bool(reading.languages & languages)


def _by_address(url: str) -> Order | None:
    country = _country_of(url)
    if country in _MONTH_FIRST_ENDINGS:
        return Order(MONTH_FIRST, decided=True)
    tells = len(country) == 2 and country.isalpha() and country not in _WORLDWIDE_ENDINGS
    return Order(DAY_FIRST, decided=True) if tells else None


def _country_of(url: str) -> str:
    """The country in a locale of the path ("/en-gb/"), else the host's ending; empty for what is no address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    locale = _LOCALE.search(f"{parts.path}?{parts.query}")
    return locale[1].lower() if locale else host.rpartition(".")[2]


def _by_habit(mentions: Sequence[Mention], named: Sequence[str]) -> Order:
    """English without a country: as the document writes months by name; else slashes speak for month-day, dots for day-month."""
    month_first = sum(_MONTH_NAME_FIRST.match(text) is not None for text in named)
    day_first = sum(_DAY_BEFORE_MONTH_NAME.match(text) is not None for text in named)
    if month_first != day_first:
        return Order(MONTH_FIRST if month_first > day_first else DAY_FIRST, decided=False)
    slashes = any(mention.separator == "/" for mention in mentions)
    return Order(MONTH_FIRST if slashes else DAY_FIRST, decided=False)
