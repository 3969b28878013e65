"""No request of the plain crawler reaches a private address."""

import gzip
import itertools
import zlib
from collections.abc import Iterator
from dataclasses import replace

import brotli
import pytest
from backports import zstd
from twisted.internet.address import IPv4Address
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer

from crawler.guard import GuardedResolver
from crawler.settings import DECOMPRESSED_MAXSIZE
from monitor.types import Via
from tests.crawler.texts import POLICY
from tests.crawling import Crawling, as_source
from tests.monitor.test_addresses import MALFORMED, PRIVATE
from tests.security.conftest import World
from tests.security.oracles import connections
from tests.site import Site

STRICT = {"allow_private": False, "browser": False}


@implementer(IHostnameResolver)
class Names:
    """Answers each look-up of a name under .test with its next addresses; an address is itself."""

    def __init__(self, **names: Iterator[list[str]]) -> None:
        self.names = names

    def resolveHostName(self, receiver, host, **details):  # noqa: N802
        receiver.resolutionBegan(None)
        name, _, zone = host.rpartition(".")
        for address in next(self.names[name]) if zone == "test" else [host]:
            receiver.addressResolved(IPv4Address("TCP", address, details["portNumber"]))
        receiver.resolutionComplete()
        return receiver


@pytest.fixture
def names(loop, monkeypatch: pytest.MonkeyPatch):
    """`names(inside=...)`: what inside.test leads to, look-up by look-up."""
    resolver = GuardedResolver.install()
    return lambda **names: monkeypatch.setattr(resolver, "_resolver", Names(**names))


def test_by_default_the_own_machine_is_not_fetched(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY)
    result = crawled(site.url("/privacy"), **STRICT).only
    assert (result.via, result.final, result.capture) == (Via.HTTP, True, None)
    assert result.error.startswith("refused: ")
    assert site.visits == []


def test_private_addresses_and_odd_urls_are_refused_in_any_spelling(crawled: Crawling):
    done = crawled(*PRIVATE, *MALFORMED, **STRICT)
    assert len(done.results) == len(PRIVATE) + len(MALFORMED)
    assert all(result.error.startswith("refused: ") for result in done.results)


def test_a_private_address_is_refused_with_its_reason(world: World, crawled: Crawling):
    result = crawled(world.canary.url("/"), **STRICT).only
    assert result.error == "refused: 127.0.0.2 is not a public address (allow_private is off)"
    assert world.canary.visits == []


def test_a_name_that_leads_inside_is_refused_with_its_reason(world: World, crawled: Crawling, names):
    names(inside=iter([["127.0.0.2"]] * 9))
    result = crawled(world.canary.url("/", host="inside.test"), **STRICT).only
    assert result.error == "refused: inside.test (127.0.0.2) is not a public address (allow_private is off)"
    assert world.canary.visits == []


def test_localhost_by_name_is_refused(crawled: Crawling):
    assert "localhost (127.0.0.1) is not a public address" in crawled("http://localhost/", **STRICT).only.error


def test_a_redirect_inside_is_refused(world: World, crawled: Crawling, names):
    names(inside=iter([["127.0.0.2"]] * 99))
    port = world.canary.port
    targets = [
        world.canary.url("/"),
        f"//127.0.0.2:{port}/",
        f"http://2130706434:{port}/",
        f"http://inside.test:{port}/",
    ]
    targets += [f"http://[::ffff:127.0.0.2]:{port}/", "file:///etc/hostname", "data:text/html,inside"]
    for number, target in enumerate(targets):
        world.public.redirect(f"/{number}", target)
        assert crawled(world.public.url(f"/{number}"), **STRICT).only.error.startswith("refused: "), target
    assert world.canary.visits == []


def test_a_redirect_of_robots_inside_is_not_followed(world: World, crawled: Crawling):
    world.public.redirect("/robots.txt", world.canary.url("/robots.txt"))
    world.public.page("/privacy", POLICY)
    assert crawled(world.public.url("/privacy"), **STRICT).only.capture is not None
    assert world.canary.visits == []


def test_a_name_that_changes_its_mind_a_thousand_times_never_leads_inside(alternating: World, crawled: Crawling, names):
    """Each look-up gives the other address. What was judged is what is connected to: half are fetched, half refused."""
    names(rebind=itertools.cycle([["127.0.0.1"], ["127.0.0.2"]]))
    alternating.public.page("/", POLICY, headers={"Connection": "close"})
    source = replace(as_source(alternating.public.url("/", host="rebind.test")), obey_robots=False)
    with connections() as made:
        done = crawled(*[replace(source, check_id=number) for number in range(1000)], **STRICT, concurrent_requests=1)
    fetched = [result for result in done.results if result.capture is not None]
    refused = [result for result in done.results if result.error.startswith("refused: rebind.test (127.0.0.2) is not")]
    assert (len(fetched), len(refused)) == (500, 500)
    assert alternating.guard.hits == []
    assert {address.partition(":")[0] for address in made} == {"127.0.0.1"}


def test_of_several_addresses_only_the_public_ones_are_used(world: World, crawled: Crawling, names):
    names(both=iter([["127.0.0.2", "127.0.0.1"]] * 9))
    world.public.page("/privacy", POLICY)
    assert crawled(world.public.url("/privacy", host="both.test"), **STRICT).only.capture is not None
    assert world.canary.visits == []


def test_proxy_variables_do_not_lead_around_the_guard(world: World, crawled: Crawling, monkeypatch: pytest.MonkeyPatch):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, world.canary.url("/"))
    world.public.page("/privacy", POLICY)
    assert crawled(world.public.url("/privacy"), **STRICT).only.capture is not None
    assert world.canary.visits == []


def test_after_a_permissive_crawl_the_next_one_is_strict_again(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY)
    assert crawled(site.url("/privacy", host="localhost")).only.capture is not None
    visits = len(site.visits)
    assert crawled("http://localhost/", **STRICT).only.error.startswith("refused: localhost")
    assert len(site.visits) == visits


PACKED = {
    "gzip": lambda body: gzip.compress(body, 9),
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "gzip, br": lambda body: brotli.compress(gzip.compress(body, 9)),
}


@pytest.mark.parametrize("encoding", PACKED)
def test_a_bomb_is_cut_and_an_honest_page_unpacked(site: Site, crawled: Crawling, encoding: str):
    for path, body in {"/bomb": bytes(DECOMPRESSED_MAXSIZE + 1), "/page": POLICY.encode()}.items():
        site.page(path, PACKED[encoding](body), headers={"Content-Encoding": encoding})
    site.page("/large", PACKED[encoding](bytes(DECOMPRESSED_MAXSIZE)), headers={"Content-Encoding": encoding})
    done = crawled(site.url("/bomb"), site.url("/page"), site.url("/large"), timeout_seconds=20, browser=False)
    by_source = {result.source_id: result for result in done.results}
    assert by_source[1].error.startswith("too large: ")
    assert by_source[2].capture.body == POLICY.encode()
    assert "content-encoding" not in by_source[2].capture.headers
    assert len(by_source[3].capture.body) == DECOMPRESSED_MAXSIZE
