"""How versions and changes come to be, and what becomes of those that wait to be confirmed. All within `process.record`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from monitor.alerts import channels_to_tell
from monitor.checks import CheckReading
from monitor.config import RuleSettings
from monitor.decide.decision import Decision
from monitor.decide.state import PolicyState
from monitor.decide.wording import fingerprint
from monitor.extract import EXTRACTOR_VERSION
from monitor.history import version_in_force
from monitor.models import Alert, Change, Check, Fetch, Policy, Version, VersionSource
from monitor.search.passages import forget, index
from monitor.types import Document, Outcome, PageState, Selection, Via


@dataclass(frozen=True, slots=True)
class Telling:
    """Who is told of a change. `NOBODY` on import."""

    rules: Sequence[RuleSettings]
    channels: Iterable[str]


NOBODY = Telling((), ())


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be recorded of a check: the decision, the state before (an extractor's upgrade counted in) and after."""

    reading: CheckReading
    decision: Decision
    before: PolicyState
    after: PolicyState


def upgraded(session: Session, policy: Policy, judgement: Judgement) -> Version | None:
    """The version in force, as today's extractor reads it: a technical upgrade when that gives other words."""
    base, upgrade = version_in_force(session, policy.id), judgement.reading.base_upgrade
    if base is None or upgrade is None:
        return base
    assert judgement.reading.alike is not None
    ways = judgement.reading.alike.base_ways
    pages = [(part.snapshot_id, ways.get(part.snapshot.source_id)) for part in base.sources]
    if judgement.before.version == judgement.reading.state.version:
        forget(session, policy.id, [base.id])
        base.extractor_version, base.document = EXTRACTOR_VERSION, upgrade
        index(session, base)
        for part, (_, selection) in zip(base.sources, pages, strict=True):
            part.selection = selection
        return base
    upgraded = _new_version(policy, judgement.before.version, upgrade, pages, base.last_seen_at)
    upgraded.technical = True
    session.add(upgraded)
    session.flush()
    index(session, upgraded)
    return upgraded


def record_version(
    session: Session, policy: Policy, base: Version | None, judgement: Judgement, telling: Telling, now: datetime
) -> Change | None:
    reading, decision = judgement.reading, judgement.decision
    assert reading.evidence.document is not None
    assert reading.alike is not None
    ways = reading.alike.ways
    since = decision.seen_since or reading.captured_at
    pages = [(part.snapshot_id, ways.get(part.source_id)) for part in reading.sources if part.snapshot_id is not None]
    version = _new_version(policy, judgement.after.version, reading.evidence.document, pages, since)
    version.last_seen_at = reading.captured_at
    version.technical = decision.technical
    version.state = "pending" if decision.suspicious else "confirmed"
    session.add(version)
    session.flush()
    index(session, version)
    if decision.restarts:
        _call_pages(session, version, PageState.OK.value)  # also those of an earlier check that was corrected
    if decision.against is not None:
        base = _version(session, policy, decision.against)
    if base is None or decision.diff is None:
        return None
    change = Change(
        policy_id=policy.id,
        version_id=version.id,
        previous_version_id=base.id,
        status=version.state,
        captured_at=since,
        previous_captured_at=base.last_seen_at,
        confirmed_at=None if decision.suspicious else now,
        significance=decision.diff.significance.word,
        return_of=decision.return_of,
        diff=decision.diff,
    )
    session.add(change)
    session.flush()
    if not decision.suspicious:
        tell(session, change, policy, telling, now)
    return change


def confirm(session: Session, policy: Policy, number: int, telling: Telling, now: datetime) -> Version:
    """The pending wording was seen again: it is in force, and told."""
    version = _version(session, policy, number)
    version.state = "confirmed"
    change = change_to(session, policy, number)
    change.status, change.confirmed_at = "confirmed", now
    _call_pages(session, version, PageState.OK.value)
    session.flush()
    tell(session, change, policy, telling, now)
    return version


