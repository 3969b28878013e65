"""The files `rules/*.yaml`: read once, on first need, and checked while reading.

A table maps a name to a list of phrases. A fault names the file, the entry and what was wanted.
"""

from functools import cache
from importlib.resources import files

import yaml

from monitor.errors import ConfigurationError

Table = dict[str, list[str]]


@cache
def table(name: str, part: str = "") -> Table:
    """`rules/NAME.yaml`, or one part of it."""
    whole = _read(name)
    chosen = whole.get(part) if part else whole
    return checked(f"rules/{name}.yaml" + (f": {part}" if part else ""), chosen)


def checked(place: str, raw: object) -> Table:
    """`raw` when it is a table, else a ConfigurationError that says where it is not."""
    if not isinstance(raw, dict) or not raw:
        raise ConfigurationError(
            f"{place}: a mapping of names to lists of phrases was wanted, {_kind(raw)} came. Correct the file."
        )
    for name, phrases in raw.items():
        if not isinstance(name, str):
            raise ConfigurationError(f"{place}: a name was wanted, {name!r} came. Put it in quotes.")
        if not isinstance(phrases, list) or not phrases:
            raise ConfigurationError(
                f"{place}: {name}: a list of phrases was wanted, {_kind(phrases)} came. Write `- phrase` lines below it."
            )
        wrong = next(
            (phrase for phrase in phrases if not isinstance(phrase, str) or not any(map(str.isalnum, phrase))), None
        )
        if wrong is not None:
            raise ConfigurationError(f"{place}: {name}: a phrase was wanted, {wrong!r} came. Put it in quotes.")
    return raw


@cache
def _read(name: str) -> dict[str, object]:
    # The base loader knows only text: `no` stays a word. The one in C is twenty times as fast, where there is one.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    text = files("monitor.diff").joinpath("rules", f"{name}.yaml").read_text(encoding="utf-8")
    raw = yaml.load(text, Loader=loader)  # noqa: S506 - the base loader makes nothing but text
    if not isinstance(raw, dict):
        raise ConfigurationError(f"rules/{name}.yaml: a mapping was wanted, {_kind(raw)} came. Correct the file.")
    return raw


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
