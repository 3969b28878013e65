"""The evidence of a change: whole, the same each time, and verified by its own program, which finds whatever was altered."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest
from sqlalchemy import select, update

from monitor import history
from monitor.archive import manifest
from monitor.cli.contracts import change_json
from monitor.cli.redlines import comparison_of
from monitor.errors import ArchiveError
from monitor.exporting.evidence import unsealed, write_evidence
from monitor.exporting.zips import steady
from monitor.importing.captures import Found, Intake
from monitor.models import Change, Frame, Snapshot
from monitor.types import Capture, Via
from tests.homes import ADDRESS, START, WatchedHome, watched_home
from tests.monitor.sources import check, declare, text
from tests.pages import KEPT_LONGER, POLICY

DRESSED = POLICY.replace("<main>", '<main class="new">')


def seal(watched: WatchedHome) -> None:
    with watched.home.database.writing() as session:
        manifest.seal(session, watched.clock())


def evidence(watched: WatchedHome) -> bytes:
    with BytesIO() as file, watched.home.database.reading() as session:
        change = history.change(session, session.scalars(select(Change.id)).one())
        write_evidence(file, session, change, comparison_of(change), change_json(change))
        return file.getvalue()


def unpacked(content: bytes, folder: Path) -> Path:
    with ZipFile(BytesIO(content)) as zipped:
        zipped.extractall(folder)
    return folder / "change-1"


def changed(watched: WatchedHome) -> WatchedHome:
    """A policy that changed after three sightings; its captures are in three manifests."""
    watched.add()
    for page in (POLICY, DRESSED, DRESSED, KEPT_LONGER, KEPT_LONGER.replace("<main>", '<main class="new">')):
        watched.check(page)
        if page is not DRESSED:
            seal(watched)
    return watched


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("evidence")
    watched = changed(watched_home(folder / "home", f"sqlite:///{folder / 'a.db'}"))
    yield unpacked(evidence(watched), folder)
    watched.home.close()


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "change-1"))


def verify(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py")], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""
    return done.returncode, done.stdout


def sum_up(folder: Path) -> None:
    """As a forger would who knows of SHA256SUMS."""
    names = [line.split("  ")[1] for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    lines = (f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names)
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_the_evidence_has_the_captures_the_redlines_the_texts_and_the_manifests(whole: Path) -> None:
    assert verify(whole)[0] == 0
    readme = (whole / "README.txt").read_text(encoding="utf-8")
    assert "Duration: 30 days → 12 months" in readme
    names = sorted(file.name for file in (whole / "captures").iterdir() if file.suffix not in (".json", ".record"))
    assert [name.split("-seen-")[0] for name in names] == ["01-old-first", "02-old-last", "03-new-first"]
    bodies = [(whole / "captures" / name).read_text(encoding="utf-8") for name in names]
    assert bodies == [POLICY, DRESSED, KEPT_LONGER]
    assert all(f"captures/{name}" in readme for name in names)
    record = json.loads((whole / "captures" / f"{names[1]}.json").read_text(encoding="utf-8"))
    assert (record["via"], record["status"], record["headers"]) == (
        "http",
        200,
        {"content-type": "text/html; charset=utf-8"},
    )
    assert "30 days" in (whole / "text-old.md").read_text(encoding="utf-8")
    assert "12 months" in (whole / "text-new.md").read_text(encoding="utf-8")
    assert json.loads((whole / "change.json").read_text(encoding="utf-8"))["id"] == 1
    assert len(list((whole / "manifests").iterdir())) == 3
    assert "<details open" in (whole / "redline.html").read_text(encoding="utf-8").replace(' class="fold"', "")
    assert (whole / "redline.docx").read_bytes().startswith(b"PK")


def test_sha256sum_alone_verifies_the_files(whole: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=whole, capture_output=True, check=False
    )
    assert done.returncode == 0


def test_one_bit_in_any_file_is_found_and_the_file_is_named(copied: Path) -> None:
    files = [file for file in copied.rglob("*") if file.is_file() and file.name not in ("verify.py", "SHA256SUMS")]
    assert len(files) == 18
    for file in files:
        content = file.read_bytes()
        flip(file)
        code, told = verify(copied)
        assert code == 1
        assert told.startswith("THIS FOLDER IS NOT AS IT WAS MADE.")
        assert f"- {file.relative_to(copied).as_posix()}: " in told
        file.write_bytes(content)
    assert verify(copied)[0] == 0


def test_altered_sums_and_an_altered_verifier_are_found(copied: Path) -> None:
    verifier = copied / "verify.py"
    verifier.write_bytes(verifier.read_bytes() + b"# a word more\n")
    assert "- verify.py: its SHA-256 is not the one in SHA256SUMS" in verify(copied)[1]
    flip(copied / "SHA256SUMS")
    assert verify(copied)[0] == 1
    (copied / "SHA256SUMS").unlink()
    assert "- SHA256SUMS: it cannot be read" in verify(copied)[1]


def test_what_is_missing_and_what_was_added_is_found(copied: Path) -> None:
    (copied / "text-old.md").unlink()
    (copied / "more.txt").write_text("more", encoding="utf-8")
    (copied / "captures" / ".DS_Store").write_text("the Finder's own", encoding="utf-8")
    told = verify(copied)[1]
    assert "- text-old.md: listed in SHA256SUMS, and missing" in told
    assert "- more.txt: it is not listed in SHA256SUMS" in told
    assert "DS_Store" not in told


def test_a_forger_who_makes_the_sums_anew_is_found_by_the_manifests(copied: Path) -> None:
    capture = next((copied / "captures").glob("03-*.html"))
    record = capture.with_name(f"{capture.name}.json")
    before = sha256(capture.read_bytes()).hexdigest()
    capture.write_text(capture.read_text(encoding="utf-8").replace("12 months", "99 months"), encoding="utf-8")
    after = sha256(capture.read_bytes()).hexdigest()
    record.write_text(record.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    sum_up(copied)
    assert "its record says something else" in verify(copied)[1]
    line = capture.with_name(f"{capture.name}.record")
    listed = sha256(line.read_bytes()).hexdigest()
    line.write_text(line.read_text(encoding="ascii").replace(before, after), encoding="ascii")
    sum_up(copied)
    assert "does not list it as it is here" in verify(copied)[1]
    listing = copied / "manifests" / json.loads(record.read_text(encoding="utf-8"))["manifest"]
    forged = listing.read_text(encoding="ascii").replace(listed, sha256(line.read_bytes()).hexdigest())
    listing.write_text(forged, encoding="ascii")
    sum_up(copied)
    assert "it names another SHA-256 than that of" in verify(copied)[1]


@pytest.mark.parametrize("field", ["captured_at", "final_url", "status", "headers"])
def test_an_altered_record_of_a_capture_is_found(copied: Path, field: str) -> None:
    file = next((copied / "captures").glob("01-*.json"))
    record = json.loads(file.read_text(encoding="utf-8"))
    record[field] = {"content-type": "text/plain"} if field == "headers" else 1
    file.write_text(json.dumps(record), encoding="utf-8")
    sum_up(copied)
    assert f"- captures/{file.name}: its record says something else" in verify(copied)[1]


def test_a_manifest_that_is_missing_in_the_middle_is_found(copied: Path) -> None:
    [_, middle, _] = sorted((copied / "manifests").iterdir())
    middle.unlink()
    assert "- manifests: number 2 is missing" in verify(copied)[1]


def test_the_same_evidence_twice_is_the_same_to_the_byte(watched: WatchedHome, tmp_path: Path) -> None:
    changed(watched)
    first = evidence(watched)
    assert evidence(watched) == first
    assert verify(unpacked(first, tmp_path))[0] == 0


def test_a_last_sighting_without_bytes_is_said(watched: WatchedHome) -> None:
    watched.add()
    for page in (POLICY, None, KEPT_LONGER):
        watched.check(page)
    with watched.home.database.reading() as session:
        assert unsealed(session, session.scalars(select(Change)).one())
    seal(watched)
    with ZipFile(BytesIO(evidence(watched))) as zipped:
        readme = zipped.read("change-1/README.txt").decode()
    assert 'answers no more than "not modified"' in " ".join(readme.split())
    assert "old-last" not in readme


def readme_of(watched: WatchedHome) -> str:
    seal(watched)
    with ZipFile(BytesIO(evidence(watched))) as zipped:
        return " ".join(zipped.read("change-1/README.txt").decode().split())


def test_a_capture_that_came_by_an_import_is_not_told_as_our_own_whatever_it_says_of_itself(
    watched: WatchedHome, tmp_path: Path
) -> None:
    with Intake(watched.home) as intake:
        for days, page, via in ((0, POLICY, Via.HTTP), (1, KEPT_LONGER, Via.IMPORT)):
            url = f"https://acme.{'example' if days else 'invalid'}/privacy"
            at = START - timedelta(days=90 - days)
            intake.take(Found(Capture(ADDRESS, url, 200, {"content-type": "text/html"}, page.encode(), at, via)))
    told = readme_of(watched)
    assert told.count("how brought in from elsewhere: this archive did not capture it.") == 2
    assert "nothing here vouches for them. Said there of the way: asked for over HTTP" in told
    assert "address https://acme.invalid/privacy (a stand-in: at which address the page stood is not known)" in told
    assert "address https://acme.example/privacy how" in told
    folder = unpacked(evidence(watched), tmp_path)
    assert verify(folder)[0] == 0
    records = [json.loads(file.read_text(encoding="utf-8")) for file in (folder / "captures").glob("*.json")]
    assert [record["brought_in"] for record in records] == [True, True]


def test_our_own_captures_are_told_without_a_word_of_others(whole: Path) -> None:
    readme = (whole / "README.txt").read_text(encoding="utf-8")
    assert "asked for over HTTP; the bytes are those that the server sent" in readme
    assert "vouches" not in readme
    assert "brought in from elsewhere, the digests" not in readme


def test_a_change_before_zip_files_know_of_time_has_its_evidence(watched: WatchedHome, tmp_path: Path) -> None:
    with Intake(watched.home) as intake:
        for year, page in ((1969, POLICY), (1975, KEPT_LONGER)):
            at = START.replace(year=year)
            capture = Capture(ADDRESS, ADDRESS, 200, {"content-type": "text/html"}, page.encode(), at, Via.IMPORT)
            intake.take(Found(capture))
    assert "first seen on 1 March 1975, 08:00 UTC" in readme_of(watched)
    assert verify(unpacked(evidence(watched), tmp_path))[0] == 0


def test_a_damaged_capture_is_an_error_that_names_it(watched: WatchedHome) -> None:
    changed(watched)
    with watched.home.database.writing() as session:
        frames = select(Snapshot.frame_id).where(Snapshot.captured_at <= watched.clock() - timedelta(days=1))
        session.execute(update(Frame).where(Frame.id.in_(frames)).values(packed=b"damaged"))
    with pytest.raises(ArchiveError, match="Restore it from a backup"):
        evidence(watched)


def test_a_zip_is_made_steady_whenever_it_was_written() -> None:
    made = []
    for year in (1999, 2026):
        file = BytesIO()
        with ZipFile(file, "w") as zipped:
            zipped.writestr(ZipInfo("a.xml", (year, 1, 1, 0, 0, 0)), "<a/>")
        made.append(steady(file.getvalue(), START))
    assert made[0] == made[1]


def test_each_page_of_a_policy_with_several_has_its_captures(tmp_path: Path) -> None:
    watched = watched_home(tmp_path / "home", f"sqlite:///{tmp_path / 'a.db'}")
    declare(watched, 2)
    for edits in (0, 1):
        check(watched, [text(0, 0), text(1, edits)])
    seal(watched)
    folder = unpacked(evidence(watched), tmp_path)
    readme = (folder / "README.txt").read_text(encoding="utf-8")
    assert "The old wording, page 1, the only time it was seen" in readme
    assert "The new wording, page 2, as it was first seen" in readme
    assert len(list((folder / "captures").glob("*.json"))) == 4
    assert verify(folder)[0] == 0
    watched.home.close()
