"""Declarations: read them, check them, and what a bare URL stands for.

A declaration is a YAML file, one a service:

    service: Acme
    policies:
      - type: Privacy Policy
        sources: [https://acme.example/privacy]
        interval: 24h        # optional, as are all below; or by a cron expression:
        # cron: "0 9 * * 1"
        # time_zone: Europe/Berlin
        adaptive: true       # more often after changes, less often when quiet
        browser: auto        # auto, always, never
        robots: obey         # obey, ignore
        language: de-CH      # or a list; also with one source
        tags: [vendor, eu]   # words of your own; those beside `service` hold for all of its policies
        select: .content     # CSS selectors and ranges; also with one source, as {url:, select:, remove:}
        remove: [.related]
"""

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import urlsplit

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    ValidationError,
    model_validator,
)
from slugify import slugify

from monitor.addresses import url_refusal
from monitor.config import Duration, TimeZone
from monitor.errors import ConfigurationError, UsageError
from monitor.languages import read_tags
from monitor.tags import merged, tag_names
from monitor.timing import cron_fault
from monitor.types import Range, Selection

if TYPE_CHECKING:
    from tldextract import TLDExtract

TERMS_TYPES = (  # words of an address -> terms type of Open Terms Archive's public list; the first match holds
    (r"cookie|tracker", "Trackers Policy"),
    (
        r"privacy|privacidad|privacidade|confidentialit|vie-privee|datenschutz|dsgvo|gdpr|data-?protection|personal-?data",
        "Privacy Policy",
    ),
    (r"acceptable[-_]?use|aup\b", "Acceptable Use Policy"),
    (r"data[-_]?process|dpa\b", "Data Processor Agreement"),
    (r"community[-_]?(guidelines|standards|rules)", "Community Guidelines"),
    (r"developer", "Developer Terms"),
    (r"imprint|impressum|mentions-legales", "Imprint"),
    (r"terms|tos\b|conditions|agb\b|cgu\b|nutzungsbedingungen|legal", "Terms of Service"),
)


UNKNOWN_TYPE = "Policy"


def web_address(url: str) -> str:
    """The URL when it is one that can be watched; ValueError in words otherwise. Private addresses are the crawler's to refuse."""
    wanted = url.strip()
    refusal = url_refusal(wanted, allow_private=True)
    if refusal is not None:
        raise ValueError(f"an http(s) address such as https://acme.example/privacy was wanted, {url!r} came: {refusal}")
    return wanted.partition("#")[0]


def bare_site(text: str) -> str | None:
    """The site that a host alone, or an address without a path, stands for, as it was written; None for anything else."""
    wanted = text.strip()
    has_scheme = "://" in wanted
    url = wanted if has_scheme else f"https://{wanted}"
    if url_refusal(url, allow_private=True) is not None:
        return None
    parts = urlsplit(url)
    names_host = has_scheme or "." in (parts.hostname or "").strip(".")
    return wanted.partition("#")[0] if names_host and parts.path in {"", "/"} and not parts.query else None


def _with_url(raw: Any) -> Any:
    """A source may be no more than its address."""
    if isinstance(raw, str):
        return {"url": raw}
    if not isinstance(raw, dict | SourceDeclaration):
        raise ValueError(f"an address, or url: with select: and remove: beside it, was wanted, {raw!r:.200} came")  # noqa: TRY004  pydantic wants it
    return raw


def _selectors(raw: Any) -> tuple[str | Range, ...]:
    from monitor.extract.selectors import read_selectors  # noqa: PLC0415  only few declarations need the parser

    return read_selectors(raw)


Language = Annotated[str | None, BeforeValidator(read_tags)]
Tags = Annotated[tuple[str, ...] | None, BeforeValidator(tag_names)]
Selectors = Annotated[tuple[str | Range, ...] | None, PlainValidator(_selectors)]


