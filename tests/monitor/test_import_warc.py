"""WARC files become history: at their own times, once, in order, and nobody is alerted."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from monitor.archive import store
from monitor.declarations import Declaration, PolicyDeclaration
from monitor.errors import UsageError
from monitor.importing.warc import import_warc
from monitor.importing.warc_contents import moment
from monitor.models import Alert, Change, Check, Fetch, Policy, Snapshot, Source, Version
from monitor.policies import sync
from tests.homes import ADDRESS, START, WatchedHome
from tests.monitor.test_pending import CUT, LONG
from tests.pages import DATE_MOVED, KEPT_LONGER, NOT_FOUND, POLICY
from tests.warcs import record, write_warc


@pytest.fixture
def watched(watched: WatchedHome) -> WatchedHome:
    """A home in whose eyes the files' captures are past."""
    watched.clock.pass_days(30)
    return watched


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _undigested(day: int, body: str, *, url: str = ADDRESS, status: str = "200 OK", more: str = "") -> bytes:
    """A record as some tools write it: no digest confirms its bytes."""
    block = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\n{more}\r\n{body}".encode()
    stamp = (START + timedelta(days=day)).isoformat().replace("+00:00", "Z")
    head = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: {stamp}\r\n"
    return f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


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
    file = write_warc(tmp_path / "a.warc.gz", [record(0, POLICY), record(1, POLICY), record(2, KEPT_LONGER)])
    imported = import_warc(watched.home, file)
    assert (imported.captures, imported.new_policies) == (3, ["acme/privacy-policy"])
    assert _outcomes(watched) == ["first", "unchanged", "changed"]
    assert _changes(watched) == [(START + timedelta(days=2), "substantive")]


def test_nobody_is_alerted_and_an_imported_policy_is_not_fetched(watched: WatchedHome, tmp_path: Path) -> None:
    import_warc(watched.home, write_warc(tmp_path / "a.warc.gz", [record(0, POLICY), record(1, KEPT_LONGER)]))
    assert _count(watched, Alert) == 0
    assert watched.home.claim() == []


def test_records_are_taken_in_the_order_of_their_dates(watched: WatchedHome, tmp_path: Path) -> None:
    import_warc(
        watched.home, write_warc(tmp_path / "a.warc.gz", [record(2, KEPT_LONGER), record(0, POLICY), record(1, POLICY)])
    )
    assert _outcomes(watched) == ["first", "unchanged", "changed"]


def test_importing_twice_adds_nothing(watched: WatchedHome, tmp_path: Path) -> None:
    file = write_warc(tmp_path / "a.warc.gz", [record(0, POLICY), record(1, KEPT_LONGER)])
    import_warc(watched.home, file)
    again = import_warc(watched.home, file)
    assert (again.captures, again.known) == (0, 2)
    assert (_count(watched, Snapshot), _count(watched, Version), _count(watched, Change)) == (2, 2, 1)


def test_an_import_that_died_half_way_is_finished_by_importing_again(
    watched: WatchedHome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write_warc(tmp_path / "a.warc.gz", [record(0, POLICY), record(1, KEPT_LONGER)])
    with monkeypatch.context() as patch:
        patch.setattr("monitor.importing.captures.close_check", _die)
        with pytest.raises(KeyboardInterrupt):
            import_warc(watched.home, file)
    import_warc(watched.home, file)
    assert _outcomes(watched) == ["first", "changed"]


def test_an_older_capture_folds_the_policy_again(watched: WatchedHome, tmp_path: Path) -> None:
    import_warc(watched.home, write_warc(tmp_path / "a.warc.gz", [record(0, POLICY), record(9, KEPT_LONGER)]))
    imported = import_warc(watched.home, write_warc(tmp_path / "b.warc.gz", [record(4, KEPT_LONGER)]))
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
        watched.home,
        write_warc(tmp_path / "a.warc.gz", [record(-9, POLICY), record(-5, DATE_MOVED), record(-3, POLICY)]),
    )
    with watched.home.database.reading() as session:
        assert session.scalars(select(Alert.change_id)).all() == [told]
        assert session.get_one(Change, told).significance == "substantive"


