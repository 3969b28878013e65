"""Words that are written in more than one way, read as one: British and American, before and after a reform. `rules/spelling.yaml` holds them."""

import re
from functools import cache, lru_cache
from itertools import combinations

from monitor.diff.rule_files import Table, table
from monitor.errors import ConfigurationError

_REMEMBERED = 50_000
# An ending counts only after this many letters: `realize`, not `size`.
_BEFORE_ENDING = 3


@lru_cache(maxsize=_REMEMBERED)
def one_spelling(word: str) -> str:
    """The form of a case-folded word that all its spellings are read as: `licence` -> license, `d'août` -> d'aout. Idempotent."""
    elided, mark, word = word.rpartition("'")
    return elided + mark + _one_form(word)


def _one_form(word: str) -> str:
    whole = _variants("words").get(word)
    if whole:
        return whole
    stems, endings = _variants("stems"), _variants("endings")
    word = _stem().sub(lambda found: (found["prefix"] or "") + stems[found["stem"]], word)
    return _ending().sub(lambda found: endings[found[0]], word)


def are_two_words(one: str, other: str) -> bool:
    """Known to be different words, although one letter apart: country and county."""
    return frozenset((one, other)) in _apart()


def check_variants(place: str, lines: Table) -> dict[str, str]:
    """Each variant with the form that it is read as; a ConfigurationError for a line that cannot be right."""
    forms: dict[str, str] = {}
    for language, entries in lines.items():
        for entry in entries:
            first, *variants = entry.split()
            if not variants or any(forms.get(variant, first) != first for variant in variants):
                raise ConfigurationError(
                    f"{place}: {language}: {entry!r}: one form and others that are read as it were wanted, each with one reading only. Correct the line."
                )
            forms |= dict.fromkeys(variants, first)
    if chained := next((first for first in forms.values() if first in forms), None):
        raise ConfigurationError(
            f"{place}: {chained!r}: a form that others are read as cannot itself be read as another."
        )
    return forms


@cache
def _variants(part: str) -> dict[str, str]:
    return check_variants(f"rules/spelling.yaml: {part}", table("spelling", part))


@cache
def _stem() -> re.Pattern[str]:
    prefixes = [prefix for entries in table("spelling", "prefixes").values() for prefix in entries]
    return re.compile(rf"^(?P<prefix>{_any(prefixes)})?(?P<stem>{_any(_variants('stems'))})")


@cache
def _ending() -> re.Pattern[str]:
    return re.compile(rf"(?<=[^\W\d_]{{{_BEFORE_ENDING}}})(?:{_any(_variants('endings'))})$")


@cache
def _apart() -> frozenset[frozenset[str]]:
    lines = table("spelling", "apart").values()
    groups = (entry.split() for entries in lines for entry in entries)
    return frozenset(frozenset(map(one_spelling, pair)) for group in groups for pair in combinations(group, 2))


def _any(forms: list[str] | dict[str, str]) -> str:
    """An alternation, the longest first."""
    return "|".join(sorted(map(re.escape, forms), key=len, reverse=True))
