"""The command line's contracts: exit codes, JSON forms, errors in words. Each command runs in a process of its own."""

import json
import re
import sqlite3
from pathlib import Path

import pytest

from tests.homes import CommandLine, settings
from tests.notifier.servers import Hook, MailServer
from tests.pages import KEPT_LONGER, NOT_FOUND, POLICY
from tests.site import Site


@pytest.fixture
def smallprint(tmp_path: Path) -> CommandLine:
    settings(tmp_path / "home", 'interval = "1s"\n')
    return CommandLine(tmp_path / "home")


@pytest.fixture
def changed(smallprint: CommandLine, site: Site) -> CommandLine:
    """A home that saw one policy change."""
    smallprint.run("add", site.page("/privacy", POLICY), "--service", "Acme")
    smallprint.run("run")
    site.page("/privacy", KEPT_LONGER)
    smallprint.run("run")
    return smallprint


def test_init_makes_a_home_and_a_second_init_changes_nothing(tmp_path: Path) -> None:
    smallprint = CommandLine(tmp_path / "home")
    smallprint.run("init")
    written = (tmp_path / "home" / "smallprint.toml").read_text(encoding="utf-8")
    assert "is a smallprint home already" in smallprint.run("init")
    assert (tmp_path / "home" / "smallprint.toml").read_text(encoding="utf-8") == written


def test_a_change_is_found_and_reported_in_the_agreed_form(changed: CommandLine, site: Site) -> None:
    [change] = changed.json("changes")
    assert change["policy"] == "acme/privacy-policy"
    assert change["url"] == site.url("/privacy")
    assert change["sources"] == [site.url("/privacy")]
    assert (change["significance"], change["status"], change["capture"]) == ("substantive", "confirmed", "ok")
    assert (change["version"], change["previous_version"], change["return_of"]) == (2, 1, None)
    assert change["silent"] is True
    assert change["stated"]["last_updated"] == {"old": "2026-03-01", "new": "2026-03-01"}
    assert {
        "captured_at",
        "previous_captured_at",
        "confirmed_at",
        "topics",
        "direction",
        "moved",
        "marked_characters",
        "summary",
    } <= set(change)
    assert any(fact["type"] == "duration" and "30" in fact["old"] and "12" in fact["new"] for fact in change["facts"])
    assert any("12 months" in (edit["new"] or "") for edit in change["edits"])


def test_checks_are_reported_in_the_agreed_form(changed: CommandLine, site: Site) -> None:
    first, second = changed.json("checks")
    assert (first["outcome"], second["outcome"]) == ("first", "changed")
    assert first["url"] == site.url("/privacy")
    agreed = {"policy", "url", "captured_at", "outcome", "page_state", "reason", "via"}
    assert agreed | {"final_url", "canonical_url", "pages"} == set(first)


def test_show_history_and_at_tell_the_story(changed: CommandLine) -> None:
    [change] = changed.json("changes")
    shown = changed.run("show", str(change["id"]))
    assert "[-30 days-]{+12 months+}" in shown or ("[-30-]{+12+}" in shown)
    assert "The page still says 1 March 2026" in shown
    assert [version["version"] for version in changed.json("history", "acme")] == [1, 2]
    assert "12 months" in changed.run("at", "acme", "2126-01-01")
    assert "has no confirmed version from" in changed.error("at", "acme", "2001-01-01")


def test_two_addresses_of_one_kind_are_watched_side_by_side(smallprint: CommandLine, site: Site) -> None:
    us, eu = site.page("/us/privacy", POLICY), site.page("/eu/privacy", POLICY)
    smallprint.run("add", us, eu, "--service", "Acme")
    smallprint.run("run")
    assert [(row["policy"], row["sources"], row["outcome"]) for row in smallprint.json("list")] == [
        ("acme/privacy-policy", [us], "first"),
        ("acme/privacy-policy-2", [eu], "first"),
    ]


def test_adding_an_address_again_keeps_what_its_declaration_says(smallprint: CommandLine, tmp_path: Path) -> None:
    url = "https://acme.example/privacy"
    file = tmp_path / "acme.yaml"
    file.write_text(
        f"service: Acme\npolicies: [{{type: Privacy Policy, sources: [{url}], interval: 7d, browser: never}}]\n",
        encoding="utf-8",
    )
    smallprint.run("add", "--from", file)
    assert smallprint.run("add", url).startswith("unchanged: acme/privacy-policy")
    assert smallprint.run("add", url, "--interval", "6h").startswith("updated: acme/privacy-policy")
    assert smallprint.run("add", "--from", file).startswith("updated: acme/privacy-policy")


