"""Files read without a home: `extract` and `diff`, each in a process of its own."""

import json
from pathlib import Path

from tests.homes import CommandLine
from tests.pages import KEPT_LONGER, POLICY


def test_extract_reads_html_markdown_text_and_writes_nothing(tmp_path: Path) -> None:
    smallprint = CommandLine(tmp_path / "home")
    (tmp_path / "a.html").write_text(POLICY, encoding="utf-8")
    (tmp_path / "b.md").write_text(
        "# Terms\n\nWe may **not** do that.\n\n- one\n- two\n\nLast updated: 3 May 2025\n", encoding="utf-8"
    )
    (tmp_path / "c.txt").write_text(
        "Terms of use\n\nBe kind to each other, always.\n\nEffective date: 2024-02-03\n", encoding="utf-8"
    )
    documents = smallprint.json("extract", tmp_path / "a.html", tmp_path / "b.md", tmp_path / "c.txt")
    assert [Path(document["file"]).name for document in documents] == ["a.html", "b.md", "c.txt"]
    assert [document["page_state"] for document in documents] == ["ok", "ok", "ok"]
    assert [(document["stated"]["last_updated"], document["stated"]["effective"]) for document in documents] == [
        ("2026-03-01", None),
        ("2025-05-03", None),
        (None, "2024-02-03"),
    ]
    assert "March 1, 2026" in documents[0]["stated"]["evidence"]["last_updated"]
    assert documents[0]["language"] == "en"
    assert {"kind", "text", "level", "number", "links"} == set(documents[1]["blocks"][0])
    assert not (tmp_path / "home").exists()


def test_diff_compares_two_files_and_a_file_of_pairs(tmp_path: Path) -> None:
    smallprint = CommandLine(tmp_path / "home")
    old, new = tmp_path / "old.html", tmp_path / "new.html"
    old.write_text(POLICY, encoding="utf-8")
    new.write_text(KEPT_LONGER, encoding="utf-8")
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text(
        json.dumps({"id": "a", "old": str(old), "new": str(new)})
        + "\n"
        + json.dumps({"id": "b", "old": str(old), "new": str(old)}),
        encoding="utf-8",
    )
    [one] = smallprint.json("diff", old, new)
    assert one["significance"] == "substantive"
    assert [(answer["id"], answer["significance"]) for answer in smallprint.json("diff", "--pairs", pairs)] == [
        ("a", "substantive"),
        ("b", "none"),
    ]
    assert "12 months" in smallprint.run("diff", old, new)
    assert not (tmp_path / "home").exists()


def test_extract_tries_selectors_out_and_says_which_miss(tmp_path: Path) -> None:
    smallprint = CommandLine(tmp_path / "home")
    file = tmp_path / "a.html"
    file.write_text(POLICY, encoding="utf-8")
    [document] = smallprint.json("extract", file, "--select", "h1", "--select", "main > p", "--remove", "p:last-child")
    assert (len(document["blocks"]), document["selection_missed"]) == (6, "")
    [document] = smallprint.json("extract", file, "--select", "article")
    assert document["selection_missed"] == "`article` matches nothing on the page"
    assert len(document["blocks"]) > 6
    assert "`article` matches nothing on the page" in smallprint.run("extract", file, "--select", "article")
    assert "'div[' came" in smallprint.error("extract", file, "--select", "div[")
