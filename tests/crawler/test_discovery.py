"""Searching sites keeps to the rules of every crawl, and one site's faults cost no other."""

import asyncio
import gzip
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from crawler.discovering import discover
from crawler.discovery.judging import Confidence
from crawler.discovery.searching import MOST_PAGES, Discovery
from crawler.guard import GuardedResolver
from crawler.spiders.discovery import SITES_AT_ONCE, Place
from monitor.config import CrawlSettings
from monitor.reading import Reader
from tests.crawling import FAST
from tests.invented import HERO, policy, searched
from tests.security.conftest import World, world
from tests.security.test_guard import Names
from tests.site import Site

__all__ = ["world"]

Searching = Callable[..., Discovery]
FOOTER = "<footer><a href='/privacy'>Privacy policy</a><a href='/terms'>Terms of service</a></footer>"


@pytest.fixture
def search(loop: asyncio.AbstractEventLoop) -> Searching:
    """`search(address)`: what searching this one place found, without the browser."""

    def run(address: str, **settings: object) -> Discovery:
        return searched(loop, [Place(address)], **({"browser": False} | settings))[address]

    return run


def _home(site: Site, more: str = FOOTER) -> str:
    return site.page("/", f"<html lang=en><body>{HERO}{more}</body></html>")


def _found(discovery: Discovery) -> dict[str, str]:
    return {finding.terms_type: finding.url for finding in discovery.findings}


def test_a_bare_host_is_searched_by_the_scheme_that_answers(site: Site, search: Searching):
    _home(site)
    site.page("/privacy", policy("en privacy"))
    site.page("/terms", policy("en terms"))
    assert _found(search(f"127.0.0.1:{site.port}")) == {
        "Privacy Policy": site.url("/privacy"),
        "Terms of Service": site.url("/terms"),
    }


def test_a_site_that_does_not_answer_is_told_and_the_others_are_searched(site: Site, loop: asyncio.AbstractEventLoop):
    _home(site)
    site.page("/privacy", policy("en privacy"))
    found = searched(loop, [Place("http://127.0.0.1:9/"), Place(site.url("/"))], browser=False)
    assert found["http://127.0.0.1:9/"].error == "no answer: 127.0.0.1 refused the connection"
    assert "Privacy Policy" in _found(found[site.url("/")])


def test_robots_are_obeyed_and_what_they_forbid_is_doubtful(site: Site, search: Searching):
    site.robots("User-agent: smallprint\nDisallow: /privacy\nDisallow: /legal\n")
    _home(site)
    site.page("/privacy", policy("en privacy"))
    [finding] = search(site.url("/")).findings
    assert finding.confidence is Confidence.DOUBTFUL
    assert any("robots.txt of 127.0.0.1 forbids /privacy" in words for words in finding.evidence)
    assert not {"/privacy", "/legal/privacy"} & set(site.paths())


def test_two_requests_to_a_site_keep_the_delay(site: Site, search: Searching):
    _home(site)
    site.page("/privacy", policy("en privacy"))
    site.page("/terms", policy("en terms"))
    search(site.url("/"), delay_seconds=0.5)
    moments = [visit.at for visit in site.visits]
    assert len(moments) >= 4
    late = 0.3  # a busy machine may notice a visit so much later than it was made
    assert moments[-1] - moments[0] >= 0.5 * (len(moments) - 1) - late
    assert min(later - earlier for earlier, later in pairwise(moments)) >= 0.5 - late


def test_a_link_or_a_redirect_inside_is_never_followed(
    world: World, loop: asyncio.AbstractEventLoop, monkeypatch: pytest.MonkeyPatch
):
    resolver = GuardedResolver.install()
    names = Names(inside=iter([["127.0.0.2"]] * 20), acme=iter([["127.0.0.1"]] * 60))
    monkeypatch.setattr(resolver, "_resolver", names)
    inside = world.canary.url("/", host="inside.test")
    _home(
        world.public,
        f"<footer><a href='{world.canary.url('/')}'>Privacy policy</a><a href='{inside}'>Terms of service</a>"
        "<a href='/imprint'>Imprint</a><a href='http://169.254.169.254/cookies'>Cookie policy</a></footer>",
    )
    world.public.redirect("/imprint", world.canary.url("/imprint"))
    world.public.robots(f"Sitemap: {world.canary.url('/sitemap.xml')}\n")
    place = world.public.url("/", host="acme.test")
    found = searched(loop, [Place(place)], allow_private=False, browser=False)[place]
    assert not found.error
    assert "/imprint" in world.public.paths()
    assert world.canary.visits == []
    assert not any(finding.confidence is Confidence.SURE for finding in found.findings)