def test_a_policy_that_is_away_says_since_when_and_what_the_operator_was_told(
    smallprint: CommandLine, site: Site
) -> None:
    smallprint.run("add", site.page("/privacy", POLICY), "--service", "Acme")
    smallprint.run("run")
    [well] = smallprint.json("list")
    site.page("/privacy", NOT_FOUND, status=404)
    for _ in range(3):
        smallprint.result("run")
    with sqlite3.connect(smallprint.home / "smallprint.db") as database:
        database.execute("UPDATE policy_check SET captured_at = '2026-02-28 08:00:00' WHERE outcome = 'first'")
        database.execute("UPDATE policy_check SET captured_at = '2026-03-01 08:00:00' WHERE id = 2")
    [away] = smallprint.json("list")
    assert away["notice"].startswith("not readable at 3 checks in a row")
    assert away["inaccessible_since"] == "2026-03-01T08:00:00Z"
    for shown in (smallprint.run("list"), smallprint.run("list", "--baseline")):
        assert re.search(
            r"not the policy's page for \d+ days; not readable at 3 checks in a row", " ".join(shown.split())
        )
    site.page("/privacy", POLICY)
    smallprint.run("run")
    [again] = smallprint.json("list")
    assert [(row["notice"], row["inaccessible_since"]) for row in (well, again)] == [(None, None)] * 2


def test_a_policy_stands_as_its_newest_capture_says_whenever_it_was_due(changed: CommandLine) -> None:
    with sqlite3.connect(changed.home / "smallprint.db") as database:
        database.execute("UPDATE policy_check SET due_at = '2099-01-01 00:00:00' WHERE outcome = 'first'")
    assert [row["outcome"] for row in changed.json("list")] == ["changed"]


def test_the_baseline_says_what_the_first_check_found(changed: CommandLine) -> None:
    shown = changed.run("list", "--baseline")
    for word in ("acme/privacy-policy", "Acme privacy policy", "2026-03-01", "ok"):
        assert word in shown
    [row] = changed.json("list", "--baseline")
    assert (row["title"], row["page_state"], row["not_read"]) == ("Acme privacy policy", "ok", [])


def test_a_304_needs_no_second_reading(smallprint: CommandLine, site: Site) -> None:
    smallprint.run("add", site.page("/privacy", POLICY, etag='"1"'))
    smallprint.run("run")
    smallprint.run("run")
    assert [(check["outcome"], check["via"]) for check in smallprint.json("checks")] == [
        ("first", "http"),
        ("unchanged", "not_modified"),
    ]


def test_a_newly_inaccessible_policy_gives_exit_code_2_once_and_always_when_strict(
    smallprint: CommandLine, site: Site
) -> None:
    smallprint.run("add", site.page("/privacy", POLICY))
    smallprint.run("run")
    site.page("/privacy", NOT_FOUND, status=404)
    smallprint.run("run", code=2)
    smallprint.run("run", code=0)
    smallprint.run("run", "--strict", code=2)
    assert smallprint.json("changes") == []


def test_an_exhausted_message_gives_exit_code_3(smallprint: CommandLine, site: Site, tmp_path: Path) -> None:
    settings(tmp_path / "home", 'interval = "1s"\n[channels.broken]\nurl = "slackhook://127.0.0.1:1 /x"\n')
    smallprint.run("add", site.page("/privacy", POLICY))
    smallprint.run("run")
    site.page("/privacy", KEPT_LONGER)
    smallprint.run("run", code=3)


def test_crawl_process_and_deliver_do_the_parts(smallprint: CommandLine, site: Site, tmp_path: Path) -> None:
    with MailServer().running() as mail, Hook().running() as hook:
        settings(
            tmp_path / "home",
            f'interval = "1s"\n[channels.legal]\nurl = "{mail.url()}"\n[channels.slack]\nurl = "{hook.url}"\n',
        )
        smallprint.run("add", site.page("/privacy", POLICY))
        smallprint.run("crawl")
        assert smallprint.json("checks") == []
        smallprint.run("process")
        site.page("/privacy", KEPT_LONGER)
        smallprint.run("crawl")
        smallprint.run("process")
        assert (len(mail.mails), len(hook.posts)) == (0, 0)
        smallprint.run("deliver")
        smallprint.run("deliver")
        assert (len(mail.mails), len(hook.posts)) == (1, 1)


