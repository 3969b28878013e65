"""What doctor says of what it is handed: well or not, and how to mend it."""

from datetime import timedelta

import pytest

from monitor.cli import findings
from monitor.models import Host, Run
from monitor.standing import Cost, Standing
from tests.homes import START

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
WELL = Standing(12, 1, 3, 0, None, 0, 0, START - HOUR, {"pending": 1, "sent": 8}, 0)


def overdue(since: timedelta) -> Standing:
    return Standing(12, 1, 3, 2, START - since, 0, 0, None, {}, 0)


def away(watched: int, inaccessible: int, failing: int) -> Standing:
    return Standing(watched, 0, 0, 0, None, inaccessible, failing, START, {}, 0)


def run(fetches: dict[str, dict[str, int]], failures: dict[str, int], *, stopped: bool = False) -> Run:
    stats = {"fetches": fetches, "failures": failures, "stopped": stopped}
    return Run(began_at=START, ended_at=START + HOUR, stats=stats)


def test_a_clock_that_agrees_is_well() -> None:
    found = findings.clock(START, newest=START + SECOND, on_disk=START - SECOND, in_database=START + SECOND)
    assert found.mend == ""


@pytest.mark.parametrize(
    ("beside", "words"),
    [
        ({"newest": START + 3 * HOUR}, "3 hours before the newest fetch or crawl recorded"),
        ({"on_disk": START + HOUR}, "the file system's stands at 2026-03-01 09:00Z, 3,600 s after it"),
        ({"in_database": START - 10 * SECOND}, "the database server's stands at 2026-03-01 07:59Z, 10 s before it"),
    ],
)
def test_a_clock_that_does_not_agree_is_to_be_set(beside: dict[str, object], words: str) -> None:
    found = findings.clock(START, **{"newest": None, "on_disk": None, "in_database": None, **beside})  # type: ignore[arg-type]
    assert words in found.found
    assert "NTP" in found.mend


def test_an_old_newest_moment_says_nothing_against_the_clock() -> None:
    assert findings.clock(START, newest=START - 99 * HOUR, on_disk=None, in_database=None).mend == ""


def test_little_room_on_the_disk_is_to_be_mended() -> None:
    assert findings.disk("disk", 2 * 1024**3) == findings.Finding("disk", "2.0 GiB free")
    assert "make room" in findings.disk("disk", 1024**3 - 1).mend


def test_checks_made_in_time_are_well() -> None:
    [found] = findings.checks(WELL, START)
    assert found == findings.Finding("checks", "12 watched, 1 paused, 3 due; the last good check was 1 hour ago")


def test_overdue_checks_lead_to_the_run_that_should_make_them() -> None:
    [found] = findings.checks(overdue(26 * HOUR), START)
    assert "2 of them overdue, the first for 1 day; no good check yet" in found.found
    assert "smallprint watch" in found.mend


def test_policies_that_are_away_are_told_and_all_of_them_are_a_fault_of_this_machine() -> None:
    _, some = findings.checks(away(5, 2, 1), START)
    assert some == findings.Finding("away", "2 show another page, 1 do not answer; `smallprint list` says which")
    _, all_of_them = findings.checks(away(5, 0, 5), START)
    assert "network and DNS" in all_of_them.mend


def test_hosts_that_want_to_be_left_alone_are_named_the_first_five() -> None:
    hosts = [
        Host(name=f"h{number}", next_allowed_at=START, backoff_until=START + HOUR, refusals=1) for number in range(7)
    ]
    found = findings.hosts(hosts)
    assert found.found.startswith("7 asked to be left alone: h0 until 2026-03-01 09:00Z, h1 until")
    assert found.found.endswith("h4 until 2026-03-01 09:00Z and 2 more")
    assert found.mend == ""
    hosts[6].refusals = findings.MANY_REFUSALS
    assert findings.hosts(hosts).mend.startswith("h6 refused 5 times in a row or more: raise crawl.delay_seconds")
    assert findings.hosts([]).mend == ""


def test_the_last_crawl_is_told_with_its_failures() -> None:
    found = findings.last_crawl(run({"http": {"capture": 5, "error": 2}, "browser": {"capture": 1}}, {"dns": 2}))
    words = "ended 2026-03-01 09:00Z: 7 http, 1 browser; failures: 2 dns"
    assert found == findings.Finding("last crawl", words)
    assert "when it was stopped" in findings.last_crawl(run({}, {}, stopped=True)).found
    assert findings.last_crawl(None) == findings.Finding("last crawl", "none yet")


def test_a_crawl_that_was_cut_off_altogether_is_this_machines_fault() -> None:
    cut_off = findings.last_crawl(run({"http": {"error": 3}}, {"dns": 2, "timeout": 1}))
    assert "network and DNS" in cut_off.mend
    assert findings.last_crawl(run({"http": {"error": 3}}, {"refused_robots": 3})).mend == ""
    assert findings.last_crawl(run({"http": {"error": 1}}, {"dns": 1})).mend == ""


def test_the_cost_is_told_by_way_and_imports_cost_nothing() -> None:
    ways = [Cost("browser", 3, 0, 21.4), Cost("http", 1200, 4, 600.0), Cost("import", 9, 0, 0.0)]
    assert findings.cost(ways, 30).found == "in 30 days: 3 browser (21 s), 1,200 http (600 s)"
    assert findings.cost([], 30).found == "in 30 days: no fetches"


def test_only_messages_given_up_lately_are_to_be_mended() -> None:
    assert findings.messages({"pending": 2, "exhausted": 4}, 0, 7) == findings.Finding(
        "messages", "2 wait to be sent, 4 were given up"
    )
    assert "1 were given up in the last 7 days" in findings.messages({"exhausted": 4}, 1, 7).mend
