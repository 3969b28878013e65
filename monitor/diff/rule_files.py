"""The files `rules/*.yaml` of the package, with what a home adds to them: read once, on first need, and checked while reading.

A table maps a name to a list of phrases; a file is one table, or parts that are tables. A home may add phrases to the names
of the files in OPEN, by files of the same form in its folder `rules`. A fault names the file, the entry and what was wanted.
"""

from collections.abc import Callable, Iterable
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

import yaml

from monitor.errors import ConfigurationError

Table = dict[str, list[str]]
F = TypeVar("F", bound=Callable[..., Any])

OPEN = ("topics", "direction", "facts", "words")
"""Files whose lists of phrases a home may add to; `significance` has a form of its own (`levels.py`)."""

_caches: list[Callable[[], None]] = []
_folder: Path | None = None


def remembered(function: F) -> F:
    """As `functools.cache`, and forgotten when other own rules are used."""
    cached = cache(function)
    _caches.append(cached.cache_clear)
    return cached  # type: ignore[return-value]


def use_own(folder: Path | None) -> None:
    """Read the home's own rules from this folder from now on; None, or a folder that is not there: there are none."""
    global _folder  # noqa: PLW0603  the rules of a process, set once when it starts to work for a home
    wanted = folder if folder is not None and folder.is_dir() else None
    if wanted != _folder:
        _folder = wanted
        for clear in _caches:
            clear()


def own_files() -> tuple[Path, ...]:
    """The home's own files."""
    return tuple(sorted(_folder.glob("*.yaml"))) if _folder is not None else ()


@remembered
def table(name: str, part: str = "") -> Table:
    """`rules/NAME.yaml`, or one part of it, with the home's own phrases."""
    whole = package(name)
    chosen = whole.get(part) if part else whole
    found = checked(f"rules/{name}.yaml" + (f": {part}" if part else ""), chosen)
    added = own_table(name, part) if part and name in OPEN else {}
    return {label: [*phrases, *added.get(label, [])] for label, phrases in found.items()}


def own_table(name: str, part: str) -> Table:
    """What the home adds to one part of a file. Raises ConfigurationError when its names are not those of the package."""
    place, raw = own(name)
    known = package(name)
    for label in raw:
        if label not in known:
            raise ConfigurationError(f"{place}: there is no part {label!r}.{nearest(label, known)}")
    if part not in raw:
        return {}
    added = checked(f"{place}: {part}", raw[part])
    labels = known[part]
    assert isinstance(labels, dict)
    for label in added:
        if label not in labels:
            raise ConfigurationError(f"{place}: {part}: there is no {label!r}.{nearest(label, labels)}")
    return added


def own(name: str) -> tuple[str, dict[str, Any]]:
    """The home's own file of this name: its place, and what stands in it, nothing when there is none."""
    if _folder is None or not (file := _folder / f"{name}.yaml").is_file():
        return f"rules/{name}.yaml", {}
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file}: a UTF-8 file was wanted, it cannot be read: {error}.") from None
    return str(file), _loaded(str(file), text)


@remembered
def package(name: str) -> dict[str, Any]:
    """What stands in `rules/NAME.yaml` of the package."""
    text = files("monitor.diff").joinpath("rules", f"{name}.yaml").read_text(encoding="utf-8")
    return _loaded(f"rules/{name}.yaml", text)


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


def nearest(name: str, known: Iterable[str]) -> str:
    """` Did you mean ...?`, or what there is."""
    names = list(known)
    close = get_close_matches(name, names, n=1)
    return f" Did you mean {close[0]!r}?" if close else f" There are: {', '.join(names)}."


def _loaded(place: str, text: str) -> dict[str, Any]:
    # The base loader knows only text: `no` stays a word. The one in C is twenty times as fast, where there is one.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        raw = yaml.load(text, Loader=loader)  # noqa: S506 - the base loader makes nothing but text
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{place}: YAML was wanted, it cannot be read: {error}. Correct the file.") from None
    if not isinstance(raw, dict):
        raise ConfigurationError(f"{place}: a mapping was wanted, {_kind(raw)} came. Correct the file.")
    return raw


def _kind(value: object) -> str:
    return "nothing" if value is None else f"a {type(value).__name__}"
