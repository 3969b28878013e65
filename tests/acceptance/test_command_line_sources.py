"""Several sources, moved pages and Word documents, as a user sees them: through the command line and a real website."""

from pathlib import Path

import docx

from tests.homes import CommandLine, settings
from tests.monitor.sources import text
from tests.site import Site

DECLARED = """\
service: Kites
policies:
  - type: Privacy Policy
    language: [en-GB, en]
    sources: [{old}, {more}]
"""


def declared(tmp_path: Path, site: Site) -> CommandLine:
    settings(tmp_path / "home")
    smallprint = CommandLine(tmp_path / "home")
    site.page("/privacy", text(0, 0).replace("</head>", "<link rel=canonical href=/legal/privacy></head>"))
    site.redirect("/old", "/privacy", status=301)
    site.page("/more", text(1, 0))
    file = tmp_path / "kites.yaml"
    file.write_text(DECLARED.format(old=site.url("/old"), more=site.url("/more")), encoding="utf-8")
    smallprint.run("add", "--from", file)
    smallprint.run("run")
    return smallprint


def again(smallprint: CommandLine, tmp_path: Path, *, code: int) -> str:
    """One more run; bringing a declaration in with another setting makes its policy due."""
    file = tmp_path / "kites.yaml"
    other = {"browser: never": "browser: auto", "browser: auto": "browser: never"}
    before = file.read_text(encoding="utf-8")
    now = next(
        (before.replace(old, new) for old, new in other.items() if old in before), before + "    browser: never\n"
    )
    file.write_text(now, encoding="utf-8")
    smallprint.run("add", "--from", file)
    return smallprint.run("run", code=code)


def test_a_moved_source_and_a_lost_one_are_shown_wherever_the_policy_is(tmp_path: Path, site: Site) -> None:
    smallprint = declared(tmp_path, site)
    [check] = smallprint.json("checks")
    assert check["final_url"] == site.url("/privacy")
    assert check["canonical_url"] == site.url("/legal/privacy")
    assert [page["moved_to"] for page in check["pages"]] == [site.url("/privacy"), None]
    assert {visit.headers["accept-language"] for visit in site.visits if "robots" not in visit.path} == {
        "en-GB, en;q=0.9"
    }
    [row] = smallprint.json("list")
    assert row["moved"] == [{"url": site.url("/old"), "to": site.url("/privacy")}]
    assert "has moved for good to" in smallprint.run("list")

    site.remove("/more")
    site.page("/privacy", text(0, 1))
    again(smallprint, tmp_path, code=2)
    [_, changed] = smallprint.json("checks")
    lost = f"{site.url('/more')} is inaccessible since "
    assert changed["outcome"] == "changed"
    assert lost in changed["reason"]
    assert "Not read at this check, its earlier text stands" in smallprint.run("show", "1")
    [shown] = smallprint.json("show", "1")
    assert shown["not_read"] == [f"{site.url('/more')}: error page"]
    [row] = smallprint.json("list")
    assert [one["url"] for one in row["lost"]] == [site.url("/more")]
    assert lost in smallprint.run("list")
    again(smallprint, tmp_path, code=0)


def test_a_word_document_is_read_as_a_policy(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Privacy Policy", 0)
    for _ in range(30):
        document.add_paragraph("We keep your personal data for thirty days and share it with nobody.")
    document.save(str(tmp_path / "policy.docx"))
    [read] = CommandLine(tmp_path / "nowhere").json("extract", tmp_path / "policy.docx")
    assert (read["title"], read["page_state"], read["blocks"][0]["kind"]) == ("Privacy Policy", "ok", "heading")
