"""Crawl after crawl in one process, the writer's thread, and the ends a process may come to."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.run import crawl
from crawler.writer import Writer
from monitor.config import CrawlSettings
from monitor.types import DueSource, FetchResult, Via
from tests.crawler.texts import POLICY, filled_by_script
from tests.crawling import FAST, Crawling, as_source
from tests.site import Site

ROOT = Path(__file__).parents[2]
SETTINGS = CrawlSettings.model_validate(FAST)


def test_a_second_crawl_in_the_same_process_sees_the_new_page(site: Site, crawled: Crawling):
    site.page("/privacy", POLICY)
    first = crawled(site.url("/privacy")).only
    site.page("/privacy", POLICY + "<p>And one more promise.</p>")
    second = crawled(site.url("/privacy")).only
    assert len(second.capture.body) > len(first.capture.body)


def test_a_second_crawl_in_the_same_process_may_use_the_browser_again(site: Site, crawled: Crawling):
    site.page("/privacy", filled_by_script())
    bodies = [crawled(site.url("/privacy")).results[-1].capture.body for _ in range(2)]
    assert bodies[0] == bodies[1]


def test_claim_is_asked_again_and_again_until_it_gives_nothing(site: Site, loop: asyncio.AbstractEventLoop):
    batches = [[], [as_source(site.page("/b", POLICY), 2)], [as_source(site.page("/a", POLICY), 1)]]
    kept: list[FetchResult] = []
    stats = asyncio.run_coroutine_threadsafe(crawl(batches.pop, kept.extend, SETTINGS), loop).result(30)
    assert [result.source_id for result in kept] == [1, 2]
    assert stats.sources == 2
    assert batches == []


def test_no_more_is_claimed_than_the_window_holds(loop: asyncio.AbstractEventLoop):
    sources = [as_source("http://acme.test/", number) for number in range(60)]

    async def claimed_and_kept() -> list[int]:
        writer = Writer(lambda: [sources.pop() for _ in range(min(5, len(sources)))], lambda _: None, window=10)
        on_their_way, most = list(await writer.claim()), []
        while on_their_way:
            claiming = asyncio.ensure_future(writer.claim())
            await asyncio.wait([claiming], timeout=0.02)
            while not claiming.done():
                source = on_their_way.pop()
                await writer.keep(FetchResult(source.check_id, source.source_id, Via.HTTP, datetime.now(UTC)))
                await asyncio.wait([claiming], timeout=0.02)
            on_their_way += claiming.result()
            most.append(len(on_their_way))
            if not claiming.result():
                break
        await writer.close()
        return most

    most = asyncio.run_coroutine_threadsafe(claimed_and_kept(), loop).result(30)
    assert sources == []
    assert max(most) == 10 + 5 - 1


def test_claim_and_keep_run_in_one_thread_and_never_hold_up_the_loop(site: Site, loop: asyncio.AbstractEventLoop):
    threads: set[int] = set()
    batches = [[as_source(site.page(f"/{number}", POLICY), number) for number in range(3)]]

    def claim() -> list[DueSource]:
        threads.add(threading.get_ident())
        time.sleep(0.2)
        return batches.pop() if batches else []

    def keep(results: Sequence[FetchResult]) -> None:
        threads.add(threading.get_ident())
        time.sleep(0.2)

    async def longest_gap() -> float:
        running = asyncio.ensure_future(crawl(claim, keep, SETTINGS))
        gaps, last = [0.0], time.monotonic()
        while not running.done():
            await asyncio.sleep(0.01)
            gaps.append(time.monotonic() - last)
            last = time.monotonic()
        await running
        return max(gaps)

    assert asyncio.run_coroutine_threadsafe(longest_gap(), loop).result(30) < 0.15
    assert len(threads) == 1
    assert loop not in threads


def test_a_result_that_cannot_be_kept_stops_the_crawl_and_is_raised(site: Site, crawled: Crawling):
    def keep(result: FetchResult) -> None:
        calls.append(result)
        raise OSError("disk full")

    calls: list[FetchResult] = []
    urls = [site.page(f"/{number}", POLICY) for number in range(40)]
    with pytest.raises(OSError, match="disk full"):
        crawled(*urls, keep=keep, delay_seconds=0.05)
    assert len(calls) == 1
    assert len(site.paths()) < 40


def test_results_that_come_while_others_are_kept_are_kept_together(loop: asyncio.AbstractEventLoop):
    with Site("0.0.0.0") as site:
        _crawl_thirty_hosts(site, loop)


def _crawl_thirty_hosts(site: Site, loop: asyncio.AbstractEventLoop) -> None:
    site.page("/privacy", POLICY)
    batches = [[as_source(site.url("/privacy", host=f"127.0.9.{number + 1}"), number) for number in range(30)]]
    kept: list[list[int]] = []

    def keep(results: Sequence[FetchResult]) -> None:
        time.sleep(0.1)
        kept.append([result.source_id for result in results])

    stats = asyncio.run_coroutine_threadsafe(
        crawl(lambda: batches.pop() if batches else [], keep, SETTINGS), loop
    ).result(30)
    assert sorted(source for batch in kept for source in batch) == list(range(30))
    assert stats.sources == 30
    assert len(kept) < 30


def test_a_claim_that_fails_is_raised(loop: asyncio.AbstractEventLoop):
    def claim() -> list[DueSource]:
        raise OSError("database is gone")

    with pytest.raises(OSError, match="database is gone"):
        asyncio.run_coroutine_threadsafe(crawl(claim, print, SETTINGS), loop).result(30)


def test_progress_is_told_after_each_kept_result(site: Site, loop: asyncio.AbstractEventLoop):
    batches = [[as_source(site.page("/privacy", POLICY))]]
    order: list[str] = []
    running = crawl(
        lambda: batches.pop() if batches else [],
        lambda _: order.append("kept"),
        SETTINGS,
        on_progress=lambda _: order.append("told"),
    )
    asyncio.run_coroutine_threadsafe(running, loop).result(30)
    assert order == ["kept", "told"]


def run_python(code: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(code), *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def ended(process: subprocess.Popen[str], seconds: float = 30) -> tuple[int, str, str]:
    output, errors = process.communicate(timeout=seconds)
    return process.returncode, output, errors


def test_in_reactor_gives_back_the_value():
    code = "from crawler.run import in_reactor\nimport asyncio\nprint(in_reactor(lambda: asyncio.sleep(0, 'value')))"
    assert ended(run_python(code)) == (0, "value\n", "")


def test_in_reactor_raises_the_error():
    code = """
        from crawler.run import in_reactor
        async def main(): raise ValueError("what went wrong")
        try: in_reactor(main)
        except ValueError as error: print(error)
    """
    assert ended(run_python(code)) == (0, "what went wrong\n", "")


CRAWLING = """
    import sys
    from crawler.run import crawl, in_reactor
    from monitor.config import CrawlSettings
    from monitor.types import DueSource
    batches = [[DueSource(n, n, "acme/privacy", url) for n, url in enumerate(sys.argv[1:])]]
    kept = []
    def keep(results):
        kept.extend(results)
        print("kept", flush=True)
    async def main():
        settings = CrawlSettings(allow_private=True, delay_seconds=0, timeout_seconds=60, browser_timeout_seconds=60)
        stats = await crawl(lambda: batches.pop() if batches else [], keep, settings)
        again = await crawl(lambda: 1 / 0, keep, settings)
        return stats.stopped, again.stopped, len(kept)
    print(in_reactor(main))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_hanging_crawl_within_ten_seconds(site: Site, number: signal.Signals):
    process = run_python(CRAWLING, site.page("/privacy", POLICY), site.hang("/hangs"))
    assert process.stdout.readline() == "kept\n"
    began = time.monotonic()
    process.send_signal(number)
    assert ended(process) == (0, "(True, True, 1)\n", "")
    assert time.monotonic() - began < 10


