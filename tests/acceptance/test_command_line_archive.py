"""`archive verify`, `archive manifest` as their users see them."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.homes import CommandLine, watched_home
from tests.pages import POLICY


@pytest.fixture
def smallprint(tmp_path: Path) -> CommandLine:
    """A home with two changes of a policy, sealed in two manifests."""
    home = tmp_path / "home"
    home.mkdir()
    watched = watched_home(home, f"sqlite:///{home / 'smallprint.db'}")
    watched.add()
    for fine in (10, 20, 30):
        watched.home.seal_day()
        watched.check(POLICY.replace("30 days", f"{fine} days"))
    watched.home.close()
    return CommandLine(home)


def _alter(smallprint: CommandLine, statement: str) -> None:
    with sqlite3.connect(smallprint.home / "smallprint.db") as connection:
        assert connection.execute(statement).rowcount == 1
    connection.close()


def test_manifests_that_were_kept_prove_the_archive_and_show_what_was_altered(
    smallprint: CommandLine, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    listed = smallprint.run("archive", "manifest", kept)
    assert "000003-2026-03-03.txt  1 snapshots" in listed
    assert (kept / "SHA256SUMS").read_text().split()[-1] == "000003-2026-03-03.txt"
    assert "is in the chain of manifests" in smallprint.run("archive", "verify", "--against", kept)
    _alter(smallprint, "UPDATE manifest SET sha256 = '00' || substr(sha256, 3) WHERE number = 3")
    altered = smallprint.result("archive", "verify", "--against", kept)
    assert altered.returncode == 4
    assert "THE ARCHIVE IS NOT THE ONE THAT WAS SEALED" in altered.stdout
    assert "000003-2026-03-03.txt: its SHA-256 is" in altered.stderr
    assert "DISAGREE" in smallprint.error("archive", "manifest", kept, code=4)


def test_damage_is_told_with_what_depends_on_it(smallprint: CommandLine) -> None:
    _alter(smallprint, "UPDATE frame SET packed = x'28b52ffd00' WHERE id = 2")
    told = smallprint.result("archive", "verify")
    assert told.returncode == 4
    assert "faults 1, snapshots affected 2. All others (1) give back every byte." in told.stdout
    for words in (
        "frame 2",
        "affected: acme/privacy-policy @ 2026-03-02",
        "privacy-policy 2",
        "changes between these: 1, 2",
    ):
        assert words in told.stderr
    damage, summary = map(json.loads, smallprint.run("archive", "verify", "--json", code=4).splitlines())
    assert (damage["damaged"], damage["changes"], summary["damaged_snapshots"]) == ("frame 2", [1, 2], 2)
