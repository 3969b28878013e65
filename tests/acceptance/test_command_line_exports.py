"""`export jsonl` and `export csv` of a home."""

import csv
import io
import json
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.homes import CommandLine, settings
from tests.pages import KEPT_LONGER, POLICY
from tests.warcs import record, write_warc


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    folder = tmp_path_factory.mktemp("exports")
    settings(folder / "home")
    made = CommandLine(folder / "home")
    made.run("import", write_warc(folder / "captures.warc.gz", [record(0, POLICY), record(9, KEPT_LONGER)]))
    return made


def test_the_tables_are_written_as_csv_and_say_what_the_contracts_say(home: CommandLine, tmp_path: Path) -> None:
    done = home.result("export", "csv", tmp_path / "new" / "folder")
    assert "changes.csv (1 row)" in done.stderr
    tables = {}
    for name in ("policies", "versions", "changes"):
        text = (tmp_path / "new" / "folder" / f"{name}.csv").read_bytes().decode("utf-8-sig")
        tables[name] = list(csv.DictReader(io.StringIO(text, newline="")))
    [change] = home.json("changes")
    [row] = tables["changes"]
    assert (row["id"], row["summary"], row["silent"]) == (str(change["id"]), change["summary"], "yes")
    assert (row["last_updated_before"], row["facts"]) == ("2026-03-01", "duration: 30 days → 12 months")
    assert [version["version"] for version in tables["versions"]] == ["1", "2"]
    assert tables["policies"][0]["sources"] == "https://acme.example/privacy"


def test_the_tables_are_written_as_json_lines_to_a_folder_or_to_standard_output(
    home: CommandLine, tmp_path: Path
) -> None:
    home.run("export", "jsonl", tmp_path)
    rows = [json.loads(line) for line in home.run("export", "jsonl", "-").splitlines()]
    assert [row.pop("table") for row in rows] == ["policies", "versions", "versions", "changes"]
    files = [(tmp_path / f"{name}.jsonl").read_text(encoding="utf-8") for name in ("policies", "versions", "changes")]
    assert [json.loads(line) for line in "".join(files).splitlines()] == rows
    assert rows[3] == home.json("changes")[0]
    assert "30 days" in rows[1]["text"]


def test_a_file_in_the_folders_place_is_explained(home: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine", encoding="utf-8")
    assert "a folder for three files was wanted" in home.error("export", "csv", tmp_path / "taken")
    assert (tmp_path / "taken").read_text(encoding="utf-8") == "mine"


def test_the_evidence_of_a_change_is_a_zip_and_its_digest_is_told(home: CommandLine, tmp_path: Path) -> None:
    file = tmp_path / "evidence.zip"
    told = home.run("evidence", "1", file)
    assert sha256(file.read_bytes()).hexdigest() in told
    with ZipFile(file) as zipped:
        assert {"change-1/README.txt", "change-1/verify.py", "change-1/SHA256SUMS"} <= set(zipped.namelist())
    assert [left.name for left in tmp_path.iterdir()] == ["evidence.zip"]
