"""The five seed policies, served as HTML on a local site: their dates are found, and exactly the edits made are told."""

import html
from pathlib import Path

import pytest

from tests.corpus import corpus
from tests.homes import CommandLine, settings
from tests.site import Site

STATED = {"000": "2022-08-01", "001": None, "002": "2021-11-21", "003": None, "004": "2018-05-31"}
EDITS = {
    "000": (("Last Updated: Aug 01, 2022", "Last Updated: Sep 05, 2024"), "date"),
    "001": (
        (
            "We will collect personal information that you provide, such as your name",
            "We will collect personal information that you provide, such as your religion, your name",
        ),
        "substantive",
    ),
    "002": (
        ("Substantial changes will take effect 30 days after", "Substantial changes will take effect 3 days after"),
        "substantive",
    ),
}


@pytest.fixture
def seeds() -> dict[str, str]:
    """Number -> text of the seed policy."""
    files = sorted(corpus("..", "seeds").glob("*.txt"))
    return {file.name[:3]: file.read_text(encoding="utf-8") for file in files}


def test_the_stated_dates_of_the_seeds_are_found_and_their_edits_told(
    seeds: dict[str, str], site: Site, tmp_path: Path
) -> None:
    settings(tmp_path / "home", 'interval = "1s"\n')
    smallprint = CommandLine(tmp_path / "home")
    for number, text in seeds.items():
        smallprint.run("add", site.page(f"/{number}/privacy", _page(text)), "--service", f"Seed {number}")
    smallprint.run("run")
    rows = smallprint.json("list", "--baseline")
    assert {row["policy"][5:8]: row["stated"]["last_updated"] for row in rows} == STATED
    assert {row["page_state"] for row in rows} == {"ok"}

    for number, ((old, new), _) in EDITS.items():
        assert old in seeds[number]
        site.page(f"/{number}/privacy", _page(seeds[number].replace(old, new)))
    smallprint.run("run")
    changes = {change["policy"][5:8]: change for change in smallprint.json("changes")}
    assert {number: change["significance"] for number, change in changes.items()} == {
        number: worth for number, (_, worth) in EDITS.items()
    }
    for number, change in changes.items():
        marked = _marked(change)
        (old, new), _ = EDITS[number]
        assert marked["delete"] <= _words(old), number
        assert marked["insert"] <= _words(new), number
    assert [changes[number]["silent"] for number in EDITS] == [False, False, True]


def _page(text: str) -> str:
    """The text as a small site would have it: a menu, the paragraphs, a footer."""
    paragraphs = "\n".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n") if part.strip())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Privacy Policy</title></head><body>'
        '<nav><a href="/">Home</a> <a href="/shop">Shop</a></nav>'
        f"<main>{paragraphs}</main><footer>Imprint</footer></body></html>"
    )


def _marked(change: dict) -> dict[str, set[str]]:
    words: dict[str, set[str]] = {"insert": set(), "delete": set(), "equal": set()}
    for edit in change["edits"]:
        for op, text in edit["segments"]:
            words[op] |= _words(text)
    return words


def _words(text: str) -> set[str]:
    return {word.strip(".,;:") for word in text.split()} - {""}