def test_two_runs_at_once_fetch_a_policy_once(smallprint: CommandLine, site: Site, tmp_path: Path) -> None:
    settings(tmp_path / "home", 'interval = "1h"\n')
    for number in range(6):
        smallprint.run(
            "add",
            site.page(f"/{number}/privacy", POLICY.replace("Acme", f"Acme {number}"), delay_seconds=0.3),
            "--service",
            f"Acme {number}",
        )
    runs = [smallprint.start("run") for _ in range(2)]
    assert [run.wait(60) for run in runs] == [0, 0]
    assert sorted(site.paths()) == [f"/{number}/privacy" for number in range(6)]
    assert len(smallprint.json("checks")) == 6


def test_a_file_that_cannot_be_read_costs_no_other_one(tmp_path: Path) -> None:
    smallprint = CommandLine(tmp_path / "home")
    good, missing = tmp_path / "good.html", tmp_path / "missing.html"
    good.write_text(POLICY, encoding="utf-8")
    read = [json.loads(line) for line in smallprint.run("extract", missing, good, "--json", code=1).splitlines()]
    assert [Path(answer["file"]).name for answer in read] == ["missing.html", "good.html"]
    assert "cannot be read" in read[0]["error"]
    assert read[1]["page_state"] == "ok"
    told = smallprint.result("extract", missing, good)
    assert (told.returncode, "missing.html: a file to read was wanted" in told.stderr) == (1, True)
    assert "Acme privacy policy" in told.stdout
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text(
        "".join(
            json.dumps({"id": name, "old": str(old), "new": str(good)}) + "\n"
            for name, old in (("a", missing), ("b", good))
        ),
        encoding="utf-8",
    )
    compared = [json.loads(line) for line in smallprint.run("diff", "--pairs", pairs, "--json", code=1).splitlines()]
    assert [(answer["id"], "error" in answer) for answer in compared] == [("a", True), ("b", False)]
    assert compared[1]["significance"] == "none"


def test_verify_finds_damage_with_exit_code_4(changed: CommandLine) -> None:
    assert "The archive is whole" in changed.run("archive", "verify")
    assert changed.json("archive", "stats")[0]["snapshots"] == 2
    connection = sqlite3.connect(changed.home / "smallprint.db")
    with connection:
        connection.execute("UPDATE frame SET packed = x'00112233' WHERE base_id IS NULL")
    connection.close()
    assert "acme/privacy-policy" in changed.error("archive", "verify", code=4)


def test_doctor_finds_what_is_missing_and_says_how_to_mend_it(smallprint: CommandLine, tmp_path: Path) -> None:
    smallprint.run("init")
    assert "Chromium" in smallprint.run("doctor")
    settings(tmp_path / "home", '[channels.legal]\nurl = "slak://a/b/c"\n')
    assert "slack" in smallprint.result("doctor").stdout
    assert smallprint.result("doctor").returncode == 1


def test_channels_are_listed_masked_and_tested_with_a_sample(smallprint: CommandLine, tmp_path: Path) -> None:
    with Hook().running() as hook:
        secret = hook.url
        settings(
            tmp_path / "home",
            '[channels.slack]\nurl = "env:HOOK"\n[channels.mail]\nurl = "mailto://user:hunter2@127.0.0.1?from=c@b.example&to=a@b.example"\n',
        )
        smallprint.environment["HOOK"] = secret
        listed = smallprint.run("channels", "list")
        assert "hunter2" not in listed
        assert "services" not in listed
        smallprint.run("channels", "test", "slack")
        assert len(hook.posts) == 1
    assert "declared: mail, slack" in smallprint.error("channels", "test", "nobody")


