"""A policy's next due moment: set after a check, after its schedule became another, after a clock was set back."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, defer, lazyload

from monitor.failures import FailureName
from monitor.hosts import backoff_until
from monitor.models import Change, Check, Fetch, Policy, Snapshot, Source
from monitor.politeness import REFUSALS, host_of
from monitor.timing import LEFT_ALONE, WAITS, NextCheck, Pace, Schedule, adapted, is_too_far, kept, next_check, steady
from monitor.types import Outcome

NO_SIGHT = (Outcome.INACCESSIBLE.value, Outcome.FAILED.value)


@dataclass(frozen=True, slots=True)
class When:
    """What is declared of when a policy is checked: `cron` in `time_zone`, or without it the interval, adaptive or not."""

    interval_seconds: int
    cron: str = ""
    time_zone: str = ""
    adaptive: bool = False


def declared_when(policy: Policy) -> When:
    return When(policy.interval_seconds, policy.cron, policy.time_zone, policy.adaptive)


def schedule_after(session: Session, check: Check, now: datetime, *, soon: NextCheck | None = None) -> None:
    """Set the policy's next check after this one, which has its outcome, and end its lease.

    `soon` as for `next_check`. A host that wants to be left alone is: a policy that could not be had for it is checked when
    that is over. A check that is not the one the policy is due for moves nothing: an import's, or one that was overtaken
    by a new declaration.
    """
    policy = check.policy
    if check.due_at != policy.next_check_at:
        return
    pace = _pace_after(session, policy, check.outcome, now)
    policy.adapted_seconds = pace.seconds if policy.adaptive else None
    wish = _wish_of_hosts(session, policy, now)
    if wish is not None and _was_refused(session, check):
        soon = wish
    following = next_check(_schedule(policy, pace), check.due_at, now, soon=soon, not_before=wish)
    policy.next_check_at, policy.next_check_reason = following
    policy.lease_token = policy.lease_until = None


def set_schedule(policy: Policy, when: When, now: datetime) -> bool:
    """Check the policy so from now on. True when that differs from before.

    A check that is due already stays due. An interval may bring the next check forward and puts none off; a cron
    expression says when the next one is.
    """
    if when == declared_when(policy):
        return False
    for name, value in asdict(when).items():
        setattr(policy, name, value)
    policy.adapted_seconds = None
    if policy.next_check_at > now and policy.next_check_reason != WAITS:
        following = next_check(_schedule(policy, _present_pace(policy)), policy.next_check_at, now)
        policy.next_check_at = following.at if when.cron else min(following.at, policy.next_check_at)
        policy.next_check_reason = following.reason
    return True


def make_due(policy: Policy, now: datetime, reason: str) -> None:
    """Check the policy at the next run. One that is due already stays as it is."""
    if policy.next_check_at > now:
        policy.next_check_at, policy.next_check_reason = now, reason


def overtaken_by_the_clock(session: Session, now: datetime) -> list[int]:
    """The policies whose last check is stamped later than `now`, and whose next one is therefore further off than their
    schedule says: the clock was ahead when it was set, and has been put right.
    """
    ahead = select(Policy).where(Policy.next_check_at > now, Policy.paused_at.is_(None))
    far = session.scalars(ahead.options(defer(Policy.state), lazyload(Policy.service)))
    return [
        policy.id
        for policy in far
        if is_too_far(_schedule(policy, _present_pace(policy)), policy.next_check_at, now)
        and _was_checked_after(session, policy, now)
    ]


def pull_back(session: Session, policy_ids: list[int], now: datetime) -> None:
    """Put the next checks of these policies where their schedules have them by today's clock."""
    for policy_id in policy_ids:
        policy = session.get_one(Policy, policy_id)
        following = next_check(_schedule(policy, _present_pace(policy)), policy.next_check_at, now)
        policy.next_check_at, policy.next_check_reason = following


def _wish_of_hosts(session: Session, policy: Policy, now: datetime) -> NextCheck | None:
    """Until when a host of the policy's sources wants to be left alone; None when none does."""
    urls = select(Source.url).where(Source.policy_id == policy.id, Source.retired_at.is_(None))
    until = backoff_until(session, map(host_of, session.scalars(urls)), now)
    return NextCheck(until, LEFT_ALONE) if until is not None else None


def _was_refused(session: Session, check: Check) -> bool:
    """A source of it answered that it is asked too often, or was not asked for that reason."""
    refused = (Fetch.failure == FailureName.BACKOFF.value) | Snapshot.status.in_(REFUSALS)
    found = select(Fetch.id).join(Snapshot, isouter=True).where(Fetch.check_id == check.id, Fetch.final, refused)
    return session.scalar(found.limit(1)) is not None


def _schedule(policy: Policy, pace: Pace) -> Schedule:
    return Schedule(policy.slug, policy.interval_seconds, pace, policy.cron, policy.time_zone)


def _present_pace(policy: Policy) -> Pace:
    return steady(policy.adapted_seconds or policy.interval_seconds)


def _pace_after(session: Session, policy: Policy, outcome: str | None, now: datetime) -> Pace:
    """A check that did not see the policy leaves an adapted pace as it was."""
    if not policy.adaptive:
        return steady(policy.interval_seconds)
    if outcome in NO_SIGHT:
        return kept(policy.adapted_seconds or policy.interval_seconds)
    confirmed = (Change.policy_id == policy.id) & (Change.status == "confirmed")
    changed_at: datetime | None = session.scalar(select(func.max(Change.captured_at)).where(confirmed))
    return adapted(policy.interval_seconds, changed_at=changed_at, watched_since=policy.created_at, now=now)


def _was_checked_after(session: Session, policy: Policy, now: datetime) -> bool:
    newest = select(Check.captured_at).where(Check.policy_id == policy.id, Check.captured_at.is_not(None))
    captured_at = session.scalar(newest.order_by(Check.due_at.desc()).limit(1))
    return captured_at is not None and captured_at > now
