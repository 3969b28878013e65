"""`add` of a site and of a vendor list, as a user runs it."""

import csv
import os
import pty
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.homes import CommandLine, settings
from tests.invented import HERO, policy
from tests.site import Site

FOOTER = "<footer><a href='/privacy'>Privacy policy</a><a href='/terms'>Terms of service</a><a href='/c'>Cookie policy</a></footer>"


@pytest.fixture
def smallprint(tmp_path: Path) -> CommandLine:
    settings(tmp_path / "home")
    home = tmp_path / "home" / "smallprint.toml"
    home.write_text(home.read_text(encoding="utf-8") + "browser = false\ntimeout_seconds = 3\n", encoding="utf-8")
    return CommandLine(tmp_path / "home")


@pytest.fixture
def acme(site: Site) -> Site:
    return _acme(site)


@pytest.fixture
def others() -> Iterator[list[Site]]:
    sites = [Site(f"127.0.9.{number}") for number in (1, 2)]
    yield sites
    for site in sites:
        site.close()


def _acme(site: Site) -> Site:
    """A site with a privacy policy and terms that can be read, and a cookie policy that cannot."""
    site.page("/", f"<html lang=en><body>{HERO}{FOOTER}</body></html>")
    site.page("/privacy", policy("en privacy"))
    site.page("/terms", policy("en terms"))
    site.page("/c", "<title>Just a moment</title><p>Verify you are human</p>", status=403)
    return site


def _watched(smallprint: CommandLine) -> dict[str, str]:
    return {row["policy"]: row["sources"][0] for row in smallprint.json("list")}


def test_a_site_is_searched_and_its_sure_policies_are_added_by_yes(smallprint: CommandLine, acme: Site) -> None:
    said = smallprint.run("add", acme.url("/"), "--service", "Acme", "--yes")
    assert f"sure      Privacy Policy         {acme.url('/privacy')}" in said
    assert 'link "Privacy policy" in the footer of the home page; reads as "Privacy Policy"' in said
    assert f"doubtful  Trackers Policy        {acme.url('/c')}" in said
    assert "1 site: 2 sure, 1 doubtful, 0 missing, 2 added." in said
    assert _watched(smallprint) == {
        "acme/privacy-policy": acme.url("/privacy"),
        "acme/terms-of-service": acme.url("/terms"),
    }
    smallprint.run("run")
    assert {row["outcome"] for row in smallprint.json("list", "--baseline")} == {"first"}


def test_a_bare_host_is_a_site(smallprint: CommandLine, acme: Site) -> None:
    smallprint.run("add", f"127.0.0.1:{acme.port}", "--yes", "--interval", "6h")
    assert len(_watched(smallprint)) == 2


def test_the_doubtful_ones_are_added_only_when_told_so(smallprint: CommandLine, acme: Site) -> None:
    smallprint.run("add", acme.url("/"), "--service", "Acme", "--yes", "--doubtful")
    assert _watched(smallprint)["acme/trackers-policy"] == acme.url("/c")


def test_without_a_terminal_and_a_yes_all_is_shown_and_nothing_added(smallprint: CommandLine, acme: Site) -> None:
    said = smallprint.run("add", acme.url("/"), code=1)
    assert "Privacy Policy" in said
    assert "Nothing was added: there is no terminal to ask at." in said
    assert _watched(smallprint) == {}


def test_at_a_terminal_it_is_asked_and_the_doubtful_ones_apart(smallprint: CommandLine, acme: Site) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        smallprint.command("add", acme.url("/"), "--service", "Acme"),
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        os.write(ours, b"y\nn\n")
        said, _ = running.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)
    assert running.returncode == 0
    assert "Add the 2 sure policies?" in said
    assert "Add the doubtful policy as well?" in said
    assert sorted(_watched(smallprint)) == ["acme/privacy-policy", "acme/terms-of-service"]


def test_what_is_watched_already_is_neither_added_nor_resumed(smallprint: CommandLine, acme: Site) -> None:
    smallprint.run("add", acme.url("/privacy"), "--service", "Acme")
    smallprint.run("pause", "acme/privacy-policy")
    said = smallprint.run("add", acme.url("/"), "--service", "Acme", "--yes")
    assert "watched already: acme/privacy-policy" in said
    assert "added: acme/terms-of-service" in said
    assert [row["paused"] for row in smallprint.json("list")] == [True, False]


def test_only_the_type_asked_for_is_looked_for(smallprint: CommandLine, acme: Site) -> None:
    smallprint.run("add", acme.url("/"), "--service", "Acme", "--type", "Terms of Service", "--yes")
    assert list(_watched(smallprint)) == ["acme/terms-of-service"]


def test_a_site_that_does_not_answer_is_said_not_to(smallprint: CommandLine) -> None:
    said = smallprint.run("add", "http://127.0.0.1:9/", "--yes", code=1)
    assert "http://127.0.0.1:9/: no answer: 127.0.0.1 refused the connection" in said