class SourceDeclaration(BaseModel):
    """One page that a policy's text is read from. What it does not say of `select`, `remove` and `language` its policy says."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    url: Annotated[str, AfterValidator(web_address)]
    select: Selectors = None
    remove: Selectors = None
    language: Language = None


def _cron(expression: str) -> str:
    fault = cron_fault(expression)
    if fault:
        raise ValueError(fault)
    return " ".join(expression.split())


class ScheduleDeclaration(BaseModel):
    """When a policy is checked: every `interval`, or at the moments of `cron` in `time_zone`. What is None the settings say."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    interval: Duration | None = None
    cron: Annotated[str, AfterValidator(_cron)] | None = None
    time_zone: TimeZone | None = None
    adaptive: bool | None = None

    @model_validator(mode="after")
    def _is_one_schedule(self) -> Self:
        if self.cron and self.interval:
            raise ValueError("an interval or a cron expression was wanted, both came. Keep one of them")
        if self.cron and self.adaptive:
            raise ValueError(
                "adaptive was wanted with an interval, it came with a cron expression, which says when itself"
            )
        return self


class PolicyDeclaration(ScheduleDeclaration):
    """One policy of a declaration."""

    type: str = Field(min_length=1)
    sources: tuple[Annotated[SourceDeclaration, BeforeValidator(_with_url)], ...] = Field(min_length=1)
    select: Selectors = None
    remove: Selectors = None
    browser: Literal["auto", "always", "never"] = "auto"
    robots: Literal["obey", "ignore"] = "obey"
    language: Language = None
    tags: Tags = None

    @model_validator(mode="after")
    def _has_a_use_for_its_time_zone(self) -> Self:
        if self.time_zone and not self.cron:
            raise ValueError("time_zone was wanted with a cron expression, it came alone. Add `cron`, or take it out")
        return self

    def selection(self, source: SourceDeclaration) -> Selection | None:
        """What holds for one of the policy's sources; None when nothing is declared."""
        select = self.select if source.select is None else source.select
        remove = self.remove if source.remove is None else source.remove
        return Selection(select or (), remove or ()) if select or remove else None

    def language_of(self, source: SourceDeclaration) -> str:
        """The tags that one of the policy's sources is asked for; empty when none are declared."""
        return source.language or self.language or ""


class Declaration(BaseModel):
    """A service's policies and their sources."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    service: str = Field(min_length=1)
    tags: Tags = None
    policies: tuple[PolicyDeclaration, ...] = Field(min_length=1)

    def tags_of(self, policy: PolicyDeclaration) -> tuple[str, ...] | None:
        """The service's tags and the policy's own; None when neither says anything."""
        if self.tags is None and policy.tags is None:
            return None
        return merged(self.tags or (), policy.tags or ())


def read_declarations(path: Path) -> list[Declaration]:
    """The declarations of a file, or of all `*.yaml` and `*.yml` files of a folder. All are checked before any is returned."""
    if not path.exists():
        raise UsageError(f"a declaration file or a folder of them was wanted, {path} does not exist. Check the path.")
    files = sorted(file for file in path.iterdir() if file.suffix in (".yaml", ".yml")) if path.is_dir() else [path]
    if not files:
        raise UsageError(f"{path}: declarations (*.yaml) were wanted, the folder has none.")
    placed = [
        (f"{file}: {f'declaration {number}: ' if number > 1 else ''}", declaration)
        for file in files
        for number, declaration in enumerate(_read_declarations(file), 1)
    ]
    _check_repeats(placed)
    return [declaration for _, declaration in placed]


def declare_url(
    url: str, *, service: str = "", terms_type: str = "", interval_seconds: int | None = None
) -> Declaration:
    """The declaration that a bare URL stands for: service after the host's registered name, type after words of the address."""
    try:
        policy = PolicyDeclaration(
            type=terms_type or guess_type(url), sources=(SourceDeclaration(url=url),), interval=interval_seconds
        )
    except ValueError as error:
        raise UsageError(str(error).strip()) from None
    return Declaration(service=service or guess_service(url), policies=(policy,))


def declare_schedule(
    *, interval: str = "", cron: str = "", time_zone: str = "", adaptive: bool | None = None
) -> ScheduleDeclaration:
    """A schedule in the words of a command line; empty words are not declared."""
    words = {"interval": interval, "cron": cron, "time_zone": time_zone}
    given: dict[str, object] = {name: word for name, word in words.items() if word}
    try:
        return ScheduleDeclaration.model_validate({**given, "adaptive": adaptive})
    except ValidationError as error:
        raise UsageError("\n".join(_option_fault(dict(fault)) for fault in error.errors())) from None


