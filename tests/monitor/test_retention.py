"""Retention: what the rules let go loses its bytes, what anything is read from never does, and what went is still provable."""

import logging
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from monitor.archive import store
from monitor.archive.deleting import delete
from monitor.archive.records import record_digest
from monitor.config import RetentionSettings, load
from monitor.errors import ArchiveError, ConfigurationError
from monitor.models import Frame, Policy, Snapshot, Source
from monitor.pruning import plan
from monitor.retention import Protection, keep_days
from tests.homes import CommandLine, WatchedHome, settings, watched_home
from tests.monitor.pruned import TEN_DAYS, deleted, pruned, quiet, seal, token
from tests.monitor.test_retention_properties import capture_of, contents, new_source
from tests.pages import POLICY
from tests.postgres import Cluster


@pytest.mark.parametrize(
    ("slug", "tags", "days"),
    [
        ("acme/terms", ["vendor"], 90),
        ("acme/terms", ["eu", "vendor"], 400),  # the longest of the two that fit
        ("kites/terms", [], 30),
        ("other/terms", ["eu"], None),
    ],
)
def test_the_longest_rule_that_fits_a_policy_holds_and_without_one_all_is_kept(
    slug: str, tags: list[str], days: int | None
) -> None:
    rules = [
        RetentionSettings(keep_days=90, tags=("vendor",)),
        RetentionSettings(keep_days=400, tags=("Vendor", "eu")),
        RetentionSettings(keep_days=30, policies=("kites/*", "balls/*")),
    ]
    assert keep_days(slug, tags, rules) == days


def test_old_bytes_go_and_what_they_were_can_still_be_proved(watched: WatchedHome) -> None:
    watched.add()
    quiet(watched, 20)
    seal(watched)
    before = contents(watched)
    [row] = pruned(watched)
    gone = deleted(watched)
    assert gone == [*range(3, 12)]  # a version was made of the first, and the second shows that it stood
    assert (row.captures, row.keep_days) == (len(gone), 10)
    assert row.packed_bytes > 0
    assert contents(watched) == {number: body for number, body in before.items() if number not in gone}
    with watched.home.database.reading() as session:
        snapshot = session.get_one(Snapshot, 7)
        assert snapshot.record_sha256 == record_digest(
            snapshot, snapshot.frame, {"content-type": "text/html; charset=utf-8"}
        )
        assert snapshot.frame.size_bytes == len(before[7])
        with pytest.raises(ArchiveError, match=r"a rule of retention .* deleted them on 2026-.* still provable"):
            store.body(session, snapshot)
    assert [row.captures for row in pruned(watched)] == [0]


def test_a_plan_says_what_pruning_does_then(watched: WatchedHome) -> None:
    watched.add()
    quiet(watched, 14)
    seal(watched)
    with watched.home.database.reading() as session:
        planned = plan(session, TEN_DAYS, now=watched.clock())
    assert deleted(watched) == []
    assert planned == pruned(watched)
    assert planned[0].protected == {Protection.VERSION: 1, Protection.CHANGE: 1}


def test_what_no_manifest_lists_yet_stays(watched: WatchedHome) -> None:
    watched.add()
    quiet(watched, 6)
    [row] = pruned(watched, days=900)
    assert (row.captures, row.protected[Protection.UNSEALED]) == (0, 3)
    assert deleted(watched) == []


def test_bytes_that_a_policy_which_keeps_all_has_too_stay(watched: WatchedHome) -> None:
    sources = [new_source(watched), new_source(watched)]
    with watched.home.database.writing() as session:
        for place, source_id in enumerate(sources):
            for day in range(6):
                page = token(POLICY, day if day < 3 else 10 * place + day)
                store.keep(session, source_id, capture_of(page.encode(), day))
    seal(watched)
    with watched.home.database.reading() as session:
        [slug, _] = session.scalars(select(Policy.slug).order_by(Policy.id))
    first, second = pruned(watched, [RetentionSettings(keep_days=1, policies=(slug,))], days=900)
    assert (first.captures, first.protected[Protection.SHARED], second.keep_days) == (2, 3, None)
    assert len(contents(watched)) == 10
    pruned(watched, [RetentionSettings(keep_days=1)], days=900)
    assert len(contents(watched)) == 2


def test_the_same_bytes_seen_again_are_back(watched: WatchedHome) -> None:
    watched.add()
    quiet(watched, 6)
    seal(watched)
    pruned(watched, days=900)
    assert deleted(watched) == [3, 4, 5]
    watched.check(token(POLICY, 3))
    assert deleted(watched) == [3, 5]
    watched.check(token(POLICY, 9))
    assert set(contents(watched)) == {1, 2, 4, 6, 7, 8}


def test_what_comes_next_to_deleted_bytes_is_not_packed_upon_them(watched: WatchedHome) -> None:
    source_id = new_source(watched)
    with watched.home.database.writing() as session:
        for day in (1, 3, 5):
            store.keep(session, source_id, capture_of(token(POLICY, day).encode(), day))
    seal(watched)
    pruned(watched, days=900)
    assert len(deleted(watched)) == 2
    with watched.home.database.writing() as session:
        late = store.keep(session, source_id, capture_of(token(POLICY, 4).encode(), 4))
        assert late.frame.base_id is None
        assert store.body(session, late) == token(POLICY, 4).encode()