def test_an_error_answer_is_inaccessible(watched: WatchedHome, tmp_path: Path) -> None:
    records = [record(0, POLICY), record(1, NOT_FOUND, status="404 Not Found"), record(2, POLICY)]
    import_warc(watched.home, write_warc(tmp_path / "a.warc.gz", records))
    assert _outcomes(watched) == ["first", "inaccessible", "unchanged"]


def test_an_undeclared_address_that_answered_no_text_is_skipped_and_named(watched: WatchedHome, tmp_path: Path) -> None:
    file = write_warc(
        tmp_path / "a.warc.gz",
        [record(0, "not a picture", url="https://acme.example/logo.png")],
        content_type="image/png",
    )
    imported = import_warc(watched.home, file)
    assert imported.captures == 0
    assert "https://acme.example/logo.png: not declared" in imported.skipped[0]


def test_policy_takes_every_capture_as_its_own(watched: WatchedHome, tmp_path: Path) -> None:
    watched.add()
    file = write_warc(
        tmp_path / "a.warc.gz", [record(-2, POLICY, url="https://old.acme.example/p"), record(-1, KEPT_LONGER)]
    )
    import_warc(watched.home, file, policy="acme/privacy-policy")
    assert _count(watched, Policy) == 1
    assert _outcomes(watched) == ["first", "changed"]


def test_a_torn_record_is_skipped_and_the_good_ones_are_kept(watched: WatchedHome, tmp_path: Path) -> None:
    whole = write_warc(tmp_path / "a.warc.gz", [record(0, POLICY), record(1, KEPT_LONGER)])
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(whole.read_bytes()[:-200])
    imported = import_warc(watched.home, torn)
    assert imported.captures == 1
    assert "torn or damaged" in imported.skipped[0]


@pytest.mark.parametrize(
    "end", ["hort", "Content-Type", "HTTP", "Content-Length", "WARC-Date", "WARC-Target", "WARC-Ty", "1.1"]
)
def test_a_torn_record_without_a_digest_is_skipped_and_named(watched: WatchedHome, tmp_path: Path, end: str) -> None:
    torn = tmp_path / "torn.warc"
    torn.write_bytes(_undigested(0, POLICY) + _undigested(1, "Short.").partition(end.encode())[0])
    imported = import_warc(watched.home, torn)
    assert _outcomes(watched) == ["first"]
    assert len(imported.skipped) == 1
    assert "damaged" in imported.skipped[0]


def test_a_whole_record_without_a_digest_is_taken(watched: WatchedHome, tmp_path: Path) -> None:
    whole = tmp_path / "whole.warc"
    whole.write_bytes(_undigested(0, POLICY) + _undigested(1, KEPT_LONGER))
    assert import_warc(watched.home, whole).skipped == []
    assert _outcomes(watched) == ["first", "changed"]


@pytest.mark.parametrize(
    "url", ["https://user@acme.example/p", "https://[acme/p", "https:///p", "https://acme.example/\x00"]
)
def test_an_address_that_cannot_be_watched_is_named_and_later_records_are_taken(
    watched: WatchedHome, tmp_path: Path, url: str
) -> None:
    imported = import_warc(
        watched.home, write_warc(tmp_path / "a.warc.gz", [record(0, POLICY, url=url), record(1, POLICY)])
    )
    assert _outcomes(watched) == ["first"]
    assert len(imported.skipped) == 1
    assert url in imported.skipped[0] or repr(url) in imported.skipped[0]
    assert "\n" not in imported.skipped[0]