def test_a_signal_lets_a_short_fetch_finish(site: Site):
    site.page("/slow", POLICY, delay_seconds=1.5)
    process = run_python(CRAWLING, site.page("/privacy", POLICY), site.url("/slow", host="localhost"))
    assert process.stdout.readline() == "kept\n"
    process.terminate()
    assert ended(process) == (0, "kept\n(True, True, 2)\n", "")


def test_a_signal_ends_a_hanging_browser_and_leaves_no_chromium(site: Site):
    site.page("/privacy", "<script>fetch('/spinning'); setTimeout(() => { while (1) {} }, 300)</script>")
    process = run_python(CRAWLING, site.url("/privacy"))
    while "/spinning" not in site.paths() and process.poll() is None:
        time.sleep(0.05)
    time.sleep(0.5)
    browsers = children(process.pid)
    began = time.monotonic()
    process.terminate()
    assert ended(process)[:2] == (0, "(True, True, 0)\n")
    assert time.monotonic() - began < 10
    assert browsers
    assert not [pid for pid in browsers if alive(pid)]


def test_a_signal_outside_of_a_crawl_cancels_at_once():
    code = """
        import asyncio
        from crawler.run import in_reactor
        async def main():
            print("waiting", flush=True)
            await asyncio.sleep(60)
        try: in_reactor(main)
        except KeyboardInterrupt: print("interrupted")
    """
    process = run_python(code)
    assert process.stdout.readline() == "waiting\n"
    process.terminate()
    assert ended(process, 5) == (0, "interrupted\n", "")


def children(pid: int) -> list[int]:
    """All processes below this one."""
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    below = [pid]
    for one in below:
        below += [child for child, parent in parents.items() if parent == one]
    return below[1:]


def alive(pid: int) -> bool:
    """True for a process that still runs; one that only waits to be reaped does not."""
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return False
        except OSError:
            return False
        time.sleep(0.05)
    return True


def run_module(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    environment = os.environ | {"SMALLPRINT_HOME": str(home)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_scrapy_lists_and_checks_the_spider(tmp_path: Path):
    assert run_module("scrapy", "list", home=tmp_path).stdout == "policies\n"
    checked = run_module("scrapy", "check", home=tmp_path)
    assert (checked.returncode, "OK" in checked.stderr) == (0, True)


def test_scrapy_crawl_works_on_a_home_folder(site: Site, tmp_path: Path):
    (tmp_path / "smallprint.toml").write_text("[crawl]\nallow_private = true\ndelay_seconds = 0\n")
    assert run_module("monitor.cli", "add", site.page("/privacy", POLICY), home=tmp_path).returncode == 0
    done = run_module("scrapy", "crawl", "policies", home=tmp_path)
    assert "Spider closed (finished)" in done.stderr
    assert site.paths() == ["/privacy"]
    checks = run_module("monitor.cli", "checks", "--json", home=tmp_path).stdout
    assert '"outcome": "first"' in checks