def test_pause_stops_checking_and_add_resumes(smallprint: CommandLine, site: Site) -> None:
    url = site.page("/privacy", POLICY)
    smallprint.run("add", url, "--service", "Acme")
    smallprint.run("pause", "acme")
    smallprint.run("run")
    assert smallprint.json("checks") == []
    smallprint.run("add", url, "--service", "Acme")
    smallprint.run("run")
    assert len(smallprint.json("checks")) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "acme.example/privacy"), ("an http(s) address such as", "'acme.example/privacy' came")),
        (("add",), ("an address, a site or --from FILE was wanted",)),
        (("add", "https://a.example/privacy", "--interval", "often"), ("--interval", "a duration such as")),
        (("add", "--from", "/nowhere.yaml"), ("/nowhere.yaml does not exist",)),
        (("extract", "/nowhere.html"), ("/nowhere.html", "cannot be read")),
        (("diff", "/nowhere.html"), ("two files, OLD and NEW",)),
        (("import", "/nowhere.warc.gz"), ("/nowhere.warc.gz", "a WARC file was wanted")),
        (("add", "https://a.example/privacy", "--interval", "999999999w"), ("--interval", "at most 366 days")),
        (("show", "17"), ("there is no change 17",)),
        (("show", "99999999999999999999"), ("there is no change 99999999999999999999",)),
        (("checks", "--limit", "99999999999999999999"), ("--limit", "less than or equal to 2147483647")),
        (("history", "acme"), ("no policy is called 'acme'",)),
        (("at", "acme", "yesterday"), ("a time such as 2026-03-01", "'yesterday' came")),
        (("frobnicate",), ("No such command 'frobnicate'",)),
    ],
)
def test_bad_input_is_explained_with_exit_code_1(
    smallprint: CommandLine, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    smallprint.run("init")
    error = " ".join(smallprint.error(*arguments).split())
    for word in words:
        assert word in error


def test_a_misspelt_setting_stops_every_command_and_names_the_right_one(
    smallprint: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "home" / "smallprint.toml").write_text('intervall = "1h"\n', encoding="utf-8")
    for command in (("run",), ("list",), ("add", "https://acme.example/privacy")):
        assert "did you mean `interval`?" in smallprint.error(*command)


def test_reading_commands_make_no_home(tmp_path: Path) -> None:
    smallprint = CommandLine(tmp_path / "nothing")
    for command in (("list",), ("changes",), ("checks",), ("archive", "stats")):
        assert "is no smallprint home" in smallprint.error(*command)
    assert not (tmp_path / "nothing").exists()


def test_reading_commands_make_no_home_of_another_folder(tmp_path: Path) -> None:
    smallprint = CommandLine(tmp_path)
    (tmp_path / "letter.txt").write_text("Dear diary", encoding="utf-8")
    for command in (("list",), ("changes",), ("checks",), ("archive", "stats"), ("show", "1")):
        assert "is no smallprint home: there is no" in smallprint.error(*command)
    assert [file.name for file in tmp_path.iterdir()] == ["letter.txt"]


def test_a_failing_database_is_explained_in_one_line(smallprint: CommandLine) -> None:
    smallprint.run("init")
    with sqlite3.connect(smallprint.home / "smallprint.db") as database:
        database.execute("ALTER TABLE policy DROP COLUMN browser")
    for command in (("list",), ("add", "https://acme.example/s3cret")):
        error = smallprint.error(*command)
        assert "smallprint: the database failed: " in error
        assert len(error.splitlines()) == 1
        assert not any(word in error for word in ("SELECT", "INSERT", "s3cret"))
    assert "Traceback" in smallprint.result("--verbose", "list").stderr


def test_a_file_that_cannot_be_written_is_explained_in_one_line(smallprint: CommandLine) -> None:
    smallprint.run("init")
    settings_file = smallprint.home / "smallprint.toml"
    settings_file.unlink()
    settings_file.symlink_to("/nowhere/at/all.toml")
    error = smallprint.error("init")
    assert "smallprint.toml: No such file or directory. Check the place" in error
    assert len(error.splitlines()) == 1


def test_doctor_shows_no_secret_of_the_database(smallprint: CommandLine) -> None:
    smallprint.run("init")
    for file in ("smallprint.db", "missing.db"):
        settings(smallprint.home, f'database = "sqlite:///{smallprint.home / file}?password=s3cret"\n')
        found = smallprint.result("doctor")
        assert file in found.stdout
        assert "s3cret" not in found.stdout + found.stderr


def test_run_with_a_policy_checks_it_now(smallprint: CommandLine, site: Site, tmp_path: Path) -> None:
    settings(tmp_path / "home", 'interval = "24h"\n')
    smallprint.run("add", site.page("/privacy", POLICY), "--service", "Acme")
    smallprint.run("run")
    smallprint.run("run")
    assert len(smallprint.json("checks")) == 1
    smallprint.run("run", "acme")
    assert len(smallprint.json("checks")) == 2
    assert "no policy is called 'nobody'" in smallprint.error("run", "nobody")


def test_what_a_page_says_is_shown_as_it_is(smallprint: CommandLine, site: Site) -> None:
    smallprint.run("add", site.page("/privacy", POLICY), "--service", "Acme")
    smallprint.run("run")
    site.page("/privacy", POLICY.replace("30 days", "30 :smile: [bold]days[/]"))
    smallprint.run("run")
    [change] = smallprint.json("changes")
    assert ":smile: [bold]" in smallprint.run("show", str(change["id"]))