def _vendors(tmp_path: Path, sites: list[Site]) -> Path:
    file = tmp_path / "vendors.csv"
    rows = [("Acme", sites[0].url("/")), ("=cmd()", sites[1].url("/")), ("Gone", "http://127.0.0.1:9/"), ("Bad", "n/a")]
    with file.open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([("Vendor", "Website"), *rows])
    return file


def test_a_vendor_list_ends_in_what_was_found_doubtful_and_missing(
    smallprint: CommandLine, others: list[Site], tmp_path: Path
) -> None:
    _acme(others[0])
    others[1].page("/", f"<html lang=en><body>{HERO}</body></html>")
    report = tmp_path / "report.csv"
    said = smallprint.run("add", "--from", _vendors(tmp_path, others), "--yes", "--report", report)
    assert (
        f"row 2: Acme, {others[0].url('/')}: sure: Privacy Policy, Terms of Service; doubtful: Trackers Policy" in said
    )
    assert "row 5: a website such as acme.example was wanted, 'n/a' came" in said
    assert "4 sites: 2 sure, 1 doubtful, 2 missing, 2 added, 2 that could not be searched." in said
    with report.open(encoding="utf-8-sig", newline="") as opened:
        rows = [(row["row"], row["name"], row["result"], row["terms type"]) for row in csv.DictReader(opened)]
    assert sorted(rows) == [
        ("2", "Acme", "doubtful, not added", "Trackers Policy"),
        ("2", "Acme", "sure, added", "Privacy Policy"),
        ("2", "Acme", "sure, added", "Terms of Service"),
        ("3", "'=cmd()", "missing", "Privacy Policy"),
        ("3", "'=cmd()", "missing", "Terms of Service"),
        ("4", "Gone", "failed", ""),
        ("5", "", "failed", ""),
    ]
    assert sorted(_watched(smallprint)) == ["acme/privacy-policy", "acme/terms-of-service"]


def test_a_list_begun_before_asks_the_sites_watched_already_for_nothing(
    smallprint: CommandLine, others: list[Site], tmp_path: Path
) -> None:
    for site in others:
        _acme(site)
    file = _vendors(tmp_path, others)
    smallprint.run("add", others[0].url("/"), "--service", "Acme", "--yes")
    others[0].visits.clear()
    said = smallprint.run("add", "--from", file, "--yes")
    assert f"row 2: Acme, {others[0].url('/')}: watched already: acme/privacy-policy" in said
    assert others[0].visits == []
    assert others[1].visits != []


def test_a_list_that_is_broken_off_keeps_what_was_added(
    smallprint: CommandLine, others: list[Site], tmp_path: Path
) -> None:
    _acme(others[0])
    others[1].hang("/")
    home = smallprint.home / "smallprint.toml"
    home.write_text(home.read_text(encoding="utf-8").replace("timeout_seconds = 3", ""), encoding="utf-8")
    running = smallprint.start("add", "--from", _vendors(tmp_path, others), "--yes")
    until = time.monotonic() + 60
    while not (smallprint.home / "smallprint.db").exists() or len(_watched(smallprint)) < 2:
        assert time.monotonic() < until
        time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    assert running.wait(15) == 130
    assert sorted(_watched(smallprint)) == ["acme/privacy-policy", "acme/terms-of-service"]


def test_a_policy_that_the_list_names_is_added_without_a_search(
    smallprint: CommandLine, acme: Site, tmp_path: Path
) -> None:
    file = tmp_path / "vendors.csv"
    file.write_text(f"Service;Policy URL\nAcme;{acme.url('/privacy')}\n", encoding="utf-8")
    assert "added: acme/privacy-policy, at the address that the list names" in smallprint.run("add", "--from", file)
    assert acme.visits == []


def test_a_list_that_cannot_be_used_makes_no_home(tmp_path: Path) -> None:
    file = tmp_path / "vendors.csv"
    file.write_text("owner;since\nJo;2019\n", encoding="utf-8")
    smallprint = CommandLine(tmp_path / "home")
    assert "a column with websites was wanted" in smallprint.error("add", "--from", file)
    assert "wanted, both came" in smallprint.error("add", "acme.example", "--from", _vendors_alone(tmp_path))
    assert "--service and --type go with addresses" in smallprint.error(
        "add", "--from", _vendors_alone(tmp_path), "--type", "Imprint"
    )
    assert not smallprint.home.exists()
    assert "--type: one of Privacy Policy, Terms of Service" in smallprint.error(
        "add", "acme.example", "--type", "privacy"
    )


def _vendors_alone(tmp_path: Path) -> Path:
    file = tmp_path / "one.csv"
    file.write_text("website\nacme.example\n", encoding="utf-8")
    return file
