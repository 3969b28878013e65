"""Any damage to the archive is found and named, and what does not depend on it still reads byte for byte."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text, update

from monitor.archive import manifest, store
from monitor.archive.deleting import delete
from monitor.archive.verify import Proof, verify
from monitor.database import Database
from monitor.errors import ArchiveError
from monitor.models import Change, Frame, Policy, Snapshot, Source
from monitor.types import Capture, Via
from tests.homes import START, WatchedHome
from tests.monitor.damage import Place, damaged, flipped, page_damaged, places, truncated
from tests.pages import POLICY

FEW = 25
MANY = 200
OTHER = "https://other.example/terms"


def _capture(url: str, body: str, number: int) -> Capture:
    headers = {"content-type": "text/html", "server": "a server of some name", "date": f"day {number}"}
    at = START + timedelta(days=number / 7, microseconds=123457)
    return Capture(url, f"{url}?answered", 200, headers, body.encode(), at, Via.HTTP)


@pytest.fixture
def kept(watched: WatchedHome) -> dict[int, bytes]:
    """The bytes of each snapshot: two policies', whose histories go back and forth; two manifests, and some unsealed."""
    watched.add()
    watched.add(OTHER)
    bodies: dict[int, bytes] = {}
    with watched.home.database.writing() as session:
        for source in session.scalars(select(Source)).all():
            for number in range(14):
                page = POLICY.replace("30 days", f"{number % 9} days") + source.url
                snapshot = store.keep(session, source.id, _capture(source.url, page, number))
                bodies[snapshot.id] = page.encode()
                if number in (5, 10):
                    manifest.seal(session, START + timedelta(days=number))
    return bodies


def _readable(database: Database) -> dict[int, bytes]:
    """What the archive gives back now."""
    bodies = {}
    for snapshot in sorted(_ids(database)):
        try:
            with database.reading() as session:
                frame = session.scalar(select(Snapshot.frame_id).where(Snapshot.id == snapshot))
                assert frame is not None
                bodies[snapshot] = store.unpack(session, frame)
        except ArchiveError:
            continue
    return bodies


def _ids(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Snapshot.id)))


def _named(proof: Proof) -> set[int]:
    return {snapshot.id for damage in proof.damages for snapshot in damage.depends.snapshots}


def _damages(database: Database, how: Callable[[Any, random.Random], Any], count: int) -> list[tuple[Place, Any, Any]]:
    """That many, at places drawn by chance: half of them in the packed frames and headers."""
    chance = random.Random(count)
    everywhere = places(database)
    packed = [(place, value) for place, value in everywhere if place.column.startswith("packed")]
    found: list[tuple[Place, Any, Any]] = []
    while len(found) < count:
        place, value = chance.choice(packed if len(found) % 2 else everywhere)
        new = how(value, chance)
        if new is not None and _is_another(database, place, value, new):
            found.append((place, value, new))
    return found


def _is_another(database: Database, place: Place, old: Any, new: Any) -> bool:
    """The database can hold it, and it does not read as the same moment."""
    if not isinstance(new, str):
        return bool(old != new)
    if database.file is None and ("\0" in new or not new.isprintable()):
        return False
    return old != new and not (place.column.endswith("_at") and _moment(old) == _moment(new))


def _moment(value: str) -> datetime | str:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value


def _prove(watched: WatchedHome, kept: dict[int, bytes], how: Callable[[Any, random.Random], Any], count: int) -> None:
    database = watched.home.database
    assert verify(database).damages == ()
    for place, old, new in _damages(database, how, count):
        with damaged(database, place, old, new):
            proof = verify(database)
            assert proof.damages, (place, old, new)
            readable = _readable(database)
            assert readable.items() >= {one: kept[one] for one in kept.keys() - _named(proof)}.items(), (
                place,
                old,
                new,
            )
            assert readable.items() <= kept.items(), (place, old, new)
    assert verify(database).damages == ()


def test_every_turned_bit_is_found(watched: WatchedHome, kept: dict[int, bytes]) -> None:
    _prove(watched, kept, flipped, FEW)


def _prove_pages(home: Path, kept: dict[int, bytes], count: int) -> None:
    file, chance = home.parent / "smallprint.db", random.Random(count)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for _ in range(count):
        with page_damaged(file, chance) as where, closing(Database(f"sqlite:///{file}")) as database:
            proof = verify(database)
            if not proof.damages:
                assert _readable(database) == kept, where


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_turned_bit_in_the_file_of_the_database_is_told_or_does_no_harm(
    watched: WatchedHome, kept: dict[int, bytes]
) -> None:
    watched.home.database.close()
    _prove_pages(watched.home.path, kept, 60)


