"""Whatever the history: pruned after each check, as hard as can be, it comes to the same rows as one that keeps all."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from monitor.archive import manifest, store
from monitor.archive.deleting import delete
from monitor.archive.verify import verify
from monitor.config import RetentionSettings
from monitor.models import Frame, Policy, Snapshot, Source
from monitor.pruning import prune
from monitor.reprocess.aside import FoldedAside
from monitor.reprocess.folding import reprocess
from monitor.types import Capture, Via
from tests.homes import ADDRESS, START, WatchedHome, watched_home
from tests.monitor.test_reprocess_properties import (
    DAYS,
    EXAMPLES,
    FIRST_PAGES,
    all_rows,
    check_named,
    numbered_policy,
)
from tests.pages import POLICY

_NUMBERS = count()
HARD = [RetentionSettings(keep_days=1)]


@pytest.fixture
def twin(watched: WatchedHome, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WatchedHome]:
    """A second home on a database of the same kind."""
    sqlite = watched.home.database.engine.dialect.name == "sqlite"
    url = f"sqlite:///{tmp_path / 'twin.db'}" if sqlite else request.getfixturevalue("postgres").database()
    opened = watched_home(tmp_path / "twin", url)
    yield opened
    opened.home.close()


def prune_hard(watched: WatchedHome) -> None:
    """As if years had gone by and every snapshot were in a manifest."""
    with watched.home.database.writing() as session:
        manifest.seal(session, watched.clock())
    prune(watched.home.database, HARD, now=watched.clock() + timedelta(days=3000))


def contents(watched: WatchedHome) -> dict[int, bytes]:
    """Every snapshot with the bytes that it gives back; of damage there is none."""
    assert verify(watched.home.database).damages == ()
    with watched.home.database.reading() as session:
        held = session.scalars(select(Snapshot).join(Snapshot.frame).where(Frame.deleted_at.is_(None)))
        return {snapshot.id: store.body(session, snapshot) for snapshot in held}


QUIET = st.sampled_from(["A"] * 20 + FIRST_PAGES + ["not found", "no answer", "not modified"])
BESIDE = st.lists(st.sampled_from([7] * 6 + [30, "no answer", "not modified"]), min_size=7, max_size=7)


@pytest.mark.prove
@settings(EXAMPLES, max_examples=10)
@given(moments=st.lists(st.tuples(QUIET, DAYS), min_size=5, max_size=9), second=BESIDE)
def test_a_pruned_history_goes_on_as_one_that_keeps_all(
    watched: WatchedHome, twin: WatchedHome, moments: list[tuple[str, float]], second: list[int | str]
) -> None:
    number = next(_NUMBERS)
    for home in (watched, twin):
        pause_all(home)
        home.clock.now = max(watched.clock(), twin.clock())
        policy_id = numbered_policy(home, number, pages=2)
    for place, (name, days) in enumerate(moments):
        for home in (watched, twin):
            check_named(home, [name, second[place % 7]], token=str(place) if place % 4 else "")
            home.clock.pass_days(days)
        prune_hard(twin)
        assert all_rows(twin, policy_id) == all_rows(watched, policy_id)
    assert contents(twin).items() <= contents(watched).items()


PAGES_IN_TURN = st.sampled_from(["A"] * 6 + FIRST_PAGES + ["short", "dated today", "not found", "no answer"])
STAYS = st.sampled_from([1, 1, 1, 2, 5])
SPELL = st.tuples(PAGES_IN_TURN, STAYS, DAYS)


@settings(EXAMPLES, max_examples=4)
@given(spells=st.lists(SPELL, min_size=2, max_size=4), second=st.none() | BESIDE)
def test_a_history_pruned_at_its_end_comes_to_the_same_when_it_is_folded_again(
    watched: WatchedHome, spells: list[tuple[str, int, float]], second: list[int | str] | None
) -> None:
    pruned_and_folded_again(watched, spells, second)


@pytest.mark.prove
@settings(EXAMPLES, max_examples=100)
@given(spells=st.lists(SPELL, min_size=4, max_size=9), second=st.none() | BESIDE)
def test_a_long_history_pruned_at_its_end_comes_to_the_same_when_it_is_folded_again(
    watched: WatchedHome, spells: list[tuple[str, int, float]], second: list[int | str] | None
) -> None:
    pruned_and_folded_again(watched, spells, second)


def pruned_and_folded_again(
    watched: WatchedHome, spells: list[tuple[str, int, float]], second: list[int | str] | None
) -> None:
    """Each page for some days, in other bytes every day; then all that may goes, and what is left is folded both ways."""
    pause_all(watched)
    policy_id, day = numbered_policy(watched, next(_NUMBERS), pages=1 if second is None else 2), count()
    for name, stays, days in spells:
        for _, place in zip(range(stays), day, strict=False):
            check_named(watched, [name] if second is None else [name, second[place % 7]], token=str(place))
            watched.clock.pass_days(days)
    before = all_rows(watched, policy_id)
    prune_hard(watched)
    database, reader = watched.home.database, watched.home.reader
    with database.writing() as session:
        reprocess(session, reader, session.get_one(Policy, policy_id), now=watched.clock())
    assert all_rows(watched, policy_id) == before
    folding = FoldedAside(database, reader, policy_id, now=watched.clock())
    with closing(folding) as folded, database.writing() as session:
        assert folded.bring_back(session) is not None
    assert all_rows(watched, policy_id) == before


def pause_all(watched: WatchedHome) -> None:
    with watched.home.database.writing() as session:
        session.execute(update(Policy).values(paused_at=watched.clock()))


@settings(EXAMPLES, max_examples=15)
@given(
    bodies=st.lists(st.binary(max_size=40) | st.binary(min_size=200, max_size=400), min_size=2, max_size=12),
    choice=st.data(),
)
def test_whatever_is_deleted_in_whatever_order_all_else_gives_back_its_bytes(
    watched: WatchedHome, bodies: list[bytes], choice: st.DataObject
) -> None:
    frames: dict[int, bytes] = {}
    source_id = new_source(watched)
    with watched.home.database.writing() as session:
        for day, body in enumerate(bodies):
            snapshot = store.keep(session, source_id, capture_of(POLICY.encode() + body, day))
            frames[snapshot.frame_id] = POLICY.encode() + body
    while frames and choice.draw(st.booleans(), label="go on"):
        going = choice.draw(st.sets(st.sampled_from(sorted(frames)), min_size=1), label="going")
        with watched.home.database.writing() as session:
            assert delete(session, going, now=START) == going
        frames = {frame: body for frame, body in frames.items() if frame not in going}
        with watched.home.database.reading() as session:
            assert {frame: store.unpack(session, frame) for frame in frames} == frames
            _depths_are_right(session)


def new_source(watched: WatchedHome, service: str = "", url: str = ADDRESS) -> int:
    policy_id = watched.add(url, service=service or f"Acme {next(_NUMBERS)}")
    with watched.home.database.reading() as session:
        return session.scalars(select(Source.id).where(Source.policy_id == policy_id)).one()


def capture_of(body: bytes, day: int) -> Capture:
    return Capture(ADDRESS, ADDRESS, 200, {}, body, START + timedelta(days=day), Via.HTTP)


def _depths_are_right(session: Session) -> None:
    frames = {frame.id: frame for frame in session.scalars(select(Frame))}
    for frame in frames.values():
        assert frame.depth == (frames[frame.base_id].depth + 1 if frame.base_id else 0) < store.FULL_EVERY
        assert frame.base_id is None or frames[frame.base_id].deleted_at is None
