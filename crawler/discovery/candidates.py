"""Links -> the pages that may be a service's policies, each with its points and its reasons in words. Pure.

The points only say in which order the candidates are looked at. What a page is, the page itself must tell.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from crawler.discovery.links import Link
from crawler.discovery.sites import site_of
from crawler.discovery.words import (
    LISTS,
    Naming,
    is_article,
    leads_to_switch,
    meant_for_others,
    named_by_address,
    named_by_text,
)

ENOUGH_POINTS = 3
CLEAR_POINTS = 5
MOST_FROM_SITEMAPS = 200


@dataclass(frozen=True, slots=True)
class Candidate:
    """A page that may be this policy. `doubt` says in words why it may be another one, though it reads like it."""

    terms_type: str
    url: str
    points: int
    evidence: str
    doubt: str = ""

    @property
    def clear(self) -> bool:
        """What names it leaves little doubt, even when the page cannot be read."""
        return self.points >= CLEAR_POINTS and not self.doubt


def from_links(links: Iterable[Link], *, home: str, language: str, service: str, where: str) -> list[Candidate]:
    """The candidates among a page's links, the best first, one for each address. `where` names the page in the evidence."""
    weighed = (
        _weigh(link, home, language, service, where) for link in links if link.url.rstrip("/") != home.rstrip("/")
    )
    return best_first(candidate for candidate in weighed if candidate.points >= ENOUGH_POINTS)


def from_sitemap(urls: Iterable[str], *, home: str) -> list[Candidate]:
    """The candidates among a sitemap's addresses: policies of this site by their own last part, the shortest first."""
    found: list[Candidate] = []
    for url in sorted(urls, key=len):
        naming = named_by_address(url)
        if naming is None or not naming.exact or is_article(url) or site_of(url) != site_of(home):
            continue
        if naming.terms_type != LISTS and not meant_for_others("", url):
            found.append(Candidate(naming.terms_type, url, ENOUGH_POINTS, "its address stands in the sitemap"))
    return found[:MOST_FROM_SITEMAPS]


def best_first(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each address once, by what names it best; of equal ones the shorter address."""
    best: dict[str, Candidate] = {}
    for candidate in candidates:
        known = best.get(candidate.url)
        if known is None or candidate.points > known.points:
            best[candidate.url] = candidate
    return sorted(best.values(), key=lambda one: (-one.points, len(one.url)))


def _weigh(link: Link, home: str, language: str, service: str, where: str) -> Candidate:
    if link.relation:
        return Candidate(link.relation, link.url, 7, f'rel="{link.relation.lower().replace(" ", "-")}" on {where}')
    by_text, by_address = named_by_text(link.text, service), named_by_address(link.url)
    naming = by_text or by_address
    if naming is None:
        return Candidate("", link.url, 0, "")
    agrees = by_address is not None and by_address.terms_type == naming.terms_type
    points = (
        _for_text(by_text) + (2 if agrees else 0) + (link.place == "footer") - _against(link, naming, home, language)
    )
    place = f"in the footer of {where}" if link.place == "footer" else f"on {where}"
    evidence = f'link "{link.text or link.url}" {place}'
    others = meant_for_others(link.text, link.url)
    doubt = f'"{others}": it may be meant for other people' if others else ""
    return Candidate(naming.terms_type, link.url, points - 2 * bool(others), evidence, doubt)


def _for_text(naming: Naming | None) -> int:
    if naming is None:
        return 0
    return 4 if naming.exact else 3 if naming.share >= 0.5 else 1


def _against(link: Link, naming: Naming, home: str, language: str) -> int:
    """What speaks against a link: it leads to a switch, to an article, to another site or into another language."""
    points = 5 * bool(leads_to_switch(link.text))
    points += 4 * is_article(link.url)
    if site_of(link.url) != site_of(home):
        points += 1 if naming.exact else 4
    if link.language and language and link.language != language:
        points += 2
    return points


def lists_among(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    """The pages that list policies, and are looked through for links."""
    return (candidate for candidate in candidates if candidate.terms_type == LISTS)


def policies_among(candidates: Iterable[Candidate]) -> Iterator[Candidate]:
    return (candidate for candidate in candidates if candidate.terms_type != LISTS)


def at_path(terms_type: str, url: str) -> Candidate:
    """A path where policies stand on many sites."""
    return Candidate(terms_type, url, ENOUGH_POINTS, "it stands where many sites have it")