def withdraw(session: Session, policy: Policy, number: int) -> None:
    """The pending wording went back: its page was not the policy, and its check is corrected to say so."""
    version = _version(session, policy, number)
    version.state = "withdrawn"
    change = change_to(session, policy, number)
    change.status = "withdrawn"
    first = select(Fetch.check_id).where(Fetch.snapshot_id.in_([part.snapshot_id for part in version.sources]))
    check = session.scalar(select(Check).where(Check.id.in_(first), Check.captured_at == change.captured_at).limit(1))
    if check is not None:
        check.outcome = Outcome.INACCESSIBLE.value
        check.reason = check.reason.replace("waits to be seen a second time", "it went back; it was not the policy")


def withdraw_all(session: Session, policy: Policy) -> None:
    """None of the versions so far was the policy: they and their changes are withdrawn, their checks corrected."""
    versions, checks = Version.policy_id == policy.id, Check.policy_id == policy.id
    session.execute(update(Version).where(versions).values(state="withdrawn"))
    session.execute(update(Change).where(Change.policy_id == policy.id).values(status="withdrawn"))
    taken = (Outcome.FIRST.value, Outcome.CHANGED.value, Outcome.UNCHANGED.value)
    wrong = select(Check.id).where(checks, Check.outcome.in_(taken))
    session.execute(
        update(Fetch)
        .where(Fetch.check_id.in_(wrong), Fetch.page_state == PageState.OK.value)
        .values(page_state=PageState.WRONG_PAGE.value)
    )
    corrected = {
        "outcome": Outcome.INACCESSIBLE.value,
        "page_state": PageState.WRONG_PAGE.value,
        "reason": "it was not the policy, as a later page showed",
    }
    session.execute(update(Check).where(Check.id.in_(wrong)).values(corrected))


def _call_pages(session: Session, version: Version, page_state: str) -> None:
    snapshots = [part.snapshot_id for part in version.sources]
    session.execute(update(Fetch).where(Fetch.snapshot_id.in_(snapshots)).values(page_state=page_state))


def _version(session: Session, policy: Policy, number: int) -> Version:
    return session.scalars(select(Version).where(Version.policy_id == policy.id, Version.number == number)).one()


def change_to(session: Session, policy: Policy, number: int) -> Change:
    """The change that led to the version of this number."""
    wanted = select(Change).join(Version, Version.id == Change.version_id)
    return session.scalars(wanted.where(Version.policy_id == policy.id, Version.number == number)).one()


def tell(session: Session, change: Change, policy: Policy, telling: Telling, now: datetime) -> None:
    """Promise it to the channels; what was told as unconfirmed is not told again, what an import brought not at all."""
    if seen_by_import(session, change):
        return
    known = set(session.scalars(select(Alert.channel).where(Alert.change_id == change.id)))
    for channel in channels_to_tell(change.diff, policy.slug, telling.rules, telling.channels):
        if channel not in known:
            session.add(Alert(change_id=change.id, channel=channel, created_at=now))


def seen_by_import(session: Session, change: Change) -> bool:
    """The check that saw a change first was an imported one: to this home it is history, whoever confirms it."""
    first = select(Check.via).where(Check.policy_id == change.policy_id, Check.captured_at == change.captured_at)
    return session.scalar(first.order_by(Check.id).limit(1)) == Via.IMPORT.value


def _new_version(
    policy: Policy,
    number: int,
    document: Document,
    pages: Sequence[tuple[int, Selection | None]],
    seen_at: datetime,
) -> Version:
    return Version(
        policy_id=policy.id,
        number=number,
        state="confirmed",
        technical=False,
        captured_at=seen_at,
        last_seen_at=seen_at,
        extractor_version=EXTRACTOR_VERSION,
        fingerprint=fingerprint(document),
        document=document,
        sources=[
            VersionSource(position=position, snapshot_id=snapshot_id, selection=selection)
            for position, (snapshot_id, selection) in enumerate(pages)
        ],
    )
