"""Policies in the database: brought in from declarations and URLs, found again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from difflib import get_close_matches
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from slugify import slugify
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from monitor.declarations import Declaration, PolicyDeclaration, declare_url
from monitor.due import When, make_due, set_schedule
from monitor.errors import UsageError
from monitor.models import Policy, Service, Source
from monitor.timing import IS_NEW, UTC_NAME, WAS_REDECLARED


def sync(
    session: Session,
    declarations: Iterable[Declaration],
    *,
    interval_seconds: int,
    now: datetime,
    adaptive: bool = False,
    time_zone: str = UTC_NAME,
) -> list[tuple[Policy, str]]:
    """Bring declarations in: each policy with `added`, `updated` or `unchanged`. Policies not named are left alone.

    `interval_seconds`, `adaptive` and `time_zone` hold where a declaration says nothing; of tags, what the policy has.
    """
    usual = When(interval_seconds, time_zone=time_zone, adaptive=adaptive)
    return [
        _sync_policy(session, declaration.service, _tagged(policy, declaration), usual, now)
        for declaration in declarations
        for policy in declaration.policies
    ]


def add_url(
    session: Session,
    url: str,
    *,
    service: str = "",
    terms_type: str = "",
    interval_seconds: int,
    now: datetime,
    set_interval: bool = False,
    adaptive: bool = False,
) -> tuple[Policy, str]:
    """Watch one URL: its policy, and whether that was `added`, `resumed`, `updated` or `unchanged`.

    A policy that reads this URL already is only resumed; with `set_interval` it takes the interval as well. Any other URL
    becomes a policy of its own, so no source of another one is ever replaced. UsageError when `terms_type` was asked for
    and the service has another policy of that type.
    """
    declaration = declare_url(url, service=service, terms_type=terms_type, interval_seconds=interval_seconds)
    [declared] = declaration.policies
    watched = _policy_reading(session, declared.sources[0].url)
    if watched is not None:
        return watched, _resume(watched, interval_seconds if set_interval else None, now)
    owner = _service(session, declaration.service)
    taken = set(session.scalars(select(Policy.terms_type).where(Policy.service_id == owner.id)))
    if terms_type and terms_type in taken:
        raise UsageError(
            f"{owner.name} has a {terms_type} already, read from another address than {url}. Choose another --type, "
            "or declare both addresses as sources of that policy in a file and bring it in with `smallprint add --from FILE`."
        )
    free = next(name for name in _type_names(declared.type, declared.sources[0].url) if name not in taken)
    policy = _new_policy(
        session,
        owner,
        declared.model_copy(update={"type": free}),
        When(interval_seconds, adaptive=adaptive),
        now,
        declared.type,
    )
    return policy, "added"


def watched_already(session: Session, *, service: str, terms_type: str, url: str) -> str:
    """Why this page need not be added, in words: it is watched, or the service has such a policy; empty when it is new."""
    reading = _policy_reading(session, url)
    if reading is not None:
        return f"watched already: {reading.slug}"
    other = owned(session, service, terms_type)
    if other is None:
        return ""
    places = ", ".join(source.url for source in other.sources if source.retired_at is None)
    return f"watched already: {other.slug}, read from {places}"


def owned(session: Session, service: str, terms_type: str) -> Policy | None:
    """The service's policy of a type."""
    named = select(Policy).join(Service).where(Service.slug == _service_slug(service), Policy.terms_type == terms_type)
    return session.scalar(named.limit(1))


def watched_services(session: Session) -> dict[str, str]:
    """Slug of each service that has policies, and host of each source -> the slug of a policy there."""
    rows = session.execute(
        select(Service.slug, Source.url, Policy.slug)
        .select_from(Policy)
        .join(Service)
        .join(Source)
        .where(Source.retired_at.is_(None))
        .order_by(Policy.id.desc())
    ).all()
    hosts = {(urlsplit(url).netloc).removeprefix("www."): slug for _, url, slug in rows}
    return hosts | {service: slug for service, _, slug in rows}


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


def _sync_policy(
    session: Session, service_name: str, declared: PolicyDeclaration, usual: When, now: datetime
) -> tuple[Policy, str]:
    service = _service(session, service_name)
    policy = session.scalar(select(Policy).where(Policy.service_id == service.id, Policy.terms_type == declared.type))
    if policy is None:
        return _new_policy(session, service, declared, usual, now), "added"
    changed, tagged = _take(policy, _settings(declared)), _take(policy, _tags(declared))
    rescheduled = set_schedule(policy, _when(declared, usual), now)
    moved = _sync_sources(policy, [source.url for source in declared.sources], now)
    reads_anew = _sync_selections(policy, declared) | _sync_languages(policy, declared)
    if moved:
        policy.next_check_reason = WAS_REDECLARED
        policy.next_check_at = now  # also when it was overdue: a check that is open asks the sources of before
    elif changed or reads_anew:
        make_due(policy, now, WAS_REDECLARED)
    session.flush()
    return policy, "updated" if moved or changed or tagged or reads_anew or rescheduled else "unchanged"


