"""`backup` and `restore`, as an operator uses them."""

import resource
import shutil
import signal
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.homes import CommandLine, settings
from tests.pages import DATE_MOVED, KEPT_LONGER, POLICY
from tests.warcs import record, write_warc

ROOM_BYTES = 100_000  # less than a backup of the home takes


@pytest.fixture(scope="module")
def smallprint(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A home with a short history, which these tests only read."""
    folder = tmp_path_factory.mktemp("backed-up")
    settings(folder / "home", '[channels.legal]\nurl = "env:LEGAL"\n')
    home = CommandLine(folder / "home", {"LEGAL": "json://localhost/legal"})
    pages = [record(day, page) for day, page in enumerate((POLICY, KEPT_LONGER, DATE_MOVED))]
    home.run("import", write_warc(folder / "captures.warc.gz", pages))
    return home


def test_a_restored_home_tells_the_same_and_is_whole(smallprint: CommandLine, tmp_path: Path) -> None:
    made = smallprint.run("backup", tmp_path / "backup.zip")
    assert "1 policy, 3 snapshots, 3 versions, 2 changes" in made
    assert "every secret that stands in them" in made
    restored = CommandLine(tmp_path / "restored", smallprint.environment)
    said = restored.run("restore", tmp_path / "backup.zip")
    assert "1 policy, 3 snapshots, 3 versions, 2 changes" in said
    assert "people are told twice" in said
    assert restored.json("changes") == smallprint.json("changes")
    restored.run("archive", "verify")
    assert "smallprint --home" not in restored.error("restore", tmp_path / "backup.zip")


def test_a_backup_needs_no_secret_at_hand_and_names_itself_in_a_folder(smallprint: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    CommandLine(smallprint.home).run("backup", tmp_path / "backups")
    [file] = (tmp_path / "backups").iterdir()
    assert file.name.startswith("smallprint-20")
    CommandLine(tmp_path / "restored").run("restore", file)


def test_a_damaged_archive_is_backed_up_and_told(smallprint: CommandLine, tmp_path: Path) -> None:
    home = CommandLine(Path(shutil.copytree(smallprint.home, tmp_path / "home")), smallprint.environment)
    with closing(sqlite3.connect(home.home / "smallprint.db")) as connection, connection:
        connection.execute("UPDATE frame SET packed = x'00' WHERE id = 1")
    assert "parts of the archive are damaged" in home.error("backup", tmp_path / "backup.zip", code=4)
    restored = CommandLine(tmp_path / "restored", smallprint.environment)
    assert "parts of the archive are damaged" in restored.error("restore", tmp_path / "backup.zip", code=4)
    assert len(restored.json("changes")) == 2


def test_a_full_disk_leaves_no_trace_but_an_error(smallprint: CommandLine, tmp_path: Path) -> None:
    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM_BYTES, ROOM_BYTES))

    place = tmp_path / "backups"
    place.mkdir()
    done = subprocess.run(
        smallprint.command("backup", place / "a.zip"),
        capture_output=True,
        text=True,
        env=smallprint._environment(),
        preexec_fn=little_room,
        check=False,
    )
    assert done.returncode == 1
    assert "the backup could not be made" in done.stderr
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("backup", "no/such/folder/a.zip"), "No such file or directory"),
        (("restore", "nothing.zip"), "there is no such file"),
    ],
)
def test_a_place_that_is_not_there_is_named(smallprint: CommandLine, arguments: tuple[str, ...], said: str) -> None:
    assert said in smallprint.error(*arguments)
