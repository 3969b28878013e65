"""The manifests as files prove the chain without us, and an archive that was altered differs from files that were kept."""

import os
import re
import subprocess
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select, update

from monitor.archive import manifest, store
from monitor.archive.manifest_files import check_kept, write_files
from monitor.archive.records import headers_of, record_digest
from monitor.archive.verify import verify
from monitor.database import Database
from monitor.errors import ArchiveError, UsageError
from monitor.models import Manifest, Snapshot, Source
from monitor.types import Capture, Via
from tests.homes import ADDRESS, START, WatchedHome


def _keep_and_seal(database: Database, day: int) -> None:
    headers = {"content-type": "text/html", "date": f"day {day}"}
    body, at = f"page of day {day}".encode(), START + timedelta(days=day)
    with database.writing() as session:
        source = session.scalars(select(Source)).one()
        store.keep(session, source.id, Capture(ADDRESS, ADDRESS, 200, headers, body, at, Via.HTTP))
        manifest.seal(session, at)


@pytest.fixture
def database(watched: WatchedHome) -> Database:
    watched.add()
    for day in range(3):
        _keep_and_seal(watched.home.database, day)
    return watched.home.database


def _write(database: Database, folder: Path) -> list[str]:
    with database.reading() as session:
        return [file.name for file in write_files(session, folder)]


def _check(database: Database, kept: str | Path) -> list[str]:
    with database.reading() as session:
        return list(check_kept(session, str(kept)))


def _forge(database: Database) -> None:
    """Another URL in the second snapshot, and every digest of the archive made to fit."""
    with database.writing() as session:
        forged = session.get_one(Snapshot, 2)
        forged.url = "https://other.example/"
        forged.record_sha256 = record_digest(forged, forged.frame, headers_of(forged))
        session.flush()
        previous = ""
        for sealed in manifest.chain(session):
            sealed.manifest.previous_sha256 = previous
            sealed.manifest.sha256 = previous = sealed.computed_sha256()


def test_sha256sum_checks_the_files_and_each_names_the_one_before(database: Database, tmp_path: Path) -> None:
    names = [f"00000{number}-2026-03-0{number}.txt" for number in (1, 2, 3)]
    assert _write(database, tmp_path / "kept") == names
    subprocess.run(
        ["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=tmp_path / "kept", check=True, capture_output=True
    )
    sums = (tmp_path / "kept" / "SHA256SUMS").read_text().splitlines()
    digests = {line.split()[1]: line.split()[0] for line in sums}
    for before, name in pairwise(names):
        assert f"previous {digests[before]}\n" in (tmp_path / "kept" / name).read_text()


def test_files_that_are_there_are_left_and_new_ones_come_beside(database: Database, tmp_path: Path) -> None:
    _write(database, tmp_path)
    written = {file: file.stat().st_mtime_ns for file in tmp_path.glob("*.txt")}
    _keep_and_seal(database, 3)
    assert _write(database, tmp_path) == ["000004-2026-03-04.txt"]
    assert {file: file.stat().st_mtime_ns for file in written} == written
    assert len((tmp_path / "SHA256SUMS").read_text().splitlines()) == 4


def test_a_file_that_differs_is_an_error_and_nothing_is_written(database: Database, tmp_path: Path) -> None:
    _write(database, tmp_path)
    file = tmp_path / "000002-2026-03-02.txt"
    lines = file.read_text().splitlines()
    file.write_text("\n".join([*lines[:-1], "0" * 64, ""]))
    _keep_and_seal(database, 3)
    with pytest.raises(ArchiveError, match=r"(?s)000002.*Lines that differ: 1\..*file: +0{64}\n.*DISAGREE"):
        _write(database, tmp_path)
    assert not (tmp_path / "000004-2026-03-04.txt").exists()


def test_what_was_kept_is_in_the_chain(database: Database, tmp_path: Path) -> None:
    _write(database, tmp_path)
    [digest, *_] = (tmp_path / "SHA256SUMS").read_text().split()
    for kept in (digest, digest.upper(), tmp_path, tmp_path / "000002-2026-03-02.txt"):
        assert _check(database, kept) == []


def test_a_forger_who_makes_every_digest_fit_differs_from_what_was_kept(database: Database, tmp_path: Path) -> None:
    _write(database, tmp_path)
    sums = (tmp_path / "SHA256SUMS").read_text().split()
    _forge(database)
    assert verify(database).damages == ()
    assert _check(database, sums[0]) == []  # the first manifest is as it was
    [of_digest] = _check(database, sums[4])
    assert "no manifest of this archive" in of_digest
    second, third = _check(database, tmp_path)
    assert re.search(r"the file:    [0-9a-f]{64}\n  the archive: [0-9a-f]{64}$", second)
    assert "the archive: previous" in third
    with pytest.raises(ArchiveError, match="DISAGREE"):
        _write(database, tmp_path)


def test_a_manifest_altered_since_its_seal_is_not_written(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        session.execute(update(Manifest).where(Manifest.number == 2).values(snapshots=2))
    with pytest.raises(ArchiveError, match="manifest 2"):
        _write(database, tmp_path)
    assert [file.name for file in tmp_path.glob("*.txt")] == ["000001-2026-03-01.txt"]
    assert list(tmp_path.glob("*.part")) == []


@pytest.mark.parametrize("kept", ["no-such-file", "abc123"])
def test_what_is_no_manifest_is_said_to_be_none(database: Database, kept: str) -> None:
    with pytest.raises(UsageError, match="SHA-256 of a manifest, its file or a folder"):
        _check(database, kept)


def test_a_file_that_is_no_manifest_or_of_a_later_number_is_said_to_be_so(database: Database, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("a letter")
    assert "does not begin like one" in _check(database, tmp_path / "other.txt")[0]
    (tmp_path / "other.txt").write_text("smallprint manifest 1\nnumber 9\n")
    assert "no manifest number 9" in _check(database, tmp_path)[0]


def test_what_is_no_file_or_too_large_is_said_to_be_so_and_not_read(database: Database, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "1.txt")
    (tmp_path / "2.txt").symlink_to("/dev/zero")
    (tmp_path / "3.txt").mkdir()
    with (tmp_path / "4.txt").open("wb") as sparse:
        sparse.truncate(2 << 30)
    reasons = _check(database, tmp_path)
    assert len(reasons) == 4
    assert all("larger than any manifest" in reason for reason in reasons)
    with pytest.raises(ArchiveError, match="larger than any manifest"):
        _write(database, tmp_path)


def test_of_a_file_that_goes_on_a_part_is_compared_and_told_without_signs_that_cannot_be_seen(
    database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "1.txt"
    file.write_text("smallprint manifest 1\nnumber 1\n" + "\x1b[31m\n" * 1000 + "x" * 1_000_000)
    [reason] = _check(database, file)
    assert re.search(r"Lines that differ: \d\d or more\.", reason)
    assert "\x1b" not in reason
    assert len(reason) < 2000
