"""A private address is not reached however it is written: by a declaration, a redirect, or a page in the browser."""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, sync_playwright

from crawler import proxy
from monitor.addresses import is_public, url_refusal
from monitor.config import CrawlSettings
from tests.crawler.texts import POLICY
from tests.crawling import Crawling, as_source
from tests.security.conftest import World
from tests.security.oracles import NetworkLog, connections
from tests.security.spellings import spelled
from tests.security.test_guard import names

__all__ = ["names"]

STRICT = {"allow_private": False}


def written(world: World) -> list[str]:
    found = spelled(world.guard.port, f"127.0.0.1:{world.public.port}")
    assert len(set(found)) >= 70
    return found


def inside() -> Iterator[list[str]]:
    while True:
        yield ["127.0.0.2"]


def test_no_spelling_leads_the_plain_way_inside(world: World, crawled: Crawling, names):
    names(inside=inside())
    urls = written(world)
    with connections() as made:
        done = crawled(
            *[replace(as_source(url, n), obey_robots=False) for n, url in enumerate(urls)], **STRICT, browser=False
        )
    assert len(done.results) == len(urls)
    assert world.guard.hits == []
    assert {address for address in made if not address.startswith("127.0.0.1:")} == set()


def test_no_spelling_leads_a_redirect_inside(world: World, crawled: Crawling, names):
    names(inside=inside())
    targets = [target for target in written(world) if "\r" not in target and "\n" not in target]
    for number, target in enumerate(targets):
        world.public.redirect(f"/{number}", target.encode().decode("latin-1"))
    urls = [world.public.url(f"/{number}") for number in range(len(targets))]
    with connections() as made:
        crawled(*[replace(as_source(url, n), obey_robots=False) for n, url in enumerate(urls)], **STRICT, browser=False)
    assert len(world.public.paths()) >= len(targets)
    assert world.guard.hits == []
    assert set(made) == {f"127.0.0.1:{world.public.port}"}


@pytest.fixture
def led_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the browser's proxy, the names under inside.test lead to the canary."""
    real = proxy._addresses

    async def addresses(host: str, port: int) -> list[str]:
        return ["127.0.0.2"] if "inside.test" in host else await real(host, port)

    monkeypatch.setattr(proxy, "_addresses", addresses)


def trying(world: World) -> str:
    """A page that tries each spelling in three ways."""
    tries = f"""for (const url of {json.dumps(written(world))}) {{
        try {{ fetch(url, {{mode: 'no-cors'}}).catch(() => 0) }} catch (e) {{}}
        try {{ const f = document.createElement('iframe'); f.src = url; document.body.append(f) }} catch (e) {{}}
        try {{ const s = document.createElement('script'); s.src = url; document.body.append(s) }} catch (e) {{}}
    }} setTimeout(() => document.body.append('All was tried.'), 3000)"""
    busy = "<p id=b></p><script>setInterval(() => b.append('.'), 100)</script>"
    return world.public.page("/privacy", f"{POLICY}{busy}<script>{tries}</script>")


def test_no_spelling_leads_the_browser_inside(
    world: World, crawled: Crawling, led_inside: None, network_log: NetworkLog
):
    source = replace(as_source(trying(world)), browser="always", obey_robots=False)
    with connections() as made:
        result = crawled(source, **STRICT).only
    assert result.capture.body.decode().count("All was tried.") == 2
    assert world.guard.hits == []
    assert set(made) == {f"127.0.0.1:{world.public.port}"}
    assert len(network_log.private) == 1  # the proxy


def test_the_browser_does_reach_it_by_them_when_private_addresses_are_allowed(
    world: World, crawled: Crawling, led_inside: None
):
    """The spellings are true ones: with the gate open the canary sees them."""
    crawled(replace(as_source(trying(world)), browser="always", obey_robots=False))
    assert len(world.guard.hits) >= 60


@pytest.fixture(scope="module")
def chromium_page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CrawlSettings().browser_executable, chromium_sandbox=False)
        yield browser.new_page()
        browser.close()


PIECES = [
    *"/\\@:#?.%[]&;=+~!$'()*,|^`{}<>\"_- \t\r\n\x00\x1f\x7f\u00a0\u00ad\u200b\u2060\ufeff。．｡／＼：＠①⑦０ｘ１ß",
    *("127.0.0.1", "10.1", "0x7f.1", "2130706433", "[::1]", "[::ffff:7f00:1]", "localhost", "example.org", "a.example"),
    *("http", "https", "://", "//", "user", "80", "%2f", "%40", "%5c", "%00", "xn--", "1", "0x"),
]


def test_what_the_gate_lets_pass_chromium_reads_in_the_same_way(chromium_page: Page):
    """Two parsers: of 40,000 mangled URLs, those that pass lead both of them to the same host and port, a public one."""
    dice = random.Random(20)
    urls = [
        "".join(["http://", *dice.choices(PIECES, k=dice.randint(1, 5)), *dice.choices(["", "/", "/x?y"], k=1)])
        for _ in range(20_000)
    ]
    urls += ["".join(dice.choices(PIECES, k=dice.randint(1, 7))) for _ in range(20_000)]
    passing = [url for url in urls if url_refusal(url) is None]
    read = "urls => urls.map(u => { try { const p = new URL(u); return [p.protocol, p.hostname, p.port] } catch { return null } })"
    assert len(passing) > 200
    for url, found in zip(passing, chromium_page.evaluate(read, passing), strict=True):
        if found is None:  # Chromium would not fetch it at all
            continue
        scheme, host, port = found
        parts = urlsplit(url)
        assert scheme == f"{parts.scheme}:", url
        assert int(port or {"http:": 80, "https:": 443}[scheme]) == (
            parts.port or {"http": 80, "https": 443}[parts.scheme]
        ), url
        if parts.netloc.isascii():
            assert host.strip("[]") == (parts.hostname or "") or is_address(host), url
        assert not is_address(host) or is_public(ip_address(host.strip("[]"))), url


def is_address(host: str) -> bool:
    return host.startswith("[") or bool(re.fullmatch(r"[0-9]+(\.[0-9]+){3}", host))


def test_what_chromium_reads_as_a_private_address_the_gate_refuses(chromium_page: Page):
    urls = [url for url in spelled(80, "example.org:80") if "inside.test" not in url]
    read = "urls => urls.map(u => { try { return new URL(u, 'http://example.org/').hostname } catch { return '' } })"
    hosts = dict(zip(urls, chromium_page.evaluate(read, urls), strict=True))
    private = {url for url, host in hosts.items() if is_address(host) and not is_public(ip_address(host.strip("[]")))}
    assert len(private) >= 45
    assert {url for url in private if url_refusal(url) is None} == set()