def _when(declared: PolicyDeclaration, usual: When) -> When:
    """What a declaration says of when, and the usual for what it does not say."""
    return When(
        interval_seconds=declared.interval or usual.interval_seconds,
        cron=declared.cron or "",
        time_zone=(declared.time_zone or usual.time_zone) if declared.cron else "",
        adaptive=not declared.cron and (usual.adaptive if declared.adaptive is None else declared.adaptive),
    )


def _take(policy: Policy, wanted: dict[str, Any]) -> bool:
    """Give the policy these values. True when any differs from before."""
    changed = [name for name, value in wanted.items() if getattr(policy, name) != value]
    for name in changed:
        setattr(policy, name, wanted[name])
    return bool(changed)


def _tagged(policy: PolicyDeclaration, declaration: Declaration) -> PolicyDeclaration:
    """The policy's declaration with the tags of its service."""
    return policy.model_copy(update={"tags": declaration.tags_of(policy)})


def _settings(declared: PolicyDeclaration) -> dict[str, Any]:
    return {
        "browser": declared.browser,
        "obey_robots": declared.robots == "obey",
        "paused_at": None,
    }


def _tags(declared: PolicyDeclaration) -> dict[str, Any]:
    """What is not said of tags takes none away: rules of retention go by them."""
    return {"tags": list(declared.tags)} if declared.tags is not None else {}


def _new_policy(
    session: Session,
    service: Service,
    declared: PolicyDeclaration,
    usual: When,
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
        next_check_reason=IS_NEW,
        state={},
        **_settings(declared),
        **_tags(declared),
        **asdict(_when(declared, usual)),
    )
    session.add(policy)
    _sync_sources(policy, [source.url for source in declared.sources], now)
    _sync_selections(policy, declared)
    _sync_languages(policy, declared)
    session.flush()
    return policy


def _policy_reading(session: Session, url: str) -> Policy | None:
    """The policy that reads this URL; the oldest of several."""
    reading = select(Policy).join(Source).where(Source.url == url, Source.retired_at.is_(None))
    return session.scalar(reading.order_by(Policy.id).limit(1))


def _resume(policy: Policy, interval_seconds: int | None, now: datetime) -> str:
    was_paused, policy.paused_at = policy.paused_at is not None, None
    updated = interval_seconds is not None and set_schedule(
        policy, When(interval_seconds, adaptive=policy.adaptive), now
    )
    if was_paused:
        return "resumed"
    return "updated" if updated else "unchanged"


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
                    url=url,
                    position=position,
                    declared_at=declared_at,
                    etag="",
                    last_modified="",
                    browser_reason="",
                    language="",
                )
            )
        else:
            source.position, source.retired_at = position, None
    for url, source in known.items():
        if url not in urls and source.retired_at is None:
            source.retired_at = now
    return sorted(before, key=lambda pair: pair[1]) != [(url, position) for position, url in enumerate(urls)]


def _sync_selections(policy: Policy, declared: PolicyDeclaration) -> bool:
    """Give the policy's sources their selections as declared. True when anything differs from before."""
    sources = {source.url: source for source in policy.sources}
    wanted = [(sources[source.url], declared.selection(source)) for source in declared.sources]
    changed = any(source.selection != selection for source, selection in wanted)
    for source, selection in wanted:
        source.selection = selection
    return changed


def _sync_languages(policy: Policy, declared: PolicyDeclaration) -> bool:
    """Have the policy's sources asked for in the languages declared. True when anything differs from before.

    What a site said of the page in another language holds no more: it is asked for unconditionally.
    """
    sources = {source.url: source for source in policy.sources}
    wanted = {sources[source.url]: declared.language_of(source) for source in declared.sources}
    changed = {source: language for source, language in wanted.items() if (source.language or "") != language}
    for source, language in changed.items():
        source.language, source.etag, source.last_modified = language, "", ""
    return bool(changed)


def _service(session: Session, name: str) -> Service:
    slug = _service_slug(name)
    service = session.scalar(select(Service).where(Service.slug == slug))
    if service is None:
        service = Service(slug=slug, name=name)
        session.add(service)
        session.flush()
    return service


def _service_slug(name: str) -> str:
    return slugify(name) or "service"


def _free_slug(session: Session, wanted: str) -> str:
    taken = set(session.scalars(select(Policy.slug).where(Policy.slug.startswith(wanted, autoescape=True))))
    number, slug = 2, wanted
    while slug in taken:
        slug, number = f"{wanted}-{number}", number + 1
    return slug
