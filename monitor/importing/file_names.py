"""The moment that a file's name says it was captured at. Nothing is guessed: UsageError says what is missing. Pure."""

import re
from datetime import UTC, datetime
from pathlib import PurePath

from monitor.dates.forms import Mention, find_mentions
from monitor.errors import UsageError

_ISO = re.compile(  # 2024-03-01, 2024-03-01T12-30, 20240301, 20240301123000 (as the Wayback Machine writes it)
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<sign>[-_.]?)(?P<month>\d\d)(?P=sign)(?P<day>\d\d)"
    # digits are a time when they are parted, have seconds, or a Z behind them
    r"(?:[T_ ]?(?P<hour>\d\d)(?P<mark>[-:._])?(?P<minute>\d\d)(?:[-:._]?(?P<second>\d\d)Z?|Z|(?(mark)|(?!)))"
    r"(?P<behind>[+-]\d{2,}| ?[AP]\.?M\b|[^\W\d_])?)?(?!\d)",  # what makes another time of it
    re.IGNORECASE,
)
_FORMS = "2024-03-01, 20240301123000 or 1 March 2024"


def named_moment(path: PurePath) -> datetime:
    """The date in a file's name, in UTC; a day without a time is its first moment. UsageError in words when there is none."""
    found = {_moment(match) for match in _ISO.finditer(path.stem)}
    rest = _ISO.sub(" ", path.stem).replace("_", " ")
    mentions = [mention for mention in find_mentions(rest, None) if mention is not None]
    found |= {_day(mention) for mention in mentions if not _is_part(mention)}
    if not found:
        what = f"it says no more than {mentions[0].value}" if mentions else "there is none"
        raise UsageError(f"a day in its name such as {_FORMS} was wanted, {what}")
    if len(found) > 1:
        days = " and ".join(f"{moment:%Y-%m-%d %H:%M}" for moment in sorted(found))
        raise UsageError(f"one date in its name was wanted, several came: {days}")
    return found.pop()


def _moment(match: re.Match[str]) -> datetime:
    parts = [int(match[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")]
    if match["behind"]:
        raise UsageError(
            f"a time of 24 hours in UTC was wanted, {match[0]!r} came. Name it such as 2024-03-01T23-30, or by its day alone"
        )
    try:
        return datetime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], tzinfo=UTC)
    except ValueError:
        raise UsageError(f"a date in its name was wanted, {match[0]!r} came, which is none") from None


def _is_part(mention: Mention) -> bool:
    """A year or a month alone; a number that may be anything."""
    return len(mention.value) < len("2024-03-01")


def _day(mention: Mention) -> datetime:
    days = sorted({reading.value for reading in mention.readings})
    if len(days) > 1:
        raise UsageError(
            f"a date in its name that can be read in one way was wanted, one came that is {' or '.join(days)}. Name it {_FORMS}"
        )
    if mention.weak:
        raise UsageError(
            f"a date in its name with its year in four digits was wanted, one came that may be {days[0]}. Name it {_FORMS}"
        )
    return datetime.fromisoformat(days[0]).replace(tzinfo=UTC)
