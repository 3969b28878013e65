"""Month names in every language of the label table, from Unicode CLDR (through Babel) and the table's own extras."""

import re
from collections.abc import Mapping
from functools import cache

from monitor.dates.labels import extra_months, languages
from monitor.dates.phrases import fold

MonthNumbers = Mapping[int, frozenset[str]]
"""Month numbers that a word may mean, each with the languages in which it does."""

_NONE: MonthNumbers = {}
_HEBREW_PREFIXES = "בלמה"
_CASE_CHANGE = re.compile(r"(?<=[^\W\d_A-ZÀ-Þ])(?=[A-ZÀ-ÞА-Я])")
_SHORT = 3


def month_numbers(word: str, language: str | None) -> MonthNumbers:
    """What months `word` may name on a page in `language`.

    Names of the page's language and of English come first, then those of all others. There, names of up to three
    letters ("set", "pro") are believed only when the page's language is unknown.
    """
    folded = _plain(word)
    for name in (folded, _plain(_CASE_CHANGE.split(word)[-1]), _without_prefix(folded)):
        found = _look_up(name, language)
        if found:
            return found
    return _NONE


def _look_up(name: str, language: str | None) -> MonthNumbers:
    for known in (language, "en"):
        number = _names(known).get(name) if known in languages() else None
        if number:
            return {number: frozenset({known or ""})}
    if language in languages() and len(name) <= _SHORT:
        return _NONE
    return _all_names().get(name, _NONE)


def _plain(name: str) -> str:
    return fold(name).strip(".׳'")


def _without_prefix(name: str) -> str:
    """Hebrew writes "in" and "from" onto the month; Thai writes "month" and no spaces."""
    if name[:1] in _HEBREW_PREFIXES:
        return name[1:]
    return name.removeprefix(fold("เดือน"))


@cache
def _all_names() -> dict[str, MonthNumbers]:
    found: dict[str, dict[int, frozenset[str]]] = {}
    for language in languages():
        for name, number in _names(language).items():
            numbers = found.setdefault(name, {})
            numbers[number] = numbers.get(number, frozenset()) | {language}
    return dict(found)


@cache
def _names(language: str | None) -> dict[str, int]:
    """Folded month names of one language: wide and abbreviated, within a date and alone."""
    from babel.dates import get_month_names  # noqa: PLC0415  # costs 50 ms, which a page without month names need not pay

    assert language
    names: dict[str, int] = {}
    for width in ("abbreviated", "wide"):
        written = get_month_names(width, "format", locale=language)
        for number, alone in get_month_names(width, "stand-alone", locale=language).items():
            # Babel 2.18 answers with another language's names where a locale has none of its own for "stand-alone".
            inflected = _plain(written[number])
            names |= {name: number for name in (_plain(alone), inflected) if name[:2] == inflected[:2]}
    others = ((number, name) for number, extras in extra_months(language).items() for name in extras)
    names |= {_plain(name.replace(" ", "")): number for number, name in others}
    return {name: number for name, number in names.items() if not any(character.isdigit() for character in name)}
