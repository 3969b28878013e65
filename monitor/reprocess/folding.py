"""Fold a policy's checks again, from the first snapshot on: the same decisions, or those that an older capture gives.

It alerts nobody. A change that comes out again (the same snapshots, or else the same wording) keeps its number, the
moment it was confirmed, and its alerts. A told change that does not come out again stays, withdrawn; its versions keep
the negatives of their numbers. A check whose captures retention deleted saw the wording in force once more:
it says so again where that wording is in force still, else it stands as it was judged and nothing is made of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from monitor.checks import read, read_deleted
from monitor.copying import plain
from monitor.decide.decision import SAME_WORDS
from monitor.errors import ReadingError
from monitor.history import version_in_force
from monitor.judging import judge
from monitor.models import (
    Alert,
    Base,
    Change,
    Check,
    Fetch,
    Frame,
    Policy,
    Snapshot,
    Version,
    VersionSource,
)
from monitor.process import record, record_fault
from monitor.reading import Reader
from monitor.search.passages import forget
from monitor.types import Outcome, Via
from monitor.versions import NOBODY

PLAIN = {"synchronize_session": False}
CHANGE, CHECK, FETCH, NOTICE = (
    Base.metadata.tables[name] for name in ("change", "policy_check", "source_fetch", "notice")
)
BY_PAGES = (
    defer(Change.diff),
    joinedload(Change.version).selectinload(Version.sources),
)  # by which changes are known again
FOUND = (  # what a fold finds out about a change
    *("version_id", "previous_version_id", "status", "captured_at", "previous_captured_at"),
    *("significance", "return_of", "diff"),
)


@dataclass(frozen=True, slots=True)
class Reprocessed:
    """What folding again came to: how many checks, how many changes by what became of them, and the technical upgrades:
    the numbers of the versions that today's extractor reads in other words than the one before. `deleted`: how many checks
    keep what they came to, for a retention rule deleted their bytes.
    """

    checks: int
    kept: int
    found: int
    gone: int
    upgrades: tuple[int, ...]
    deleted: int = 0


@dataclass(frozen=True, slots=True)
class Wording:
    """What a version said: the snapshots that it was read from, and the fingerprint of its words."""

    snapshots: tuple[int, ...]
    fingerprint: str

    def is_of(self, version: Version) -> bool:
        """By the pages or, since an import may have brought older ones of the same words, by these."""
        return self.snapshots == _pages(version) or self.fingerprint == version.fingerprint


@dataclass(frozen=True, slots=True)
class PastCheck:
    """A check of the history. Not `readable`: bytes that it brought are deleted; `saw`: the wording in force then, if any."""

    id: int
    readable: bool
    saw: Wording | None = None


def reprocess(session: Session, reader: Reader, policy: Policy, *, now: datetime) -> Reprocessed:
    """Fold the policy's closed and imported checks again, in the order of their captures."""
    session.execute(select(Policy.id).where(Policy.id == policy.id).with_for_update())
    checks = past_checks(session, policy)
    return exchange(session, policy, checks, lambda: fold(session, reader, policy, checks, now=now))


def past_checks(session: Session, policy: Policy) -> list[PastCheck]:
    moment = func.coalesce(Check.captured_at, Check.due_at)
    wanted = or_(Check.outcome.is_not(None), Check.via == Via.IMPORT.value)
    deleted = exists().where(Fetch.check_id == Check.id, Frame.deleted_at.is_not(None))
    deleted = deleted.where(Snapshot.id == Fetch.snapshot_id, Frame.id == Snapshot.frame_id)
    found = select(Check.id, ~deleted, moment).where(Check.policy_id == policy.id, wanted).order_by(moment, Check.id)
    rows = session.execute(found).all()
    versions = [] if all(row[1] for row in rows) else _versions(session, policy)
    return [PastCheck(row[0], row[1], None if row[1] else _seen_at(row[2], versions)) for row in rows]


def _seen_at(moment: datetime, versions: Sequence[Version]) -> Wording | None:
    seen = (version for version in versions if version.captured_at <= moment <= version.last_seen_at)
    version = next(seen, None)
    return Wording(_pages(version), version.fingerprint) if version is not None else None


def _versions(session: Session, policy: Policy) -> Sequence[Version]:
    """The newest first; a parked one is none."""
    wanted = select(Version).where(Version.policy_id == policy.id, Version.number > 0)
    return session.scalars(wanted.options(selectinload(Version.sources)).order_by(Version.number.desc())).all()


def _pages(version: Version) -> tuple[int, ...]:
    return tuple(part.snapshot_id for part in version.sources)


def exchange(session: Session, policy: Policy, checks: Sequence[PastCheck], folding: Callable[[], None]) -> Reprocessed:
    """Put the history that `folding` makes in the place of the present one."""
    readings = _readings(session, policy)
    told = _park(session, policy)
    folding()
    found, gone = _give_back(session, policy, told)
    upgrades = [
        number
        for pages, (number, wording) in _readings(session, policy).items()
        if pages in readings and readings[pages][1] != wording
    ]
    readable = sum(check.readable for check in checks)
    return Reprocessed(readable, len(told) - gone, found, gone, tuple(upgrades), len(checks) - readable)


