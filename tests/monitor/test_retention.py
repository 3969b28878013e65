"""Retention: what the rules let go loses its bytes, what anything is read from never does, and what went is still provable."""

import logging
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from monitor.archive import manifest, store
from monitor.archive.deleting import delete
from monitor.archive.records import record_digest
from monitor.config import RetentionSettings, load
from monitor.errors import ArchiveError, ConfigurationError
from monitor.importing.captures import Found, Intake
from monitor.models import Change, Frame, Policy, Snapshot, Source, Version
from monitor.pruning import Pruned, plan, prune
from monitor.reprocess.aside import FoldedAside, _copy_policy
from monitor.reprocess.folding import reprocess
from monitor.retention import Protection, keep_days
from monitor.types import Capture, Outcome, Via
from tests.homes import ADDRESS, CommandLine, WatchedHome, settings, watched_home
from tests.monitor.test_decide_properties import PAGES
from tests.monitor.test_reprocess_properties import SHORT_POLICY
from tests.monitor.test_retention_properties import capture_of, contents, new_source, prune_hard
from tests.pages import KEPT_LONGER, NOT_FOUND, POLICY
from tests.postgres import Cluster

TEN_DAYS = [RetentionSettings(keep_days=10)]
LONG = POLICY.replace(
    "<h2>Sharing", "<p>We may ask for a proof of your age before we send you a kite.</p>" * 20 + "<h2>Sharing"
)


def _token(page: str, number: int) -> str:
    """The same words in other bytes."""
    return page.replace("</body>", f"<!-- request {number} of {'kites ' * (number % 5)} --></body>")


def _quiet(watched: WatchedHome, checks: int) -> None:
    """Checks that find the same words every day, in other bytes each."""
    for number in range(checks):
        watched.check(_token(POLICY, number))


def _seal(watched: WatchedHome) -> None:
    with watched.home.database.writing() as session:
        manifest.seal(session, watched.clock())


def _deleted(watched: WatchedHome) -> list[int]:
    with watched.home.database.reading() as session:
        gone = select(Snapshot.id).join(Snapshot.frame).where(Frame.deleted_at.is_not(None))
        return list(session.scalars(gone.order_by(Snapshot.id)))


def _prune(watched: WatchedHome, rules: list[RetentionSettings] | None = None, days: float = 0) -> list[Pruned]:
    return prune(watched.home.database, rules or TEN_DAYS, now=watched.clock() + timedelta(days=days))


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
    _quiet(watched, 20)
    _seal(watched)
    before = contents(watched)
    [row] = _prune(watched)
    gone = _deleted(watched)
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
    assert [row.captures for row in _prune(watched)] == [0]


def test_a_plan_says_what_pruning_does_then(watched: WatchedHome) -> None:
    watched.add()
    _quiet(watched, 14)
    _seal(watched)
    with watched.home.database.reading() as session:
        planned = plan(session, TEN_DAYS, now=watched.clock())
    assert _deleted(watched) == []
    assert planned == _prune(watched)
    assert planned[0].protected == {Protection.VERSION: 1, Protection.CHANGE: 1}


def test_what_no_manifest_lists_yet_stays(watched: WatchedHome) -> None:
    watched.add()
    _quiet(watched, 6)
    [row] = _prune(watched, days=900)
    assert (row.captures, row.protected[Protection.UNSEALED]) == (0, 3)
    assert _deleted(watched) == []


def test_bytes_that_a_policy_which_keeps_all_has_too_stay(watched: WatchedHome) -> None:
    sources = [new_source(watched), new_source(watched)]
    with watched.home.database.writing() as session:
        for place, source_id in enumerate(sources):
            for day in range(6):
                page = _token(POLICY, day if day < 3 else 10 * place + day)
                store.keep(session, source_id, capture_of(page.encode(), day))
    _seal(watched)
    with watched.home.database.reading() as session:
        [slug, _] = session.scalars(select(Policy.slug).order_by(Policy.id))
    first, second = _prune(watched, [RetentionSettings(keep_days=1, policies=(slug,))], days=900)
    assert (first.captures, first.protected[Protection.SHARED], second.keep_days) == (2, 3, None)
    assert len(contents(watched)) == 10
    _prune(watched, [RetentionSettings(keep_days=1)], days=900)
    assert len(contents(watched)) == 2


def test_the_same_bytes_seen_again_are_back(watched: WatchedHome) -> None:
    watched.add()
    _quiet(watched, 6)
    _seal(watched)
    _prune(watched, days=900)
    assert _deleted(watched) == [3, 4, 5]
    watched.check(_token(POLICY, 3))
    assert _deleted(watched) == [3, 5]
    watched.check(_token(POLICY, 9))
    assert set(contents(watched)) == {1, 2, 4, 6, 7, 8}


