"""Fold a policy's checks again, from the first snapshot on: the same decisions, or those that an older capture gives.

It alerts nobody. A change that comes out again (the same snapshots, or else the same wording) keeps its number, the
moment it was confirmed, and its alerts. A told change that does not come out again stays, withdrawn; its versions keep
the negatives of their numbers. A check whose captures retention deleted stands as it was judged.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update
from sqlalchemy.orm import Session

from monitor.checks import read
from monitor.errors import ReadingError
from monitor.judging import judge
from monitor.models import Alert, Change, Check, Fetch, Frame, Notice, Policy, Snapshot, Version, VersionSource
from monitor.process import record, record_fault
from monitor.reading import Reader
from monitor.types import Via
from monitor.versions import NOBODY

PLAIN = {"synchronize_session": False}
FOUND = (  # what a fold finds out about a change
    *("version_id", "previous_version_id", "status", "captured_at", "previous_captured_at"),
    *("significance", "return_of", "diff"),
)


@dataclass(frozen=True, slots=True)
class Reprocessed:
    """What folding again came to: how many checks, how many changes by what became of them, and the technical upgrades:
    the numbers of the versions that today's extractor reads in other words than the one before.
    """

    checks: int
    kept: int
    found: int
    gone: int
    upgrades: tuple[int, ...]


def reprocess(session: Session, reader: Reader, policy: Policy, *, now: datetime) -> Reprocessed:
    """Fold the policy's closed and imported checks again, in the order of their captures."""
    session.execute(select(Policy.id).where(Policy.id == policy.id).with_for_update())
    moment = func.coalesce(Check.captured_at, Check.due_at)
    wanted = or_(Check.outcome.is_not(None), Check.via == Via.IMPORT.value) & ~_lost_its_bytes()
    checks = list(
        session.scalars(select(Check.id).where(Check.policy_id == policy.id, wanted).order_by(moment, Check.id))
    )
    readings = _readings(session, policy)
    told = _park(session, policy, checks)
    for check_id in checks:
        _fold(session, reader, check_id, now)
    found, gone = _give_back(session, policy, told)
    upgrades = [
        number
        for pages, (number, wording) in _readings(session, policy).items()
        if pages in readings and readings[pages][1] != wording
    ]
    return Reprocessed(len(checks), len(told) - gone, found, gone, tuple(upgrades))


def _lost_its_bytes() -> ColumnElement[bool]:
    """Retention deleted a capture of the check, which nothing in the history was read from."""
    deleted = select(Fetch.id).join(Fetch.snapshot).join(Snapshot.frame)
    return deleted.where(Fetch.check_id == Check.id, Frame.deleted_at.is_not(None)).exists()


def _fold(session: Session, reader: Reader, check_id: int, now: datetime) -> None:
    """What cannot be read or judged costs its check, and not the history."""
    try:
        judgement = judge(reader, read(session, reader, check_id))
    except ReadingError as error:
        record_fault(session, check_id, str(error), telling=NOBODY, now=now)
    else:
        record(session, check_id, judgement, telling=NOBODY, now=now)


def _readings(session: Session, policy: Policy) -> dict[tuple[int, ...], tuple[int, str]]:
    """Snapshots -> the number and the wording of the version that was read from them."""
    versions = session.scalars(select(Version).where(Version.policy_id == policy.id, Version.number > 0))
    return {
        tuple(part.snapshot_id for part in version.sources): (version.number, version.fingerprint)
        for version in versions
    }


def _park(session: Session, policy: Policy, checks: Sequence[int]) -> list[Change]:
    """Set the present history aside, so that the fold starts from nothing; its changes, in order."""
    versions = Version.policy_id == policy.id
    lowest = min(0, session.scalar(select(func.min(Version.number)).where(versions)) or 0)
    parked = (
        update(Version).where(versions, Version.number > 0).values(number=lowest - Version.number, state="withdrawn")
    )
    session.execute(parked, execution_options=PLAIN)
    session.execute(delete(Notice).where(Notice.check_id.in_(checks)), execution_options=PLAIN)
    session.execute(update(Check).where(Check.id.in_(checks)).values(outcome=None), execution_options=PLAIN)
    session.execute(update(Fetch).where(Fetch.check_id.in_(checks)).values(page_state=None), execution_options=PLAIN)
    policy.state = {}
    for source in policy.sources:
        source.moved_to = ""
    session.flush()
    session.expire_all()
    return list(session.scalars(select(Change).where(Change.policy_id == policy.id).order_by(Change.id)))


def _give_back(session: Session, policy: Policy, told: Sequence[Change]) -> tuple[int, int]:
    """Changes that come out again keep their numbers. (How many were found that were not known, how many are gone.)"""
    folded = select(Change).join(Version, Version.id == Change.version_id)
    folded = folded.where(Change.policy_id == policy.id, Version.number > 0).order_by(Version.number)
    found = list(session.scalars(folded))
    for same in (_same_snapshots, _same_wording):
        told = [old for old in told if not _found_again(session, old, found, same)]
    for old in told:
        _leave(session, old)
    _sweep(session, policy)
    return len(found), len(told)


def _found_again(session: Session, old: Change, found: list[Change], same: Callable[[Change, Change], bool]) -> bool:
    new = next((change for change in found if same(old, change)), None)
    if new is None:
        return False
    found.remove(new)
    _take_over(session, old, new)
    return True


def _same_snapshots(old: Change, new: Change) -> bool:
    return [part.snapshot_id for part in old.version.sources] == [part.snapshot_id for part in new.version.sources]


def _same_wording(old: Change, new: Change) -> bool:
    return old.version.fingerprint == new.version.fingerprint


def _take_over(session: Session, old: Change, new: Change) -> None:
    """The change that people know by its number says from now on what the fold found.

    A machine-written text is about the edits that the model was shown: it goes when they are others now.
    """
    values = {name: getattr(new, name) for name in FOUND}
    confirmed_at = old.confirmed_at or new.confirmed_at
    same_edits = _wordings(old) == _wordings(new)
    session.delete(new)
    session.flush()
    for name, value in values.items():
        setattr(old, name, value)
    old.confirmed_at = confirmed_at
    if not same_edits:
        old.machine_text = None
    session.flush()


def _wordings(change: Change) -> list[tuple[str | None, str | None]]:
    return [(edit.old, edit.new) for edit in change.diff.edits]


def _leave(session: Session, old: Change) -> None:
    """A change that does not come out again: withdrawn when somebody was promised to be told of it, else removed."""
    if session.scalar(select(Alert.id).where(Alert.change_id == old.id).limit(1)) is not None:
        old.status = "withdrawn"
    else:
        session.delete(old)
    session.flush()


def _sweep(session: Session, policy: Policy) -> None:
    """Remove the parked versions that no change names any more."""
    named = select(Change.version_id).union(select(Change.previous_version_id))
    unused = select(Version.id).where(Version.policy_id == policy.id, Version.number < 0, Version.id.not_in(named))
    session.execute(delete(VersionSource).where(VersionSource.version_id.in_(unused)), execution_options=PLAIN)
    session.execute(delete(Version).where(Version.id.in_(unused)), execution_options=PLAIN)
    session.expire_all()
