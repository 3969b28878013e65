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
# Countries that write the month first; all others with English pages write the day first. Source: Unicode CLDR, short dates.
_MONTH_FIRST_COUNTRIES = frozenset({"us", "ph", "pr", "gu", "as", "vi", "mil", "gov"})
_COMMON_ENDINGS = frozenset(
    {
        "ai",
        "app",
        "biz",
        "cc",
        "co",
        "com",
        "dev",
        "edu",
        "fm",
        "gg",
        "im",
        "info",
        "io",
        "ly",
        "me",
        "net",
        "online",
        "org",
        "sh",
        "site",
        "so",
        "to",
        "tv",
        "xyz",
    }
)
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
        order = Order(DAY_FIRST, decided=True) if not self.decided and languages and "en" not in languages else self
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
    parts = urlsplit(url)
    locale = _LOCALE.search(f"{parts.path}?{parts.query}")
    country = locale[1].lower() if locale else (parts.hostname or "").rpartition(".")[2]
    if not country or country in _COMMON_ENDINGS:
        return None
    return Order(MONTH_FIRST if country in _MONTH_FIRST_COUNTRIES else DAY_FIRST, decided=True)


def _by_habit(mentions: Sequence[Mention], named: Sequence[str]) -> Order:
    """English without a country: as the document writes months by name; else slashes speak for month-day, dots for day-month."""
    month_first = sum(_MONTH_NAME_FIRST.match(text) is not None for text in named)
    day_first = sum(_DAY_BEFORE_MONTH_NAME.match(text) is not None for text in named)
    if month_first != day_first:
        return Order(MONTH_FIRST if month_first > day_first else DAY_FIRST, decided=False)
    slashes = any(mention.separator == "/" for mention in mentions)
    return Order(MONTH_FIRST if slashes else DAY_FIRST, decided=False)
