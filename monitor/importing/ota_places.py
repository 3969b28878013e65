"""Which policy, which of its pages and which address a file of a collection's repository belongs to. Pure.

A snapshot says its address itself, or the declarations do, for its day; else the address that a later or an earlier
snapshot of the same file says. Failing all, a stand-in under `.invalid` (RFC 6761: no name there is ever looked up).
"""

from bisect import bisect_left, insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from urllib.parse import quote

from slugify import slugify

from monitor.declarations import Declaration, PolicyDeclaration, SourceDeclaration, web_address
from monitor.importing.captures import Span
from monitor.importing.ota_declarations import Collection, DeclaredService, slug_of
from monitor.interchange.ota_layout import Place, alike, document_id
from monitor.words import canonical

STAND_IN = ".invalid"
ONE_VISIT = timedelta(minutes=10)  # the pages of combined terms are fetched one after another


@dataclass(slots=True)
class Seen:
    """When a place's first and last files came, and each address that they said, from when on, in ascending order."""

    first: datetime
    last: datetime
    urls: list[tuple[datetime, str]] = field(default_factory=list)

    def add(self, at: datetime, url: str) -> None:
        self.first, self.last = min(self.first, at), max(self.last, at)
        if url and (not self.urls or self.urls[-1][1] != url):
            insort(self.urls, (at, url))


@dataclass(frozen=True, slots=True)
class Followed:
    """A policy that a repository has files of: as it is declared, the page of each place, and when each page was the policy's."""

    declaration: Declaration
    pages: Mapping[Place, str]
    stood: Mapping[str, Span]


class Places:
    """Answers for all files of a repository, from what is `seen` in it and what is declared."""

    def __init__(self, seen: Mapping[Place, Seen], collection: Collection) -> None:
        self._seen, self._services = seen, collection.services
        self._names = self._service_names()
        self._of_policy: dict[tuple[str, str], list[Place]] = {}
        for place in seen:
            self._of_policy.setdefault((place.service, place.terms_type), []).append(place)
        self._followed: dict[tuple[str, str], Followed] = {}

    def policy(self, place: Place) -> Followed:
        """The policy that a place is of; ValueError in words when nothing can be called so."""
        key = (place.service, place.terms_type)
        if key not in self._followed:
            self._followed[key] = self._follow(*key)
        return self._followed[key]

    def url_at(self, place: Place, at: datetime) -> str:
        """The address that a file which says none was read from."""
        urls = [url for _, url in self._seen[place].urls]
        following = bisect_left(self._seen[place].urls, at, key=lambda said: said[0])
        near = urls[following : following + 1] or urls[-1:]
        return self._declared_at(place, at) or "".join(near) or self.policy(place).pages[place]

    def _follow(self, service_id: str, terms_type: str) -> Followed:
        places = self._of_policy[service_id, terms_type]
        policy = self._declared(service_id, terms_type)
        sources = policy.sources if policy is not None else ()
        if len(sources) > 1 and all(place.document is None for place in places):
            sources = (SourceDeclaration(url=sources[0].url),)  # the text of all the pages in one file
        pages = {place: self._page(place, [source.url for source in sources]) for place in places}
        declared = {source.url for source in sources}
        former = [SourceDeclaration(url=url) for url in dict.fromkeys(pages.values()) if url not in declared]
        name, kind = self._names[service_id], canonical(terms_type)
        slug_of(name)
        slug_of(kind)
        followed = PolicyDeclaration(
            type=kind, sources=(*sources, *former), browser=policy.browser if policy is not None else "auto"
        )
        return Followed(Declaration(service=name, policies=(followed,)), pages, self._stood(pages, declared))

    def _page(self, place: Place, declared: Sequence[str]) -> str:
        """The address that the policy's page at a place has today."""
        said = "".join(url for _, url in self._seen[place].urls[-1:])
        if said in declared:
            return said
        found = _of_document(place, declared) or said or self._declared_at(place, self._seen[place].last)
        return found or _stand_in(place)

    def _stood(self, pages: Mapping[Place, str], declared: set[str]) -> dict[str, Span]:
        """Since and until when each page was the policy's: from its first file on, and, of one that is not declared today,
        until another page came.
        """
        firsts: dict[str, datetime] = {}
        lasts: dict[str, datetime] = {}
        for place, url in pages.items():
            seen = self._seen[place]
            firsts[url] = min(seen.first, firsts.get(url, seen.first))
            lasts[url] = max(seen.last, lasts.get(url, seen.last))
        began, behind = min(firsts.values()), max(lasts.values()) + timedelta(seconds=1)
        stood: dict[str, Span] = {}
        for url in {*pages.values(), *declared}:
            since = firsts.get(url, behind)  # declared, and never seen
            later = [first for first in firsts.values() if first > lasts.get(url, behind)]
            until = min(later, default=behind) if declared and url not in declared else None
            stood[url] = (since if since - began > ONE_VISIT else None, until)
        return stood

    def _declared(self, service_id: str, terms_type: str) -> PolicyDeclaration | None:
        service = self._services.get(service_id)
        terms = service.terms.get(canonical(terms_type)) if service is not None else None
        return terms.policy if terms is not None else None

    def _declared_at(self, place: Place, at: datetime) -> str:
        """The address that the declarations, or those of former times, give a place at a moment; empty when none."""
        service = self._services.get(place.service)
        if service is None:
            return ""
        former = service.former.get(canonical(place.terms_type), ())
        number = bisect_left(former, at, key=lambda pages: pages.until)
        if number < len(former):
            return _of_document(place, [url for raw in former[number].urls if (url := address(raw))])
        policy = self._declared(place.service, place.terms_type)
        return _of_document(place, [source.url for source in policy.sources] if policy is not None else [])

    def _service_names(self) -> dict[str, str]:
        """A name of its own for each service, that of its declaration where it has one."""
        names: dict[str, str] = {}
        taken: set[str] = set()
        for service_id in dict.fromkeys(place.service for place in self._seen):
            called = _name(service_id, self._services.get(service_id))
            name = next(one for one in _calls(called, service_id) if slugify(one) not in taken | {""})
            taken.add(slugify(name))
            names[service_id] = name
        return names


def _calls(called: str, service_id: str) -> Iterator[str]:
    """What a service may be called, the best name first."""
    yield called
    yield f"{called} ({canonical(service_id)})"
    yield from (f"{called} {number}" for number in count(2))


def address(text: str) -> str:
    """The text when it is an address that can be watched, else nothing."""
    try:
        return web_address(text)
    except ValueError:
        return ""


def _of_document(place: Place, urls: Sequence[str]) -> str:
    """Which of the pages is the place's: the only one, or the one of its document, by its name or one that is likely the same."""
    if place.document is None:
        return "".join(urls[:1]) if len(urls) == 1 else ""
    exact = [url for url in urls if document_id(url) == place.document]
    near = [url for url in urls if alike(document_id(url)) == alike(place.document)]
    return "".join((exact or near)[:1])


def _name(service_id: str, declared: DeclaredService | None) -> str:
    return declared.name if declared is not None else canonical(service_id)


def _stand_in(place: Place) -> str:
    host = slugify(place.service)[:60].strip("-") or "service"
    path = "/".join(quote(part, safe="", errors="replace") for part in (place.terms_type, place.document) if part)
    return f"https://{host}{STAND_IN}/{path}"
