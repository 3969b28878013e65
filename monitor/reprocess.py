"""Fold a policy's checks again, from the first snapshot on: the same decisions, or those that an older capture gives.

It alerts nobody. A change that comes out again keeps its number and its alerts; it is known again by the wording it led to.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from monitor.checks import read
from monitor.models import Alert, Change, Check, Fetch, Notice, Policy, Version, VersionSource
from monitor.process import NOBODY, record
from monitor.reading import Reader
from monitor.types import Via


def reprocess(session: Session, reader: Reader, policy: Policy, *, now: datetime) -> int:
    """Fold the policy's closed and imported checks again; how many there were."""
    wanted = or_(Check.outcome.is_not(None), Check.via == Via.IMPORT.value)
    checks = list(session.scalars(select(Check.id).where(Check.policy_id == policy.id, wanted).order_by(Check.due_at)))
    told = _told(session, policy)
    _forget(session, policy, checks)
    for check_id in checks:
        record(session, read(session, reader, check_id), telling=NOBODY, now=now)
    _give_back(session, policy, told)
    return len(checks)


def _told(session: Session, policy: Policy) -> Mapping[str, tuple[int, list[tuple[str, datetime, str | None]]]]:
    """Wording -> the number of the change that led to it, and its alerts."""
    told: dict[str, tuple[int, list[tuple[str, datetime, str | None]]]] = {}
    changes = (
        select(Change.id, Version.fingerprint)
        .join(Version, Version.id == Change.version_id)
        .where(Change.policy_id == policy.id)
    )
    for change_id, wording in session.execute(changes.order_by(Change.id)):
        alerts = session.execute(
            select(Alert.channel, Alert.created_at, Alert.message_id).where(Alert.change_id == change_id)
        )
        told.setdefault(wording, (change_id, [(channel, at, message) for channel, at, message in alerts]))
    return told


def _forget(session: Session, policy: Policy, checks: list[int]) -> None:
    changes = select(Change.id).where(Change.policy_id == policy.id)
    versions = select(Version.id).where(Version.policy_id == policy.id)
    plain = {"synchronize_session": False}
    session.execute(delete(Alert).where(Alert.change_id.in_(changes)), execution_options=plain)
    session.execute(delete(Change).where(Change.policy_id == policy.id), execution_options=plain)
    session.execute(delete(VersionSource).where(VersionSource.version_id.in_(versions)), execution_options=plain)
    session.execute(delete(Version).where(Version.policy_id == policy.id), execution_options=plain)
    session.execute(delete(Notice).where(Notice.check_id.in_(checks)), execution_options=plain)
    session.execute(update(Check).where(Check.id.in_(checks)).values(outcome=None), execution_options=plain)
    session.execute(update(Fetch).where(Fetch.check_id.in_(checks)).values(page_state=None), execution_options=plain)
    policy.state = {}
    session.flush()
    session.expire_all()


def _give_back(
    session: Session, policy: Policy, told: Mapping[str, tuple[int, list[tuple[str, datetime, str | None]]]]
) -> None:
    changes = (
        select(Change.id, Version.fingerprint)
        .join(Version, Version.id == Change.version_id)
        .where(Change.policy_id == policy.id)
    )
    given: set[str] = set()
    for change_id, wording in session.execute(changes.order_by(Change.id)).all():
        if wording not in told or wording in given:
            continue
        given.add(wording)
        number, alerts = told[wording]
        session.execute(
            update(Change).where(Change.id == change_id).values(id=number),
            execution_options={"synchronize_session": False},
        )
        session.add_all(
            Alert(change_id=number, channel=channel, created_at=at, message_id=message)
            for channel, at, message in alerts
        )
    session.flush()
    session.expire_all()
