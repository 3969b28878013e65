"""What was exported as WARC is shown by another tool as the page that it was."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, sync_playwright

from crawler.chromium import launch_options
from monitor.config import CrawlSettings
from monitor.exporting.warc import Wanted, export_warc
from tests.homes import ADDRESS, WatchedHome, watched_home
from tests.notifier.servers import free_port
from tests.pages import KEPT_LONGER, POLICY

SECONDS_TO_START = 60


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[WatchedHome]:
    opened = watched_home(tmp_path / "home", f"sqlite:///{tmp_path / 'smallprint.db'}")
    yield opened
    opened.home.close()


@contextmanager
def replaying(warc: Path, folder: Path) -> Iterator[str]:
    """The address of a pywb that shows a WARC file, as its manual says."""
    folder.mkdir()
    for arguments in (["init", "policies"], ["add", "policies", str(warc)]):
        command = [sys.executable, "-m", "pywb.manager.manager", *arguments]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    port = free_port()
    command = [sys.executable, "-m", "pywb.apps.cli", "--bind", "127.0.0.1", "--port", str(port)]
    with (folder / "log.txt").open("wb") as log:
        server = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/policies/", server)
        yield f"http://127.0.0.1:{port}/policies"
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    for _ in range(SECONDS_TO_START * 5):
        assert server.poll() is None
        try:
            urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise AssertionError("pywb did not start")


@contextmanager
def chromium() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options(CrawlSettings().browser_executable))
        yield browser.new_page()
        browser.close()


def test_pywb_shows_the_page_of_any_time_in_a_browser(watched: WatchedHome, tmp_path: Path) -> None:
    watched.add()
    for page in (POLICY, POLICY, None, KEPT_LONGER):
        watched.check(page, content_encoding="gzip", content_length="17")
    export_warc(watched.home.database, tmp_path / "all.warc.gz", Wanted(), now=watched.clock())
    with replaying(tmp_path / "all.warc.gz", tmp_path / "pywb") as collection, chromium() as page:
        for day, words in ((1, "30 days"), (2, "30 days"), (3, "30 days"), (5, "12 months")):
            page.goto(f"{collection}/202603{day:02}120000/{ADDRESS}", timeout=60_000)
            shown = page.frame_locator("iframe#replay_iframe").locator("main")
            shown.wait_for(timeout=60_000)
            assert f"We delete your personal information {words} after you close your account" in shown.inner_text()
        page.screenshot(path=tmp_path / "replayed.png")
