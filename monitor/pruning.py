"""Pruning: the bytes that retention lets go are deleted, some hundred captures a transaction; what is done stays done.

Rows, digests and headers stay, so that the manifests still prove what was seen.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from monitor.archive.deleting import delete
from monitor.config import RetentionSettings
from monitor.database import PRUNING_LOCK, Database, take_turns
from monitor.decide.decision import AS_BEFORE
from monitor.models import (
    Change,
    Check,
    Fetch,
    Frame,
    Notice,
    Policy,
    ResumePoint,
    Snapshot,
    Source,
    Version,
    VersionSource,
)
from monitor.retention import Held, Protection, Traces, keep_days, protections
from monitor.types import Outcome, PageState, Progress, unheard

AT_ONCE = 200  # frames; a transaction of them takes well under a second
WORK = "retention"


@dataclass(frozen=True, slots=True)
class Pruned:
    """What the rules come to for one policy.

    `captures` lose their bytes, `packed_bytes` of them; they are older than `before`, as are the `protected`, which stay.
    Without a rule that fits, `keep_days` and `before` are None.
    """

    policy: str
    keep_days: int | None
    before: datetime | None
    captures: int = 0
    packed_bytes: int = 0
    protected: Mapping[Protection, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """On one policy: the snapshots that may go as far as this policy is concerned, and why older ones may not."""

    policy: str
    keep_days: int | None = None
    before: datetime | None = None
    free: Mapping[int, Held] = field(default_factory=dict)
    protected: Mapping[Protection, int] = field(default_factory=dict)


def plan(
    session: Session, rules: Sequence[RetentionSettings], *, now: datetime, on_progress: Progress = unheard
) -> list[Pruned]:
    """What pruning would come to, a row a policy. `on_progress` counts policies."""
    policies = session.scalars(select(Policy.id).order_by(Policy.slug)).all()
    rows, counted = [], set[int]()
    for done, policy_id in enumerate(policies, 1):
        verdict, going = _going(session, policy_id, rules, now)
        rows.append(_pruned(verdict, going, going - counted))
        counted |= going
        on_progress(done, len(policies))
    return rows


def prune(
    database: Database, rules: Sequence[RetentionSettings], *, now: datetime, on_progress: Progress = unheard
) -> list[Pruned]:
    """Delete what the rules let go: what was done, a row a policy. `on_progress` counts policies."""
    with database.reading() as session:
        policies = session.scalars(select(Policy.id).order_by(Policy.slug)).all()
    rows = []
    for done, policy_id in enumerate(policies, 1):
        with database.reading() as session:
            verdict, going = _going(session, policy_id, rules, now)
        gone: set[int] = set()
        newest_first = sorted(going, reverse=True)  # a frame is packed upon an older one, which thus goes after it
        for start in range(0, len(newest_first), AT_ONCE):
            with database.writing() as session:
                gone |= _delete(session, policy_id, newest_first[start : start + AT_ONCE], rules, now)
        rows.append(_pruned(verdict, going, gone))
        on_progress(done, len(policies))
    return rows


def is_due(session: Session, now: datetime) -> bool:
    """The rules were not applied on this day (UTC) yet."""
    point = session.get(ResumePoint, WORK)
    return point is None or point.reached != _day(now)


def note_applied(session: Session, now: datetime) -> None:
    session.merge(ResumePoint(work=WORK, reached=_day(now), at=now))


def _day(now: datetime) -> str:
    return f"{now:%Y-%m-%d}"


def _pruned(verdict: _Verdict, going: Collection[int], gone: Collection[int]) -> Pruned:
    """`gone` are those of the `going` frames that are counted with this policy: one that several have is, with the first."""
    free = verdict.free.values()
    lost = [one for one in free if one.frame_id in gone]
    shared = sum(one.frame_id not in going for one in free)
    return Pruned(
        verdict.policy,
        verdict.keep_days,
        verdict.before,
        len(lost),
        sum({one.frame_id: one.packed_bytes for one in lost}.values()),
        {**verdict.protected, **({Protection.SHARED: shared} if shared else {})},
    )


def _delete(
    session: Session, policy_id: int, frames: Collection[int], rules: Sequence[RetentionSettings], now: datetime
) -> set[int]:
    """Delete those of the frames that may still go. What another run works with now waits for another day.

    Another pruning waits: what one deletes, those of another policy may be packed upon.
    """
    take_turns(session.connection(), PRUNING_LOCK)
    owners = {owner for _, _, owner in _users(session, frames)}
    policies = select(Policy.id).where(Policy.id.in_(owners)).with_for_update(skip_locked=True)
    if set(session.scalars(policies)) != owners:
        return set()
    free = session.scalars(select(Frame.id).where(Frame.id.in_(frames)).with_for_update(skip_locked=True))
    _, going = _going(session, policy_id, rules, now, among=set(free))
    return delete(session, going, now=now)


def _going(
    session: Session,
    policy_id: int,
    rules: Sequence[RetentionSettings],
    now: datetime,
    *,
    among: Collection[int] | None = None,
) -> tuple[_Verdict, set[int]]:
    """The verdict on a policy, and the frames (`among` these) that go: every snapshot of theirs may, in every policy."""
    verdicts = {policy_id: _verdict(session, policy_id, rules, now)}
    going: set[int] = set()
    free = {one.frame_id for one in verdicts[policy_id].free.values()}
    frames = sorted(free if among is None else free.intersection(among))
    for start in range(0, len(frames), AT_ONCE):
        some = set(frames[start : start + AT_ONCE])
        for snapshot_id, frame_id, owner in _users(session, some):
            if owner not in verdicts:
                verdicts[owner] = _verdict(session, owner, rules, now)
            if snapshot_id not in verdicts[owner].free:
                some.discard(frame_id)
        going |= some
    return verdicts[policy_id], going


def _users(session: Session, frames: Collection[int]) -> Sequence[tuple[int, int, int]]:
    """Each snapshot that has the bytes of one of these frames, the frame, and the policy that it is of."""
    users = select(Snapshot.id, Snapshot.frame_id, Source.policy_id).join(Source, Source.id == Snapshot.source_id)
    return [(row[0], row[1], row[2]) for row in session.execute(users.where(Snapshot.frame_id.in_(frames)))]


def _verdict(session: Session, policy_id: int, rules: Sequence[RetentionSettings], now: datetime) -> _Verdict:
    policy = session.get_one(Policy, policy_id)
    days = keep_days(policy.slug, policy.tags, rules)
    if days is None:
        return _Verdict(policy.slug)
    before = now - timedelta(days=days)
    held = _held(session, policy_id)
    why = protections(held, _traces(session, policy_id))
    old = [one for one in held if one.captured_at < before]
    free = {one.snapshot_id: one for one in old if one.snapshot_id not in why}
    return _Verdict(
        policy.slug, days, before, free, Counter(why[one.snapshot_id] for one in old if one.snapshot_id in why)
    )


def _held(session: Session, policy_id: int) -> list[Held]:
    good = select(Fetch.id).where(Fetch.snapshot_id == Snapshot.id, Fetch.page_state == PageState.OK.value).exists()
    rows = (
        select(
            *(Snapshot.id, Snapshot.source_id, Snapshot.frame_id, Snapshot.captured_at),
            *(Snapshot.manifest_number.is_not(None), good, func.length(Frame.packed)),
        )
        .join(Source, Source.id == Snapshot.source_id)
        .join(Frame, Frame.id == Snapshot.frame_id)
        .where(Source.policy_id == policy_id, Frame.deleted_at.is_(None))
    )
    return [Held(*row) for row in session.execute(rows)]


def _traces(session: Session, policy_id: int) -> Traces:
    versions, mine = Version.policy_id == policy_id, Check.policy_id == policy_id
    read_from = select(VersionSource.snapshot_id).join(Version, Version.id == VersionSource.version_id).where(versions)
    fetched = select(Check.id, Fetch.snapshot_id).join(Fetch, Fetch.check_id == Check.id)
    checks: dict[int, set[int]] = defaultdict(set)
    for check_id, snapshot_id in session.execute(fetched.where(mine)):
        if snapshot_id is not None:
            checks[check_id].add(snapshot_id)
    news = select(Notice.id).where(Notice.check_id == Check.id).exists()
    unclosed = select(Check.id).where(mine, Check.outcome.is_(None))
    as_before = or_(*(Check.reason.startswith(words) for words in AS_BEFORE))
    found = select(Check.id).where(mine, (Check.outcome != Outcome.UNCHANGED.value) | news | ~as_before)
    return Traces(
        set(session.scalars(read_from)),
        _moments(session, policy_id),
        checks,
        set(session.scalars(unclosed)),
        set(session.scalars(found)),
    )


def _moments(session: Session, policy_id: int) -> set[datetime]:
    """When wordings of the policy were first and last seen."""
    seen = session.execute(select(Version.captured_at, Version.last_seen_at).where(Version.policy_id == policy_id))
    told = session.execute(select(Change.captured_at, Change.previous_captured_at).where(Change.policy_id == policy_id))
    return {moment for row in (*seen, *told) for moment in row}
