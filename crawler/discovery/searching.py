"""One site's search, step by step: the home page, what it links to, the sitemaps, the paths where many sites have it.

Knows nothing of Scrapy: it is handed what fetches a page and says what it is. Each step is only taken for what the steps
before it did not find, so that a site is asked for few pages.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

from crawler.discovery.candidates import (
    Candidate,
    at_path,
    best_first,
    from_links,
    from_sitemap,
    lists_among,
    policies_among,
)
from crawler.discovery.judging import Confidence, Finding, Seen, judge
from crawler.discovery.sitemaps import MOST_SITEMAPS, Listed, promising_first, sitemaps_to_read
from crawler.discovery.sites import origin, site_label, site_of
from crawler.discovery.words import terms_types, well_known_paths

EXPECTED = ("Privacy Policy", "Terms of Service")
"""What next to every service has: looked for beyond the links, and told as missing."""

MOST_PAGES = 40
"""Pages asked of one site, robots.txt and sitemaps counted."""

MOST_SECONDS = 300.0
"""After these a site is asked for nothing more; what was found until then holds."""

MOST_TRIES = 3
"""Candidates looked at for one terms type in one step."""

MOST_LISTS = 2
MOST_OTHERS = 5

See = Callable[[str, bool], Awaitable[Seen]]
Sitemaps = Callable[[str], Awaitable[Listed]]
Robots = Callable[[str], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Discovery:
    """What one site's search found. `error` says why nothing could be looked at; `refused`: address -> why it is none."""

    place: str
    home_url: str = ""
    findings: tuple[Finding, ...] = ()
    missing: tuple[str, ...] = ()
    refused: tuple[tuple[str, str], ...] = ()
    alternates: tuple[tuple[str, str], ...] = ()
    error: str = ""


