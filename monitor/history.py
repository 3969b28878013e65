"""The read side: checks, changes, versions, the text at a moment. No decisions, no writing."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from monitor.errors import UsageError
from monitor.models import Change, Check, Fetch, Frame, Notice, Policy, Snapshot, Source, Version, VersionSource
from monitor.types import Outcome

CHANGE_PARTS = (
    joinedload(Change.policy).selectinload(Policy.sources),
    joinedload(Change.version),
    joinedload(Change.previous_version),
)
CHECKED_AT = func.coalesce(Check.captured_at, Check.due_at)
OPEN_AND_CLOSED = ("inaccessible", "recovered")  # of other news the policy's state says what still holds
GOT = (Outcome.FIRST.value, Outcome.CHANGED.value, Outcome.UNCHANGED.value)
AWAY = (Outcome.INACCESSIBLE.value, Outcome.FAILED.value)


@dataclass(frozen=True, slots=True)
class Baseline:
    """How a policy stands: its newest closed check, the version in force, why a source could not be read.

    `away_since`: the first of the checks in a row, up to the newest, that did not get the policy's page; None when the
    newest one got it. `notice`: the operator news that still holds. `missed`: the declared selections that do not match.
    `apart`: how many volatile blocks are set apart.
    """

    policy: Policy
    check: Check | None
    version: Version | None
    unreadable: tuple[str, ...]
    away_since: datetime | None
    notice: Notice | None
    missed: tuple[str, ...]
    apart: int


@dataclass(frozen=True, slots=True)
class Beside:
    """The last sighting of a version up to a moment; the next one from it on, and of which version; None: there is none."""

    before: datetime
    after: datetime | None
    next_version: Version | None


def policies(session: Session) -> Sequence[Policy]:
    return session.scalars(select(Policy).options(selectinload(Policy.sources)).order_by(Policy.slug)).all()


def baseline(session: Session, policy: Policy) -> Baseline:
    """What the first and later checks brought, in one row."""
    check = next(checks(session, policy, limit=1), None)
    return Baseline(
        policy,
        check,
        version_in_force(session, policy.id),
        tuple(_unreadable(session, check)) if check else (),
        _away_since(session, check) if check else None,
        _open_notice(session, policy),
        tuple(f"{one['url']} is read automatically: {one['why']}" for one in policy.state.get("missed", ())),
        sum(slot["apart"] for slot in policy.state.get("slots", ())),
    )


def checks(
    session: Session, policy: Policy | None = None, limit: int | None = None, *, fetches: bool = False
) -> Iterator[Check]:
    """Closed checks, oldest first; with `limit`, the newest so many; with their `fetches` when these are wanted too."""
    closed = (
        select(Check).where(Check.outcome.is_not(None)).options(joinedload(Check.policy).selectinload(Policy.sources))
    )
    if policy is not None:
        closed = closed.where(Check.policy_id == policy.id)
    if fetches:
        closed = closed.options(selectinload(Check.fetches).joinedload(Fetch.snapshot))
    newest = session.scalars(closed.order_by(CHECKED_AT.desc(), Check.id.desc()).limit(limit))
    return reversed(newest.all())


def changes(session: Session, policy: Policy | None = None, *, withdrawn: bool = False) -> Sequence[Change]:
    """Changes, oldest first."""
    wanted: list[ColumnElement[bool]] = [] if withdrawn else [Change.status != "withdrawn"]
    if policy is not None:
        wanted.append(Change.policy_id == policy.id)
    return session.scalars(
        select(Change).where(*wanted).options(*CHANGE_PARTS).order_by(Change.captured_at, Change.id)
    ).all()


def change(session: Session, number: int) -> Change:
    known = abs(number) < 2**63  # what a database can hold
    found = session.scalar(select(Change).where(Change.id == number).options(*CHANGE_PARTS)) if known else None
    if found is None:
        raise UsageError(f"there is no change {number}; see `smallprint changes`.")
    return found


def versions(session: Session, policy: Policy) -> Sequence[Version]:
    """A policy's versions, oldest first, with their documents."""
    wanted = select(Version).where(Version.policy_id == policy.id).order_by(Version.number)
    return session.scalars(
        wanted.options(undefer(Version.document), selectinload(Version.sources).joinedload(VersionSource.snapshot))
    ).all()


def version(session: Session, policy: Policy, number: int) -> Version:
    """The version of this number, with its document."""
    known = abs(number) < 2**31  # what a database can hold
    wanted = select(Version).where(Version.policy_id == policy.id, Version.number == number)
    found = session.scalar(wanted.options(undefer(Version.document))) if known else None
    if found is None:
        newest = session.scalar(select(func.max(Version.number)).where(Version.policy_id == policy.id))
        has = f"its newest is {newest}" if newest else "it has none yet"
        raise UsageError(f"{policy.slug} has no version {number}; {has}. See `smallprint history {policy.slug}`.")
    return found