def test_what_comes_next_to_deleted_bytes_is_not_packed_upon_them(watched: WatchedHome) -> None:
    source_id = new_source(watched)
    with watched.home.database.writing() as session:
        for day in (1, 3, 5):
            store.keep(session, source_id, capture_of(_token(POLICY, day).encode(), day))
    _seal(watched)
    _prune(watched, days=900)
    assert len(_deleted(watched)) == 2
    with watched.home.database.writing() as session:
        late = store.keep(session, source_id, capture_of(_token(POLICY, 4).encode(), 4))
        assert late.frame.base_id is None
        assert store.body(session, late) == _token(POLICY, 4).encode()


def test_what_a_damaged_frame_is_read_from_stays_for_its_mending(watched: WatchedHome) -> None:
    watched.add()
    _quiet(watched, 6)
    _seal(watched)
    with watched.home.database.writing() as session:
        newest = session.get_one(Snapshot, 6).frame_id
        whole = session.scalars(select(Frame.packed).where(Frame.id == newest)).one()
        session.execute(update(Frame).where(Frame.id == newest).values(packed=b"broken"))
    _prune(watched, days=900)
    assert _deleted(watched) == []
    with watched.home.database.writing() as session:
        session.execute(update(Frame).where(Frame.id == newest).values(packed=whole))
    _prune(watched, days=900)
    assert set(contents(watched)) == {1, 2, 6}


def test_bytes_that_another_run_is_just_keeping_again_stay(postgres: Cluster, tmp_path: Path) -> None:
    watched = watched_home(tmp_path / "home", postgres.database())
    source_id = new_source(watched)
    with closing(watched.home):
        with watched.home.database.writing() as session:
            for day in range(5):
                store.keep(session, source_id, capture_of(_token(POLICY, day).encode(), day))
        _seal(watched)
        with watched.home.database.writing() as session:
            again = store.keep(session, source_id, capture_of(_token(POLICY, 2).encode(), 9))
            _prune(watched, days=900)
        assert set(contents(watched)) == {3, 5, again.id}
        assert _deleted(watched) == [1, 2, 4]


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
    _seal(watched)
    both = Barrier(2, timeout=1)

    def beside_the_other(session: Session, frames: Collection[int], *, now: datetime) -> set[int]:
        with suppress(BrokenBarrierError):
            both.wait()
        return delete(session, frames, now=now)

    monkeypatch.setattr("monitor.pruning.delete", beside_the_other)
    with closing(watched.home), ThreadPoolExecutor(2) as threads:
        rules = [[RetentionSettings(keep_days=1, policies=(slug,))] for slug in slugs]
        done = [threads.submit(_prune, watched, rule, days=900) for rule in rules]
        assert sum(row.captures for one in done for row in one.result()) == len(_deleted(watched)) > 0


def test_a_database_that_another_program_holds_makes_sealing_and_retention_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("monitor.database.BUSY_TIMEOUT_SECONDS", 0)
    watched = watched_home(tmp_path / "home", f"sqlite:///{tmp_path / 'home.db'}")
    with closing(watched.home):
        watched.add()
        _quiet(watched, 6)
        _seal(watched)
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
        assert _deleted(watched) == [3, 4, 5]


STORY = [
    *(POLICY, POLICY, POLICY, POLICY, KEPT_LONGER, KEPT_LONGER, KEPT_LONGER, POLICY, POLICY, POLICY),  # a return
    *(KEPT_LONGER, POLICY, KEPT_LONGER, POLICY, POLICY),  # flapping
    *(LONG, POLICY, LONG, LONG, LONG, LONG, POLICY, POLICY, POLICY),  # waits and goes back, waits and is confirmed
    *(NOT_FOUND, NOT_FOUND, POLICY, POLICY, POLICY),
]


def test_a_history_of_returns_flapping_waiting_and_walls_is_the_same_pruned_after_each_check(tmp_path: Path) -> None:
    watched, twin = (
        watched_home(tmp_path / name, f"sqlite:///{tmp_path / name}.db", channels=()) for name in ("whole", "pruned")
    )
    with closing(watched.home), closing(twin.home):
        _tell_the_story(watched, twin)


def _tell_the_story(watched: WatchedHome, twin: WatchedHome) -> None:
    for home in (watched, twin):
        home.add()
        home.add("https://acme.example/terms", terms_type="Terms")
    told = []
    for number, page in enumerate(STORY):
        for home in (watched, twin):
            other = _token(POLICY, number - 1)  # the bytes that the first policy had the day before
            told.append([_both(home, _token(page, number), other), *_history(home)])
        assert told[-2] == told[-1]
        prune_hard(twin)
    assert len(_deleted(twin)) >= 5
    assert contents(twin).items() <= contents(watched).items()
    for home in (watched, twin):
        with home.home.database.writing() as session:
            reprocess(session, home.home.reader, session.get_one(Policy, 1), now=home.clock())
    assert _history(twin) == _history(watched) == told[-1][1:]


