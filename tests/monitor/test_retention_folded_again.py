"""A history that lost bytes to retention comes to the same when it is folded again, or stands as it was judged."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from monitor.importing.captures import Found, Intake
from monitor.models import Change, Policy, Version
from monitor.reprocess.aside import FoldedAside, _copy_policy
from monitor.reprocess.folding import reprocess
from monitor.types import Capture, Outcome, Via
from tests.homes import ADDRESS, WatchedHome, watched_home
from tests.monitor.pruned import LONG, deleted, quiet, token
from tests.monitor.test_decide_properties import PAGES
from tests.monitor.test_reprocess_properties import SHORT_POLICY
from tests.monitor.test_retention_properties import contents, prune_hard
from tests.pages import KEPT_LONGER, NOT_FOUND, POLICY

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
            other = token(POLICY, number - 1)  # the bytes that the first policy had the day before
            told.append([_both(home, token(page, number), other), *_history(home)])
        assert told[-2] == told[-1]
        prune_hard(twin)
    assert len(deleted(twin)) >= 5
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
            watched.check(token(text, number))
        before = _history(watched)
        assert len(before[1]) == 1  # type: ignore[arg-type]
        prune_hard(watched)
        assert len(deleted(watched)) >= 8
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
    quiet(watched, 12)
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
    quiet(watched, 6)
    with closing(FoldedAside(watched.home.database, watched.home.reader, policy_id, now=watched.clock())) as folded:
        prune_hard(watched)
        assert len(deleted(watched)) == 3
        with watched.home.database.writing() as session:
            assert folded.bring_back(session) is None


def test_bytes_deleted_while_a_history_is_copied_to_be_folded_aside_are_no_fault_of_it(
    watched: WatchedHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    policy_id = watched.add()
    quiet(watched, 6)

    def copy_late(*arguments: Any) -> None:
        prune_hard(watched)
        _copy_policy(*arguments)

    monkeypatch.setattr("monitor.reprocess.aside._copy_policy", copy_late)
    folding = FoldedAside(watched.home.database, watched.home.reader, policy_id, now=watched.clock())
    with closing(folding) as folded, watched.home.database.writing() as session:
        assert len(deleted(watched)) == 3
        assert folded.bring_back(session) is None
