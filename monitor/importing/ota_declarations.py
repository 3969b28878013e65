"""Open Terms Archive's declarations: a folder of them -> policies that are watched, and a list of what cannot be, with reasons."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from slugify import slugify

from monitor.declarations import Declaration, PolicyDeclaration
from monitor.errors import UsageError
from monitor.home import Home
from monitor.importing.ota_terms import Terms, fault, read_pages, read_terms
from monitor.policies import sync
from monitor.words import canonical

FOLDER = "declarations"
HISTORY = ".history.json"
LONGEST_SLUG = 150  # characters; a policy's slug is made of two such names


@dataclass(frozen=True, slots=True)
class FormerPages:
    """The addresses that terms were read from, in their order, up to a moment."""

    until: datetime
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeclaredService:
    """A service of a collection, its terms by their type."""

    id: str
    name: str
    terms: Mapping[str, Terms]
    former: Mapping[str, tuple[FormerPages, ...]]  # in ascending order


@dataclass(slots=True)
class Collection:
    """What declarations hold. `listed` has, in words, everything that could not be read and why."""

    services: dict[str, DeclaredService] = field(default_factory=dict)
    listed: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Declared:
    """What bringing declarations in came to: each policy's slug with `added`, `updated` or `unchanged`; what was not, and why."""

    policies: list[tuple[str, str]] = field(default_factory=list)
    services: int = 0
    listed: list[str] = field(default_factory=list)


def import_declarations(home: Home, path: Path) -> Declared:
    """Watch what a collection declares. Terms that need JavaScript filters are listed, as all that cannot be read is."""
    collection = read_collection(path)
    declared = Declared(listed=collection.listed)
    with home.database.writing() as session:
        for service in collection.services.values():
            policies = tuple(_without_filters(service, declared.listed))
            if not policies:
                continue
            declared.services += 1
            done = sync(
                session,
                [Declaration(service=service.name, policies=policies)],
                interval_seconds=home.settings.interval,
                now=home.clock(),
                adaptive=home.settings.adaptive,
                time_zone=home.settings.time_zone,
            )
            declared.policies += [(policy.slug, what) for policy, what in done]
    return declared


def _without_filters(service: DeclaredService, listed: list[str]) -> Iterator[PolicyDeclaration]:
    for terms_type, terms in service.terms.items():
        if terms.filters:
            listed.append(f"{service.name}, {terms_type}: {_wants_filters(service.name, terms)}")
        else:
            yield terms.policy


def _wants_filters(service: str, terms: Terms) -> str:
    """What keeps the terms out, and the command that watches them all the same; quoted, for strangers wrote the names."""
    filters = f"needs the JavaScript filter {' and '.join(map(canonical, terms.filters))}, which is not run here"
    urls = [source.url for source in terms.policy.sources]
    if len(urls) > 1:
        return f"{filters}. Its pages: {' '.join(urls)}"
    command = shlex.join(["smallprint", "add", *urls, "--service", service, "--type", terms.policy.type])
    return f"{filters}. Without it: {command}"


def read_collection(path: Path) -> Collection:
    """The declarations of a collection's root, of its folder `declarations`, or of one JSON file."""
    collection = Collection()
    slugs: dict[str, str] = {}
    for file in _files(path):
        service_id, shown = file.name.removesuffix(".json"), canonical(file.name)
        try:
            raw = _read_json(file)
            name = _name(raw, service_id)
            _check_is_new(slug_of(name), name, shown, slugs)
        except ValueError as error:
            collection.listed.append(f"{shown}: not read: {error}.")
            continue
        terms = dict(_terms(raw, shown, collection.listed))
        former = _former(file.with_name(f"{service_id}{HISTORY}"))
        collection.services[service_id] = DeclaredService(service_id, name, terms, former)
    return collection


def slug_of(name: str) -> str:
    """What a service or a terms type is told from others by; ValueError in words when nothing can be called so."""
    slug = slugify(name) or "service"
    if not name or len(slug) > LONGEST_SLUG:
        raise fault(f"a name of up to {LONGEST_SLUG} letters", name)
    return slug


def _check_is_new(key: str, name: str, place: str, known: dict[str, str]) -> None:
    """Two that go by one name are one policy here: the second is refused by a ValueError in words."""
    if known.setdefault(key, place) != place:
        raise ValueError(f"the name {name!r} cannot be told from that of {known[key]!r}. Give one of them another name")


def _files(path: Path) -> list[Path]:
    if not path.exists():
        raise UsageError(
            f"a folder of declarations, or one JSON file, was wanted, {path} does not exist. Check the path."
        )
    if path.is_file():
        return [path]
    folder = path / FOLDER if (path / FOLDER).is_dir() else path
    files = sorted(file for file in folder.glob("*.json") if not file.name.endswith(HISTORY) and file.is_file())
    if not files:
        raise UsageError(f"{folder}: declarations (<service>.json) were wanted, the folder has none.")
    return files


def _read_json(file: Path) -> Any:
    """What a file holds; ValueError in words when it is no JSON."""
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise ValueError(f"it cannot be opened: {error.strerror}") from None
    except RecursionError:
        raise ValueError("a service and its terms were wanted, this is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"JSON was wanted, this came: {error}") from None


def _name(raw: Any, service_id: str) -> str:
    """The service's name; its id where it has none."""
    if not isinstance(raw, dict):
        raise fault("an object with `name` and `terms`", raw)
    name = raw.get("name")
    if not isinstance(name, str | None):
        raise fault("`name`: the name of a service", name)
    return canonical(name or "") or canonical(service_id)


def _terms(raw: dict[str, Any], place: str, listed: list[str]) -> Iterator[tuple[str, Terms]]:
    """Each terms type with its terms; `documents` is what `terms` were called before 2025."""
    declared = raw.get("documents") if raw.get("terms") is None else raw["terms"]
    if not isinstance(declared, dict):
        listed.append(f"{place}: `terms`: an object with a key for each terms type was wanted, {declared!r:.100} came.")
        return
    if not declared:
        listed.append(f"{place}: it has no terms.")
    known: dict[str, str] = {}
    for key, one in declared.items():
        terms_type = canonical(key)
        try:
            slug_of(terms_type)
            _check_is_new(terms_type, terms_type, key, known)
            yield terms_type, read_terms(terms_type, one)
        except ValueError as error:
            listed.append(f"{place}, {terms_type or repr(key)}: {error}.")


def _former(file: Path) -> dict[str, tuple[FormerPages, ...]]:
    """What a history file says of former addresses; what cannot be read in it says nothing."""
    try:
        raw = _read_json(file) if file.is_file() else {}
    except ValueError:
        return {}
    entries = raw.items() if isinstance(raw, dict) else ()
    return {
        canonical(terms_type): tuple(sorted(_former_pages(former), key=lambda pages: pages.until))
        for terms_type, former in entries
        if isinstance(former, list)
    }


def _former_pages(raw: list[Any]) -> Iterator[FormerPages]:
    for entry in raw:
        try:
            pages = read_pages(entry)
            until = datetime.fromisoformat(str(entry.get("validUntil") or entry.get("ValidUntil")))
            moment = until.replace(tzinfo=UTC) if until.tzinfo is None else until.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        yield FormerPages(moment, tuple(page["fetch"] for page in pages))