def test_a_hostile_home_page_costs_its_site_only(site: Site, loop: asyncio.AbstractEventLoop):
    site.page("/", "<div>" * 200_000 + FOOTER)
    with Site("127.0.0.3") as other:
        _home(other)
        other.page("/privacy", policy("en privacy"))
        found = searched(loop, [Place(site.url("/")), Place(other.url("/"))], browser=False)
    assert "nested elements was wanted" in found[site.url("/")].error
    assert "Privacy Policy" in _found(found[other.url("/")])


@pytest.mark.parametrize(
    "body",
    [
        gzip.compress(b"<urlset>" + b" " * 60_000_000),
        b'<!DOCTYPE a [<!ENTITY b "' + b"b" * 1000 + b'"><!ENTITY c "' + b"&b;" * 1000 + b'">]><urlset><url><loc>&c;</loc></url></urlset>',
        b"<urlset><url><loc>" * 50_000,
        b"\x1f\x8bno gzip",
        b"<html><body>Not found</body></html>",
        b"",
    ],
)  # fmt: skip
def test_a_hostile_sitemap_is_passed_over(site: Site, search: Searching, body: bytes):
    _home(site, "")
    site.page("/sitemap.xml", body, content_type="application/xml")
    site.page("/privacy", policy("en privacy"))
    assert _found(search(site.url("/"))) == {"Privacy Policy": site.url("/privacy")}


def test_an_index_of_sitemaps_without_end_and_a_page_of_links_without_end_are_left(site: Site, search: Searching):
    links = "".join(f"<a href='/privacy/{number}'>Privacy policy</a>" for number in range(5000))
    lists = "".join(f"<a href='/legal?{number}'>Legal</a>" for number in range(500))
    _home(site, links + lists)
    maps = "".join(f"<sitemap><loc>{site.url(f'/sitemap.xml?{number}')}</loc></sitemap>" for number in range(2000))
    site.page("/sitemap.xml", f"<sitemapindex>{maps}</sitemapindex>", content_type="application/xml")
    assert search(site.url("/")).missing == ("Privacy Policy", "Terms of Service")
    assert len(site.paths()) <= MOST_PAGES


def test_another_sites_policy_is_never_sure_unless_it_names_the_service(site: Site, search: Searching):
    with Site("127.0.0.3") as other:
        other.page("/p", policy("en privacy"))
        other.page("/t", policy("en terms + <p>These are the terms of 127.0.0.1.</p>"))
        _home(
            site,
            f"<footer><a href='{other.url('/p')}'>Privacy policy</a><a href='{other.url('/t')}'>Terms of service</a></footer>",
        )
        found = {finding.terms_type: finding for finding in search(site.url("/")).findings}
    assert found["Privacy Policy"].confidence is Confidence.DOUBTFUL
    assert "it stands on 127.0.0.3 and does not name the service" in found["Privacy Policy"].evidence


def test_the_home_pages_language_is_preferred_and_the_others_are_told(site: Site, search: Searching):
    alternate = '<link rel="alternate" hreflang="de" href="/de/">'
    site.page(
        "/",
        f"<html lang=en><head>{alternate}</head><body>{HERO}<a hreflang=de href='/de/privacy'>Privacy policy</a>"
        "<footer><a href='/privacy'>Privacy policy</a></footer></body></html>",
    )
    site.page("/privacy", policy("en privacy"))
    site.page("/de/privacy", policy("de privacy"))
    found = search(site.url("/"))
    assert _found(found) == {"Privacy Policy": site.url("/privacy")}
    assert found.findings[0].others == (site.url("/de/privacy"),)
    assert found.alternates == (("de", site.url("/de/")),)


def test_what_cannot_be_kept_ends_the_search_with_its_error(site: Site, loop: asyncio.AbstractEventLoop):
    _home(site)

    def broken(_place: Place, _found: Discovery) -> None:
        raise OSError("the disk is full")

    async def run() -> None:
        with Reader() as reader:
            settings = CrawlSettings.model_validate(FAST | {"browser": False})
            await discover([Place(site.url("/"))], settings, reader=reader, on_found=broken)

    with pytest.raises(OSError, match="the disk is full"):
        asyncio.run_coroutine_threadsafe(run(), loop).result(60)


def test_places_are_taken_one_by_one_as_searches_end(loop: asyncio.AbstractEventLoop):
    taken: list[int] = []

    def places() -> Iterator[Place]:
        for number in range(20):
            taken.append(number)
            yield Place(f"http://127.0.0.1:9/{number}")

    async def run() -> list[int]:
        ahead: list[int] = []
        with Reader() as reader:
            settings = CrawlSettings.model_validate(FAST | {"browser": False})
            await discover(places(), settings, reader=reader, on_found=lambda _, __: ahead.append(len(taken)))
        return ahead

    ahead = asyncio.run_coroutine_threadsafe(run(), loop).result(60)
    assert len(ahead) == 20
    assert ahead[0] <= SITES_AT_ONCE + 1