def _option_fault(fault: dict[str, Any]) -> str:
    option = "".join(f"--{str(part).replace('_', '-')}: " for part in fault["loc"])
    return f"{option}{_fault(fault)}"


def guess_service(url: str) -> str:
    """The registered name of the host (`www.acme.co.uk` -> `Acme`), or the host as it is when it has none."""
    host = urlsplit(url).hostname or ""
    found = _registered_names()(host)
    labels = host.split(".")
    if found.suffix or len(labels) == 1 or host.replace(".", "").isdecimal():
        return found.domain.capitalize() or host
    return labels[-2].capitalize()


@cache
def _registered_names() -> "TLDExtract":
    """By the list that came with the package: no network."""
    from tldextract import TLDExtract  # noqa: PLC0415  slow to load, and for new policies only

    return TLDExtract(suffix_list_urls=())


def guess_type(url: str) -> str:
    parts = urlsplit(url.lower())
    place = f"{parts.path} {parts.query} {parts.hostname}"
    return next((terms_type for pattern, terms_type in TERMS_TYPES if re.search(pattern, place)), UNKNOWN_TYPE)


def _read_declarations(file: Path) -> list[Declaration]:
    """One declaration, or several divided by `---`."""
    try:
        raw = list(yaml.safe_load_all(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"{file}: the declaration cannot be read: {error.strerror}.") from None
    except RecursionError:
        raise ConfigurationError(
            f"{file}: a service and its policies were wanted, this is nested too deeply."
        ) from None
    except (ValueError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{file}: YAML was wanted, this came: {_yaml_fault(error)}.") from None
    try:
        return [Declaration.model_validate(one) for one in raw]
    except ValidationError as error:
        raise ConfigurationError("\n".join(f"{file}: {fault}" for fault in faults_in(error))) from None


def _yaml_fault(error: Exception) -> str:
    """What is wrong with the YAML, and in which line."""
    mark = getattr(error, "problem_mark", None)
    words = getattr(error, "problem", None) or str(error).splitlines()[0]
    return f"line {mark.line + 1}: {words}" if mark is not None else words


def _check_repeats(placed: Iterable[tuple[str, Declaration]]) -> None:
    """One policy a type of a service, and each source once in a policy; ConfigurationError naming both places otherwise."""
    types: dict[tuple[str, str], str] = {}
    for file, declaration in placed:
        for number, policy in enumerate(declaration.policies):
            place = f"{file}policies.{number}"
            first = types.setdefault((slugify(declaration.service), policy.type), place)
            if first != place:
                raise ConfigurationError(
                    f"{place} declares the {policy.type} of {declaration.service}, as {first} does. Name all sources in one of them, or give this one another type."
                )
            _check_sources(place, [source.url for source in policy.sources])


def _check_sources(place: str, urls: Sequence[str]) -> None:
    for number, url in enumerate(urls):
        first = urls.index(url)
        if first != number:
            raise ConfigurationError(
                f"{place}.sources.{number} is the same page as {place}.sources.{first}: {url} (what follows a # does not count). Name it once."
            )


def faults_in(error: ValidationError) -> list[str]:
    """One line a fault, with its place; a list that is too short for no reason but a fault in it is none."""
    faults: list[dict[str, Any]] = [dict(fault) for fault in error.errors(include_url=False)]
    inside = {fault["loc"][:end] for fault in faults for end in range(len(fault["loc"]))}
    return [
        f"{'.'.join(str(part) for part in fault['loc'])}: {_fault(fault)}"
        for fault in faults
        if fault["loc"] not in inside
    ]


def _fault(fault: dict[str, Any]) -> str:
    if fault["type"] != "extra_forbidden":
        return str(fault["msg"]).removeprefix("Value error, ")
    known = list(next((model for part, model in _MODELS if part in fault["loc"][:-1]), Declaration).model_fields)
    near = get_close_matches(str(fault["loc"][-1]), known, n=1)
    return f"unknown key; did you mean `{near[0]}`?" if near else f"unknown key; known here: {', '.join(known)}"


_MODELS: tuple[tuple[str, type[BaseModel]], ...] = (("sources", SourceDeclaration), ("policies", PolicyDeclaration))
