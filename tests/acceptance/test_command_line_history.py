"""`history --volatile`, `history --watch` and `reprocess`, on a history that came in by a WARC file."""

from pathlib import Path

import pytest

from tests.homes import CommandLine, settings
from tests.monitor.test_decide_volatile import QUOTES, with_quote
from tests.warcs import record, write_warc


@pytest.fixture
def smallprint(tmp_path: Path) -> CommandLine:
    """A home with five captures of a page that shows another quotation at each."""
    settings(tmp_path / "home")
    home = CommandLine(tmp_path / "home")
    home.run("import", write_warc(tmp_path / "captures.warc.gz", [record(day, with_quote(day)) for day in range(5)]))
    return home


def test_a_volatile_block_is_listed_with_what_it_read(smallprint: CommandLine) -> None:
    shown = smallprint.run("history", "acme", "--volatile")
    assert QUOTES[3] in shown
    assert "set apart" in shown
    [block] = smallprint.json("history", "acme", "--volatile")
    assert (block["state"], block["section"], block["changes"]) == ("set apart", "Your order history", 3)
    assert "1 volatile block;" in smallprint.run("list", "--baseline")


def test_a_volatile_block_is_taken_back_into_the_watch_and_set_apart_again(smallprint: CommandLine) -> None:
    [block] = smallprint.json("history", "acme", "--volatile")
    assert "watched" in smallprint.run("history", "acme", "--watch", block["block"])
    assert smallprint.json("history", "acme", "--volatile")[0]["state"] == "watched, by your word"
    smallprint.run("history", "acme", "--set-apart", block["block"])
    assert smallprint.json("history", "acme", "--volatile")[0]["state"] == "set apart"


def test_a_block_that_is_none_is_refused_with_where_to_look(smallprint: CommandLine) -> None:
    assert "history acme/privacy-policy --volatile" in smallprint.error("history", "acme", "--watch", "nothing")


def test_reprocess_decides_the_same_again_and_says_so(smallprint: CommandLine) -> None:
    changes, versions = smallprint.run("changes", "--json"), smallprint.run("history", "acme", "--json")
    told = smallprint.run("reprocess")
    assert "5 checks read again; changes: 2 as before, 0 found, 0 withdrawn" in told
    assert smallprint.run("changes", "--json") == changes
    assert smallprint.run("history", "acme", "--json") == versions
    assert "5 checks read again" in smallprint.run("reprocess", "acme")
