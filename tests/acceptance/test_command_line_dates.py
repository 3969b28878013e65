"""The page's own date beside what really changed, as `history`, `changes`, `show` and `extract` tell it."""

from pathlib import Path

import pytest

from tests.homes import CommandLine, settings
from tests.monitor.histories import clauses, page
from tests.warcs import record, write_warc

ONCE = clauses().replace("at any time", "once a year")
NEVER = clauses().replace("at any time", "never")
PAGES = (
    page(clauses(), date="Last updated: November 21, 2021"),
    page(ONCE, date="Last updated: November 21, 2021"),
    page(ONCE, date="Last updated: February 3, 2026"),
    page(NEVER, date="Last updated: 02/04/2026"),
)


@pytest.fixture(scope="module")
def smallprint(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A home with a silent change, a date-only change, and one whose date moved too; day and month of the last are open."""
    folder = tmp_path_factory.mktemp("dates")
    settings(folder / "home")
    home = CommandLine(folder / "home")
    records = [record(day * 50, content) for day, content in enumerate(PAGES)]
    home.run("import", write_warc(folder / "captures.warc.gz", records))
    return home


def test_history_is_a_timeline_of_the_stated_date_against_the_changes(smallprint: CommandLine) -> None:
    told = smallprint.run("history", "acme")
    for words in ("the date did not move", "only the date moved", "the date moved too"):
        assert words in told
    versions = smallprint.json("history", "acme")
    stated = [version["stated"]["last_updated"] for version in versions]
    assert stated == ["2021-11-21", "2021-11-21", "2026-02-03", "2026-02-04"]
    assert [version["silent"] for version in versions] == [None, True, False, False]
    assert [version["date_only"] for version in versions] == [None, False, True, False]


def test_changes_say_in_words_what_the_date_did(smallprint: CommandLine) -> None:
    told = smallprint.run("changes")
    assert "The page still says 21 November 2021, though its words changed." in told
    assert "Only the page's date moved: 21 November 2021 → 3 February 2026" in told
    changes = smallprint.json("changes")
    assert [change["date_only"] for change in changes] == [False, True, False]
    assert [change["silent"] for change in changes] == [True, False, False]


def test_both_readings_of_an_undecided_date_are_shown_to_people(smallprint: CommandLine) -> None:
    for told in (smallprint.run("changes"), smallprint.run("show", "3")):
        assert "→ 4 February 2026 or 2 April 2026" in told
    assert "2026-02-04 or 2026-04-02" in smallprint.run("history", "acme")
    stated = smallprint.json("show", "3")[0]["stated"]["last_updated"]
    assert (stated["old"], stated["new"]) == ("2026-02-03", "2026-02-04")
    assert sorted(stated["alternatives"]["new"]) == ["2026-02-04", "2026-04-02"]


def test_extract_says_where_a_date_stands_and_why_others_are_not_the_policys(tmp_path: Path) -> None:
    law = "<p>We keep to the Regulation (EU) 2016/679 of 27 April 2016.</p>"
    markup = '<meta property="article:modified_time" content="2026-01-02T03:04:05Z">'
    content = page(f"{clauses()}{law}", date="Last updated: May 2024").replace("<head>", f"<head>{markup}")
    file = tmp_path / "policy.html"
    file.write_text(content, encoding="utf-8")
    smallprint = CommandLine(tmp_path / "home")
    [document] = smallprint.json("extract", "--explain", file)
    stated = document["stated"]
    assert (stated["last_updated"], stated["effective"]) == ("2024-05", None)
    assert stated["precision"] == {"last_updated": "month"}
    assert stated["confidence"] == {"last_updated": "high"}
    assert document["blocks"][stated["block"]["last_updated"]]["text"] == stated["evidence"]["last_updated"]
    assert stated["markup"] == [{"source": "meta article:modified_time", "value": "2026-01-02"}]
    [other] = document["rejected"]
    assert (other["value"], other["precision"]) == ("2016-04-27", "day")
    assert "law" in other["reason"]
    assert "2016" in document["blocks"][other["block"]]["text"]
    told = smallprint.run("extract", "--explain", file)
    assert "2026-01-02: meta article:modified_time" in told
    assert "belongs to a law" in told