@pytest.mark.parametrize("policy", ["", "acme/privacy-policy"])
def test_a_redirect_is_no_page_and_is_named_with_where_it_led(
    watched: WatchedHome, tmp_path: Path, policy: str
) -> None:
    watched.add()
    file = tmp_path / "a.warc"
    moved = _undigested(0, "", status="301 Moved Permanently", more="Location: https://acme.example/new\r\n")
    file.write_bytes(moved + _undigested(1, POLICY))
    imported = import_warc(watched.home, file, policy=policy)
    assert _outcomes(watched) == ["first"]
    assert imported.skipped == [
        f"{ADDRESS} @ 2026-03-01 08:00:00Z: no page, the answer 301 led to https://acme.example/new"
    ]


def _move(watched: WatchedHome, *urls: str) -> None:
    """Declare the policy anew, with these sources."""
    declared = PolicyDeclaration(type="Privacy Policy", sources=urls)
    with watched.home.database.writing() as session:
        sync(session, [Declaration(service="Acme", policies=(declared,))], interval_seconds=86400, now=watched.clock())


def _snapshot_sources(watched: WatchedHome) -> list[str]:
    with watched.home.database.reading() as session:
        urls = select(Source.url).join(Snapshot, Snapshot.source_id == Source.id).order_by(Snapshot.captured_at)
        return list(session.scalars(urls))


def test_policy_takes_a_capture_for_the_source_at_its_address_or_one_still_declared(
    watched: WatchedHome, tmp_path: Path
) -> None:
    watched.add()
    _move(watched, "https://acme.example/new", "https://acme.example/newer")
    urls = ["https://old.acme.example/p", "https://acme.example/newer", ADDRESS]
    records = [record(day, POLICY, url=url) for day, url in enumerate(urls)]
    import_warc(watched.home, write_warc(tmp_path / "a.warc.gz", records), policy="acme/privacy-policy")
    assert _snapshot_sources(watched) == ["https://acme.example/new", "https://acme.example/newer", ADDRESS]


def test_an_address_that_two_policies_had_belongs_to_the_one_that_has_it_now(
    watched: WatchedHome, tmp_path: Path
) -> None:
    watched.add()
    _move(watched, "https://acme.example/new")
    watched.add(terms_type="Cookie Policy")
    import_warc(watched.home, write_warc(tmp_path / "a.warc.gz", [record(0, POLICY)]))
    with watched.home.database.reading() as session:
        [policy] = session.scalars(select(Policy).join(Check, Check.policy_id == Policy.id))
        assert policy.terms_type == "Cookie Policy"


def test_a_new_policy_leaves_the_others_as_they_were(watched: WatchedHome, tmp_path: Path) -> None:
    watched.add(service="ACME")  # the same service, written otherwise than its address says
    others = ["https://acme.example/privacy/eu", "https://www.acme.example/privacy", "https://acme.example/eu/privacy"]
    records = [record(day, POLICY, url=url) for day, url in enumerate([*others, *others])]
    imported = import_warc(watched.home, write_warc(tmp_path / "a.warc.gz", records))
    assert (imported.captures, len(imported.new_policies)) == (6, 3)
    with watched.home.database.reading() as session:
        paused = dict(iter(session.execute(select(Source.url, Policy.paused_at.is_not(None)).join(Policy))))
        assert paused == {ADDRESS: False, **dict.fromkeys(others, True)}
        assert session.scalars(select(Source).where(Source.retired_at.is_not(None))).all() == []


def test_a_paused_policy_stays_paused_and_a_watched_one_watched(watched: WatchedHome, tmp_path: Path) -> None:
    watched.add()
    paused = watched.add("https://acme.example/terms")
    with watched.home.database.writing() as session:
        session.get_one(Policy, paused).paused_at = START
    records = [record(0, POLICY, url=f"{ADDRESS}#top"), record(1, POLICY, url="https://acme.example/terms#top")]
    assert import_warc(watched.home, write_warc(tmp_path / "a.warc.gz", records)).new_policies == []
    with watched.home.database.reading() as session:
        states = {policy.id: policy.paused_at is not None for policy in session.scalars(select(Policy))}
    assert [paused for paused, is_paused in states.items() if is_paused] == [paused]


