"""`search`, `at`, `diff` by day and `history --timemap`, on a history that came in by a WARC file."""

from pathlib import Path

import pytest

from tests.homes import CommandLine, settings
from tests.monitor.test_pending import CUT, LONG
from tests.pages import KEPT_LONGER, POLICY
from tests.warcs import record, write_warc

OTHER = "https://globex.example/privacy"
SENTENCE = "We delete your personal information 30 days after you close your account"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """One policy that went and came back, and another one, with Zürich in it."""
    folder = tmp_path_factory.mktemp("search")
    settings(folder / "home")
    made = CommandLine(folder / "home")
    records = [
        record(0, POLICY),
        record(3, POLICY),
        record(10, KEPT_LONGER),
        record(20, KEPT_LONGER),
        record(40, POLICY),
    ]
    records += [record(5, POLICY.replace("Acme sells kites.", "Globex of Zürich sells [bold]kites[/bold]."), url=OTHER)]
    made.run("import", write_warc(folder / "captures.warc.gz", sorted(records)))
    return made


def test_words_are_found_in_every_version_with_the_time_they_stood(home: CommandLine) -> None:
    told = home.run("search", "delet*", "account", "--policy", "acme")
    assert "Acme Privacy Policy  (acme/privacy-policy)" in told
    assert "stood in version 1, first seen 2026-03-01 08:00Z, last seen 2026-03-04 08:00Z; gone in version 2" in told
    assert told.index(
        "stands in the newest confirmed version: version 3, first seen 2026-04-10 08:00Z, last seen 2026-04-10 08:00Z"
    ) < told.index("12 months")
    [back, gone] = home.json("search", "delet*", "account", "--policy", "acme")
    assert back["snippet"] == "We **delete** your personal information 30 days after you close your **account**."
    assert [(one["first_version"], one["last_version"]) for one in back["spans"]] == [(1, 1), (3, 3)]
    assert (back["stands"], gone["stands"], gone["spans"][0]["gone_at"]) == (True, False, "2026-04-10T08:00:00Z")


def test_a_word_with_a_minus_leaves_out_and_words_in_quotes_stand_in_a_row(home: CommandLine) -> None:
    done = home.result("search", "zurich", "-carrier", "--limit", "1", "--service", "globex")
    assert "Zürich sells [bold]kites[/bold]" in done.stdout
    assert home.run("search", "information personal", "'); DROP TABLE passage; --").startswith(
        "No confirmed version has"
    )
    assert "12 months" not in home.run("search", "delete", "-12 months")
    assert "1 of 11 passages; --limit shows more" in home.result("search", "you", "--limit", "1").stderr


def test_when_a_sentence_first_appeared_and_last_stood(home: CommandLine) -> None:
    told = home.run("search", "--first", SENTENCE)
    assert "first seen  2026-03-01 08:00Z  in version 1, the first that is archived: it may be older" in told
    assert "version 2, first seen 2026-03-11 08:00Z, did not have it" in told
    assert "in version 3, the newest that is confirmed" in told
    assert f"The sentence:\n    {SENTENCE}." in told
    assert "A longer sentence, which may say something else" in home.run("search", "--first", SENTENCE[3:])
    near = home.run("search", "--first", SENTENCE.replace("30", "45"))
    assert "No confirmed version has these words in a row in one passage." in near
    assert "The nearest passage that was found, " in near


def test_what_cannot_be_asked_is_explained(home: CommandLine) -> None:
    assert "words to look for were wanted" in home.error("search", "-kites")


def test_the_text_at_a_moment_says_what_was_seen_before_and_after_it(home: CommandLine) -> None:
    between = home.result("at", "acme", "2026-03-07")
    assert "30 days after" in between.stdout
    assert (
        "Last seen with this wording at 2026-03-04 08:00Z; version 2 was first seen at 2026-03-11 08:00Z"
        in between.stderr
    )
    seen = "Seen with this wording at 2026-03-01 08:00Z, and next at 2026-03-04 08:00Z. What the page showed at 2026-03-02 23:59Z"
    assert seen in home.result("at", "acme", "2026-03-02").stderr
    [told] = home.json("at", "acme", "2026-03-02T12:00+02:00")
    assert (told["seen_before_at"], told["seen_after_at"]) == ("2026-03-01T08:00:00Z", "2026-03-04T08:00:00Z")
    assert told["seen_after_version"] == 1
    [newest] = home.json("at", "acme", "2026-05-01")
    assert (newest["seen_before_at"], newest["seen_after_version"]) == ("2026-04-10T08:00:00Z", None)


def test_versions_are_compared_by_the_day_they_were_in_force(home: CommandLine) -> None:
    told = home.run("diff", "acme@2026-03-07", "acme@2026-03-15", "--md")
    assert "Old: version 1, first seen 1 March 2026, 08:00 UTC, last seen 4 March 2026, 08:00 UTC" in told
    warned = home.result("diff", "acme@2026-03-07", "acme@2026-03-15", "--md").stderr
    assert "acme@2026-03-07: Last seen with this wording at 2026-03-04 08:00Z; version 2 was first seen" in warned
    assert "a time such as" in home.error("diff", "acme@2026-13-45", "acme@2")


def test_a_withdrawn_version_is_told_as_one(tmp_path: Path) -> None:
    settings(tmp_path / "home")
    smallprint = CommandLine(tmp_path / "home")
    pages = [record(day, page) for day, page in enumerate((LONG, LONG, CUT, LONG))]
    smallprint.run("import", write_warc(tmp_path / "captures.warc.gz", pages))
    withdrawn = "withdrawn: taken for another page in the policy's place"
    assert withdrawn in " ".join(smallprint.run("history", "acme").split())
    assert f"; {withdrawn}" in smallprint.run("diff", "acme@1", "acme@2", "--md")


def test_a_timemap_lists_every_snapshot_of_the_page(home: CommandLine) -> None:
    told = home.run("history", "acme", "--timemap", "--base", "https://archive.example/policies")
    assert told.count("memento") == 5
    assert "<https://archive.example/policies/20260304080000/https://acme.example/privacy>; rel=" in told
    [first, *_] = home.json("history", "https://acme.example/privacy", "--timemap")
    assert first["memento"] == "http://localhost:8080/policies/20260301080000/https://acme.example/privacy"