@dataclass
class Search:
    """The search on one site. `types` narrows it to these terms types.

    `see` fetches and reads a page; told True it does so through the browser, whatever the plain answer is. `clock` gives
    seconds that only grow.
    """

    place: str
    see: See
    robots: Robots
    listed: Sitemaps
    clock: Callable[[], float]
    types: frozenset[str] = frozenset()
    service: str = ""
    _began: float = 0.0
    _home: Seen | None = None
    _pages: int = 0
    _seen: dict[str, Seen] = field(default_factory=dict)
    _found: dict[str, Finding] = field(default_factory=dict)
    _others: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _refused: dict[str, str] = field(default_factory=dict)

    async def run(self) -> Discovery:
        """Look everywhere; `Discovery.error` when no address of the site answered."""
        self._began = self.clock()
        self._home = home = await self._home_page()
        if home.error:
            return Discovery(self.place, error=home.error, missing=self._missing())
        await self._by_links(home)
        for step in (self._by_rendered_links, self._by_sitemaps, self._by_paths):
            if self._missing():
                await step()
        return Discovery(
            self.place,
            home.url,
            tuple(
                replace(self._found[name], others=tuple(self._others[name][:MOST_OTHERS]))
                for name in terms_types()
                if name in self._found
            ),
            self._missing(),
            tuple(self._refused.items()),
            home.look.links.alternates if home.look else (),
        )

    async def _home_page(self) -> Seen:
        """The home page of the first address that answers with one; else the first answer that is none; else the first error."""
        answers: list[Seen] = []
        for url in addresses_of(self.place):
            seen = await self._look(url)
            if not seen.error and seen.status < 400:
                return seen
            answers.append(seen)
        return next((seen for seen in answers if not seen.error), answers[0])

    async def _by_links(self, home: Seen) -> None:
        """The home page's links, those of pages that list policies, and those that the policies found name themselves."""
        candidates = self._candidates(home, "the home page")
        for one in list(lists_among(candidates))[:MOST_LISTS]:
            seen = await self._look(one.url)
            candidates += [c for c in self._candidates(seen, seen.url) if site_of(c.url) == site_of(seen.url)]
        await self._verify(best_first(candidates))
        read = [self._seen[finding.url] for finding in self._found.values() if finding.url in self._seen]
        named = [c for seen in read for c in self._candidates(seen, seen.url) if c.points >= 4]
        await self._verify(best_first(c for c in named if site_of(c.url) == site_of(home.url)))

    async def _by_rendered_links(self) -> None:
        """The links that the home page's scripts put there, when it shows no policy without them."""
        if not self._found and not self._spent():
            self._pages += 1
            await self._by_links(await self.see(self.home_url, True))

    async def _by_sitemaps(self) -> None:
        robots = urljoin(self.home_url, "/robots.txt")
        self._pages += 1
        waiting = sitemaps_to_read(await self.robots(robots), robots)
        pages: list[str] = []
        for _ in range(MOST_SITEMAPS):
            if not waiting or self._spent():
                break
            self._pages += 1
            listed = await self.listed(waiting.pop(0))
            pages += listed.pages
            waiting = promising_first(listed.sitemaps) + waiting
        await self._verify(c for c in from_sitemap(pages, home=self.home_url) if c.terms_type in self._missing())

    async def _by_paths(self) -> None:
        for terms_type, paths in well_known_paths(self.language).items():
            if terms_type in self._missing():
                await self._verify(
                    [at_path(terms_type, origin(self.home_url) + path) for path in paths], tries=len(paths)
                )

    async def _verify(self, candidates: Iterable[Candidate], tries: int = MOST_TRIES) -> None:
        """Look at the best candidates of each type until one is sure; a doubtful one is kept while none is."""
        by_type: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in policies_among(candidates):
            if not self.types or candidate.terms_type in self.types:
                by_type[candidate.terms_type].append(candidate)
        for terms_type, those in by_type.items():
            for number, candidate in enumerate(those):
                if self._is_sure(terms_type) or number >= tries:
                    self._others[terms_type].append(candidate.url)
                else:
                    self._take(candidate, await self._look(candidate.url))

    def _take(self, candidate: Candidate, seen: Seen) -> None:
        finding = judge(candidate, seen, self.home_url, self.language)
        if isinstance(finding, str):
            self._refused[candidate.url] = finding
            return
        known = self._found.get(finding.terms_type)
        if known is None or (known.confidence is Confidence.DOUBTFUL and finding.confidence is Confidence.SURE):
            self._found[finding.terms_type] = finding
        elif known.url != finding.url:
            self._others[finding.terms_type].append(finding.url)

    def _is_sure(self, terms_type: str) -> bool:
        found = self._found.get(terms_type)
        return found is not None and found.confidence is Confidence.SURE

    async def _look(self, url: str) -> Seen:
        """The page, asked for once; an error when the site was asked for enough."""
        if url not in self._seen:
            spent = self._spent()
            self._pages += 1
            seen = Seen(url, url, error=spent) if spent else await self.see(url, False)
            self._seen[url] = self._seen[seen.url] = seen
        return self._seen[url]

    def _spent(self) -> str:
        """Why this site is asked for nothing more; empty while it may be."""
        if self._pages >= MOST_PAGES:
            return f"not looked at: {MOST_PAGES} pages of this site were asked for"
        if self.clock() - self._began > MOST_SECONDS:
            return f"not looked at: {MOST_SECONDS:g} s were spent on this site"
        return ""

    def _candidates(self, seen: Seen, where: str) -> list[Candidate]:
        if seen.look is None:
            return []
        return from_links(
            seen.look.links.links,
            home=self.home_url,
            language=self.language,
            service=self.service or site_label(self.home_url),
            where=where,
        )

    def _missing(self) -> tuple[str, ...]:
        wanted = [name for name in EXPECTED if not self.types or name in self.types]
        return tuple(name for name in wanted if name not in self._found)

    @property
    def home_url(self) -> str:
        return self._home.url if self._home else self.place

    @property
    def language(self) -> str:
        if self._home is None or self._home.look is None:
            return ""
        return self._home.look.links.language or self._home.look.language


def addresses_of(place: str) -> Sequence[str]:
    """The addresses of a site's home page to try in turn: of a bare host the secure one first."""
    if "://" in place:
        return [place]
    host = place.rstrip("/")
    names = (
        [host]
        if host.startswith("www.") or host.replace(".", "").replace(":", "").isdecimal()
        else [host, f"www.{host}"]
    )
    return [f"{scheme}://{name}/" for scheme in ("https", "http") for name in names]
