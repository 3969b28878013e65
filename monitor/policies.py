"""Policies: read and check declarations, bring them into the database, find them again.

A declaration is a YAML file, one a service:

    service: Acme
    policies:
      - type: Privacy Policy
        sources: [https://acme.example/privacy]
        interval: 24h        # optional, as are the two below
        browser: auto        # auto, always, never
        robots: obey         # obey, ignore
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from difflib import get_close_matches
from itertools import count
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from slugify import slugify
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from monitor.addresses import url_refusal
from monitor.config import Duration
from monitor.errors import ConfigurationError, UsageError
from monitor.models import Policy, Service, Source

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


class PolicyDeclaration(BaseModel):
    """One policy of a declaration."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    type: str = Field(min_length=1)
    sources: tuple[Annotated[str, AfterValidator(web_address)], ...] = Field(min_length=1)
    interval: Duration | None = None
    browser: Literal["auto", "always", "never"] = "auto"
    robots: Literal["obey", "ignore"] = "obey"


class Declaration(BaseModel):
    """A service's policies and their sources."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    service: str = Field(min_length=1)
    policies: tuple[PolicyDeclaration, ...] = Field(min_length=1)


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


def sync(
    session: Session, declarations: Iterable[Declaration], *, interval_seconds: int, now: datetime
) -> list[tuple[Policy, str]]:
    """Bring declarations in: each policy with `added`, `updated` or `unchanged`. Policies not named are left alone."""
    return [
        _sync_policy(session, declaration.service, policy, interval_seconds, now)
        for declaration in declarations
        for policy in declaration.policies
    ]


def declare_url(
    url: str, *, service: str = "", terms_type: str = "", interval_seconds: int | None = None
) -> Declaration:
    """The declaration that a bare URL stands for: service after the host's registered name, type after words of the address."""
    try:
        policy = PolicyDeclaration(
            type=terms_type or guess_type(url), sources=(web_address(url),), interval=interval_seconds
        )
    except ValueError as error:
        raise UsageError(str(error).strip()) from None
    return Declaration(service=service or guess_service(url), policies=(policy,))


def add_url(
    session: Session,
    url: str,
    *,
    service: str = "",
    terms_type: str = "",
    interval_seconds: int,
    now: datetime,
    set_interval: bool = False,
) -> tuple[Policy, str]:
    """Watch one URL: its policy, and whether that was `added`, `resumed`, `updated` or `unchanged`.

    A policy that reads this URL already is only resumed; with `set_interval` it takes the interval as well. Any other URL
    becomes a policy of its own, so no source of another one is ever replaced. UsageError when `terms_type` was asked for
    and the service has another policy of that type.
    """
    declaration = declare_url(url, service=service, terms_type=terms_type, interval_seconds=interval_seconds)
    [declared] = declaration.policies
    watched = _policy_reading(session, declared.sources[0])
    if watched is not None:
        return watched, _resume(watched, interval_seconds if set_interval else watched.interval_seconds, now)
    owner = _service(session, declaration.service)
    taken = set(session.scalars(select(Policy.terms_type).where(Policy.service_id == owner.id)))
    if terms_type and terms_type in taken:
        raise UsageError(
            f"{owner.name} has a {terms_type} already, read from another address than {url}. Choose another --type, "
            "or declare both addresses as sources of that policy in a file and bring it in with `smallprint add --from FILE`."
        )
    free = next(name for name in _type_names(declared.type, declared.sources[0]) if name not in taken)
    policy = _new_policy(
        session, owner, declared.model_copy(update={"type": free}), interval_seconds, now, declared.type
    )
    return policy, "added"


def guess_service(url: str) -> str:
    """The registered name of the host (`www.acme.co.uk` -> `Acme`), or the host as it is when it has none."""
    from tldextract import TLDExtract  # noqa: PLC0415  slow to load, and for new policies only

    host = urlsplit(url).hostname or ""
    found = TLDExtract(suffix_list_urls=())(host)  # with the list that came with the package: no network
    labels = host.split(".")
    if found.suffix or len(labels) == 1 or host.replace(".", "").isdecimal():
        return found.domain.capitalize() or host
    return labels[-2].capitalize()


def guess_type(url: str) -> str:
    parts = urlsplit(url.lower())
    place = f"{parts.path} {parts.query} {parts.hostname}"
    return next((terms_type for pattern, terms_type in TERMS_TYPES if re.search(pattern, place)), UNKNOWN_TYPE)


def find(session: Session, name: str) -> Policy:
    """The one policy with this slug, this URL, or this part of its name; UsageError naming the near ones otherwise."""
    named = select(Policy).join(Source, isouter=True).where(or_(Policy.slug == name, Source.url == name))
    exact = session.scalar(named.order_by(Source.retired_at.is_not(None), Policy.id).limit(1))
    if exact is not None:
        return exact
    policies = list(session.scalars(select(Policy).order_by(Policy.slug)))
    partial = [policy for policy in policies if name.casefold() in f"{policy.slug} {policy.name}".casefold()]
    if len(partial) == 1:
        return partial[0]
    if partial:
        raise UsageError(
            f"one policy was wanted, {name!r} fits {len(partial)}: {', '.join(policy.slug for policy in partial[:8])}. Name one of them."
        )
    near = get_close_matches(name, [policy.slug for policy in policies], n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}?" if near else "see `smallprint list`."
    raise UsageError(f"no policy is called {name!r}; {hint}")


