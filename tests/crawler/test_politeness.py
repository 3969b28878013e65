"""How a host sees us: one request at a time, never before its delay, and not at all while it wants its peace."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from crawler.run import crawl
from monitor.config import CrawlSettings, Settings
from monitor.database import Database
from monitor.home import Home
from monitor.models import Host
from monitor.types import Via
from tests.crawler.texts import POLICY, filled_by_script
from tests.crawling import FAST, Crawled, Crawling, as_source
from tests.site import Site


def gaps(site: Site) -> list[float]:
    """Seconds between the requests that the site saw, the browser's own icon request left out."""
    moments = [visit.at for visit in site.visits if visit.path != "/favicon.ico"]
    return [later - earlier for earlier, later in pairwise(moments)]


def test_the_crawl_delay_of_robots_is_kept_from_the_first_page_on(site: Site, crawled: Crawling):
    site.robots("User-agent: *\nCrawl-delay: 0.4\nAllow: /\n")
    for number in range(3):
        site.page(f"/{number}", POLICY)
    crawled(*(site.url(f"/{number}") for number in range(3)), delay_seconds=0.1)
    assert len(gaps(site)) == 3
    assert min(gaps(site)) >= 0.39


def test_a_crawl_delay_for_others_is_not_ours(site: Site, crawled: Crawling):
    site.robots("User-agent: others\nCrawl-delay: 30\n\nUser-agent: *\nAllow: /\n")
    site.page("/privacy", POLICY)
    assert crawled(site.url("/privacy")).only.capture is not None


def test_redirects_and_retries_take_their_turn_too(site: Site, crawled: Crawling):
    site.redirect("/a", "/b")
    site.page("/b", POLICY, status=502)
    crawled(site.url("/a"), delay_seconds=0.2)
    assert site.paths() == ["/a", "/b", "/a"] or site.paths() == ["/a", "/b", "/b"]
    assert min(gaps(site)) >= 0.19


def test_the_browsers_page_takes_its_turn_after_the_plain_one(site: Site, crawled: Crawling):
    site.page("/privacy", filled_by_script(POLICY))
    done = crawled(site.url("/privacy"), delay_seconds=0.5)
    assert [result.via for result in done.results] == [Via.HTTP, Via.BROWSER]
    pages = [visit.at for visit in site.visits if visit.path == "/privacy"]
    assert pages[1] - pages[0] >= 0.49


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_refuses_is_left_alone_and_says_until_when(site: Site, crawled: Crawling, status: int):
    site.page("/0", "too many", status=status, headers={"Retry-After": "3600"})
    site.page("/1", POLICY)
    done = crawled(site.url("/0"), site.url("/1"))
    refused, left = done.results
    assert refused.capture.status == status
    assert left.error.startswith("no answer: 127.0.0.1:")
    assert "asked to be left alone until" in left.error
    assert left.failure == "backoff"
    assert site.paths() == ["/0"]


def test_a_short_retry_after_is_waited_for(site: Site, crawled: Crawling):
    site.page("/0", "too many", status=429, headers={"Retry-After": "1"})
    site.page("/1", POLICY)
    done = crawled(site.url("/0"), site.url("/1"))
    assert done.results[1].capture.status == 200
    assert gaps(site)[-1] >= 0.99


def test_other_hosts_go_on_while_one_is_left_alone(site: Site, crawled: Crawling):
    site.page("/0", "too many", status=429, headers={"Retry-After": "3600"})
    with Site() as other:
        for number in range(1, 4):
            other.page(f"/{number}", POLICY)
        urls = [site.url("/0"), site.url("/4"), *(other.url(f"/{number}") for number in range(1, 4))]
        done = crawled(*urls)
    assert [result.source_id for result in done.results if result.capture and result.capture.status == 200] == [3, 4, 5]


def opened(folder: Path, number: int) -> Home:
    """One of several runs on the same database."""
    return Home(folder / str(number), Settings(), Database(f"sqlite:///{folder / 'smallprint.db'}"))


def test_two_crawls_at_once_keep_the_delay_between_them(site: Site, tmp_path: Path, loop: asyncio.AbstractEventLoop):
    database = Database(f"sqlite:///{tmp_path / 'smallprint.db'}")
    database.upgrade()
    settings = CrawlSettings.model_validate(FAST | {"delay_seconds": 0.15, "browser": False})
    kept: list[Crawled] = [Crawled(), Crawled()]
    homes = [opened(tmp_path, number) for number in range(2)]

    async def both() -> None:
        crawls = []
        for number, home in enumerate(homes):
            urls = [site.page(f"/{number}-{page}", POLICY) for page in range(4)]
            batches = [[replace(as_source(url, page), obey_robots=False) for page, url in enumerate(urls, 1)]]
            claim = lambda batches=batches: batches.pop() if batches else []  # noqa: E731
            crawls.append(crawl(claim, kept[number].results.append, settings, serve=home.turns))
        await asyncio.gather(*crawls)

    asyncio.run_coroutine_threadsafe(both(), loop).result(60)
    assert [len(one.results) for one in kept] == [4, 4]
    assert len(gaps(site)) == 7
    assert min(gaps(site)) >= 0.149
    with database.reading() as session:
        allowed_at = session.get_one(Host, f"127.0.0.1:{site.port}").next_allowed_at
        assert allowed_at < datetime.now(UTC) + timedelta(seconds=0.15)  # the last turn was ended
    for home in homes:
        home.close()
    database.close()


def test_turns_that_cannot_be_had_end_the_crawl(site: Site, loop: asyncio.AbstractEventLoop):
    site.page("/privacy", POLICY)
    batches = [[as_source(site.url("/privacy"))]]
    running = crawl(
        lambda: batches.pop() if batches else [], print, CrawlSettings.model_validate(FAST), serve=lambda *_: 1 / 0
    )
    with pytest.raises(ZeroDivisionError):
        asyncio.run_coroutine_threadsafe(running, loop).result(30)
    assert site.visits == []
