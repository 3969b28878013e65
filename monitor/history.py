"""The read side: checks, changes, versions, the text at a moment. No decisions, no writing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload, undefer

from monitor.errors import UsageError
from monitor.models import Change, Check, Fetch, Notice, Policy, Source, Version, VersionSource

CHANGE_PARTS = (
    joinedload(Change.policy).selectinload(Policy.sources),
    joinedload(Change.version),
    joinedload(Change.previous_version),
)


@dataclass(frozen=True, slots=True)
class Baseline:
    """How a policy stands: its newest closed check, the version in force, why a source could not be read."""

    policy: Policy
    check: Check | None
    version: Version | None
    unreadable: tuple[str, ...]


def policies(session: Session) -> Sequence[Policy]:
    return session.scalars(select(Policy).options(selectinload(Policy.sources)).order_by(Policy.slug)).all()


def baseline(session: Session, policy: Policy) -> Baseline:
    """What the first and later checks brought, in one row."""
    closed = (
        select(Check)
        .where(Check.policy_id == policy.id, Check.outcome.is_not(None))
        .order_by(Check.due_at.desc())
        .limit(1)
    )
    check = session.scalar(closed)
    return Baseline(
        policy, check, version_in_force(session, policy.id), tuple(_unreadable(session, check)) if check else ()
    )


def checks(session: Session, policy: Policy | None = None, limit: int | None = None) -> Iterator[Check]:
    """Closed checks, oldest first; with `limit`, the newest so many."""
    closed = (
        select(Check).where(Check.outcome.is_not(None)).options(joinedload(Check.policy).selectinload(Policy.sources))
    )
    if policy is not None:
        closed = closed.where(Check.policy_id == policy.id)
    newest = session.scalars(closed.order_by(Check.captured_at.desc(), Check.id.desc()).limit(limit))
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
    found = session.scalar(select(Change).where(Change.id == number).options(*CHANGE_PARTS))
    if found is None:
        raise UsageError(f"there is no change {number}; see `smallprint changes`.")
    return found


def versions(session: Session, policy: Policy) -> Sequence[Version]:
    """A policy's versions, oldest first, with their documents."""
    wanted = select(Version).where(Version.policy_id == policy.id).order_by(Version.number)
    return session.scalars(
        wanted.options(undefer(Version.document), selectinload(Version.sources).joinedload(VersionSource.snapshot))
    ).all()


def version_in_force(session: Session, policy_id: int) -> Version | None:
    """The newest confirmed version."""
    confirmed = select(Version).where(Version.policy_id == policy_id, Version.state == "confirmed")
    return session.scalar(confirmed.order_by(Version.number.desc()).limit(1))


def version_at(session: Session, policy: Policy, moment: datetime) -> Version:
    """The version in force at a moment: the newest confirmed one first seen at or before it."""
    seen = select(Version).where(
        Version.policy_id == policy.id, Version.state == "confirmed", Version.captured_at <= moment
    )
    version = session.scalar(seen.order_by(Version.number.desc()).limit(1).options(undefer(Version.document)))
    if version is None:
        raise UsageError(
            f"{policy.slug} has no version from {moment:%Y-%m-%d %H:%M}Z or before; see `smallprint history {policy.slug}`."
        )
    return version


def notices(session: Session, check_ids: Sequence[int]) -> Sequence[Notice]:
    return session.scalars(select(Notice).where(Notice.check_id.in_(check_ids)).order_by(Notice.id)).all()


def _unreadable(session: Session, check: Check) -> Iterator[str]:
    fetches = (
        select(Fetch, Source.url)
        .join(Source, Source.id == Fetch.source_id)
        .where(Fetch.check_id == check.id, Fetch.final)
    )
    for fetch, url in session.execute(fetches.order_by(Fetch.id)):
        if fetch.error:
            yield f"{url}: {fetch.error}"
        elif fetch.page_state not in (None, "ok"):
            yield f"{url}: {fetch.page_state.replace('_', ' ')}"
