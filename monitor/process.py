"""The one transaction in which a check becomes history: outcome, version, change, alerts, notice, next due moment.

Everything before it is in the archive already; everything after it finds its work in the database. So a run that dies
at any moment is mended by running again.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.alerts import channels_to_tell
from monitor.checks import CheckReading, read
from monitor.config import RuleSettings
from monitor.database import Database
from monitor.decide.step import Decision, PolicyState, declared_otherwise, fail, step, technical_upgrade, unchanged
from monitor.decide.wording import combine, fingerprint
from monitor.extract import EXTRACTOR_VERSION
from monitor.history import version_in_force
from monitor.models import Alert, Change, Check, Fetch, Notice, Policy, Source, Version, VersionSource
from monitor.reading import Reader
from monitor.schedule import next_check_at
from monitor.types import Document, Outcome, PageState, Via

STATE = TypeAdapter(PolicyState)


@dataclass(frozen=True, slots=True)
class Telling:
    """Who is told of a change. `NOBODY` on import."""

    rules: Sequence[RuleSettings]
    channels: Iterable[str]


NOBODY = Telling((), ())


@dataclass(frozen=True, slots=True)
class ClosedCheck:
    """A check that has come to its outcome."""

    policy: str
    outcome: Outcome
    reason: str
    newly_inaccessible: bool = False
    change_id: int | None = None
    notice: str = ""


def close_check(
    database: Database, reader: Reader, check_id: int, *, telling: Telling, now: datetime
) -> ClosedCheck | None:
    """Read a complete check, decide, record. None when another run closed it meanwhile."""
    with database.reading() as session:
        reading = read(session, reader, check_id)
    with database.writing() as session:
        return record(session, reading, telling=telling, now=now)


def record(session: Session, reading: CheckReading, *, telling: Telling, now: datetime) -> ClosedCheck | None:
    """Write down what a check came to. None when it is closed already: its outcome is compared in this transaction."""
    check = session.scalar(select(Check).where(Check.id == reading.check_id, Check.outcome.is_(None)).with_for_update())
    if check is None:
        return None
    policy = check.policy
    base = _upgraded(session, policy, reading)
    before = STATE.validate_python(policy.state)
    decision, state = _decide(before, base, reading)
    was_inaccessible = _previous_outcome(session, check) == Outcome.INACCESSIBLE.value
    policy.state = STATE.dump_python(state, mode="json")
    _close(session, check, decision, reading)
    _learn(session, reading)
    change = None
    if state.version > before.version:
        change = _record_version(session, policy, base, decision, reading, now)
    elif base is not None and decision.outcome is Outcome.UNCHANGED:
        base.last_seen_at = max(base.last_seen_at, reading.captured_at)
    if change is not None:
        _promise_alerts(session, change, policy, telling, now)
    if check.due_at == policy.next_check_at:
        policy.next_check_at = next_check_at(check.due_at, policy.interval_seconds, now)
        policy.lease_token = policy.lease_until = None
    session.flush()
    return ClosedCheck(
        policy=policy.slug,
        outcome=decision.outcome,
        reason=decision.reason,
        newly_inaccessible=decision.outcome is Outcome.INACCESSIBLE and not was_inaccessible,
        change_id=change.id if change is not None else None,
        notice=decision.notice,
    )


def _decide(state: PolicyState, base: Version | None, reading: CheckReading) -> tuple[Decision, PolicyState]:
    problem, documents = reading.problem, reading.documents
    if documents is not None and base is not None and _sources_of(base) != [part.source_id for part in reading.sources]:
        return declared_otherwise(state, combine(documents))
    if documents is not None:
        decision, after = step(state, base.document if base is not None else None, combine(documents))
        if problem is None or decision.outcome in (Outcome.FIRST, Outcome.CHANGED):
            return decision, after
    if problem is not None:
        return fail(state, problem.outcome, problem.reason, problem.page_state)
    return unchanged(state, "not modified" if reading.via == Via.NOT_MODIFIED else "same bytes")


def _sources_of(version: Version) -> list[int]:
    return [part.snapshot.source_id for part in version.sources]


def _upgraded(session: Session, policy: Policy, reading: CheckReading) -> Version | None:
    """The version in force, as today's extractor reads it: a technical upgrade when that gives other words."""
    base = version_in_force(session, policy.id)
    if base is None or reading.base_upgrade is None:
        return base
    wording = fingerprint(reading.base_upgrade)
    if wording == base.fingerprint:
        base.extractor_version, base.document = EXTRACTOR_VERSION, reading.base_upgrade
        return base
    state = technical_upgrade(STATE.validate_python(policy.state), wording)
    policy.state = STATE.dump_python(state, mode="json")
    snapshots = [part.snapshot_id for part in base.sources]
    upgraded = _new_version(policy, state.version, reading.base_upgrade, snapshots, base.last_seen_at)
    upgraded.technical = True
    session.add(upgraded)
    session.flush()
    return upgraded