def version_in_force(session: Session, policy_id: int) -> Version | None:
    """The newest confirmed version."""
    confirmed = select(Version).where(Version.policy_id == policy_id, Version.state == "confirmed")
    return session.scalar(confirmed.order_by(Version.number.desc()).limit(1))


def version_at(session: Session, policy: Policy, moment: datetime) -> Version:
    """The version that counts at a moment: the newest confirmed one first seen at or before it. Whether it stood then: `sightings_beside`."""
    seen = select(Version).where(
        Version.policy_id == policy.id, Version.state == "confirmed", Version.captured_at <= moment
    )
    version = session.scalar(seen.order_by(Version.number.desc()).limit(1).options(undefer(Version.document)))
    if version is None:
        raise UsageError(
            f"{policy.slug} has no confirmed version from {moment:%Y-%m-%d %H:%M}Z or before; see `smallprint history {policy.slug}`."
        )
    return version


def next_version(session: Session, version: Version) -> Version | None:
    """The confirmed version after this one."""
    later = select(Version).where(Version.policy_id == version.policy_id, Version.state == "confirmed")
    return session.scalar(later.where(Version.number > version.number).order_by(Version.number).limit(1))


def sightings_beside(session: Session, version: Version, moment: datetime) -> Beside:
    """The sightings on either side of a moment after a version's first one, as far as they are still recorded."""
    if moment > version.last_seen_at:
        following = next_version(session, version)
        return Beside(version.last_seen_at, following.captured_at if following else None, following)
    stood = Check.captured_at.between(version.captured_at, version.last_seen_at)
    got = Check.policy_id == version.policy_id, Check.outcome.in_(GOT), stood
    before = session.scalar(select(func.max(Check.captured_at)).where(*got, Check.captured_at <= moment))
    after = session.scalar(select(func.min(Check.captured_at)).where(*got, Check.captured_at >= moment))
    return Beside(before or version.captured_at, after or version.last_seen_at, version)


def snapshots(session: Session, source: Source) -> Sequence[Snapshot]:
    """A source's snapshots whose bytes are kept, oldest first."""
    wanted = select(Snapshot).join(Frame).where(Snapshot.source_id == source.id, Frame.deleted_at.is_(None))
    return session.scalars(wanted.order_by(Snapshot.captured_at, Snapshot.id)).all()


def not_read(session: Session, change: Change) -> list[str]:
    """The sources that were not read when a change was first seen, and why: their earlier text stands in its version."""
    seen = select(Check).where(Check.policy_id == change.policy_id, Check.captured_at == change.captured_at)
    check = session.scalar(seen.limit(1))
    taken = {part.snapshot_id for part in change.version.sources}
    return list(_unreadable(session, check, taken)) if check is not None else []


def _open_notice(session: Session, policy: Policy) -> Notice | None:
    """The newest notice of a policy, unless it says that all is well again."""
    told = select(Notice).join(Check, Check.id == Notice.check_id)
    told = told.where(Check.policy_id == policy.id, Notice.kind.in_(OPEN_AND_CLOSED))
    newest = session.scalar(told.order_by(CHECKED_AT.desc(), Notice.id.desc()).limit(1))
    return newest if newest is not None and newest.kind != "recovered" else None


def _away_since(session: Session, newest: Check) -> datetime | None:
    if newest.outcome not in AWAY:
        return None
    closed = select(func.max(CHECKED_AT)).where(Check.policy_id == newest.policy_id, Check.outcome.is_not(None))
    good_at = session.scalar(closed.where(Check.outcome.not_in(AWAY)))
    away = select(func.min(CHECKED_AT)).where(Check.policy_id == newest.policy_id, Check.outcome.in_(AWAY))
    return session.scalar(away if good_at is None else away.where(good_at <= CHECKED_AT))


def _unreadable(session: Session, check: Check, taken: Collection[int] = ()) -> Iterator[str]:
    """What the fetches of a check lack, but for the pages in `taken`, which were read all the same."""
    fetches = (
        select(Fetch, Source.url)
        .join(Source, Source.id == Fetch.source_id)
        .where(Fetch.check_id == check.id, Fetch.final)
    )
    for fetch, url in session.execute(fetches.order_by(Fetch.id)):
        if fetch.error:
            yield f"{url}: {fetch.error}"
        elif fetch.page_state not in (None, "ok") and fetch.snapshot_id not in taken:
            yield f"{url}: {fetch.page_state.replace('_', ' ')}"
