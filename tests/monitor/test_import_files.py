"""Saved pages in a folder become history by the dates in their names, and nothing is guessed."""

from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from monitor.errors import UsageError
from monitor.importing import files
from monitor.importing.file_names import named_moment
from monitor.importing.files import import_files
from monitor.models import Alert, Change, Check, Snapshot
from tests.homes import ADDRESS, CommandLine, WatchedHome
from tests.pages import KEPT_LONGER, POLICY

SINGLE_FILE = "<!doctype html><html><!--\n Page saved with SingleFile \n url: {} \n saved date: Fri Mar 01 2024\n-->"
BROWSER = "<!doctype html>\n<!-- saved from url=(0031){} -->\n"


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("privacy 2024-03-01.html", "2024-03-01T00:00:00"),
        ("2024-03-01T12-30.pdf", "2024-03-01T12:30:00"),
        ("2024-03-01T12-30-45Z acme.html", "2024-03-01T12:30:45"),
        ("acme_2024_03_01.txt", "2024-03-01T00:00:00"),
        ("20240301.md", "2024-03-01T00:00:00"),
        ("privacy-20240301123059.html", "2024-03-01T12:30:59"),
        ("Privacy policy, 1 March 2024.docx", "2024-03-01T00:00:00"),
        ("March 1, 2024 privacy.html", "2024-03-01T00:00:00"),
        ("privacy-1-march-2024.html", "2024-03-01T00:00:00"),
        ("Datenschutz 1. März 2024.html", "2024-03-01T00:00:00"),
        ("プライバシー 2024年3月1日.html", "2024-03-01T00:00:00"),
        ("terms 31.12.2023.html", "2023-12-31T00:00:00"),
        ("v2 of 2024-03-01 (2).html", "2024-03-01T00:00:00"),
        ("2024-03-01T12-30-45 (2).html", "2024-03-01T12:30:45"),
        ("2024-03-01T1230Z.html", "2024-03-01T12:30:00"),
        ("20240301_123045 acme.html", "2024-03-01T12:30:45"),
        ("acme 2024-03-01 1024x768.html", "2024-03-01T00:00:00"),
        ("acme_2024-03-01_2000 words.html", "2024-03-01T00:00:00"),
    ],
)
def test_a_date_in_a_name_is_read(name: str, moment: str) -> None:
    assert named_moment(PurePath(name)) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("privacy.html", "there is none"),
        ("privacy 2024.html", "no more than 2024"),
        ("privacy March 2024.html", "no more than 2024-03"),
        ("privacy 03-04-2024.html", "one came that is 2024-03-04 or 2024-04-03"),
        ("privacy 31.5.24.html", "four digits was wanted"),
        ("privacy 04032024.html", "one came that may be"),
        ("privacy 2024-02-30.html", "'2024-02-30' came, which is none"),
        ("privacy 2024-03-01T25-00.html", "which is none"),
        ("2024-03-01T12-30+0500.html", r"a time of 24 hours in UTC was wanted, .2024-03-01T12-30.0500. came"),
        ("2024-03-01T12-30-00-0500.html", "24 hours in UTC"),
        ("2024-03-01T12-30-0500.html", "24 hours in UTC"),
        ("2024-03-01 11.30 PM.html", "24 hours in UTC"),
        ("2024-03-01 11.30.45 p.m.html", "24 hours in UTC"),
        ("2024-03-01 11.30EST.html", "24 hours in UTC"),
        ("202403011230.html", "there is none"),
        ("2024-03-01 to 2024-04-01.html", "several came: 2024-03-01 00:00 and 2024-04-01 00:00"),
        ("2024-03-01 or 5 June 2023.html", "several came"),
    ],
)
def test_a_name_without_one_sure_day_is_refused_with_the_reason(name: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        named_moment(PurePath(name))


@given(st.text(max_size=40), st.dates(date(1995, 1, 1), date(2090, 1, 1)))
def test_any_name_is_read_or_refused_in_words(words: str, day: date) -> None:
    for name in (words, f"{words} {day}", f"{day}{words}"):
        with suppress(UsageError):
            assert named_moment(PurePath(f"x{name}.html")).tzinfo is UTC


def _rows(watched: WatchedHome, table: type) -> list:
    with watched.home.database.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def _write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_saved_pages_become_the_history_of_the_address_that_they_say(watched: WatchedHome, tmp_path: Path) -> None:
    folder = tmp_path / "saved"
    _write(folder, "b/2024-03-01.html", SINGLE_FILE.format(ADDRESS) + POLICY)
    _write(folder, "a/5 June 2024.htm", BROWSER.format(ADDRESS) + KEPT_LONGER)
    imported = import_files(watched.home, folder)
    assert (imported.captures, imported.new_policies, imported.skipped) == (2, ["acme/privacy-policy"], [])
    assert [check.outcome for check in _rows(watched, Check)] == ["first", "changed"]
    [change] = _rows(watched, Change)
    assert change.captured_at == datetime(2024, 6, 5, tzinfo=UTC)
    assert _rows(watched, Alert) == []
    again = import_files(watched.home, folder)
    assert (again.captures, again.known) == (0, 2)


def test_the_address_may_be_named_or_that_of_a_policy(watched: WatchedHome, tmp_path: Path) -> None:
    watched.add()
    folder = tmp_path / "saved"
    page = _write(folder, "2024-03-01.html", POLICY)
    [reason] = import_files(watched.home, folder).skipped
    assert reason.startswith(f"{page}: the address that it was saved from was wanted")
    assert import_files(watched.home, folder, policy="acme/privacy-policy").captures == 1
    assert import_files(watched.home, folder, url=ADDRESS).known == 1
    assert import_files(watched.home, folder, url="https://acme.example/terms").new_policies == [
        "acme/terms-of-service"
    ]
    assert [snapshot.url for snapshot in _rows(watched, Snapshot)] == [ADDRESS, "https://acme.example/terms"]
    with pytest.raises(UsageError, match="--url: a policy's address was wanted, 'acme' came"):
        import_files(watched.home, folder, url="acme")


def test_what_cannot_be_taken_is_listed_with_the_reason_and_costs_no_other_file(
    watched: WatchedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 10_000)
    folder = tmp_path / "saved"
    _write(folder, "2024-03-01.txt", "Privacy Policy. We keep what you tell us for thirty days. " * 20)
    _write(folder, "2024-03-02.html", "x" * 10_001)
    _write(folder, "2024-03-03.html", "")
    _write(folder, "2024-03-04.mhtml", "From: saved")
    _write(folder, "2024-03-01.html", POLICY)
    _write(folder, "undated.html", POLICY)
    _write(folder, "x_files/style.css", "")
    _write(folder, "x_files/logo.png", "")
    _write(tmp_path, "secret/2024-03-05.html", POLICY)
    (folder / "2024-03-05.html").symlink_to(tmp_path / "secret" / "2024-03-05.html")
    (folder / "linked").symlink_to(tmp_path / "secret")
    (folder / "2024-03-06.html").symlink_to(tmp_path / "nowhere")
    (folder / "2024-03-07.html").mkdir()
    imported = import_files(watched.home, folder, url=ADDRESS)
    assert imported.captures == 1
    reasons = {Path(reason.partition(": ")[0]).name: reason.partition(": ")[2] for reason in imported.skipped}
    assert reasons["2024-03-02.html"] == "at most 0 MB were wanted, more came"
    assert reasons["2024-03-03.html"] == "it is empty"
    assert reasons["2024-03-04.mhtml"] == ".mhtml files are not read; save it as HTML"
    assert reasons["2024-03-01.txt"].startswith("2024-03-01.html is a capture of this page and moment already")
    assert reasons["undated.html"].endswith("there is none")
    assert (
        reasons["2024-03-05.html"] == reasons["2024-03-06.html"] == "it is a link out of the folder, and not followed"
    )
    assert reasons["saved"].endswith("text: 1 .css, 1 .png")
    assert len(reasons) == 8


def test_the_command_line_takes_a_folder(tmp_path: Path) -> None:
    smallprint = CommandLine(tmp_path / "home")
    _write(tmp_path / "saved", "2024-03-01.html", POLICY)
    said = smallprint.run("import", "--from", "files", tmp_path / "saved", "--url", ADDRESS)
    assert "1 captures imported, 0 known already, 0 skipped." in said
    assert "a folder of saved pages was wanted" in smallprint.error("import", "--from", "files", tmp_path / "nowhere")
