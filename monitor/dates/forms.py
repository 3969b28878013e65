"""The forms in which dates are written: finds them in a line and says how each can be read.

A date is found by its year (or as three short numbers with a two-digit year); month names are then looked for on both
sides of the year, within a few characters. That keeps the time linear whatever a line contains.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from monitor.dates.months import month_numbers

_YEAR = r"(?:19|20|25)\d\d"
_ANCHOR = re.compile(
    rf"""
    (?<![\d./-])(?P<y>{_YEAR})\s?(?P<s>[-./])\s?(?P<m>\d{{1,2}})\s?(?P=s)\s?(?P<d>\d{{1,2}})(?!\d)    # 2024-05-31, 2024. 5. 31
    | (?:(?P<era>令和|平成|昭和|民國|民国)\s?(?P<era_year>元|\d{{1,3}})|(?P<cjk>{_YEAR}))\s?[年년]
      (?:\s?(?P<cjk_m>\d{{1,2}})\s?[月월](?:\s?(?P<cjk_d>\d{{1,2}})\s?[日일号號])?)?                    # 2024年5月31日
    | (?<![\d])(?<!\d[./-])(?P<a>\d{{1,2}})\s{{0,2}}(?P<t>[./-])\s{{0,2}}(?P<b>\d{{1,2}})\s{{0,2}}(?P=t)\s{{0,2}}
      (?P<last>{_YEAR}|\d\d)(?!\d)(?!\s?[./-]\s?\d)                                                  # 31/05/2024, 31.5.24
    | (?<!\d)(?P<compact>\d{{8}})(?!\d)                                                              # 20240531, 05312024
    | (?<!\d)(?P<year>{_YEAR})(?!\d)
    | (?<!\d)(?P<day>\d{{1,2}})[\s.-]{{1,2}}(?P<name>[^\W\d_]{{3,12}})\.?[\s,'’-]{{1,3}}(?P<short>\d\d)             # 6 Feb 18
      (?!\d|[.:%]\d|\s?[^\W\d_]{{3,12}}\.?,?\s\d{{4}})
    """,
    re.VERBOSE,
)
# Where an anchor may start: a run of digits, or the first sign of an era. Written to start with one set of characters,
# over which `re` skips quickly.
_SPOT = re.compile("[0-9令平昭民](?:(?<=[0-9])[0-9]+)?")
# A month's name, with vowel points and, in Thai, with the stops of an abbreviation.
_NAME = (
    r"(?P<name>[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0900-\u0903\u093a-\u094f\u0970]"
    r"|[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]|(?<=[\u0e01-\u0e4e])\.(?=[\u0e01-\u0e4e])){1,23})"
)
_ORDINAL = r"(?:[^\W\d_]{1,3}(?![^\W\d_]))?[.ºª°»\"”’')/,-]{0,2}"
_LINK = r"(?:[^\W\d_]{1,3}[.'’]?\s{1,2}|d['’]|day\sof\s)?"
_ERA_MARK = r"(?:พ\.?\s?ศ\.?|ค\.?\s?ศ\.?)?"
_BEFORE_YEAR = rf"[\s.,/’'׳-]{{0,4}}(?:(?:of|de|del|do|da|the|anno|anul)\s{{1,2}}(?:(?:the\syear|año|ano|année)\s)?|d['’])?{_ERA_MARK}\s?\Z"
# "Issue 2, June 2023" has no day; "5th, May 2020" has.
_NO_ISSUE = r"(?!(?<=[^\W\d_] )\d{1,2},\s)"
_DAY_NAME = re.compile(
    rf"(?<![\d:vV])(?<!\d[.,/]){_NO_ISSUE}(?P<day>\d{{1,2}}){_ORDINAL}\s{{0,3}}{_LINK}{_NAME}{_BEFORE_YEAR}"
)
_NAME_DAY = re.compile(
    rf"{_NAME}[\s.,-]{{0,3}}(?:the\s)?(?P<day>\d{{1,2}}){_ORDINAL}[\s,./-]{{0,4}}(?:[^\W\d_]{{2,3}}\s)?\s?\Z"
)
_NAME_ONLY = re.compile(rf"{_NAME}{_BEFORE_YEAR}")
_VIETNAMESE = re.compile(
    r"(?:(?<!\d)(?P<day>\d{1,2})\s?)?\b(?:tháng|thg)\.?\s?(?P<month>\d{1,2})[\s,/.-]{0,3}(?:năm\s)?\s?\Z", re.IGNORECASE
)
_NUMBER_ONLY = re.compile(r"(?<![\d./,-])(?P<month>\d{1,2})\s?[/.-]\s?\Z")
_AFTER_YEAR = r"\.?,?-?\s{0,2}(?:(?:m|g|gada|évi|aasta)\b\.?\s?)?"
# The whole name, and not when what follows is a date with a year of its own: "2019. 15 March 2020".
_NO_YEAR_AFTER = r"(?![^\W\d_])(?!(?:[\s.,]{0,3}\d{1,2})?[^\W\d_]{0,2}[\s.,]{1,3}(?:19|20|25)\d\d)"
_THEN_NAME = re.compile(
    rf"{_AFTER_YEAR}{_NAME}{_NO_YEAR_AFTER}(?:\smėn)?[\s.,-]{{0,3}}(?:(?P<day>\d{{1,2}})(?!\d|[./:]\d))?"
)
_THEN_DAY_NAME = re.compile(rf"{_AFTER_YEAR}(?P<day>\d{{1,2}})\.?\s{{0,2}}{_NAME}{_NO_YEAR_AFTER}")
_THEN_MONTH = re.compile(r"-(?P<month>\d\d)(?![\d-])")
_LOOK_BEHIND = 48
_LOOK_AHEAD = 40
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_BUDDHIST_YEARS = 543
_FIRST_YEAR, _LAST_YEAR = 1990, 2099


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a date: its value, the order read (`dmy`, `mdy` or nothing), the languages of its month's name."""

    value: str
    order: str = ""
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Mention:
    """A date at `text[start:end]`, with every reading the writing allows.

    `weak`: also many other numbers look like this (a year, 05/2024, 3.1.10), so it counts only beside a label.
    `separator` is the sign between the numbers of a numeric date.
    """

    start: int
    end: int
    readings: tuple[Reading, ...]
    weak: bool = False
    separator: str = ""

    @property
    def value(self) -> str:
        return self.readings[0].value


def find_mentions(text: str, language: str | None) -> Iterator[Mention | None]:
    """All dates in a plain line, from left to right; None for a number that looked like one, so that callers can bound the work."""
    end = 0
    for spot in _SPOT.finditer(text):
        match = _ANCHOR.match(text, spot.start()) if spot.start() >= end else None
        if match:
            mention = _read(match, text, end, language)
            if mention or not match["short"]:  # "1 thing 10" is no date, and may be the beginning of one
                end = mention.end if mention else match.end()
            yield mention


def _read(match: re.Match[str], text: str, floor: int, language: str | None) -> Mention | None:
    if match["year"]:
        return _around_year(match, text, floor, language)
    if match["y"]:
        return _mention(match, (_day(match["y"], match["m"], match["d"]),), separator=match["s"])
    if match["last"]:
        return _numeric(match)
    if match["compact"]:
        return _compact(match)
    if match["short"]:
        return _mention(match, _named(match, f"20{match['short']}", language), weak=True)
    return _cjk(match)


def _mention(
    match: re.Match[str], readings: tuple[Reading | None, ...], *, weak: bool = False, separator: str = ""
) -> Mention | None:
    found = tuple(reading for reading in readings if reading)
    return Mention(match.start(), match.end(), found, weak, separator) if found else None


def _numeric(match: re.Match[str]) -> Mention | None:
    year = match["last"] if len(match["last"]) == 4 else f"20{match['last']}"
    day_first = _day(year, match["b"], match["a"], order="dmy")
    month_first = _day(year, match["a"], match["b"], order="mdy") if match["a"] != match["b"] else None
    return _mention(match, (day_first, month_first), weak=len(match["last"]) == 2, separator=match["t"])


def _compact(match: re.Match[str]) -> Mention | None:
    digits = match["compact"]
    year_first = _day(digits[:4], digits[4:6], digits[6:])
    month_first = _day(digits[4:], digits[:2], digits[2:4])
    day_first = _day(digits[4:], digits[2:4], digits[:2])
    return _mention(match, (year_first or month_first or day_first,), weak=True)


def _cjk(match: re.Match[str]) -> Mention | None:
    year = match["cjk"] or _era_year(match["era"], match["era_year"])
    if not match["cjk_m"]:
        return _mention(match, (_year(year),), weak=True)
    if not match["cjk_d"]:
        return _mention(match, (_month(year, match["cjk_m"]),))
    return _mention(match, (_day(year, match["cjk_m"], match["cjk_d"]),))


def _era_year(era: str, year: str) -> str:
    return str(_ERAS[era] + (1 if year == "元" else int(year)))


def _around_year(match: re.Match[str], text: str, floor: int, language: str | None) -> Mention | None:
    start, end = match.span()
    behind = text[max(floor, start - _LOOK_BEHIND) : start]
    ahead = text[end : end + _LOOK_AHEAD]
    found = (
        _named_before(behind, match["year"], language)
        or _named_after(ahead, match["year"], language)
        or _numbered(behind, ahead, match["year"])
        or Mention(0, 0, tuple(filter(None, (_year(match["year"]),))), weak=True)
    )
    if not found.readings:
        return None
    return replace(found, start=start - found.start, end=end + found.end)


def _named_before(behind: str, year: str, language: str | None) -> Mention | None:
    """A date whose month stands before its year. Here `start` counts back from the year."""
    vietnamese = _VIETNAMESE.search(behind)
    if vietnamese:
        reading = _date(year, vietnamese["month"], vietnamese["day"])
        return Mention(len(behind) - vietnamese.start(), 0, (reading,)) if reading else None
    for form in (_DAY_NAME, _NAME_DAY, _NAME_ONLY):
        match = form.search(behind)
        readings = _named(match, year, language) if match else ()
        if match and readings:
            return Mention(len(behind) - match.start(), 0, readings)
    return None


def _named_after(ahead: str, year: str, language: str | None) -> Mention | None:
    """A date whose month stands after its year. Here `end` counts on from the year."""
    for form in (_THEN_DAY_NAME, _THEN_NAME):
        match = form.match(ahead)
        readings = _named(match, year, language) if match else ()
        if match and readings:
            return Mention(0, match.end(), readings)
    return None


def _named(match: re.Match[str], year: str, language: str | None) -> tuple[Reading, ...]:
    numbers = month_numbers(match["name"], language)
    day = match.groupdict().get("day")
    found = (_date(year, str(number), day, languages) for number, languages in numbers.items())
    return tuple(reading for reading in found if reading)


def _numbered(behind: str, ahead: str, year: str) -> Mention | None:
    """05/2024 and 2024-05."""
    before = _NUMBER_ONLY.search(behind)
    if before:
        reading = _month(year, before["month"])
        return Mention(len(behind) - before.start(), 0, (reading,), weak=True) if reading else None
    after = _THEN_MONTH.match(ahead)
    if after:
        reading = _month(year, after["month"])
        return Mention(0, after.end(), (reading,), weak=True) if reading else Mention(0, 0, ())
    return Mention(0, 0, ()) if re.match(r"\s?[-./]\s?\d", ahead) else None


def _date(year: str, month: str, day: str | None, languages: frozenset[str] = frozenset()) -> Reading | None:
    return _day(year, month, day, languages=languages) if day else _month(year, month, languages)


def _day(
    year: str, month: str, day: str, *, order: str = "", languages: frozenset[str] = frozenset()
) -> Reading | None:
    try:
        value = date(_gregorian(year), int(month), int(day))
    except ValueError:
        return None
    return Reading(value.isoformat(), order, languages) if _FIRST_YEAR <= value.year <= _LAST_YEAR else None


def _month(year: str, month: str, languages: frozenset[str] = frozenset()) -> Reading | None:
    reading = _day(year, month, "1", languages=languages)
    return replace(reading, value=reading.value[:7]) if reading else None


def _year(year: str) -> Reading | None:
    reading = _day(year, "1", "1")
    return replace(reading, value=reading.value[:4]) if reading else None


def _gregorian(year: str) -> int:
    """Thai years count from the Buddha's death: 2567 is 2024."""
    return int(year) - _BUDDHIST_YEARS if year.startswith("25") else int(year)
