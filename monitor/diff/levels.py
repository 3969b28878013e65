"""The table `rules/significance.yaml` and what a home adds to it: read and checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.diff.rule_files import checked, nearest, own, package, remembered
from monitor.errors import ConfigurationError
from monitor.types import Significance

FILE = "significance"


@dataclass(frozen=True, slots=True)
class Entry:
    """One rule of the table; `phrases` only those of a home's own rule have."""

    rule: str
    level: Significance
    meaning: str
    phrases: tuple[str, ...] = ()


def entries(tests: Iterable[str]) -> tuple[Entry, ...]:
    """The package's rules in their order, at the levels that the home gives them. Each must have a test, each test a rule."""
    found = [_entry(f"rules/{FILE}.yaml", raw) for raw in _listed(f"rules/{FILE}.yaml", package(FILE).get("rules"))]
    names, wanted = [entry.rule for entry in found], set(tests)
    if set(names) != wanted or len(names) != len(wanted):
        raise ConfigurationError(f"rules/{FILE}.yaml: the rules {sorted(wanted)} were wanted, {sorted(names)} came.")
    levels = _own_levels(names)
    return tuple(Entry(entry.rule, levels.get(entry.rule, entry.level), entry.meaning) for entry in found)


@remembered
def own_entries() -> tuple[Entry, ...]:
    """The rules that the home adds under `phrases`."""
    place, raw = own(FILE)
    return tuple(_own_entry(f"{place}: phrases", one) for one in _listed(f"{place}: phrases", raw.get("phrases", [])))


def check_own() -> None:
    """Raises ConfigurationError when the home's file has a fault."""
    place, raw = own(FILE)
    strange = next((part for part in raw if part not in ("levels", "phrases")), None)
    if strange is not None:
        raise ConfigurationError(f"{place}: `levels` or `phrases` was wanted, {strange!r} came. Correct the name.")
    _own_levels([str(rule.get("rule")) for rule in _listed(FILE, package(FILE).get("rules"))])
    own_entries()


def _own_levels(names: Iterable[str]) -> dict[str, Significance]:
    place, raw = own(FILE)
    levels = raw.get("levels", {})
    if not isinstance(levels, dict):
        raise ConfigurationError(f"{place}: levels: a mapping of rules to levels was wanted. Write `heading: minor`.")
    for rule in levels:
        if rule not in names:
            raise ConfigurationError(f"{place}: levels: no rule is called {rule!r}.{nearest(str(rule), names)}")
    return {rule: _level(f"{place}: levels: {rule}", level) for rule, level in levels.items()}


def _own_entry(place: str, raw: Mapping[str, object]) -> Entry:
    phrases = checked(place, {str(raw.get("rule")): raw.get("phrases")})
    entry = _entry(place, raw)
    return Entry(entry.rule, entry.level, entry.meaning, tuple(phrases[entry.rule]))


def _entry(place: str, raw: Mapping[str, object]) -> Entry:
    rule, meaning = raw.get("rule"), raw.get("meaning")
    if not isinstance(rule, str) or not isinstance(meaning, str) or not rule or not meaning:
        raise ConfigurationError(f"{place}: `rule`, `level` and `meaning` were wanted, {dict(raw)!r} came.")
    return Entry(rule, _level(f"{place}: {rule}", raw.get("level")), meaning)


def _listed(place: str, raw: object) -> list[Mapping[str, object]]:
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise ConfigurationError(
            f"{place}: a list of rules was wanted, {type(raw).__name__} came. Begin each with `- rule:`."
        )
    return raw


def _level(place: str, raw: object) -> Significance:
    words = [level.word for level in Significance]
    if raw not in words:
        raise ConfigurationError(f"{place}: a level was wanted, {raw!r} came. Levels are {', '.join(words)}.")
    return Significance(words.index(str(raw)))