def _both(watched: WatchedHome, first: str, second: str) -> list[tuple[Outcome, str]]:
    """One check of both policies."""
    with watched.home.database.writing() as session:
        session.execute(update(Policy).values(next_check_at=watched.clock()))
    due = sorted(watched.home.claim(), key=lambda source: source.source_id)
    for source, page in zip(due, (first, second), strict=True):
        watched.clock.pass_days(0.01)
        watched.keep(watched.answer(source, page, status=404 if "404" in page else 200))
    watched.clock.pass_days(1)
    return [(closed.outcome, closed.reason) for closed in watched.home.closed[-2:]]


def _history(watched: WatchedHome) -> list[object]:
    with watched.home.database.reading() as session:
        versions = select(Version.number, Version.state, Version.captured_at, Version.last_seen_at, Version.fingerprint)
        changes = select(Change.id, Change.status, Change.captured_at, Change.previous_captured_at, Change.return_of)
        ordered = versions.where(Version.policy_id == 1, Version.number > 0).order_by(Version.number)
        return [session.execute(ordered).all(), session.execute(changes.order_by(Change.id)).all()]


def test_what_stood_for_long_still_did_when_it_is_folded_again_without_its_bytes(tmp_path: Path) -> None:
    """A short page that was seen often is the policy; had it been seen twice, the whole page would make it none."""
    watched = watched_home(tmp_path / "home", f"sqlite:///{tmp_path / 'home.db'}")
    with closing(watched.home):
        watched.add()
        for number, text in enumerate([SHORT_POLICY] * 8 + [PAGES["A"]] * 8):
            watched.check(_token(text, number))
        before = _history(watched)
        assert len(before[1]) == 1  # type: ignore[arg-type]
        prune_hard(watched)
        assert len(_deleted(watched)) >= 8
        _fold_again(watched)
        assert _history(watched) == before


def _fold_again(watched: WatchedHome) -> None:
    with watched.home.database.writing() as session:
        reprocess(session, watched.home.reader, session.get_one(Policy, 1), now=watched.clock())


def test_an_older_capture_that_comes_in_later_is_not_said_to_have_stood_where_deleted_ones_showed_others(
    watched: WatchedHome,
) -> None:
    watched.add()
    start = watched.clock()
    _quiet(watched, 12)
    prune_hard(watched)
    moment = start + timedelta(days=5.5)
    other = Capture(ADDRESS, ADDRESS, 200, {"content-type": "text/html"}, KEPT_LONGER.encode(), moment, Via.IMPORT)
    with Intake(watched.home) as intake:
        intake.take(Found(other))
    for _ in range(2):
        with watched.home.database.reading() as session:
            seen = session.scalars(select(Version).where(Version.number > 0).order_by(Version.number)).all()
            assert [version.document.text.count("12 months") for version in seen] == [0, 1, 0]
            assert seen[1].captured_at == seen[1].last_seen_at == moment
            assert seen[0].last_seen_at < moment < seen[2].captured_at
        _fold_again(watched)


def test_a_history_folded_aside_is_not_put_in_place_when_bytes_of_it_were_deleted_meanwhile(
    watched: WatchedHome,
) -> None:
    policy_id = watched.add()
    _quiet(watched, 6)
    with closing(FoldedAside(watched.home.database, watched.home.reader, policy_id, now=watched.clock())) as folded:
        prune_hard(watched)
        assert len(_deleted(watched)) == 3
        with watched.home.database.writing() as session:
            assert folded.bring_back(session) is None


def test_bytes_deleted_while_a_history_is_copied_to_be_folded_aside_are_no_fault_of_it(
    watched: WatchedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy_id = watched.add()
    _quiet(watched, 6)

    def copy_late(*arguments: Any) -> None:
        prune_hard(watched)
        _copy_policy(*arguments)

    monkeypatch.setattr("monitor.reprocess.aside._copy_policy", copy_late)
    folding = FoldedAside(watched.home.database, watched.home.reader, policy_id, now=watched.clock())
    with closing(folding) as folded, watched.home.database.writing() as session:
        assert len(_deleted(watched)) == 3
        assert folded.bring_back(session) is None


def test_the_rules_are_applied_once_a_day_with_a_line_on_the_log(
    watched: WatchedHome, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "smallprint")
    watched.add()
    _quiet(watched, 6)
    _seal(watched)
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
