"""WARC files become history: at their own times, once, in order, and nobody is alerted."""

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from monitor.errors import UsageError
from monitor.importing.warc import import_warc
from monitor.models import Alert, Change, Check, Policy, Snapshot, Version
from tests.homes import ADDRESS, START, WatchedHome
from tests.pages import DATE_MOVED, KEPT_LONGER, NOT_FOUND, POLICY

Record = tuple[datetime, str, str, str]  # when, status line, URL, body


def _record(day: int, body: str, *, url: str = ADDRESS, status: str = "200 OK") -> Record:
    return START + timedelta(days=day), status, url, body


def _warc(path: Path, records: Sequence[Record], *, content_type: str = "text/html; charset=utf-8") -> Path:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True, warc_version="1.1")
        for at, status, url, body in records:
            headers = StatusAndHeaders(status, [("Content-Type", content_type)], protocol="HTTP/1.1")
            stamp = at.isoformat().replace("+00:00", "Z")
            content = body.encode()
            record = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(content),
                length=len(content),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": stamp},
            )
            writer.write_record(record)
    return path


def _outcomes(watched: WatchedHome) -> list[str]:
    with watched.home.database.reading() as session:
        return [outcome or "open" for outcome in session.scalars(select(Check.outcome).order_by(Check.due_at))]


def _changes(watched: WatchedHome) -> list[tuple[datetime, str]]:
    with watched.home.database.reading() as session:
        return [
            (change.captured_at, change.significance)
            for change in session.scalars(select(Change).order_by(Change.captured_at))
        ]


def _count(watched: WatchedHome, table: type) -> int:
    with watched.home.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_captures_become_checks_and_changes_at_their_own_times(watched: WatchedHome, tmp_path: Path) -> None:
    file = _warc(tmp_path / "a.warc.gz", [_record(0, POLICY), _record(1, POLICY), _record(2, KEPT_LONGER)])
    imported = import_warc(watched.home, file)
    assert (imported.captures, imported.new_policies) == (3, ["acme/privacy-policy"])
    assert _outcomes(watched) == ["first", "unchanged", "changed"]
    assert _changes(watched) == [(START + timedelta(days=2), "substantive")]


def test_nobody_is_alerted_and_an_imported_policy_is_not_fetched(watched: WatchedHome, tmp_path: Path) -> None:
    import_warc(watched.home, _warc(tmp_path / "a.warc.gz", [_record(0, POLICY), _record(1, KEPT_LONGER)]))
    assert _count(watched, Alert) == 0
    assert watched.home.claim() == []


def test_records_are_taken_in_the_order_of_their_dates(watched: WatchedHome, tmp_path: Path) -> None:
    import_warc(
        watched.home, _warc(tmp_path / "a.warc.gz", [_record(2, KEPT_LONGER), _record(0, POLICY), _record(1, POLICY)])
    )
    assert _outcomes(watched) == ["first", "unchanged", "changed"]


def test_importing_twice_adds_nothing(watched: WatchedHome, tmp_path: Path) -> None:
    file = _warc(tmp_path / "a.warc.gz", [_record(0, POLICY), _record(1, KEPT_LONGER)])
    import_warc(watched.home, file)
    again = import_warc(watched.home, file)
    assert (again.captures, again.known) == (0, 2)
    assert (_count(watched, Snapshot), _count(watched, Version), _count(watched, Change)) == (2, 2, 1)


def test_an_import_that_died_half_way_is_finished_by_importing_again(
    watched: WatchedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _warc(tmp_path / "a.warc.gz", [_record(0, POLICY), _record(1, KEPT_LONGER)])
    with monkeypatch.context() as patch:
        patch.setattr("monitor.importing.warc.close_check", _die)
        with pytest.raises(KeyboardInterrupt):
            import_warc(watched.home, file)
    import_warc(watched.home, file)
    assert _outcomes(watched) == ["first", "changed"]


def test_an_older_capture_folds_the_policy_again(watched: WatchedHome, tmp_path: Path) -> None:
    import_warc(watched.home, _warc(tmp_path / "a.warc.gz", [_record(0, POLICY), _record(9, KEPT_LONGER)]))
    imported = import_warc(watched.home, _warc(tmp_path / "b.warc.gz", [_record(4, KEPT_LONGER)]))
    assert imported.reprocessed == ["acme/privacy-policy"]
    assert _outcomes(watched) == ["first", "changed", "unchanged"]
    assert _changes(watched) == [(START + timedelta(days=4), "substantive")]


def test_a_told_change_keeps_its_number_and_its_alert_when_history_is_folded_again(
    watched: WatchedHome, tmp_path: Path
) -> None:
    watched.add()
    watched.check(POLICY)
    watched.check(KEPT_LONGER)
    with watched.home.database.reading() as session:
        told = session.scalars(select(Change.id)).one()
    import_warc(
        watched.home, _warc(tmp_path / "a.warc.gz", [_record(-9, POLICY), _record(-5, DATE_MOVED), _record(-3, POLICY)])
    )
    with watched.home.database.reading() as session:
        assert session.scalars(select(Alert.change_id)).all() == [told]
        assert session.get_one(Change, told).significance == "substantive"


def test_an_error_answer_is_inaccessible(watched: WatchedHome, tmp_path: Path) -> None:
    records = [_record(0, POLICY), _record(1, NOT_FOUND, status="404 Not Found"), _record(2, POLICY)]
    import_warc(watched.home, _warc(tmp_path / "a.warc.gz", records))
    assert _outcomes(watched) == ["first", "inaccessible", "unchanged"]


def test_an_undeclared_address_that_answered_no_text_is_skipped_and_named(watched: WatchedHome, tmp_path: Path) -> None:
    file = _warc(
        tmp_path / "a.warc.gz",
        [_record(0, "not a picture", url="https://acme.example/logo.png")],
        content_type="image/png",
    )
    imported = import_warc(watched.home, file)
    assert imported.captures == 0
    assert "https://acme.example/logo.png: not declared" in imported.skipped[0]


def test_policy_takes_every_capture_as_its_own(watched: WatchedHome, tmp_path: Path) -> None:
    watched.add()
    file = _warc(
        tmp_path / "a.warc.gz", [_record(-2, POLICY, url="https://old.acme.example/p"), _record(-1, KEPT_LONGER)]
    )
    import_warc(watched.home, file, policy="acme/privacy-policy")
    assert _count(watched, Policy) == 1
    assert _outcomes(watched) == ["first", "changed"]


def test_a_torn_record_is_skipped_and_the_good_ones_are_kept(watched: WatchedHome, tmp_path: Path) -> None:
    whole = _warc(tmp_path / "a.warc.gz", [_record(0, POLICY), _record(1, KEPT_LONGER)])
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(whole.read_bytes()[:-200])
    imported = import_warc(watched.home, torn)
    assert imported.captures == 1
    assert "torn or damaged" in imported.skipped[0]


def test_a_file_that_is_no_warc_is_explained(watched: WatchedHome, tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_text("this is no WARC file at all", encoding="utf-8")
    with pytest.raises(UsageError, match="a WARC file was wanted"):
        import_warc(watched.home, file)


def _die(*_arguments: object, **_options: object) -> None:
    raise KeyboardInterrupt