def fold(session: Session, reader: Reader, policy: Policy, checks: Sequence[PastCheck], *, now: datetime) -> None:
    """Decide all checks anew, from nothing."""
    states = _page_states(session, [check.id for check in checks if not check.readable])
    _reopen(session, policy, checks)
    for check in checks:
        if check.readable:
            _fold(session, reader, check.id, now)
        elif _sees_again(session, policy, check):
            _see_again(session, reader, check.id, now)
            states.pop(check.id, None)
    _set_page_states(session, [state for of_check in states.values() for state in of_check])


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
    versions = reversed(_versions(session, policy))
    return {_pages(version): (version.number, version.fingerprint) for version in versions}


def _sees_again(session: Session, policy: Policy, check: PastCheck) -> bool:
    """The wording that a check saw whose bytes are deleted is in force still: no older capture moved that since."""
    base = version_in_force(session, policy.id)
    return base is not None and check.saw is not None and check.saw.is_of(base)


def _see_again(session: Session, reader: Reader, check_id: int, now: datetime) -> None:
    """What a check whose bytes are deleted said counts again, and is told in its words."""
    check = session.get_one(Check, check_id)
    said = check.reason if check.outcome == Outcome.UNCHANGED.value else SAME_WORDS  # that was corrected afterwards
    check.outcome = None
    record(session, check_id, judge(reader, read_deleted(session, check_id, said)), telling=NOBODY, now=now)
    check.reason = said


def _page_states(session: Session, checks: Sequence[int]) -> dict[int, list[dict[str, object]]]:
    """Check -> what is known of its fetches' pages."""
    fetches = select(Fetch.id, Fetch.page_state)
    return {
        check_id: [
            {"fetch": fetch_id, "state": state}
            for fetch_id, state in session.execute(fetches.where(Fetch.check_id == check_id))
        ]
        for check_id in checks
    }


def _set_page_states(session: Session, states: list[dict[str, object]]) -> None:
    if states:
        given = update(FETCH).where(FETCH.c.id == bindparam("fetch")).values(page_state=bindparam("state"))
        session.flush()
        session.connection().execute(given, states)
        session.expire_all()


def _park(session: Session, policy: Policy) -> list[Change]:
    """Set the present versions aside, so that the fold starts from nothing; their changes, in order."""
    versions = Version.policy_id == policy.id
    lowest = min(0, session.scalar(select(func.min(Version.number)).where(versions)) or 0)
    parked = (
        update(Version).where(versions, Version.number > 0).values(number=lowest - Version.number, state="withdrawn")
    )
    session.execute(parked, execution_options=PLAIN)
    session.flush()
    session.expire_all()
    told = select(Change).where(Change.policy_id == policy.id).order_by(Change.id)
    return list(session.scalars(told.options(*BY_PAGES)))


def _reopen(session: Session, policy: Policy, checks: Sequence[PastCheck]) -> None:
    """As if none of the checks that can be read again had come to anything yet, and no page had been read."""
    forget_notices(session.connection(), checks)
    readable = [{"check": check.id} for check in checks if check.readable]
    if readable:
        reopened = update(CHECK).where(CHECK.c.id == bindparam("check")).values(outcome=None)
        session.connection().execute(reopened, readable)
    if checks:
        every = [{"check": check.id} for check in checks]
        unread = update(FETCH).where(FETCH.c.check_id == bindparam("check")).values(page_state=None)
        session.connection().execute(unread, every)
    policy.state = {}
    for source in policy.sources:
        source.moved_to = ""
    session.flush()
    session.expire_all()


def forget_notices(connection: Connection, checks: Sequence[PastCheck]) -> None:
    if checks:
        every = [{"check": check.id} for check in checks]
        connection.execute(delete(NOTICE).where(NOTICE.c.check_id == bindparam("check")), every)


def _give_back(session: Session, policy: Policy, told: Sequence[Change]) -> tuple[int, int]:
    """Changes that come out again keep their numbers. (How many were found that were not known, how many are gone.)"""
    folded = select(Change).join(Version, Version.id == Change.version_id)
    folded = folded.where(Change.policy_id == policy.id, Version.number > 0).order_by(Version.number)
    found = list(session.scalars(folded.options(*BY_PAGES)))
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
    return _pages(old.version) == _pages(new.version)


def _same_wording(old: Change, new: Change) -> bool:
    return old.version.fingerprint == new.version.fingerprint


def _take_over(session: Session, old: Change, new: Change) -> None:
    """The change that people know by its number says from now on what the fold found.

    A machine-written text is about the edits that the model was shown: it goes when they are others now.
    """
    if old.machine_text is not None and _wordings(old) != _wordings(new):
        old.machine_text = None
        session.flush()
    confirmed_at = old.confirmed_at or new.confirmed_at
    bare = plain(CHANGE)  # as the database has it: to read a long diff takes longer than all the rest
    found = session.execute(select(*(bare.c[name] for name in FOUND)).where(bare.c.id == new.id)).mappings().one()
    session.delete(new)
    session.flush()
    session.execute(update(bare).where(bare.c.id == old.id).values({**found, "confirmed_at": confirmed_at}))
    session.expire(old)


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
    parked = select(Version.id).where(Version.policy_id == policy.id, Version.number < 0, Version.id.not_in(named))
    unused = session.scalars(parked).all()
    forget(session, policy.id, unused)
    session.execute(delete(VersionSource).where(VersionSource.version_id.in_(unused)), execution_options=PLAIN)
    session.execute(delete(Version).where(Version.id.in_(unused)), execution_options=PLAIN)
    session.expire_all()
