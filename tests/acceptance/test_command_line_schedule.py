"""When a policy is checked, as a person declares, changes and reads it."""

import sqlite3
from pathlib import Path

import pytest

from tests.homes import CommandLine, settings
from tests.pages import KEPT_LONGER, POLICY
from tests.site import Site

URL = "https://acme.example/privacy"


@pytest.fixture
def smallprint(tmp_path: Path) -> CommandLine:
    settings(tmp_path / "home", 'time_zone = "Europe/Berlin"\n')
    return CommandLine(tmp_path / "home")


def declaration(folder: Path, schedule: str) -> Path:
    file = folder / "acme.yaml"
    file.write_text(
        f"service: Acme\npolicies:\n- type: Privacy Policy\n  sources: [{URL}]\n{schedule}", encoding="utf-8"
    )
    return file


def test_list_says_when_the_next_check_is_and_why(smallprint: CommandLine, site: Site) -> None:
    settings(smallprint.home, "adaptive = true\n")
    smallprint.run("add", site.page("/privacy", POLICY), "--service", "Acme")
    assert "check due because it is new" in smallprint.run("list")
    smallprint.run("run")
    [row] = smallprint.json("list")
    assert row["next_check_reason"] == "every 24 h"
    assert ", every 24 h" in smallprint.run("list")
    site.page("/privacy", KEPT_LONGER)
    smallprint.run("run", "acme")
    [row] = smallprint.json("list")
    assert row["next_check_reason"] == "because it changed less than a minute ago"
    assert row["next_check_at"].endswith("Z")
    listed = smallprint.run("list")
    assert "next check in " in listed
    assert " because it changed less than a minute ago" in listed
    smallprint.run("pause", "acme")
    [row] = smallprint.json("list")
    assert (row["next_check_at"], row["next_check_reason"]) == (None, None)


def test_edit_takes_another_schedule_and_says_when_the_next_check_is(smallprint: CommandLine, site: Site) -> None:
    smallprint.run("add", site.page("/privacy", POLICY), "--service", "Acme")
    smallprint.run("run")
    told = smallprint.run("edit", "acme", "--cron", "0 9 * * 1")
    assert told.startswith("updated: acme/privacy-policy  next check in ")
    assert ", at 09:00 on Monday, Europe/Berlin (0 9 * * 1)" in told
    assert smallprint.run("edit", "acme", "--cron", "0 9 * * 1").startswith("unchanged")
    assert "Asia/Tokyo" in smallprint.run("edit", "acme", "--time-zone", "Asia/Tokyo")
    assert "--adaptive goes with an interval" in smallprint.error("edit", "acme", "--adaptive")
    assert ", every 12 h" in smallprint.run("edit", "acme", "--interval", "12h", "--adaptive")
    assert "--time-zone says where a cron expression counts" in smallprint.error("edit", "acme", "--time-zone", "UTC")
    assert smallprint.run("edit", "acme", "--no-adaptive").startswith("updated")
    assert "check due because its declaration changed" in smallprint.run("edit", "acme", "--browser", "never")


def test_a_declaration_brought_in_later_wins_over_an_edit(smallprint: CommandLine, tmp_path: Path) -> None:
    file = declaration(tmp_path, "  interval: 7d\n")
    smallprint.run("add", "--from", file)
    smallprint.run("edit", "acme", "--cron", "30 2 * * *", "--robots", "ignore")
    assert smallprint.run("add", "--from", file).startswith("updated")
    with sqlite3.connect(smallprint.home / "smallprint.db") as database:
        row = database.execute("SELECT interval_seconds, cron, time_zone, obey_robots FROM policy").fetchone()
    assert row == (604800, "", "", 1)


def test_a_moved_source_is_followed_by_a_word_and_nobody_is_alerted(smallprint: CommandLine, site: Site) -> None:
    old, new = site.page("/privacy", POLICY), site.page("/legal/privacy", POLICY)
    smallprint.run("add", old, "--service", "Acme")
    smallprint.run("run")
    assert "none is known to have moved" in smallprint.error("edit", "acme", "--moved")
    with sqlite3.connect(smallprint.home / "smallprint.db") as database:
        database.execute("UPDATE source SET moved_to = ?", (new,))
    told = smallprint.run("edit", "acme", "--moved")
    assert f"now read from {new}, instead of {old}" in told
    [row] = smallprint.json("list")
    assert row["sources"] == [new]
    smallprint.run("run")
    [row] = smallprint.json("list")
    assert (row["outcome"], smallprint.json("changes")) == ("unchanged", [])
    assert "none is known to have moved" in smallprint.error("edit", "acme", "--moved")


@pytest.mark.parametrize(
    ("schedule", "words"),
    [
        (
            '  interval: 24h\n  cron: "0 9 * * 1"\n',
            "policies.0: an interval or a cron expression was wanted, both came",
        ),
        ('  cron: "0 9 * *"\n', "policies.0.cron: a cron expression of five fields"),
        ('  cron: "0 9 30 2 *"\n', "policies.0.cron: a cron expression of five fields"),
        ('  cron: "0 9 * * 1"\n  time_zone: Europe/Berln\n', "policies.0.time_zone: an IANA time zone"),
        ("  time_zone: Europe/Berlin\n", "policies.0: time_zone was wanted with a cron expression, it came alone"),
        ('  cron: "0 9 * * 1"\n  adaptive: true\n', "policies.0: adaptive was wanted with an interval"),
        ('  crom: "0 9 * * 1"\n', "did you mean `cron`?"),
    ],
)
def test_a_schedule_that_is_none_is_refused_with_its_place(
    smallprint: CommandLine, tmp_path: Path, schedule: str, words: str
) -> None:
    assert words in " ".join(smallprint.error("add", "--from", declaration(tmp_path, schedule)).split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "something to change was wanted, nothing came"),
        (("--cron", "soon"), "--cron: a cron expression of five fields"),
        (("--cron", "0 9 * * 1", "--interval", "1h"), "an interval or a cron expression was wanted, both came"),
        (("--cron", "0 9 * * 1", "--time-zone", "Mars"), "--time-zone: an IANA time zone"),
        (("--interval", "often"), "--interval: a duration such as"),
        (("--browser", "maybe"), "Invalid value for '--browser'"),
    ],
)
def test_an_edit_that_cannot_be_is_explained(smallprint: CommandLine, arguments: tuple[str, ...], words: str) -> None:
    smallprint.run("add", URL)
    assert words in " ".join(smallprint.error("edit", "acme", *arguments).split())


def test_a_time_zone_of_the_settings_that_is_none_is_refused(smallprint: CommandLine) -> None:
    settings(smallprint.home, 'time_zone = "Europe/Berln"\n')
    error = " ".join(smallprint.error("add", URL).split())
    assert "time_zone: Value error, an IANA time zone such as Europe/Berlin was wanted" in error
    assert "did you mean Europe/Berlin?" in error