@pytest.mark.parametrize(
    "damage",
    [
        "frame SET base_id = 'x'",
        "frame SET packed = 'text'",
        "frame SET packed = 5",
        "frame SET sha256 = x'ff'",
        "frame SET size_bytes = 'x'",
        "frame SET depth = 'x'",
        "frame SET depth = 0",
        "frame SET depth = 1000",
        "frame SET deleted_at = 'x'",
        "snapshot SET packed_headers = 5",
        "snapshot SET record_sha256 = 'text'",
        "snapshot SET url = x'ff'",
        "snapshot SET captured_at = 7",
        "snapshot SET source_id = 999",
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_value_of_another_type_is_named_by_its_row(watched: WatchedHome, kept: dict[int, bytes], damage: str) -> None:
    file = watched.home.database.file
    assert file is not None
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(f"UPDATE {damage} WHERE id = 3")
    assert f"{damage.partition(' ')[0]} 3" in {one.what for one in verify(watched.home.database).damages}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_manifest_number_that_is_none_is_named(watched: WatchedHome, kept: dict[int, bytes]) -> None:
    with watched.home.database.writing() as session:
        session.execute(text("UPDATE snapshot SET manifest_number = 'x' WHERE id = 3"))
    named = {one.what for one in verify(watched.home.database).damages}
    assert named == {"manifest 1", "manifest x"}


def test_a_depth_that_is_stated_too_high_is_no_damage(watched: WatchedHome, kept: dict[int, bytes]) -> None:
    with watched.home.database.writing() as session:
        session.execute(update(Frame).where(Frame.id == 2).values(depth=40))
    assert verify(watched.home.database).damages == ()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_page_that_is_kept_while_a_rule_deletes_those_below_it_is_no_damage(watched: WatchedHome) -> None:
    watched.add()
    pages = [POLICY.replace("30 days", f"{number} days") for number in range(5)]
    with watched.home.database.writing() as session:
        source_id = session.scalars(select(Source.id)).one()
        for number in range(4):
            store.keep(session, source_id, _capture(OTHER, pages[number], number))
    with watched.home.database.writing() as one:
        last = store.keep(one, source_id, _capture(OTHER, pages[4], 4)).frame_id
        with watched.home.database.writing() as other:
            assert delete(other, {1, 2, 3}, now=START) == {1, 2, 3}
    assert verify(watched.home.database).damages == ()
    with watched.home.database.reading() as session:
        assert store.unpack(session, last).decode() == pages[4]


def test_every_truncation_is_found(watched: WatchedHome, kept: dict[int, bytes]) -> None:
    _prove(watched, kept, truncated, FEW)


def test_damage_names_the_snapshots_versions_and_changes_that_depend_on_it(watched: WatchedHome) -> None:
    watched.add()
    watched.add(OTHER)
    for fine in (10, 20, 30):
        watched.clock.pass_days(2)
        sources = watched.home.claim()
        watched.home.keep_all(
            [watched.answer(source, POLICY.replace("30 days", f"{fine} days") + source.url) for source in sources]
        )
    with watched.home.database.writing() as session:
        second = session.scalars(select(Snapshot).where(Snapshot.url == OTHER).order_by(Snapshot.id)).all()[1]
        session.execute(update(Frame).where(Frame.id == second.frame_id).values(packed=b"\x28\xb5\x2f\xfdbroken"))
    [damage] = verify(watched.home.database).damages
    assert damage.what == f"frame {second.frame_id}"
    assert "damaged bytes came" in damage.reason
    assert [(named.policy, named.url) for named in damage.depends.snapshots] == [("other/terms-of-service", OTHER)] * 2
    assert damage.depends.snapshots[0].captured_at == second.captured_at
    assert damage.depends.versions == (("other/terms-of-service", 2), ("other/terms-of-service", 3))
    with watched.home.database.reading() as session:
        assert set(damage.depends.changes) == set(
            session.scalars(select(Change.id).join(Policy).where(Policy.slug == "other/terms-of-service"))
        )


def test_a_damaged_record_of_a_frame_names_no_snapshot_that_still_reads(
    watched: WatchedHome, kept: dict[int, bytes]
) -> None:
    database = watched.home.database
    with database.writing() as session:
        session.execute(update(Frame).where(Frame.id == 2).values(sha256="0" * 64))
    damages = verify(database).damages
    assert damages[0].what == "frame 2"
    assert _named(verify(database)) == kept.keys() - _readable(database).keys()
    assert len(_readable(database)) > len(kept) / 2


def test_what_a_retention_rule_deleted_is_no_damage_but_what_still_needs_it_is(
    watched: WatchedHome, kept: dict[int, bytes]
) -> None:
    database = watched.home.database
    with database.writing() as session:
        leaf = session.scalars(
            select(Frame.id).where(Frame.id.not_in(select(Frame.base_id).where(Frame.base_id.is_not(None))))
        ).first()
        session.execute(update(Frame).where(Frame.id == leaf).values(packed=b"", deleted_at=START))
    assert (verify(database).damages, verify(database).deleted_frames) == ((), 1)
    with database.writing() as session:
        session.execute(
            update(Frame).where(Frame.base_id.is_(None), Frame.id == 1).values(packed=b"", deleted_at=START)
        )
    [damage] = verify(database).damages
    assert damage.what == "frame 1"
    assert "though others need" in damage.reason


def test_progress_counts_everything_once(watched: WatchedHome, kept: dict[int, bytes]) -> None:
    heard: list[tuple[int, int]] = []
    proof = verify(watched.home.database, lambda done, total: heard.append((done, total)))
    total = proof.frames + proof.snapshots + proof.manifests
    assert (heard[-1], total) == ((total, total), len(_frames(watched.home.database)) + 28 + 4)


def _frames(database: Database) -> list[int]:
    with database.reading() as session:
        return list(session.scalars(select(Frame.id)))


@pytest.mark.prove
@pytest.mark.parametrize("how", [flipped, truncated])
def test_two_hundred_damages_are_found(
    watched: WatchedHome, kept: dict[int, bytes], how: Callable[[Any, random.Random], Any]
) -> None:
    _prove(watched, kept, how, MANY)


@pytest.mark.prove
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_three_hundred_turned_bits_in_the_file_are_told_or_do_no_harm(
    watched: WatchedHome, kept: dict[int, bytes]
) -> None:
    watched.home.database.close()
    _prove_pages(watched.home.path, kept, 300)