def sources_at(policy: Policy, moment: datetime) -> list[Source]:
    """The sources that were declared at a moment, in their order."""
    return [
        source
        for source in policy.sources
        if (source.declared_at is None or source.declared_at <= moment)
        and (source.retired_at is None or moment < source.retired_at)
    ]


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
        raise ConfigurationError(f"{file}: YAML was wanted, this came: {str(error).splitlines()[0]}.") from None
    try:
        return [Declaration.model_validate(one) for one in raw]
    except ValidationError as error:
        raise ConfigurationError("\n".join(_explain(file, error))) from None


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
            _check_sources(place, policy.sources)


def _check_sources(place: str, urls: Sequence[str]) -> None:
    for number, url in enumerate(urls):
        first = urls.index(url)
        if first != number:
            raise ConfigurationError(
                f"{place}.sources.{number} is the same page as {place}.sources.{first}: {url} (what follows a # does not count). Name it once."
            )


def _explain(file: Path, error: ValidationError) -> list[str]:
    return [
        f"{file}: {'.'.join(str(part) for part in fault['loc'])}: {_fault(dict(fault))}"
        for fault in error.errors(include_url=False)
    ]


def _fault(fault: dict[str, Any]) -> str:
    if fault["type"] != "extra_forbidden":
        return str(fault["msg"])
    known = list((PolicyDeclaration if "policies" in fault["loc"] else Declaration).model_fields)
    near = get_close_matches(str(fault["loc"][-1]), known, n=1)
    return f"unknown key; did you mean `{near[0]}`?" if near else f"unknown key; known here: {', '.join(known)}"


def _sync_policy(
    session: Session, service_name: str, declared: PolicyDeclaration, interval_seconds: int, now: datetime
) -> tuple[Policy, str]:
    service = _service(session, service_name)
    policy = session.scalar(select(Policy).where(Policy.service_id == service.id, Policy.terms_type == declared.type))
    if policy is None:
        return _new_policy(session, service, declared, interval_seconds, now), "added"
    wanted = _settings(declared, interval_seconds)
    changed = [name for name, value in wanted.items() if getattr(policy, name) != value]
    for name in changed:
        setattr(policy, name, wanted[name])
    moved = _sync_sources(policy, declared.sources, now)
    if moved:
        policy.next_check_at = now  # also when it was overdue: a check that is open asks the sources of before
    elif changed:
        policy.next_check_at = min(policy.next_check_at, now)
    session.flush()
    return policy, "updated" if moved or changed else "unchanged"


def _settings(declared: PolicyDeclaration, interval_seconds: int) -> dict[str, Any]:
    return {
        "interval_seconds": declared.interval or interval_seconds,
        "browser": declared.browser,
        "obey_robots": declared.robots == "obey",
        "paused_at": None,
    }


def _new_policy(
    session: Session,
    service: Service,
    declared: PolicyDeclaration,
    interval_seconds: int,
    now: datetime,
    short_type: str = "",
) -> Policy:
    """`short_type` makes the slug when the type itself is too long for one."""
    policy = Policy(
        slug=_free_slug(session, f"{service.slug}/{slugify(short_type or declared.type)}"),
        service=service,
        terms_type=declared.type,
        created_at=now,
        next_check_at=now,
        state={},
        **_settings(declared, interval_seconds),
    )
    session.add(policy)
    _sync_sources(policy, declared.sources, now)
    session.flush()
    return policy


def _policy_reading(session: Session, url: str) -> Policy | None:
    """The policy that reads this URL; the oldest of several."""
    reading = select(Policy).join(Source).where(Source.url == url, Source.retired_at.is_(None))
    return session.scalar(reading.order_by(Policy.id).limit(1))


def _resume(policy: Policy, interval_seconds: int, now: datetime) -> str:
    was_paused, policy.paused_at = policy.paused_at is not None, None
    same_interval = interval_seconds == policy.interval_seconds
    if not same_interval:
        policy.interval_seconds = interval_seconds
        policy.next_check_at = min(policy.next_check_at, now + timedelta(seconds=interval_seconds))
    if was_paused:
        return "resumed"
    return "unchanged" if same_interval else "updated"


def _type_names(terms_type: str, url: str) -> Iterator[str]:
    """What a policy read from this URL may be called, the best name first: `Privacy Policy (acme.com/eu/privacy)`."""
    place = url.partition("//")[2].removeprefix("www.").rstrip("/")
    yield terms_type
    yield f"{terms_type} ({place})"
    yield from (f"{terms_type} ({place}) {number}" for number in count(2))


def _sync_sources(policy: Policy, urls: Sequence[str], now: datetime) -> bool:
    """Make `urls` the policy's sources, in this order; others are retired, never deleted. True when anything moved."""
    first = not policy.sources
    before = [(source.url, source.position) for source in policy.sources if source.retired_at is None]
    known = {source.url: source for source in policy.sources}
    for position, url in enumerate(urls):
        source = known.get(url)
        if source is None:
            declared_at = None if first else now
            policy.sources.append(
                Source(
                    url=url, position=position, declared_at=declared_at, etag="", last_modified="", browser_reason=""
                )
            )
        else:
            source.position, source.retired_at = position, None
    for url, source in known.items():
        if url not in urls and source.retired_at is None:
            source.retired_at = now
    return sorted(before, key=lambda pair: pair[1]) != [(url, position) for position, url in enumerate(urls)]


def _service(session: Session, name: str) -> Service:
    slug = slugify(name) or "service"
    service = session.scalar(select(Service).where(Service.slug == slug))
    if service is None:
        service = Service(slug=slug, name=name)
        session.add(service)
        session.flush()
    return service


def _free_slug(session: Session, wanted: str) -> str:
    taken = set(session.scalars(select(Policy.slug).where(Policy.slug.startswith(wanted, autoescape=True))))
    number, slug = 2, wanted
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug
