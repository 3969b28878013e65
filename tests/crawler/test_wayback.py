"""A web archive's captures of an address come in as they were archived, politely, and none of them twice."""

import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.cdx import FIELDS, Row, read_rows
from monitor.cli.wayback import import_wayback
from monitor.errors import UsageError
from tests.homes import ADDRESS, CommandLine, settings, watched_home
from tests.pages import KEPT_LONGER, NOT_FOUND, POLICY
from tests.web_archive import WebArchive


@pytest.fixture
def archive() -> Iterator[WebArchive]:
    with WebArchive() as running:
        yield running


@pytest.fixture
def smallprint(tmp_path: Path) -> CommandLine:
    settings(tmp_path / "home")
    return CommandLine(tmp_path / "home")


def _asked(archive: WebArchive, *more: str) -> tuple[str, ...]:
    return ("import", "--from", "wayback", ADDRESS, "--archive", archive.url("/"), *more)


def _checks(smallprint: CommandLine) -> list[tuple[str, str]]:
    with sqlite3.connect(smallprint.home / "smallprint.db") as database:
        rows = database.execute("SELECT substr(captured_at, 1, 10), outcome FROM policy_check ORDER BY captured_at")
        return rows.fetchall()


def test_a_history_comes_in_with_its_own_times_statuses_and_headers(
    smallprint: CommandLine, archive: WebArchive
) -> None:
    archive.rows_at_once = 2
    archive.capture("20200101080000", POLICY)
    archive.capture("20200201080000", POLICY, status="-", kind="warc/revisit")  # the digest of the one before
    archive.capture("20200301080000", NOT_FOUND, status="404")
    archive.capture("20200401080000", "", status="301")
    archive.capture("20200501080000", KEPT_LONGER, zipped=True, original="http://acme.example:80/privacy")
    said = smallprint.run(*_asked(archive))
    assert "4 captures imported, 0 known already, 1 skipped." in said
    assert archive.captures_asked_for() == ["20200101080000", "20200301080000", "20200501080000"]
    assert _checks(smallprint) == [
        ("2020-01-01", "first"),
        ("2020-02-01", "unchanged"),
        ("2020-03-01", "inaccessible"),
        ("2020-05-01", "changed"),
    ]


def test_what_is_in_the_archive_already_is_not_asked_for_again(smallprint: CommandLine, archive: WebArchive) -> None:
    for month in range(1, 6):
        archive.capture(f"2020{month:02}01080000", POLICY + " " * month)
    smallprint.run(*_asked(archive, "--since", "2020-02-01", "--until", "2020-03-01"))
    assert archive.captures_asked_for() == ["20200201080000", "20200301080000"]
    archive.visits.clear()
    smallprint.run(*_asked(archive))
    assert archive.captures_asked_for() == ["20200101080000", "20200401080000", "20200501080000"]
    assert [day for day, _ in _checks(smallprint)] == [f"2020-{month:02}-01" for month in range(1, 6)]


def test_what_does_not_come_as_listed_is_told_and_costs_no_other_capture(
    smallprint: CommandLine, archive: WebArchive
) -> None:
    archive.capture("20200101080000", POLICY)
    mismatch = archive.capture("20200201080000", KEPT_LONGER)
    archive.page(mismatch, "other bytes")
    led_on = archive.capture("20200301080000", KEPT_LONGER + " ")
    archive.redirect(led_on, "/web/20200307080000id_/https://acme.example/privacy")
    archive.remove(archive.capture("20200401080000", KEPT_LONGER + "  "))
    archive.capture("20200501080000", KEPT_LONGER)
    done = smallprint.result(*_asked(archive))
    assert done.returncode == 0
    assert "2 captures imported, 0 known already, 3 skipped." in done.stdout
    assert "20200201080000: bytes with the SHA-1" in done.stderr
    assert "20200301080000: the archive led to another capture instead (/web/20200307080000id_" in done.stderr
    assert "20200401080000: the archive answered 404, its list says 200" in done.stderr


def test_an_archive_that_wants_its_peace_gets_it(smallprint: CommandLine, archive: WebArchive) -> None:
    answers = iter([429, 200])
    first = archive.capture("20200101080000", POLICY)
    archive.page(first, POLICY, status=lambda: next(answers), headers={"Retry-After": "2"})
    archive.capture("20200201080000", KEPT_LONGER)
    assert "2 captures imported" in smallprint.run(*_asked(archive))
    refused, again = [visit.at for visit in archive.visits if visit.path == first]
    assert again - refused >= 2


