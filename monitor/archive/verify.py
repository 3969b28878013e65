"""Prove the archive: every frame is unpacked and hashed again, every record and every manifest compared with its digest.

It is worked at in parallel, each thread with reading sessions of its own: zstd and the hashes leave Python's lock.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TypeVar

from sqlalchemy import func, select

from monitor.archive.dependents import Dependents, of_frames, of_snapshots
from monitor.archive.frame_proof import Fault, Walked, check_trees, unreached
from monitor.archive.manifest_proof import check_lists, check_manifest
from monitor.archive.record_proof import check_records
from monitor.archive.rows import UNREADABLE, why_unreadable
from monitor.archive.soundness import astray, unsound
from monitor.archive.trees import Trees
from monitor.database import Database
from monitor.models import Frame, Manifest, Snapshot
from monitor.types import Progress, unheard

TREES_AT_ONCE = 4
RECORDS_AT_ONCE = 500
DATABASE = "database"

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Damage:
    """What is damaged (`frame 12`, `snapshot 40`, `manifest 3`, `database`), why, and what cannot be relied on for it."""

    what: str
    reason: str
    depends: Dependents = field(default_factory=Dependents)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proven. `deleted_frames` lost their bytes to a retention rule, which is no damage."""

    frames: int
    deleted_frames: int
    snapshots: int
    manifests: int
    damages: tuple[Damage, ...]

    @property
    def sound(self) -> bool:
        """All of the database could be read: what is not named as damaged gave back every byte."""
        return not any(damage.what == DATABASE for damage in self.damages)

    @property
    def damaged_snapshots(self) -> int:
        """All others gave back every byte, where the database is sound."""
        return len({named.id for damage in self.damages for named in damage.depends.snapshots})


def verify(database: Database, on_progress: Progress = unheard) -> Proof:
    """Prove everything once. `on_progress(done, total)` counts frames, snapshots and manifests."""
    return _Proving(database, on_progress).prove()


class _Proving:
    def __init__(self, database: Database, on_progress: Progress) -> None:
        self._database, self._on_progress, self._done = database, on_progress, 0
        self._frames = self._deleted = self._snapshots = self._total = 0
        self._manifests: Sequence[int] = ()
        with database.engine.connect() as connection:
            self._unsound = unsound(connection)

    def prove(self) -> Proof:
        damages = {_of_database(self._unsound): None} if self._unsound else {}
        with ThreadPoolExecutor(os.cpu_count()) as workers:
            for part in (self._counted, self._of_frames, self._of_records, self._of_manifests):
                damages |= dict.fromkeys(self._heard_out(part(workers)))
        named = {damage.what for damage in damages}
        damages |= dict.fromkeys(damage for damage in self._heard_out(self._astray()) if damage.what not in named)
        return Proof(self._frames, self._deleted, self._snapshots, len(self._manifests), tuple(damages))

    def _heard_out(self, part: Iterator[Damage]) -> Iterator[Damage]:
        """What a part of the proof finds. That it cannot be ended, as the database cannot be read, is damage too."""
        try:
            yield from part
        except UNREADABLE as error:
            yield _of_database(self._unsound or why_unreadable(error))

    def _counted(self, _workers: ThreadPoolExecutor) -> Iterator[Damage]:
        """No damage: what there is to prove."""
        with self._database.reading() as session:
            self._snapshots = session.scalars(select(func.count(Snapshot.id))).one()
            self._manifests = session.scalars(select(Manifest.number).order_by(Manifest.number)).all()
            self._frames = session.scalars(select(func.count(Frame.id))).one()
        self._total = self._frames + self._snapshots + len(self._manifests)
        yield from ()

    def _astray(self) -> Iterator[Damage]:
        with self._database.engine.connect() as connection:
            for table, number, other in astray(connection):
                what = f"{table} {number}" if number is not None else table
                yield Damage(what, f"{what}: the row of table {other} that it belongs to was wanted, it is not there.")

    def _of_frames(self, workers: ThreadPoolExecutor) -> Iterator[Damage]:
        faults: list[Fault] = []
        with self._database.reading() as session:
            trees = Trees(session)
        for walked in _in_parallel(workers, partial(self._check_trees, trees), _parts(trees.roots, TREES_AT_ONCE)):
            faults += walked.faults
            self._deleted += walked.deleted
            self._advance(walked.frames)
        faults += unreached(trees)
        with self._database.reading() as session:
            for one in sorted(faults, key=lambda fault: fault.frame_id):
                yield Damage(f"frame {one.frame_id}", one.reason, of_frames(session, one.lost))

    def _check_trees(self, trees: Trees, roots: Sequence[int]) -> Walked:
        with self._database.reading() as session:
            return check_trees(session, trees, roots)

    def _of_records(self, workers: ThreadPoolExecutor) -> Iterator[Damage]:
        for count, damages in _in_parallel(workers, self._check_records, _snapshots(self._database)):
            self._advance(count)
            yield from damages

    def _check_records(self, ids: Sequence[int]) -> tuple[int, list[Damage]]:
        with self._database.reading() as session:
            found = list(check_records(session, ids))
            return len(ids), [Damage(f"snapshot {one}", why, of_snapshots(session, [one])) for one, why in found]

    def _of_manifests(self, workers: ThreadPoolExecutor) -> Iterator[Damage]:
        for number, damage in _in_parallel(workers, self._check_manifest, self._manifests):
            self._advance(1)
            if damage:
                yield Damage(f"manifest {number}", f"manifest {number}: {damage}")
        with self._database.reading() as session:
            for number, damage in check_lists(session):
                yield Damage(f"manifest {number}", f"manifest {number}: {damage}")

    def _check_manifest(self, number: int) -> tuple[int, str]:
        with self._database.reading() as session:
            return number, check_manifest(session, number)

    def _advance(self, count: int) -> None:
        self._done += count
        self._on_progress(self._done, self._total)


def _of_database(fault: str) -> Damage:
    return Damage(DATABASE, f"the database that holds the archive: one that reads was wanted, it has faults: {fault}.")


def _in_parallel(
    workers: ThreadPoolExecutor, work: Callable[[Item], Result], items: Iterable[Item]
) -> Iterator[Result]:
    """The results in the order of the items, of which no more than a few are waiting at any time."""
    rest = iter(items)
    running = deque(workers.submit(work, item) for item in islice(rest, 2 * (os.cpu_count() or 1)))
    while running:
        yield running.popleft().result()
        running.extend(workers.submit(work, item) for item in islice(rest, 1))


def _parts(items: Sequence[Item], count: int) -> Iterator[Sequence[Item]]:
    return (items[first : first + count] for first in range(0, len(items), count))


def _snapshots(database: Database) -> Iterator[Sequence[int]]:
    last = 0
    while True:
        with database.reading() as session:
            wanted = select(Snapshot.id).where(Snapshot.id > last).order_by(Snapshot.id).limit(RECORDS_AT_ONCE)
            ids = session.scalars(wanted).all()
        if not ids:
            return
        yield ids
        last = ids[-1]
