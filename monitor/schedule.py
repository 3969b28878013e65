"""When a policy is checked, and by whom: due policies are claimed by compare-and-set, with a lease that expires.

A lease belongs to a run's token. A run on this machine also holds the lock file of its token, which the system lets go
when the run dies, however it dies: so the next run takes its policies back at once and need not wait for the expiry.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import CursorResult, case, func, or_, select, update
from sqlalchemy.orm import Session

from monitor.models import Check, Fetch, Policy, Source
from monitor.types import DueSource

LOCKS = "locks"
RETEST_BROWSER = timedelta(
    days=7
)  # sites are rebuilt in months; one plain fetch a week beside the browser's costs next to nothing


def next_check_at(due_at: datetime, interval_seconds: int, now: datetime) -> datetime:
    """The next due moment after `now` on the policy's own beat; a pause of days means one catch-up check, not many."""
    missed = max(0, int((now - due_at).total_seconds() // interval_seconds))
    return due_at + timedelta(seconds=(missed + 1) * interval_seconds)


class RunToken:
    """A run's name on its leases, and the lock file that says it is alive."""

    def __init__(self, home: Path) -> None:
        self.value = uuid.uuid4().hex
        folder = home / LOCKS
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(
            folder / f"{self.value}.lock", thread_local=False
        )  # taken in one thread, let go in another
        self._lock.acquire()

    def close(self) -> None:
        Path(self._lock.lock_file).unlink(missing_ok=True)
        self._lock.release()


def dead_tokens(home: Path) -> list[str]:
    """The tokens of runs on this machine that ended without closing. `forget` them once their leases are released."""
    return [file.stem for file in sorted((home / LOCKS).glob("*.lock")) if _is_free(file)]


def forget(home: Path, tokens: Iterable[str]) -> None:
    for token in tokens:
        (home / LOCKS / f"{token}.lock").unlink(missing_ok=True)


def _is_free(file: Path) -> bool:
    """Nobody holds the lock: the system let it go when its process died."""
    lock = FileLock(file, thread_local=False)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return False
    lock.release()
    return True


def release(session: Session, tokens: Iterable[str]) -> None:
    """End the leases of these runs; what they left undone is due again."""
    session.execute(
        update(Policy).where(Policy.lease_token.in_(list(tokens))).values(lease_token=None, lease_until=None)
    )


def claim_due(
    session: Session, *, now: datetime, token: str, lease_seconds: int, limit: int
) -> tuple[int, list[DueSource]]:
    """Claim up to `limit` due policies for the run `token` and open a check for each: how many, and the sources to fetch.

    Sources which this check already has (a run before died half-way) are not fetched again.
    """
    free = or_(Policy.lease_until.is_(None), Policy.lease_until <= now)
    due = (Policy.next_check_at <= now) & Policy.paused_at.is_(None) & free
    wanted = list(
        session.scalars(
            select(Policy.id)
            .where(due)
            .order_by(Policy.next_check_at, Policy.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )
    claimed = [
        policy_id
        for policy_id in wanted
        if _claim(session, policy_id, due, token, now + timedelta(seconds=lease_seconds))
    ]
    return len(claimed), [
        source for policy_id in claimed for source in _open_check(session, session.get_one(Policy, policy_id), now)
    ]


def _claim(session: Session, policy_id: int, due: object, token: str, until: datetime) -> bool:
    claim = update(Policy).where(Policy.id == policy_id, due).values(lease_token=token, lease_until=until)  # type: ignore[arg-type]
    result = session.execute(claim, execution_options={"synchronize_session": False})
    return isinstance(result, CursorResult) and result.rowcount == 1


def _open_check(session: Session, policy: Policy, now: datetime) -> list[DueSource]:
    session.refresh(policy)
    check = session.scalar(select(Check).where(Check.policy_id == policy.id, Check.due_at == policy.next_check_at))
    if check is None:
        check = Check(policy_id=policy.id, due_at=policy.next_check_at)
        session.add(check)
        session.flush()
    fetched = set(session.scalars(select(Fetch.source_id).where(Fetch.check_id == check.id, Fetch.final)))
    return [
        _due_source(check, policy, source, now)
        for source in policy.sources
        if source.retired_at is None and source.id not in fetched
    ]


def _due_source(check: Check, policy: Policy, source: Source, now: datetime) -> DueSource:
    return DueSource(
        check_id=check.id,
        source_id=source.id,
        policy=policy.slug,
        url=source.url,
        etag=source.etag,
        last_modified=source.last_modified,
        browser=policy.browser,
        browser_reason=source.browser_reason,
        obey_robots=policy.obey_robots,
        language=source.language,
        retest_browser=policy.browser == "auto" and _wants_retest(source, now),
    )


def _wants_retest(source: Source, now: datetime) -> bool:
    """A source that takes the browser has not been asked for plainly in a while."""
    tested_at = source.browser_tested_at
    return bool(source.browser_reason) and (tested_at is None or now - tested_at >= RETEST_BROWSER)


def count_due(session: Session, now: datetime) -> int:
    """How many policies wait for a check."""
    due = select(func.count(Policy.id)).where(Policy.next_check_at <= now, Policy.paused_at.is_(None))
    return session.scalars(due).one()


def next_due_at(session: Session, now: datetime) -> datetime | None:
    """When a policy can next be claimed; None when nothing is watched."""
    moment = case((Policy.lease_until > now, Policy.lease_until), else_=Policy.next_check_at)
    due_at: datetime | None = session.scalar(select(func.min(moment)).where(Policy.paused_at.is_(None)))
    return due_at
