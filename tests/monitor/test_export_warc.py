"""The archive out as WARC and in again: nothing of it is lost on the way."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio

from monitor.archive.records import headers_of, pack_headers
from monitor.declarations import Declaration
from monitor.errors import UsageError
from monitor.exporting.warc import Exported, Wanted, export_warc
from monitor.importing.warc import import_warc
from monitor.models import Frame, Snapshot
from monitor.policies import sync
from tests.homes import START, WatchedHome, watched_home
from tests.monitor.lived import history, live
from tests.monitor.sources import text
from tests.pages import KEPT_LONGER, POLICY
from tests.postgres import Cluster


@pytest.fixture
def another(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[WatchedHome]:
    """A fresh home, on the same kind of database as `watched`."""
    url = f"sqlite:///{tmp_path / 'another.db'}"
    if database_url.startswith("postgresql"):
        running: Cluster = request.getfixturevalue("postgres")
        url = running.database()
    opened = watched_home(tmp_path / "another", url)
    opened.clock.pass_days(1000)  # what the other one saw is past
    yield opened
    opened.home.close()


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def export(watched: WatchedHome, path: Path, **wanted: Any) -> Exported:
    return export_warc(watched.home.database, path, Wanted(**wanted), now=watched.clock())


def test_an_import_of_an_export_gives_the_same_snapshots_versions_and_changes(
    watched: WatchedHome, another: WatchedHome, tmp_path: Path
) -> None:
    live(watched)
    export(watched, tmp_path / "all.warc.gz")
    imported = import_warc(another.home, tmp_path / "all.warc.gz")
    assert imported.skipped == []
    before, after = history(watched), history(another)
    assert {state for _, _, state, *_ in before["versions"]} == {"confirmed", "pending", "withdrawn"}
    for name, rows in before.items():
        assert after[name] == rows, name


@on_sqlite
def test_a_second_import_of_an_export_adds_nothing_and_the_first_home_knows_all_of_it(
    watched: WatchedHome, tmp_path: Path
) -> None:
    live(watched)
    export(watched, tmp_path / "all.warc.gz")
    before = history(watched)
    imported = import_warc(watched.home, tmp_path / "all.warc.gz")
    assert (imported.captures, imported.skipped, imported.reprocessed) == (0, [], [])
    assert history(watched) == before


@on_sqlite
def test_headers_that_no_http_message_can_hold_come_back_exactly(
    watched: WatchedHome, another: WatchedHome, tmp_path: Path
) -> None:
    watched.add()
    odd = {
        "x-a": "one\r\ntwo: caf\xe9\x00 \u2713",
        "x b": " spaced ",
        "x:c": "",
        "x-archive-orig-d": "e",
        "content-encoding": "br",
    }
    watched.check(POLICY, **odd)
    export(watched, tmp_path / "all.warc.gz")
    assert import_warc(another.home, tmp_path / "all.warc.gz").skipped == []
    assert headers(another) == [{"content-type": "text/html; charset=utf-8", **odd}]


@on_sqlite
def test_another_tool_checks_and_reads_every_record(watched: WatchedHome, tmp_path: Path) -> None:
    watched.add()
    for page in (POLICY, POLICY, None, KEPT_LONGER):
        watched.check(page, content_encoding="gzip", transfer_encoding="chunked")
    exported = export(watched, tmp_path / "all.warc.gz")
    assert (exported.responses, exported.revisits, exported.not_modified) == (2, 1, 1)
    with pytest.raises(SystemExit) as ended:
        warcio(["check", str(tmp_path / "all.warc.gz")])
    assert ended.value.code == 0
    with (tmp_path / "all.warc.gz").open("rb") as file:
        read = [(record.rec_type, record.content_stream().read()) for record in ArchiveIterator(file)]
    of_answer = ["request", "metadata"]
    assert [kind for kind, _ in read] == [
        *("warcinfo", "metadata", "response", *of_answer, "revisit", *of_answer, "revisit", *of_answer),
        *("response", *of_answer, "metadata", "metadata"),
    ]
    assert [body.decode() for kind, body in read if kind == "response"] == [POLICY, KEPT_LONGER]


@on_sqlite
def test_a_policy_and_a_span_of_time_can_be_asked_for(watched: WatchedHome, tmp_path: Path) -> None:
    watched.add()
    for page in (POLICY, POLICY, KEPT_LONGER, KEPT_LONGER):
        watched.check(page)
    inside = {"since": START + timedelta(days=0.5), "until": START + timedelta(days=2.5)}
    exported = export(watched, tmp_path / "some.warc.gz", policy="acme", **inside)
    assert (exported.responses, exported.revisits) == (2, 0)
    with pytest.raises(UsageError, match="no policy is called"):
        export(watched, tmp_path / "none.warc.gz", policy="nobody")
    assert not (tmp_path / "none.warc.gz").exists()


@on_sqlite
def test_an_export_that_fails_leaves_the_file_of_before(
    watched: WatchedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.add()
    watched.check(POLICY)
    export(watched, tmp_path / "all.warc.gz")
    before = (tmp_path / "all.warc.gz").read_bytes()
    monkeypatch.setattr("monitor.exporting.warc_writing.Writer.end", _die)
    with pytest.raises(KeyboardInterrupt):
        export(watched, tmp_path / "all.warc.gz")
    assert (tmp_path / "all.warc.gz").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []


@on_sqlite
def test_a_damaged_snapshot_is_left_out_and_named(watched: WatchedHome, tmp_path: Path) -> None:
    watched.add()
    watched.check(POLICY)
    watched.check(KEPT_LONGER)
    with watched.home.database.writing() as session:
        newest = session.scalars(select(Frame).order_by(Frame.id.desc()).limit(1)).one()
        session.execute(update(Frame).where(Frame.id == newest.id).values(packed=b"damaged"))
    exported = export(watched, tmp_path / "all.warc.gz")
    assert exported.responses == 1
    assert "acme/privacy-policy @ 2026-03-02" in exported.damaged[0]


@on_sqlite
def test_bytes_whose_first_snapshot_has_damaged_headers_are_exported_with_the_next(
    watched: WatchedHome, tmp_path: Path
) -> None:
    watched.add()
    for _ in range(3):
        watched.check(POLICY)
    with watched.home.database.writing() as session:
        first = select(Snapshot.id).order_by(Snapshot.id).limit(1).scalar_subquery()
        session.execute(update(Snapshot).where(Snapshot.id == first).values(packed_headers=b"damaged"))
        whole = {"headers_base_id": None, "packed_headers": pack_headers({}, None)[0]}
        session.execute(update(Snapshot).where(Snapshot.id > first).values(whole))
    exported = export(watched, tmp_path / "all.warc.gz")
    assert (exported.responses, exported.revisits, len(exported.damaged)) == (1, 1, 1)
    with (tmp_path / "all.warc.gz").open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert [kind for kind in kinds if kind in ("response", "revisit")] == ["response", "revisit"]


@on_sqlite
def test_checks_of_several_sources_whose_answers_came_in_between_each_other_are_each_one_check(
    watched: WatchedHome, another: WatchedHome, tmp_path: Path
) -> None:
    for service in ("Kites", "Gliders"):
        declare(watched, service)
    for visit in range(2):
        due = watched.home.claim()
        for source in sorted(
            due, key=lambda one: one.url.rpartition("/")[2]
        ):  # both policies' first pages, then both second ones
            watched.clock.pass_days(0.001)
            watched.keep(watched.answer(source, text(int(source.url.endswith("more")), visit)))
        watched.pass_to_next_check()
    export(watched, tmp_path / "all.warc.gz")
    imported = import_warc(another.home, tmp_path / "all.warc.gz")
    assert (imported.captures, imported.reprocessed) == (8, [])
    assert history(another) == history(watched)


@on_sqlite
def test_where_the_final_answer_of_a_check_is_damaged_the_plain_one_before_it_stands_for_it(
    watched: WatchedHome, another: WatchedHome, tmp_path: Path
) -> None:
    watched.add()
    [due] = watched.home.claim()
    watched.keep(replace(watched.answer(due, POLICY), final=False))
    watched.clock.pass_days(0.001)
    watched.keep(watched.answer(due, KEPT_LONGER))
    file = tmp_path / "all.warc"
    export(watched, file)
    file.write_bytes(file.read_bytes().replace(b"12 months after", b"99 months after"))
    imported = import_warc(another.home, file)
    assert (imported.captures, ["digest" in words for words in imported.skipped]) == (1, [True, True])
    assert [version[1:3] for version in history(another)["versions"]] == [(1, "confirmed")]


@on_sqlite
@pytest.mark.parametrize(
    ("was", "damaged"),
    [(b'"final": false', b'"finaX": false'), (b"Smallprint-Record: capture", b"Smallprint-Recorc: capture")],
)
def test_where_what_is_told_of_an_answer_is_damaged_it_waits_for_the_whole_file(
    watched: WatchedHome, another: WatchedHome, tmp_path: Path, was: bytes, damaged: bytes
) -> None:
    watched.add()
    watched.check(POLICY)
    [due] = watched.home.claim()
    watched.keep(replace(watched.answer(due, KEPT_LONGER), final=False))
    watched.clock.pass_days(0.001)
    watched.keep(watched.answer(due, POLICY))
    whole, torn = tmp_path / "whole.warc", tmp_path / "torn.warc"
    export(watched, whole)
    told = whole.read_bytes().index(b'"final": false')
    at = told if was.startswith(b'"') else whole.read_bytes().rindex(was, 0, told)
    torn.write_bytes(whole.read_bytes()[:at] + damaged + whole.read_bytes()[at + len(was) :])
    imported = import_warc(another.home, torn)
    assert (imported.captures, len(imported.skipped) >= 1) == (2, True)
    assert history(another)["versions"] == history(watched)["versions"]
    assert import_warc(another.home, whole).captures == 1
    for name, rows in history(watched).items():
        assert history(another)[name] == rows, name


@on_sqlite
def test_when_changes_were_confirmed_comes_back_also_after_an_interrupted_import(
    watched: WatchedHome, another: WatchedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched.add()
    for page in (POLICY, KEPT_LONGER):
        watched.check(page)
    export(watched, tmp_path / "all.warc")
    with monkeypatch.context() as patch:
        patch.setattr("monitor.importing.warc._restore_changes", _die)
        with pytest.raises(KeyboardInterrupt):
            import_warc(another.home, tmp_path / "all.warc")
    assert history(another)["changes"] != history(watched)["changes"]
    import_warc(another.home, tmp_path / "all.warc")
    assert history(another)["changes"] == history(watched)["changes"]


def declare(watched: WatchedHome, service: str) -> None:
    sources = [f"https://{service.lower()}.example/{page}" for page in ("main", "more")]
    declared = {"service": service, "policies": [{"type": "Privacy Policy", "sources": sources}]}
    with watched.home.database.writing() as session:
        sync(session, [Declaration.model_validate(declared)], interval_seconds=86400, now=watched.clock())


def headers(watched: WatchedHome) -> list[dict[str, str]]:
    with watched.home.database.reading() as session:
        return [headers_of(one) for one in session.scalars(select(Snapshot))]


def _die(*_arguments: object, **_options: object) -> None:
    raise KeyboardInterrupt
