"""What an operator sees: the log, the record of the crawls, what fetching cost."""

import re
import signal
import time
from pathlib import Path

import pytest

from tests.homes import CommandLine, settings
from tests.notifier.servers import Hook
from tests.pages import KEPT_LONGER, POLICY
from tests.site import Site

OUTCOME = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ INFO smallprint: ((?:fetch|check)_\w+) (.*)$", re.MULTILINE)
FORGED = "2026-03-01 00:00:00,000 INFO smallprint: check_changed policy=acme/privacy-policy"


@pytest.fixture
def smallprint(tmp_path: Path) -> CommandLine:
    settings(tmp_path / "home", 'interval = "1s"\n')
    return CommandLine(tmp_path / "home")


def logged(smallprint: CommandLine, *arguments: str) -> list[tuple[str, str]]:
    """(event, the rest) of each line about an outcome."""
    return OUTCOME.findall(smallprint.result("--verbose", *arguments).stderr)


def test_each_fetch_and_each_check_is_one_line(smallprint: CommandLine, site: Site) -> None:
    url = site.page("/privacy", POLICY, etag='"1"')
    smallprint.run("add", url, "--service", "Acme")
    smallprint.run("add", "http://nobody.invalid/privacy", "--service", "Nobody")
    lines = logged(smallprint, "run")
    assert sorted(event for event, _ in lines) == ["check_failed", "check_first", "fetch_captured", "fetch_dns"]
    rest = dict(lines)
    assert re.search(rf"policy=acme/privacy-policy check=\d+ url={re.escape(url)} via=http seconds=\d", rest["fetch_captured"])  # fmt: skip
    assert 'reason="no answer: DNS lookup failed for nobody.invalid"' in rest["fetch_dns"]
    time.sleep(1)
    assert {"fetch_not_modified", "check_unchanged"} <= {event for event, _ in logged(smallprint, "run")}


def test_parts_of_the_work_log_their_part(smallprint: CommandLine, site: Site) -> None:
    smallprint.run("add", site.page("/privacy", POLICY), "--service", "Acme")
    assert [event for event, _ in logged(smallprint, "crawl")] == ["fetch_captured"]
    assert [event for event, _ in logged(smallprint, "process")] == ["check_first"]


def test_a_hostile_server_forges_no_line(smallprint: CommandLine, site: Site) -> None:
    hostile = f"x\r\n{FORGED}\n{FORGED}\u2028{FORGED}\x1b[2J"
    site.page("/privacy", f"<title>{hostile}</title><h1>404 {hostile}</h1><p>Not found {hostile}</p>", status=404)
    site.redirect("/robots.txt", "//[x\x85" + FORGED)
    site.redirect("/terms", "http://[x\x0b\x1b[31m" + FORGED)
    smallprint.run("add", site.url("/privacy"), "--service", "Acme")
    smallprint.run("add", site.url("/terms"), "--service", "Other")
    stderr = smallprint.result("--verbose", "run").stderr
    assert sorted(event for event, _ in OUTCOME.findall(stderr)) == sorted(
        ["fetch_captured", "check_inaccessible", "fetch_unusable", "check_failed"]
    )
    assert not any(line.startswith(FORGED) for line in re.split(r"[\r\n\x0b\x0c\x85\u2028]", stderr))


def test_no_secret_is_logged(smallprint: CommandLine, site: Site) -> None:
    with Hook().running() as hook:
        smallprint.environment["SMALLPRINT_CHANNEL_LEGAL"] = hook.url
        smallprint.run("add", site.page("/privacy", POLICY), "--service", "Acme")
        smallprint.run("run")
        site.page("/privacy", KEPT_LONGER)
        time.sleep(1)
        stderr = smallprint.result("--verbose", "run").stderr
    assert len(hook.posts) == 1
    assert "check_changed" in stderr
    assert "T/B/C" not in stderr


def test_crawls_are_recorded_and_shown(smallprint: CommandLine, site: Site) -> None:
    smallprint.run("add", site.page("/privacy", POLICY), "--service", "Acme")
    smallprint.run("add", "http://nobody.invalid/privacy", "--service", "Nobody")
    assert "No crawl was made yet" in smallprint.run("runs")
    smallprint.run("run", "acme", "nobody")
    smallprint.run("run", "acme", "nobody")
    first, second = smallprint.json("runs")
    assert first["began_at"] < first["ended_at"] <= second["began_at"]
    assert first["fetches"] == {"http": {"capture": 1, "error": 1}}
    assert first["failures"] == {"dns": 1}
    assert first["bytes"] == len(POLICY)
    assert first["scrapy"]["downloader/response_count"] >= 1
    assert smallprint.json("runs", "--limit", "1") == [second]
    assert "1 dns" in smallprint.run("runs")


def test_a_crawl_that_was_stopped_is_recorded_and_an_idle_one_is_not(smallprint: CommandLine, site: Site) -> None:
    settings(smallprint.home, 'interval = "24h"\n')
    smallprint.run("add", site.page("/privacy", POLICY), "--service", "Acme")
    smallprint.run("run")
    smallprint.run("run")
    smallprint.run("add", site.hang("/hangs"), "--service", "Slow")
    running = smallprint.start("run")
    while "/hangs" not in site.paths():
        assert running.poll() is None
        time.sleep(0.05)
    running.send_signal(signal.SIGTERM)
    running.wait(15)
    ended, stopped = smallprint.json("runs")
    assert (ended["stopped"], stopped["stopped"]) == (False, True)
    assert "stopped" in smallprint.run("runs")


def test_the_archive_tells_its_fetches_by_way_and_their_time(smallprint: CommandLine, site: Site) -> None:
    smallprint.run("add", site.page("/privacy", POLICY, etag='"1"'), "--service", "Acme")
    smallprint.run("run")
    smallprint.run("run", "acme")
    [found] = smallprint.json("archive", "stats")
    assert {way: counts["fetches"] for way, counts in found["fetches"].items()} == {"http": 1, "not_modified": 1}
    assert found["fetches"]["http"]["seconds"] > 0
    assert "fetches by not_modified 1 in" in " ".join(smallprint.run("archive", "stats").split())
