"""Many policies folded again: several at a time on the side, one after the other into the home's database.

How far that got is kept with each policy, in its transaction: what is interrupted goes on where it was.
"""

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from itertools import islice
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.database import Database
from monitor.diff.rule_files import own_files
from monitor.errors import ReaderGoneError, SmallprintError
from monitor.extract import EXTRACTOR_VERSION
from monitor.models import Policy, ResumePoint
from monitor.reading import Reader
from monitor.reprocess.aside import FoldedAside
from monitor.reprocess.folding import Reprocessed, reprocess

T = TypeVar("T", bound=Reprocessed | None)

WORK = "reprocess"
AHEAD = 2  # policies folded for each one at a time: a long history does not keep the others waiting
MORE_TRIES = 2  # when runs checked the policy while it was folded


@dataclass(frozen=True, slots=True)
class Begun:
    """What is left to do of folding all policies again: `policies`, by their ids, after `done` others.

    `since`: when that work was begun which is gone on with; None when it begins now. `anew`: why work that was interrupted
    then is not gone on with, in words.
    """

    policies: tuple[int, ...]
    done: int = 0
    since: datetime | None = None
    anew: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one policy: `fault`, in words, when its history stays as it was."""

    slug: str
    reprocessed: Reprocessed | None
    fault: str = ""


def begin(session: Session, *, anew: bool, now: datetime) -> Begun:
    """Set the point to go on from, where there is none that still holds."""
    policies = tuple(session.scalars(select(Policy.id).order_by(Policy.id)))
    point, means = session.get(ResumePoint, WORK), _means()
    if point is not None and not anew:
        reached = json.loads(point.reached)
        if reached["means"] == means:
            left = tuple(policy for policy in policies if policy > reached["policy"])
            return Begun(left, len(policies) - len(left), since=point.at)
    reason = "the rules or the reader are others now" if point is not None and not anew else ""
    session.merge(ResumePoint(work=WORK, reached=_reached(0, means), at=now))
    return Begun(policies, anew=reason)


def end(session: Session) -> None:
    """All is done: there is nothing to go on from."""
    point = session.get(ResumePoint, WORK)
    if point is not None:
        session.delete(point)


@dataclass(frozen=True, slots=True)
class Reprocessing:
    """The work on many policies. `resumable`: how far it got is kept, at the point that `begin` set."""

    database: Database
    reader: Reader
    clock: Callable[[], datetime]
    at_a_time: int = 1
    resumable: bool = False

    def run(self, policies: Sequence[int]) -> Iterator[Done]:
        """Fold the policies again, and give what became of each, in their order. A fault costs its policy and no other."""
        waiting: deque[tuple[int, Future[FoldedAside]]] = deque()
        left = iter(policies)
        with ThreadPoolExecutor(self.at_a_time) as threads:
            try:
                while True:
                    for policy_id in islice(left, self.at_a_time * (1 + AHEAD) - len(waiting)):
                        waiting.append((policy_id, threads.submit(self._folded, policy_id)))
                    if not waiting:
                        return
                    yield self._finish(*waiting.popleft())
            finally:
                threads.shutdown(cancel_futures=True)
                for _, folded in waiting:
                    if not folded.cancelled() and folded.exception() is None:
                        folded.result().close()

    def _folded(self, policy_id: int) -> FoldedAside:
        return FoldedAside(self.database, self.reader, policy_id, now=self.clock())

    def _finish(self, policy_id: int, folded: Future[FoldedAside]) -> Done:
        fault, done = "", None
        try:
            done = self._brought_back(policy_id, folded.result())
        except ReaderGoneError:
            raise
        except SmallprintError as error:
            fault = str(error)
        with self.database.reading() as session:
            return Done(session.get_one(Policy, policy_id).slug, done, fault)

    def _brought_back(self, policy_id: int, folded: FoldedAside) -> Reprocessed:
        with closing(folded):
            done = self._write(policy_id, folded.bring_back)
        for _ in range(MORE_TRIES):
            if done is None:
                with closing(self._folded(policy_id)) as again:
                    done = self._write(policy_id, again.bring_back)
        return done or self._write(policy_id, lambda session: self._fold_at_once(session, policy_id))

    def _write(self, policy_id: int, bring_back: Callable[[Session], T]) -> T:
        with self.database.writing() as session:
            done = bring_back(session)
            if done is not None and self.resumable:
                session.get_one(ResumePoint, WORK).reached = _reached(policy_id, _means())
            return done

    def _fold_at_once(self, session: Session, policy_id: int) -> Reprocessed:
        """Runs keep checking the policy: it is folded while they wait."""
        return reprocess(session, self.reader, session.get_one(Policy, policy_id), now=self.clock())


def _reached(policy_id: int, means: str) -> str:
    return json.dumps({"policy": policy_id, "means": means})


def _means() -> str:
    """By what pages are read and changes judged: it moves with the program and with the home's own rules."""
    rules = [(file.name, file.read_text(encoding="utf-8")) for file in own_files()]
    means = json.dumps([EXTRACTOR_VERSION, version("smallprint"), rules])
    return sha256(means.encode()).hexdigest()