def test_what_a_damaged_frame_is_read_from_stays_for_its_mending(watched: WatchedHome) -> None:
    watched.add()
    quiet(watched, 6)
    seal(watched)
    with watched.home.database.writing() as session:
        newest = session.get_one(Snapshot, 6).frame_id
        whole = session.scalars(select(Frame.packed).where(Frame.id == newest)).one()
        session.execute(update(Frame).where(Frame.id == newest).values(packed=b"broken"))
    pruned(watched, days=900)
    assert deleted(watched) == []
    with watched.home.database.writing() as session:
        session.execute(update(Frame).where(Frame.id == newest).values(packed=whole))
    pruned(watched, days=900)
    assert set(contents(watched)) == {1, 2, 6}


def test_bytes_that_another_run_is_just_keeping_again_stay(postgres: Cluster, tmp_path: Path) -> None:
    watched = watched_home(tmp_path / "home", postgres.database())
    source_id = new_source(watched)
    with closing(watched.home):
        with watched.home.database.writing() as session:
            for day in range(5):
                store.keep(session, source_id, capture_of(token(POLICY, day).encode(), day))
        seal(watched)
        with watched.home.database.writing() as session:
            again = store.keep(session, source_id, capture_of(token(POLICY, 2).encode(), 9))
            pruned(watched, days=900)
        assert set(contents(watched)) == {3, 5, again.id}
        assert deleted(watched) == [1, 2, 4]


def test_two_prunings_of_policies_whose_bytes_are_packed_upon_each_other_take_turns(
    postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = watched_home(tmp_path / "home", postgres.database())
    sources = [new_source(watched, "Acme"), new_source(watched, "Acme", "https://acme.example/terms")]
    large = " ".join(Random(1).choices([*map(str, range(2000))], k=9000))
    with watched.home.database.writing() as session:
        for day in range(4):
            for source_id in sources:
                body = f"{large} {day} {source_id}".encode()
                store.keep(
                    session, source_id, replace(capture_of(body, day), url=session.get_one(Source, source_id).url)
                )
        slugs = session.scalars(select(Policy.slug).order_by(Policy.id)).all()
    seal(watched)
    both = Barrier(2, timeout=1)

    def beside_the_other(session: Session, frames: Collection[int], *, now: datetime) -> set[int]:
        with suppress(BrokenBarrierError):
            both.wait()
        return delete(session, frames, now=now)

    monkeypatch.setattr("monitor.pruning.delete", beside_the_other)
    with closing(watched.home), ThreadPoolExecutor(2) as threads:
        rules = [[RetentionSettings(keep_days=1, policies=(slug,))] for slug in slugs]
        done = [threads.submit(pruned, watched, rule, days=900) for rule in rules]
        assert sum(row.captures for one in done for row in one.result()) == len(deleted(watched)) > 0


def test_a_database_that_another_program_holds_makes_sealing_and_retention_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("monitor.database.BUSY_TIMEOUT_SECONDS", 0)
    watched = watched_home(tmp_path / "home", f"sqlite:///{tmp_path / 'home.db'}")
    with closing(watched.home):
        watched.add()
        quiet(watched, 6)
        seal(watched)
        rules = (RetentionSettings(keep_days=1),)
        watched.home.settings = watched.home.settings.model_copy(update={"retention": rules})
        watched.clock.pass_days(900)
        with watched.home.database.writing() as session:
            session.execute(select(1))
            watched.home.seal_day()
            watched.home.apply_retention()
        assert [line.partition(":")[0] for line in caplog.messages] == [
            "sealing waits for another time",
            "retention waits for another time",
        ]
        watched.home.apply_retention()
        assert deleted(watched) == [3, 4, 5]


def test_the_rules_are_applied_once_a_day_with_a_line_on_the_log(
    watched: WatchedHome, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "smallprint")
    watched.add()
    quiet(watched, 6)
    seal(watched)
    watched.home.apply_retention()
    assert "retention_applied" not in caplog.text  # there is no rule
    watched.home.settings = watched.home.settings.model_copy(update={"retention": (RetentionSettings(keep_days=1),)})
    watched.clock.pass_days(900)
    watched.home.apply_retention()
    watched.home.apply_retention()
    lines = [line for line in caplog.messages if line.startswith("retention_applied")]
    assert len(lines) == 1
    assert lines[0].startswith("retention_applied policies=1 captures=3 packed_bytes=")
    watched.clock.pass_days(1)
    watched.home.apply_retention()
    assert caplog.text.count("retention_applied") == 2


def test_the_command_line_says_what_goes_and_why_the_rest_stays(tmp_path: Path) -> None:
    smallprint = CommandLine(tmp_path / "home")
    said = smallprint.run("archive", "prune")
    assert said.startswith("Everything is kept: smallprint.toml has no rule of retention.")
    settings(smallprint.home, '[[retention]]\nkeep_days = 30\ntags = ["Vendor"]\n')
    smallprint.run("add", "https://acme.example/privacy", "https://acme.example/terms", "--tag", "vendor")
    said = smallprint.run("archive", "prune", "--dry-run")
    assert "acme/privacy-policy  0 captures from before " in said
    assert "0 captures would be deleted, 0 bytes. Policies without a rule, which keep all: 0." in said
    rows = smallprint.json("archive", "prune")
    assert [(row["keep_days"], row["captures"], row["dry_run"]) for row in rows] == [(30, 0, False)] * 2


def test_a_misspelt_rule_is_named_with_the_right_word(tmp_path: Path) -> None:
    settings(tmp_path, "[[retention]]\nkeep_day = 30\n")
    with pytest.raises(ConfigurationError, match="did you mean `keep_days`"):
        load(tmp_path, {})
