"""Redlines from the command line: of files, of versions in a home, of a change; in every form."""

from io import BytesIO
from pathlib import Path

import docx
import pytest

from tests.homes import CommandLine, settings
from tests.pages import KEPT_LONGER, POLICY
from tests.warcs import record, write_warc


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A home with two versions of one policy and the change between them."""
    folder = tmp_path_factory.mktemp("redlines")
    settings(folder / "home")
    made = CommandLine(folder / "home")
    records = [record(day * 50, content) for day, content in enumerate((POLICY, KEPT_LONGER))]
    made.run("import", write_warc(folder / "captures.warc.gz", records))
    return made


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    old, new = tmp_path / "old.html", tmp_path / "new.html"
    old.write_text(POLICY, encoding="utf-8")
    new.write_text(KEPT_LONGER, encoding="utf-8")
    return old, new


def versions(home: CommandLine) -> tuple[str, str]:
    slug = home.json("changes")[0]["policy"]
    return f"{slug}@1", f"{slug}@2"


def test_two_files_are_told_in_every_form_without_a_home(files: tuple[Path, Path], tmp_path: Path) -> None:
    smallprint = CommandLine(tmp_path / "home")
    page, word = tmp_path / "redline.html", tmp_path / "redline.docx"
    assert "12" in smallprint.run("diff", *files)
    assert "~~30" in smallprint.run("diff", *files, "--md")
    done = smallprint.result("diff", *files, "--html", page)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"Written: {page}" in done.stderr
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert 'class="sides"' not in page.read_text(encoding="utf-8")
    smallprint.run("diff", *files, "--html", page, "--side-by-side")
    assert 'class="sides"' in page.read_text(encoding="utf-8")
    smallprint.run("diff", *files, "--docx", word)
    assert docx.Document(BytesIO(word.read_bytes())).paragraphs[0].text == "Acme privacy policy"
    assert not (tmp_path / "home").exists()


def test_two_versions_of_a_policy_are_compared(home: CommandLine, tmp_path: Path) -> None:
    old, new = versions(home)
    told = home.run("diff", old, new, "--md")
    assert "Old: version 1, first seen " in told
    assert "New: version 2, first seen " in told
    assert "~~30" in told
    assert home.json("diff", old, new)[0]["significance"] == "substantive"
    word = tmp_path / "redline.docx"
    home.run("diff", old, new, "--docx", word)
    dated = docx.Document(BytesIO(word.read_bytes())).element.xpath("//w:ins/@w:date")
    assert dated
    assert all(date.endswith("Z") for date in dated)


def test_a_version_is_compared_with_a_file(home: CommandLine, files: tuple[Path, Path]) -> None:
    told = home.run("diff", versions(home)[0], files[1], "--md")
    assert "New: new.html" in told
    assert "~~30" in told


def test_a_change_is_shown_in_every_form(home: CommandLine, tmp_path: Path) -> None:
    page, word = tmp_path / "change.html", tmp_path / "change.docx"
    told = home.run("show", "1", "--md")
    assert "Old: version 1, last seen " in told
    assert "~~30" in told
    assert f"Written: {page}" in home.result("show", "1", "--html", page, "--side-by-side").stderr
    assert 'id="edit-1"' in page.read_text(encoding="utf-8")
    home.run("show", "1", "--docx", word)
    assert docx.Document(BytesIO(word.read_bytes())).element.xpath("//w:del")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ("diff", "{old}", "{new}", "--html", "/nowhere/at/all.html"),
            ("/nowhere/at/all.html: a file to write was wanted", "No such file"),
        ),
        (("diff", "{old}", "{new}", "--md", "--json"), ("one form was wanted, --md and --json came",)),
        (("diff", "{old}", "{new}", "--md", "--side-by-side"), ("--side-by-side", "--html")),
        (("diff", "{slug}@1", "{slug}@9"), ("has no version 9", "its newest is 2", "smallprint history")),
        (("diff", "nobody/privacy@1", "{slug}@2"), ("no policy is called 'nobody/privacy'",)),
        (("diff", "nothing.html", "{new}"), ("nothing.html: a file to read was wanted",)),
        (("diff", "{old}"), ("two files, OLD and NEW", "acme/privacy-policy@2")),
        (("diff", "--pairs", "{old}", "--md"), ("--pairs", "a redline is of one")),
        (("show", "1", "--docx", "/"), ("a file to write was wanted", "Is a directory")),
        (("show", "9", "--md"), ("there is no change 9",)),
    ],
)
def test_what_cannot_be_done_is_explained(
    home: CommandLine, files: tuple[Path, Path], arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    slug = versions(home)[0].partition("@")[0]
    given = [argument.format(old=files[0], new=files[1], slug=slug) for argument in arguments]
    error = " ".join(home.error(*given).split())
    for word in words:
        assert word in error


def test_versions_are_looked_for_in_the_home_that_is_named(tmp_path: Path) -> None:
    assert "is no smallprint home" in CommandLine(tmp_path / "nothing").error("diff", "acme@1", "acme@2")


def test_a_file_whose_name_looks_like_a_version_is_a_file(files: tuple[Path, Path], tmp_path: Path) -> None:
    odd = files[0].rename(tmp_path / "policy@1")
    assert "Old: policy@1" in CommandLine(tmp_path / "home").run("diff", odd, files[1], "--md")
