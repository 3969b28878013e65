"""A backup holds the whole home as of one moment, however much is written meanwhile; what comes out of it is the same."""

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from monitor.archive.verify import verify
from monitor.backup.making import back_up
from monitor.backup.restoring import restore
from monitor.config import database_url as url_of
from monitor.database import Database
from monitor.errors import UsageError
from monitor.models import Base, Change, Check, Fetch, Frame, Host, Message, Policy, Snapshot, Version
from monitor.reprocess.folding import reprocess
from monitor.types import unheard
from notifier.outbox import freeze
from tests.homes import START, WatchedHome, watched_home
from tests.monitor.backups import backed_up, database_of, restored_to
from tests.pages import DATE_MOVED, KEPT_LONGER, POLICY
from tests.postgres import Cluster

HELD_BY_A_RUN = {"policy": {"lease_token", "lease_until"}, "host": {"holder"}, "message": {"claimed_until"}}


def _target(folder: Path, kind: str, postgres: Cluster) -> Path:
    """A new home folder, whose settings name an empty database of this kind."""
    folder.mkdir()
    named = f'database = "{postgres.database()}"\n' if kind == "postgresql" else ""
    (folder / "smallprint.toml").write_text(named, encoding="utf-8")
    return folder


def _rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for what a run holds."""
    with database.reading() as session:
        return {
            table.name: sorted(
                (tuple(row) for row in session.execute(select(*_kept_columns(table)))),
                key=repr,
            )
            for table in Base.metadata.sorted_tables
        }


def _kept_columns(table):
    return [column for column in table.c if column.name not in HELD_BY_A_RUN.get(table.name, ())]


def _history(watched: WatchedHome) -> None:
    """A history with alerts, a message, a host, a change whose number is not given again."""
    watched.add()
    for page in (POLICY, KEPT_LONGER, DATE_MOVED, POLICY.replace("30 days", "5 days"), None):
        watched.check(page)
    with watched.home.database.writing() as session:
        freeze(session, watched.clock())
        session.add(Host(name="acme.example", next_allowed_at=START, holder="a run"))
        gone = Change(**_values(session.scalars(select(Change)).first()), version_id=1)
        session.add(gone)
        session.flush()
        session.delete(gone)


def _values(change: Change) -> dict[str, object]:
    names = (
        "policy_id",
        "previous_version_id",
        "status",
        "captured_at",
        "previous_captured_at",
        "significance",
        "diff",
    )
    return {name: getattr(change, name) for name in names}


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_what_is_restored_is_the_same_row_for_row(
    watched: WatchedHome, tmp_path: Path, postgres: Cluster, into: str
) -> None:
    _history(watched)
    backed_up(watched, tmp_path / "backup.zip")
    home = _target(tmp_path / "restored", into, postgres)
    restored = restored_to(tmp_path / "backup.zip", home)
    assert restored.made_at == watched.clock()
    assert restored.damages == ()
    with database_of(home) as database:
        assert _rows(database) == _rows(watched.home.database)


@pytest.mark.parametrize("into", ["sqlite", "postgresql"])
def test_a_restored_home_goes_on_where_the_other_stood(
    watched: WatchedHome, tmp_path: Path, postgres: Cluster, into: str
) -> None:
    _history(watched)
    highest = max(change.id for change in _all(watched.home.database, Change)) + 1  # of one that is gone
    watched.home.claim()  # a lease that nobody on the new machine holds
    backed_up(watched, tmp_path / "backup.zip")
    home = _target(tmp_path / "restored", into, postgres)
    restored_to(tmp_path / "backup.zip", home)
    other = watched_home(home, url_of(home))
    other.clock.now = watched.clock()
    assert other.check(_longer(3)).outcome == "changed"
    assert max(change.id for change in _all(other.home.database, Change)) > highest
    before = _versions(other.home.database)
    with other.home.database.writing() as session:
        reprocess(session, other.home.reader, session.scalars(select(Policy)).one(), now=other.clock())
    assert _versions(other.home.database) == before
    other.home.close()


def _versions(database: Database) -> list[tuple[object, ...]]:
    return sorted((version.number, version.state, version.fingerprint) for version in _all(database, Version))


def _all(database: Database, model):
    with database.reading() as session:
        return session.scalars(select(model)).all()


def test_frames_that_rest_on_later_ones_are_copied_as_they_are(
    watched: WatchedHome, tmp_path: Path, postgres: Cluster
) -> None:
    _history(watched)
    with watched.home.database.writing() as session:
        session.get_one(Frame, 1).base_id = 3
    backed_up(watched, tmp_path / "backup.zip")
    home = _target(tmp_path / "restored", "postgresql", postgres)
    damages = restored_to(tmp_path / "backup.zip", home).damages
    with database_of(home) as database, database.reading() as session:
        assert session.get_one(Frame, 1).base_id == 3
    assert damages  # a frame that rests on itself in the end is damage, told and copied all the same


@pytest.mark.parametrize("backups", [4, pytest.param(20, marks=[pytest.mark.prove, pytest.mark.timeout(1800)])])
def test_each_of_many_backups_made_while_a_run_writes_is_whole(
    watched: WatchedHome, tmp_path: Path, backups: int
) -> None:
    watched.add()
    watched.check(POLICY)
    snapshots = []
    with _writer(watched):
        for number in range(backups):
            file = tmp_path / f"{number}.zip"
            made = backed_up(watched, file)
            snapshots.append(made.rows["snapshot"])
            restored = restored_to(file, tmp_path / f"home{number}")
            assert (made.damages, restored.damages, restored.rows) == ((), (), made.rows)
            with database_of(tmp_path / f"home{number}") as database:
                _assert_whole(database)
    assert snapshots == sorted(snapshots)
    assert snapshots[-1] > snapshots[0], "the writer wrote nothing meanwhile"


@contextmanager
def _writer(watched: WatchedHome) -> Iterator[None]:
    """Checks that archive another page each and are closed, one after another, until the block ends."""
    stop, faults = threading.Event(), []

    def write() -> None:
        try:
            for number in count(1):
                if stop.is_set():
                    break
                watched.check(_longer(number))
        except Exception as error:
            faults.append(error)

    thread = threading.Thread(target=write)
    thread.start()
    yield
    stop.set()
    thread.join(60)
    assert faults == []


def _longer(sentences: int) -> str:
    more = "".join(f"<p>We share what you order with carrier number {number}.</p>" for number in range(sentences))
    return POLICY.replace("<h2>Retention", f"{more}<h2>Retention")


def _assert_whole(database: Database) -> None:
    assert verify(database).damages == ()
    with database.reading() as session:
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        closed = session.scalar(select(func.count(Check.id)).where(Check.outcome.is_not(None)))
        versions = session.scalar(select(func.count(Version.id)))
        changes = session.scalar(select(func.count(Change.id)))
        fetches = session.scalar(select(func.count(Fetch.id)))
        snapshots = session.scalar(select(func.count(Snapshot.id)))
    assert versions == closed == changes + 1
    assert closed <= fetches == snapshots


def test_a_writer_waits_for_no_backup(watched: WatchedHome, tmp_path: Path) -> None:
    watched.add()
    watched.check(POLICY)
    outcomes = []

    def showing(what: str) -> nullcontext:
        if what in ("copying", "verifying"):
            outcomes.append(watched.check(_longer(len(what))).outcome)
        return nullcontext(unheard)

    home = watched.home
    made = back_up(home.path, home.database, tmp_path / "backup.zip", now=watched.clock(), showing=showing)
    assert outcomes == ["changed", "changed"]
    assert made.rows["snapshot"] in (1, 2)


def test_settings_and_rules_come_along_and_only_the_owner_can_read_the_file(
    watched: WatchedHome, tmp_path: Path
) -> None:
    home = watched.home.path
    (home / "smallprint.toml").write_text('interval = "12h"\n', encoding="utf-8")
    (home / "rules").mkdir()
    (home / "rules" / "topics.yaml").write_text("ai: [robot]\n", encoding="utf-8")
    backed_up(watched, tmp_path / "backup.zip")
    restored_to(tmp_path / "backup.zip", tmp_path / "restored")
    for name in ("smallprint.toml", "rules/topics.yaml"):
        assert (tmp_path / "restored" / name).read_text() == (home / name).read_text()
    for file in (tmp_path / "backup.zip", tmp_path / "restored" / "smallprint.toml"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_waits_to_be_told_is_counted(watched: WatchedHome, tmp_path: Path) -> None:
    _history(watched)
    watched.check(_longer(3))
    backed_up(watched, tmp_path / "backup.zip")
    restored = restored_to(tmp_path / "backup.zip", tmp_path / "restored")
    pending = [message for message in _all(watched.home.database, Message) if message.status == "pending"]
    assert (restored.messages, restored.alerts) == (len(pending), 1)
    assert restored.messages > 0


def test_a_file_that_is_there_is_replaced_only_when_asked(watched: WatchedHome, tmp_path: Path) -> None:
    file = tmp_path / "backup.zip"
    file.write_text("mine")
    with pytest.raises(UsageError, match="--overwrite"):
        backed_up(watched, file)
    assert file.read_text() == "mine"
    backed_up(watched, file, overwrite=True)
    restored_to(file, tmp_path / "restored")


def test_a_home_with_a_history_is_not_touched(watched: WatchedHome, tmp_path: Path) -> None:
    _history(watched)
    backed_up(watched, tmp_path / "backup.zip")
    used = _target(tmp_path / "used", "sqlite", None)
    (used / "smallprint.toml").write_text(
        f'database = "{watched.home.database.engine.url.render_as_string(hide_password=False)}"\n', encoding="utf-8"
    )
    before = _rows(watched.home.database)
    with pytest.raises(UsageError, match="a home without a history was wanted"):
        restored_to(tmp_path / "backup.zip", used)
    assert _rows(watched.home.database) == before
    assert [file.name for file in used.iterdir()] == ["smallprint.toml"]


def test_a_restore_that_fails_removes_what_it_made_and_nothing_that_others_put_there(
    watched: WatchedHome, tmp_path: Path
) -> None:
    (watched.home.path / "smallprint.toml").write_text('interval = "12h"\n', encoding="utf-8")
    backed_up(watched, tmp_path / "backup.zip")
    home = tmp_path / "restored"

    def showing(what: str) -> nullcontext:
        if what == "verifying":
            (home / "notes.txt").write_text("a colleague's", encoding="utf-8")
            (home / "smallprint.db").write_bytes(b"another run's")
        return nullcontext(unheard)

    with pytest.raises(UsageError, match="a home without a history was wanted"):
        restore(tmp_path / "backup.zip", home, showing=showing)
    assert {file.name for file in home.iterdir()} == {"notes.txt", "smallprint.db"}
    assert (home / "smallprint.db").read_bytes() == b"another run's"


def test_what_a_killed_backup_left_is_removed_by_a_later_one_and_what_another_writes_now_is_not(
    watched: WatchedHome, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    for name, hours in (("old", 13), ("new", 1)):
        left = folder / f".smallprint-backup.{name}"
        left.mkdir(parents=True)
        (left / "smallprint.db").write_bytes(b"a copy")
        written_at = (watched.clock() - timedelta(hours=hours)).timestamp()
        for place in (left / "smallprint.db", left):
            os.utime(place, (written_at, written_at))
    backed_up(watched, folder / "backup.zip")
    assert {file.name for file in folder.iterdir()} == {"backup.zip", ".smallprint-backup.new"}