def test_a_policy_that_is_not_there_ends_the_import_before_it_begins(watched: WatchedHome, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no policy is called"):
        import_warc(watched.home, write_warc(tmp_path / "a.warc.gz", [record(0, POLICY)]), policy="acme/nothing")


def test_a_file_that_is_no_warc_is_explained(watched: WatchedHome, tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    file.write_text("this is no WARC file at all", encoding="utf-8")
    with pytest.raises(UsageError, match="a WARC file was wanted"):
        import_warc(watched.home, file)


@on_sqlite
def test_a_capture_of_a_time_to_come_is_not_taken(watched: WatchedHome, tmp_path: Path) -> None:
    file = write_warc(tmp_path / "a.warc.gz", [record(0, POLICY), record(31, KEPT_LONGER)])
    imported = import_warc(watched.home, file)
    assert (imported.captures, _outcomes(watched)) == (1, ["first"])
    assert "dated in the future" in imported.skipped[0]
    watched.clock.pass_days(2)
    assert import_warc(watched.home, file).captures == 1


@on_sqlite
@pytest.mark.parametrize("status", ["9" * 20, "9" * 5000, "099", "600", "²00"])
def test_a_status_that_is_none_costs_its_record_alone(watched: WatchedHome, tmp_path: Path, status: str) -> None:
    file = tmp_path / "a.warc"
    file.write_bytes(
        _undigested(0, POLICY) + _undigested(1, POLICY, status=f"{status} OK") + _undigested(2, KEPT_LONGER)
    )
    imported = import_warc(watched.home, file)
    assert imported.captures == 2
    [said] = imported.skipped
    assert "status of an HTTP answer was wanted" in said
    assert len(said) < 300


@on_sqlite
def test_an_import_confirmed_by_a_live_check_is_old_news_and_what_comes_after_is_told(
    watched: WatchedHome, tmp_path: Path
) -> None:
    watched.add()
    file = write_warc(tmp_path / "a.warc.gz", [record(-400, LONG), record(-399, LONG), record(-398, CUT)])
    import_warc(watched.home, file)
    assert len(watched.check(CUT).confirmed) == 1
    assert _count(watched, Alert) == 0
    watched.check(KEPT_LONGER)
    assert _count(watched, Alert) == 1


@on_sqlite
@pytest.mark.parametrize("kind", ["text/css", "text/javascript", "text/x-component"])
def test_what_a_page_loads_becomes_no_policy(watched: WatchedHome, tmp_path: Path, kind: str) -> None:
    file = write_warc(tmp_path / "a.warc.gz", [record(0, POLICY, url="https://acme.example/site")], content_type=kind)
    assert import_warc(watched.home, file).new_policies == []


@on_sqlite
def test_of_two_answers_in_one_second_both_are_kept_and_the_later_in_the_file_stands(
    watched: WatchedHome, tmp_path: Path
) -> None:
    imported = import_warc(
        watched.home, write_warc(tmp_path / "a.warc.gz", [record(0, POLICY), record(0, KEPT_LONGER)])
    )
    assert (imported.captures, _count(watched, Snapshot), _outcomes(watched)) == (2, 2, ["first"])
    with watched.home.database.reading() as session:
        final = session.scalars(select(Fetch).where(Fetch.final)).one()
        assert final.snapshot is not None
        assert store.body(session, final.snapshot).decode() == KEPT_LONGER


def test_a_date_without_a_zone_is_in_utc_wherever_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        time.tzset()
        assert moment("2024-03-01T08:00:00") == datetime(2024, 3, 1, 8, tzinfo=UTC)
    time.tzset()


def _die(*_arguments: object, **_options: object) -> None:
    raise KeyboardInterrupt