def test_an_archive_that_wants_its_peace_for_long_is_left_and_gone_on_with_later(
    smallprint: CommandLine, archive: WebArchive
) -> None:
    archive.capture("20200101080000", POLICY)
    second = archive.capture("20200201080000", KEPT_LONGER)
    archive.page(second, "", status=429, headers={"Retry-After": "3600"})
    done = smallprint.result(*_asked(archive))
    assert done.returncode == 1
    assert "1 captures imported" in done.stdout
    assert "asked to be left alone until" in done.stderr
    assert "What was taken stays; run it again to go on." in done.stderr


def test_one_that_was_interrupted_goes_on_where_it_was(smallprint: CommandLine, archive: WebArchive) -> None:
    paths = [archive.capture(f"2020{month:02}01080000", POLICY + " " * month) for month in range(1, 5)]
    whole = archive.find(paths[2])
    archive.hang(paths[2])
    running = smallprint.start(*_asked(archive))
    _until(lambda: paths[2] in archive.paths())
    running.send_signal(signal.SIGINT)
    assert running.wait(30) == 1
    archive._pages[paths[2]] = whole
    archive.visits.clear()
    assert "2 captures imported, 2 known already" in smallprint.run(*_asked(archive))
    assert archive.captures_asked_for() == ["20200301080000", "20200401080000"]


def _until(holds) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it does not come")


def test_an_index_that_is_none_is_explained(smallprint: CommandLine, archive: WebArchive) -> None:
    archive.rows = [["20200101080000", "200"]]
    archive.head = ["timestamp", "statuscode"]
    assert "a list of captures was wanted, this came: the columns timestamp," in smallprint.error(*_asked(archive))


def test_a_row_that_cannot_be_read_is_told_and_costs_no_other(smallprint: CommandLine, archive: WebArchive) -> None:
    archive.rows = [["20240230000000", ADDRESS, "text/html", "200", "X"], ["20200101080000"]]
    archive.capture("20200201080000", POLICY)
    done = smallprint.result(*_asked(archive))
    assert "1 captures imported, 0 known already, 2 skipped." in done.stdout
    assert "a moment such as 20240301123000 was wanted, '20240230000000' came" in done.stderr
    assert "a row of 5 columns was wanted, one of 1 came" in done.stderr


def test_a_history_is_taken_into_a_policy_though_another_has_it(smallprint: CommandLine, archive: WebArchive) -> None:
    archive.capture("20200101080000", POLICY)
    archive.capture("20200201080000", KEPT_LONGER)
    smallprint.run(*_asked(archive))
    smallprint.run("add", "https://acme.example/terms")
    into = ("--policy", "acme/terms-of-service")
    assert "2 captures imported, 0 known already, 0 skipped." in smallprint.run(*_asked(archive, *into))
    for known in ((), into):
        assert "0 captures imported, 2 known already, 0 skipped." in smallprint.run(*_asked(archive, *known))


def test_a_private_address_is_asked_only_where_the_settings_allow_it(tmp_path: Path, archive: WebArchive) -> None:
    assert "refused" in CommandLine(tmp_path / "strict").error(*_asked(archive))
    assert archive.visits == []


def test_a_day_that_is_none_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    watched = watched_home(tmp_path / "home", f"sqlite:///{tmp_path / 'smallprint.db'}")
    with closing(watched.home), pytest.raises(UsageError, match="--since: a day such as 2024-03-01 was wanted"):
        import_wayback(watched.home, ADDRESS, since="May")


def test_an_index_is_read_with_its_resume_key() -> None:
    row = ["20200101080000", ADDRESS, "warc/revisit", "-", "ABC"]
    lists = f'[{list(FIELDS)},{row},[],["next page"]]'.replace("'", '"').encode()
    assert read_rows(lists) == (
        [Row("20200101080000", datetime(2020, 1, 1, 8, tzinfo=UTC), ADDRESS, None, "ABC")],
        "next page",
    )
    assert read_rows(b"") == read_rows(b"[]") == ([], "")
    long = f"[{list(FIELDS)},{[*row[:3], '9' * 5000, 'ABC']}]".replace("'", '"').encode()
    assert read_rows(long) == (*read_rows(lists)[:1], "")
    for wrong in (b"{}", b"[1]", b'[["a"],["b"]]', b"<html>", b"[" * 1_000_000):
        with pytest.raises(ValueError):
            read_rows(wrong)
