"""What a crawl says of itself when it has ended, however it ended."""

import asyncio
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.run import MOST_COUNTS, CrawlStats, crawl, plain_counts
from monitor.config import CrawlSettings
from monitor.types import DueSource, FetchResult, Via
from tests.crawler.texts import POLICY, filled_by_script
from tests.crawling import FAST, Crawling, as_source
from tests.site import Site

SETTINGS = CrawlSettings.model_validate(FAST)


def test_fetches_failures_and_bytes_are_counted_beside_scrapys_own_counts(site: Site, crawled: Crawling) -> None:
    stats = crawled(site.page("/privacy", POLICY), "http://nobody.invalid/privacy", "ftp://127.0.0.1/").stats
    found = json.loads(json.dumps(stats.as_json()))
    assert found["fetches"] == {"http": {"capture": 1, "error": 2}}
    assert found["failures"] == {"dns": 1, "refused_address": 1}
    assert found["bytes"] == len(POLICY)
    assert found["seconds"]["http"] > 0
    assert (found["sources"], found["stopped"]) == (3, False)
    assert found["scrapy"]["downloader/response_status_count/200"] == 1
    assert datetime.fromisoformat(found["scrapy"]["finish_time"]).tzinfo == UTC


def test_the_browsers_pages_are_counted(site: Site, crawled: Crawling) -> None:
    stats = crawled(site.page("/privacy", filled_by_script())).stats
    assert stats.counts == {(Via.HTTP, "capture"): 1, (Via.BROWSER, "capture"): 1}
    assert stats.scrapy["playwright/page_count"] == 1


def test_a_page_cannot_make_the_counts_grow(site: Site, crawled: Crawling) -> None:
    asks = "for (let n = 0; n < 400; n++) fetch('/' + n, {method: 'M' + n}).catch(() => 0);"
    site.page("/privacy", f"<div id=root></div><script>{asks}</script>")
    assert len(crawled(site.url("/privacy")).stats.scrapy) <= MOST_COUNTS


def ended_with(loop: asyncio.AbstractEventLoop, claim: list[list[DueSource]], keep: object = print) -> list[CrawlStats]:
    ended: list[CrawlStats] = []
    running = crawl(lambda: claim.pop() if claim else [], keep, SETTINGS, on_end=ended.append)  # type: ignore[arg-type]
    try:
        asyncio.run_coroutine_threadsafe(running, loop).result(30)
    finally:
        assert len(ended) == 1
    return ended


def test_a_crawl_that_broke_is_told_as_well(site: Site, loop: asyncio.AbstractEventLoop) -> None:
    def keep(_result: FetchResult) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        ended_with(loop, [[as_source(site.page("/privacy", POLICY))]], keep)


def test_a_crawl_with_nothing_to_do_is_idle(site: Site, loop: asyncio.AbstractEventLoop) -> None:
    [idle] = ended_with(loop, [])
    [busy] = ended_with(loop, [[as_source(site.page("/privacy", POLICY))]])
    assert (idle.idle, busy.idle) == (True, False)


@given(
    st.dictionaries(st.text(), st.one_of(st.integers(), st.floats(allow_nan=False), st.text(), st.datetimes(), st.none()))
)  # fmt: skip
def test_any_counts_can_be_kept_as_json(counts: dict[str, object]) -> None:
    assert json.loads(json.dumps(plain_counts(counts))) == plain_counts(counts)
