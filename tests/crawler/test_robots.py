"""robots.txt is obeyed, unless the declaration says otherwise."""

from dataclasses import replace

from tests.crawler.texts import POLICY
from tests.crawling import Crawling, as_source
from tests.site import Site


def test_a_forbidden_source_is_not_asked_for(site: Site, crawled: Crawling):
    site.page("/legal/privacy", POLICY)
    site.robots("User-agent: *\nDisallow: /legal/\n")
    result = crawled(site.url("/legal/privacy")).only
    words = "robots.txt of 127.0.0.1 forbids /legal/privacy; set `robots: ignore` in the declaration if you may"
    assert result.error == words
    assert site.paths() == []


def test_the_declaration_may_override_robots(site: Site, crawled: Crawling):
    site.page("/legal/privacy", POLICY)
    site.robots("User-agent: *\nDisallow: /\n")
    result = crawled(replace(as_source(site.url("/legal/privacy")), obey_robots=False)).only
    assert result.capture.body == POLICY.encode()
    assert [visit.path for visit in site.visits] == ["/legal/privacy"]


def test_a_rule_for_smallprint_by_name_is_obeyed(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY)
    site.robots("User-agent: smallprint\nDisallow: /\n\nUser-agent: *\nAllow: /\n")
    assert "forbids /privacy" in crawled(site.url("/privacy"), contact="somebody").only.error


def test_a_redirect_into_forbidden_ground_is_not_followed(site: Site, crawled: Crawling):
    site.redirect("/privacy", "/legal/privacy")
    site.page("/legal/privacy", POLICY)
    site.robots("User-agent: *\nDisallow: /legal/\n")
    assert "forbids /legal/privacy" in crawled(site.url("/privacy")).only.error
    assert site.paths() == ["/privacy"]


def test_a_host_without_robots_may_be_read(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY)
    assert crawled(site.url("/privacy")).only.capture is not None


def test_the_browser_obeys_robots_too(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY)
    site.robots("User-agent: *\nDisallow: /privacy\n")
    result = crawled(replace(as_source(site.url("/privacy")), browser="always")).only
    assert "forbids /privacy" in result.error
    assert site.paths() == []