def _close(session: Session, check: Check, decision: Decision, reading: CheckReading) -> None:
    check.outcome = decision.outcome.value
    check.page_state = decision.page_state.value if decision.page_state is not None else None
    check.reason = decision.reason
    check.captured_at = reading.captured_at
    check.via = reading.via
    if decision.notice:
        kind = "recovered" if decision.outcome not in (Outcome.INACCESSIBLE, Outcome.FAILED) else "inaccessible"
        session.add(Notice(check_id=check.id, kind=kind, text=decision.notice))


def _learn(session: Session, reading: CheckReading) -> None:
    """Keep with each fetch the state of its page, and with each source what its next fetch can use.

    Only a good page's validators are kept: a wall that is "not modified" must never pass for an unchanged policy.
    """
    for part in reading.sources:
        fetch = session.get(Fetch, part.fetch_id) if part.fetch_id is not None else None
        if fetch is None or fetch.snapshot is None:
            continue
        source = session.get_one(Source, fetch.source_id)
        if part.problem is not None:
            fetch.page_state = part.problem.page_state.value if part.problem.page_state else None
            source.etag = source.last_modified = ""
            continue
        fetch.page_state = PageState.OK.value
        headers = fetch.snapshot.headers if fetch.via == Via.HTTP else {}
        source.etag, source.last_modified = headers.get("etag", ""), headers.get("last-modified", "")
        if fetch.via == Via.HTTP:
            source.browser_reason = ""
        elif fetch.via == Via.BROWSER:
            source.browser_reason = fetch.reason or source.browser_reason


def _record_version(
    session: Session, policy: Policy, base: Version | None, decision: Decision, reading: CheckReading, now: datetime
) -> Change | None:
    assert reading.documents is not None
    snapshots = [part.snapshot_id for part in reading.sources if part.snapshot_id is not None]
    number = STATE.validate_python(policy.state).version
    version = _new_version(policy, number, combine(reading.documents), snapshots, reading.captured_at)
    version.technical = decision.outcome is Outcome.UNCHANGED
    session.add(version)
    session.flush()
    if base is None or decision.diff is None:
        return None
    change = Change(
        policy_id=policy.id,
        version_id=version.id,
        previous_version_id=base.id,
        status="confirmed",
        captured_at=reading.captured_at,
        previous_captured_at=base.last_seen_at,
        confirmed_at=now,
        significance=decision.diff.significance.word,
        return_of=decision.return_of,
        diff=decision.diff,
    )
    session.add(change)
    session.flush()
    return change


def _new_version(
    policy: Policy, number: int, document: Document, snapshots: Sequence[int], captured_at: datetime
) -> Version:
    return Version(
        policy_id=policy.id,
        number=number,
        state="confirmed",
        technical=False,
        captured_at=captured_at,
        last_seen_at=captured_at,
        extractor_version=EXTRACTOR_VERSION,
        fingerprint=fingerprint(document),
        document=document,
        sources=[VersionSource(position=position, snapshot_id=snapshot) for position, snapshot in enumerate(snapshots)],
    )


def _promise_alerts(session: Session, change: Change, policy: Policy, telling: Telling, now: datetime) -> None:
    for channel in channels_to_tell(change.diff, policy.slug, telling.rules, telling.channels):
        session.add(Alert(change_id=change.id, channel=channel, created_at=now))


def _previous_outcome(session: Session, check: Check) -> str | None:
    earlier = select(Check.outcome).where(
        Check.policy_id == check.policy_id, Check.due_at < check.due_at, Check.outcome.is_not(None)
    )
    return session.scalar(earlier.order_by(Check.due_at.desc()).limit(1))
