"""Prove the archive: every frame is unpacked and hashed again, every record and every manifest compared with its digest.

It is worked at in parallel, each thread with reading sessions of its own: zstd and the hashes leave Python's lock.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeVar

from sqlalchemy import func, select

from monitor.archive.dependents import Dependents, of_frames, of_snapshots
from monitor.archive.frame_proof import Fault, Walked, check_trees, unreached
from monitor.archive.manifest_proof import check_lists, check_manifest
from monitor.archive.record_proof import check_records
from monitor.archive.trees import Trees
from monitor.database import Database
from monitor.models import Manifest, Snapshot
from monitor.types import Progress, unheard

TREES_AT_ONCE = 4
RECORDS_AT_ONCE = 500

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Damage:
    """What is damaged (`frame 12`, `snapshot 40`, `manifest 3`), why, and what cannot be relied on for it."""

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
    def damaged_snapshots(self) -> int:
        """All others gave back every byte."""
        return len({named.id for damage in self.damages for named in damage.depends.snapshots})


def verify(database: Database, on_progress: Progress = unheard) -> Proof:
    """Prove everything once. `on_progress(done, total)` counts frames, snapshots and manifests."""
    return _Proving(database, on_progress).prove()


class _Proving:
    def __init__(self, database: Database, on_progress: Progress) -> None:
        self._database, self._on_progress, self._done = database, on_progress, 0
        with database.reading() as session:
            self._trees = Trees(session)
            self._snapshots = session.scalars(select(func.count(Snapshot.id))).one()
            self._manifests = session.scalars(select(Manifest.number).order_by(Manifest.number)).all()
        self._total = len(self._trees) + self._snapshots + len(self._manifests)

    def prove(self) -> Proof:
        with ThreadPoolExecutor(os.cpu_count()) as workers:
            deleted, of_frames = self._frames(workers)
            damages = (*of_frames, *self._records(workers), *self._chain(workers))
        return Proof(len(self._trees), deleted, self._snapshots, len(self._manifests), damages)

    def _frames(self, workers: ThreadPoolExecutor) -> tuple[int, list[Damage]]:
        faults: list[Fault] = []
        deleted = 0
        for walked in _in_parallel(workers, self._check_trees, _parts(self._trees.roots, TREES_AT_ONCE)):
            faults += walked.faults
            deleted += walked.deleted
            self._advance(walked.frames)
        faults += unreached(self._trees)
        with self._database.reading() as session:
            found = sorted(faults, key=lambda fault: fault.frame_id)
            return deleted, [Damage(f"frame {one.frame_id}", one.reason, of_frames(session, one.lost)) for one in found]

    def _check_trees(self, roots: Sequence[int]) -> Walked:
        with self._database.reading() as session:
            return check_trees(session, self._trees, roots)

    def _records(self, workers: ThreadPoolExecutor) -> Iterator[Damage]:
        for count, damages in _in_parallel(workers, self._check_records, _snapshots(self._database)):
            self._advance(count)
            yield from damages

    def _check_records(self, ids: Sequence[int]) -> tuple[int, list[Damage]]:
        with self._database.reading() as session:
            found = list(check_records(session, ids))
            return len(ids), [Damage(f"snapshot {one}", why, of_snapshots(session, [one])) for one, why in found]

    def _chain(self, workers: ThreadPoolExecutor) -> Iterator[Damage]:
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
