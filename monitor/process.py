"""The one transaction in which a check becomes history: outcome, version, change, alerts, notice, next due moment.

Everything before it is in the archive already; everything after it finds its work in the database. So a run that dies
at any moment is mended by running again. Reading and comparing happen before it, in the reader's child.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.checks import STATE, CheckReading, captured_at, read
from monitor.database import Database
from monitor.decide.decision import Decision, Problem
from monitor.decide.lost import newly_lost
from monitor.decide.state import PolicyState
from monitor.decide.step import failed
from monitor.due import schedule_after
from monitor.errors import ReaderGoneError, SmallprintError
from monitor.history import version_in_force
from monitor.judging import judge
from monitor.learning import learn
from monitor.models import Change, Check, Notice, Policy
from monitor.reading import Reader
from monitor.timing import RECHECK_PENDING, WAITS, WANTS_BROWSER, NextCheck
from monitor.types import Outcome
from monitor.versions import (
    Judgement,
    Telling,
    change_to,
    confirm,
    record_version,
    tell,
    upgraded,
    withdraw,
    withdraw_all,
)

TRIES = 5  # when other runs keep moving the policy on between our reading and our writing

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ClosedCheck:
    """A check that has come to its outcome. `confirmed` are the changes that it confirmed, new ones and ones that waited."""

    policy: str
    outcome: Outcome
    reason: str
    newly_inaccessible: bool = False
    change_id: int | None = None
    confirmed: tuple[int, ...] = ()
    notices: tuple[str, ...] = ()


def close_check(
    database: Database, reader: Reader, check_id: int, *, telling: Telling, now: datetime
) -> ClosedCheck | None:
    """Read a complete check, decide, record. None when another run closed it meanwhile, or when it stays open.

    A fault on the way costs this check and no other: it is `failed`, with the reason.
    """
    try:
        for _ in range(TRIES):
            with database.reading() as session:
                reading = read(session, reader, check_id)
            judgement = judge(reader, reading)
            with database.writing() as session:
                if not _moved_on(session, check_id, reading):
                    return record(session, check_id, judgement, telling=telling, now=now)
        reason = "other runs kept changing the policy while it was read"
    except ReaderGoneError as error:
        _log.warning("check %s stays open: %s", check_id, error)
        return None
    except SmallprintError as error:
        reason = str(error)
    except Exception as error:  # one policy's fault must not stop the others, nor the telling
        _log.exception("check %s could not be closed", check_id)
        reason = f"a fault while reading or comparing: {type(error).__name__}: {error}"
    with database.writing() as session:
        return record_fault(session, check_id, reason, telling=telling, now=now)


def record(
    session: Session, check_id: int, judgement: Judgement, *, telling: Telling, now: datetime
) -> ClosedCheck | None:
    """Write down what a check came to. None when it is closed already."""
    check = _open_check(session, check_id)
    if check is None:
        return None
    policy, reading, decision = check.policy, judgement.reading, judgement.decision
    base = upgraded(session, policy, judgement)
    if decision.restarts:
        withdraw_all(session, policy)
        base = None
    newly_inaccessible = _newly_inaccessible(session, check, judgement)
    policy.state = STATE.dump_python(judgement.after, mode="json")
    learned = learn(session, judgement)
    decision = replace(decision, news=(*decision.news, *learned.news))
    close(session, check, decision, reading.captured_at, reading.via)
    if decision.withdraws is not None:
        withdraw(session, policy, decision.withdraws)
    if decision.confirms is not None:
        base = confirm(session, policy, decision.confirms, telling, now)
    _tell_unconfirmed(session, policy, decision, telling, now)
    change = None
    if judgement.after.version > judgement.before.version:
        change = record_version(session, policy, base, judgement, telling, now)
    elif base is not None and decision.outcome is Outcome.UNCHANGED and decision.return_of is None:
        base.last_seen_at = max(base.last_seen_at, reading.captured_at)
    soon = sight_wanted(judgement.after, now)
    if learned.wants_browser:
        soon = NextCheck(now + RECHECK_PENDING, WANTS_BROWSER)
    schedule_after(session, check, now, soon=soon)
    session.flush()
    return ClosedCheck(
        policy=policy.slug,
        outcome=decision.outcome,
        reason=decision.reason,
        newly_inaccessible=newly_inaccessible,
        change_id=change.id if change is not None else None,
        confirmed=tuple(_confirmed(session, policy, decision, change)),
        notices=tuple(news.text for news in decision.news),
    )


def _confirmed(session: Session, policy: Policy, decision: Decision, change: Change | None) -> Iterator[int]:
    if decision.confirms is not None:
        yield change_to(session, policy, decision.confirms).id
    if change is not None and change.status == "confirmed":
        yield change.id


def _moved_on(session: Session, check_id: int, reading: CheckReading) -> bool:
    """The policy is not any more what the reading was made against. Holds the policy until the transaction ends."""
    policy_id = session.get_one(Check, check_id).policy_id
    policy = session.scalars(select(Policy).where(Policy.id == policy_id).with_for_update(of=Policy)).one()
    base = version_in_force(session, policy_id)
    same = STATE.validate_python(policy.state) == reading.state and (base.id if base else None) == reading.base_id
    return not same and _open_check(session, check_id) is not None


def _open_check(session: Session, check_id: int) -> Check | None:
    return session.scalar(select(Check).where(Check.id == check_id, Check.outcome.is_(None)).with_for_update())


def record_fault(
    session: Session, check_id: int, reason: str, *, telling: Telling, now: datetime
) -> ClosedCheck | None:
    """Write down that a check could not be read or judged; to the policy it is a failure as any other."""
    check = _open_check(session, check_id)
    if check is None:
        return None
    policy, at = check.policy, captured_at(session, check_id)
    decision, after = failed(STATE.validate_python(policy.state), Problem(Outcome.FAILED, reason), at)
    policy.state = STATE.dump_python(after, mode="json")
    close(session, check, decision, at, check.via)
    _tell_unconfirmed(session, policy, decision, telling, now)
    schedule_after(session, check, now, soon=sight_wanted(after, now))
    return ClosedCheck(policy.slug, Outcome.FAILED, reason, notices=tuple(news.text for news in decision.news))


def _tell_unconfirmed(session: Session, policy: Policy, decision: Decision, telling: Telling, now: datetime) -> None:
    if decision.tells_unconfirmed is not None:
        tell(session, change_to(session, policy, decision.tells_unconfirmed), policy, telling, now)


def sight_wanted(state: PolicyState, now: datetime) -> NextCheck | None:
    """When a wording that waits to be confirmed is to be looked at again; None when none does."""
    if state.pending is None or state.pending.told:
        return None
    return NextCheck(now + RECHECK_PENDING, WAITS)


def close(session: Session, check: Check, decision: Decision, at: datetime, via: str | None) -> None:
    """Write down what a check came to, and the operator's news of it."""
    check.outcome = decision.outcome.value
    check.page_state = decision.page_state.value if decision.page_state is not None else None
    check.reason = decision.reason
    check.captured_at = at
    check.via = via
    for kind, texts in groupby(sorted(decision.news, key=lambda news: news.kind), key=lambda news: news.kind):
        session.add(Notice(check_id=check.id, kind=kind, text="; ".join(news.text for news in texts)))


def _newly_inaccessible(session: Session, check: Check, judgement: Judgement) -> bool:
    """The policy's page, or that of one of its sources, was there until now, and another page stands in its place."""
    if newly_lost(judgement.reading.state.lost, judgement.after.lost):
        return True
    decision = judgement.decision
    away = decision.outcome is Outcome.INACCESSIBLE and not decision.in_part
    return away and not _was_inaccessible(session, check)


def _was_inaccessible(session: Session, check: Check) -> bool:
    """The newest check before this one that had an answer."""
    moment = func.coalesce(Check.captured_at, Check.due_at)
    earlier = select(Check.outcome).where(
        Check.policy_id == check.policy_id, Check.id != check.id, Check.outcome.is_not(None)
    )
    answered = earlier.where(Check.outcome != Outcome.FAILED.value, moment <= captured_at(session, check.id))
    return session.scalar(answered.order_by(moment.desc()).limit(1)) == Outcome.INACCESSIBLE.value
