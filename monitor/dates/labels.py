"""The table of label phrases: `labels.yaml`, read and checked once, when it is first needed."""

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from monitor.dates.phrases import PhraseTable
from monitor.errors import ConfigurationError


class Kind(StrEnum):
    """What a phrase says about the date beside it; the names of the lists in `labels.yaml`."""

    LAST_UPDATED = "last_updated"
    UPDATED = "updated"
    UPDATED_AFTER = "updated_after"
    VERSION = "version"
    PUBLISHED = "published"
    PUBLISHED_AFTER = "published_after"
    EFFECTIVE = "effective"
    EFFECTIVE_AFTER = "effective_after"
    DOCUMENT = "document"
    FILLER = "filler"
    JOIN = "join"
    UNTIL = "until"
    PREVIOUS = "previous"
    ANNOUNCED = "announced"
    LAW = "law"
    COMMERCE = "commerce"
    COPYRIGHT = "copyright"
    CHANGELOG = "changelog"
    PART = "part"


_MONTHS = "months"
# Languages whose labels and months are written like those of another language of the table.
_SERVED_BY = {"no": "nb", "nn": "nb", "sr": "hr", "bs": "hr", "sh": "hr", "ms": "id", "iw": "he", "in": "id"}


@cache
def phrase_table() -> PhraseTable:
    """All label phrases of all languages, ready for matching."""
    table = PhraseTable()
    for language, lists in _table().items():
        for kind in (kind for kind in lists if kind != _MONTHS):
            for phrase in lists[kind]:
                table.add(phrase, kind, language)
    return table


@cache
def languages() -> tuple[str, ...]:
    """The languages of the table, in its order."""
    return tuple(language for language in _table() if language != "any")


def table_language(code: str | None) -> str | None:
    """The language of the table that serves a language code: `de-AT` is `de`, Norwegian and Serbian have other names here."""
    base = code.lower().replace("_", "-").partition("-")[0] if code else ""
    return _SERVED_BY.get(base, base) or None


def extra_months(language: str) -> dict[int, list[str]]:
    """Ways to write months that CLDR does not have, by the month's number."""
    months: dict[int, list[str]] = _table().get(language, {}).get(_MONTHS, {})
    return months


@cache
def months_of_two_words() -> tuple[str, ...]:
    """The months of the table that are written as two words, such as the Levant's names."""
    listed = (names for language in _table() for names in extra_months(language).values())
    return tuple(name for names in listed for name in names if " " in name)


@cache
def _table() -> dict[str, dict[str, Any]]:
    import yaml  # noqa: PLC0415  # 40 ms that a page without dates need not pay

    text = Path(__file__).with_name("labels.yaml").read_text(encoding="utf-8")
    return check(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506


def check(table: object) -> dict[str, dict[str, Any]]:
    """The table as it was given, when its shape is right. Raises ConfigurationError with the place that is wrong."""
    if not isinstance(table, dict):
        raise ConfigurationError(f"labels.yaml: wanted languages with their lists, got {type(table).__name__}")
    for language, lists in table.items():
        _check_language(language, lists)
    return table


def _check_language(language: object, lists: object) -> None:
    if not isinstance(lists, dict):
        raise ConfigurationError(f"labels.yaml: {language}: wanted lists of phrases, got {lists!r}")
    for name, phrases in lists.items():
        place = f"labels.yaml: {language}.{name}"
        if name == _MONTHS:
            _check_months(place, phrases)
        elif name not in set(Kind):
            raise ConfigurationError(f"{place}: no such list; wanted one of {', '.join(Kind)} or {_MONTHS}")
        else:
            _check_phrases(place, phrases)


def _check_months(place: str, months: object) -> None:
    if not isinstance(months, dict) or not set(months) <= set(range(1, 13)):
        raise ConfigurationError(f"{place}: wanted month numbers 1 to 12 with their names, got {months!r}")
    for names in months.values():
        _check_phrases(place, names)


def _check_phrases(place: str, phrases: object) -> None:
    if not isinstance(phrases, list):
        raise ConfigurationError(f"{place}: wanted a list of phrases, got {phrases!r}")
    for phrase in phrases:
        if not isinstance(phrase, str) or not phrase.strip():
            raise ConfigurationError(
                f'{place}: wanted a phrase, got {phrase!r}; put yes, no, on and off in quotes: "on"'
            )
