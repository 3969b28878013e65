"""Every way of getting nothing has its machine name, by HTTP and through the browser."""

import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy import Request

from crawler.browser import BrowserError
from crawler.failures import NET_ERRORS, failure_of
from crawler.settings import DOWNLOAD_MAXSIZE
from monitor.failures import FailureName
from monitor.types import FetchResult, Via
from tests.certificates import self_signed
from tests.crawler.texts import POLICY
from tests.crawling import Crawling, as_source
from tests.site import Site


def closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/"


def broken_off(site: Site) -> str:
    return site.page("/privacy", POLICY, breaks_after=100)


def too_large(site: Site) -> str:
    return site.page("/privacy", b"x" * (DOWNLOAD_MAXSIZE + 1))


def round_and_round(site: Site) -> str:
    site.redirect("/privacy", "/privacy")
    return site.url("/privacy")


def forbidden(site: Site) -> str:
    site.robots("User-agent: *\nDisallow: /privacy\n")
    return site.page("/privacy", POLICY)


def elsewhere(site: Site) -> str:
    site.redirect("/privacy", "file:///etc/hostname")
    return site.url("/privacy")


@pytest.mark.parametrize(
    ("name", "address"),
    [
        (FailureName.REFUSED_ADDRESS, lambda _: "ftp://127.0.0.1/privacy"),
        (FailureName.REFUSED_ADDRESS, elsewhere),
        (FailureName.REFUSED_ROBOTS, forbidden),
        (FailureName.DNS, lambda _: "http://nobody.invalid/privacy"),
        (FailureName.CONNECTION_REFUSED, lambda _: closed_port()),
        (FailureName.TIMEOUT, lambda site: site.hang("/privacy")),
        (FailureName.BROKEN_OFF, broken_off),
        (FailureName.TOO_LARGE, too_large),
        (FailureName.REDIRECTS, round_and_round),
    ],
)
def test_a_failure_has_its_name(
    site: Site, crawled: Crawling, name: FailureName, address: Callable[[Site], str]
) -> None:
    result = crawled(address(site), timeout_seconds=1.0 if name is FailureName.TIMEOUT else 10.0).only
    assert (result.failure, result.capture) == (name, None)
    assert result.error


def test_an_address_inside_is_refused_by_name(site: Site, crawled: Crawling) -> None:
    assert crawled(site.page("/privacy", POLICY), allow_private=False).only.failure == FailureName.REFUSED_ADDRESS
    assert site.visits == []


@pytest.mark.parametrize("way", ["never", "always"])
def test_a_certificate_that_nobody_vouches_for_has_its_name(tmp_path: Path, crawled: Crawling, way: str) -> None:
    with Site(tls=self_signed(tmp_path / "site.pem")) as site:
        source = replace(as_source(site.page("/privacy", POLICY)), browser=way, obey_robots=False)
        assert crawled(source).only.failure == FailureName.TLS


def by_browser(url: str, crawled: Crawling, **settings: object) -> FetchResult:
    result = crawled(replace(as_source(url), browser="always"), **settings).only
    assert result.via is Via.BROWSER
    return result


def test_the_browsers_failures_have_their_names(site: Site, crawled: Crawling) -> None:
    slow = by_browser(site.hang("/hangs"), crawled, browser_timeout_seconds=2.0)
    missing = by_browser(site.page("/privacy", POLICY), crawled, browser_executable="/nowhere/chromium")
    assert (slow.failure, missing.failure) == (FailureName.TIMEOUT, FailureName.BROWSER)


@pytest.mark.parametrize(("code", "name"), NET_ERRORS.items())
def test_chromiums_own_codes_are_told_apart(code: str, name: FailureName) -> None:
    error = BrowserError(f"the browser failed: Page.goto: {code}_AUTHORITY_INVALID at https://acme.example/")
    assert failure_of(error, Request("https://acme.example/")).name is name


def test_a_capture_has_no_failure(site: Site, crawled: Crawling) -> None:
    assert crawled(site.page("/privacy", POLICY, status=404)).only.failure == ""


def test_the_failure_of_the_browser_stays_beside_the_plain_answer(site: Site, crawled: Crawling) -> None:
    done = crawled(site.page("/privacy", "no", status=403), browser_executable="/nowhere/chromium")
    assert [(result.via, result.failure, result.final) for result in done.results] == [
        (Via.BROWSER, FailureName.BROWSER, False),
        (Via.HTTP, "", True),
    ]
