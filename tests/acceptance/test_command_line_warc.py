"""`export warc` and `import` as users run them."""

import gzip
import json
from pathlib import Path

import pytest

from tests.homes import CommandLine, watched_home
from tests.pages import DATE_MOVED, KEPT_LONGER, POLICY
from tests.warcs import record, write_warc


@pytest.fixture
def lived(tmp_path: Path) -> CommandLine:
    """A home with two versions of a policy."""
    folder = tmp_path / "home"
    folder.mkdir()
    opened = watched_home(folder, f"sqlite:///{folder / 'smallprint.db'}")
    opened.add()
    for page in (POLICY, None, KEPT_LONGER, DATE_MOVED):
        opened.check(page)
    opened.home.close()
    return CommandLine(folder)


def test_what_is_exported_from_one_home_is_imported_into_another(lived: CommandLine, tmp_path: Path) -> None:
    file, another = tmp_path / "all.warc.gz", CommandLine(tmp_path / "another")
    said = lived.run("export", "warc", file)
    assert said == f'{file}  policies: 1; captures: 3 (0 with the bytes of an earlier one); answers "not modified": 1\n'
    assert "4 captures imported, 0 known already, 0 skipped." in another.run("import", file)
    for asked in (["changes"], ["history", "acme"]):
        same = [{**row, "change": 0, "previous_captured_at": 0} for row in another.json(*asked)]
        assert same == [{**row, "change": 0, "previous_captured_at": 0} for row in lived.json(*asked)]
    assert "0 captures imported, 4 known already, 0 skipped." in another.run("import", file)


def test_an_export_says_what_it_wrote_as_json(lived: CommandLine, tmp_path: Path) -> None:
    said = lived.run(
        "export",
        "warc",
        tmp_path / "some.warc",
        "--policy",
        "acme",
        "--since",
        "2026-03-02",
        "--until",
        "2026-03-03",
        "--json",
    )
    assert json.loads(said) | {"file": ""} == {
        "file": "",
        "policies": 1,
        "responses": 1,
        "revisits": 0,
        "not_modified": 1,
        "deleted": 0,
        "damaged": [],
    }


def test_a_file_name_that_says_nothing_of_its_form_is_refused(lived: CommandLine, tmp_path: Path) -> None:
    assert "a file name ending in .warc.gz" in lived.error("export", "warc", tmp_path / "all.zip")
    assert "there is no folder" in lived.error("export", "warc", tmp_path / "no" / "all.warc.gz")


def test_a_torn_file_is_imported_as_far_as_it_goes_and_its_damage_is_told(tmp_path: Path) -> None:
    whole = write_warc(tmp_path / "a.warc.gz", [record(0, POLICY), record(1, KEPT_LONGER)])
    whole.write_bytes(whole.read_bytes()[:-100])
    done = CommandLine(tmp_path / "another").result("import", whole)
    assert done.returncode == 4
    assert "torn or damaged: the file ends within it" in done.stderr
    assert "1 of what was skipped is torn or damaged." in done.stderr
    assert "1 captures imported, 0 known already, 1 skipped." in done.stdout


def test_an_answer_with_other_bytes_than_its_digest_ends_with_exit_code_4(tmp_path: Path) -> None:
    packed = write_warc(tmp_path / "a.warc.gz", [record(-2, POLICY), record(-1, KEPT_LONGER)])
    file = tmp_path / "a.warc"
    file.write_bytes(gzip.decompress(packed.read_bytes()).replace(b"12 months", b"13 months"))
    assert "torn or damaged" in CommandLine(tmp_path / "another").error("import", file, code=4)
