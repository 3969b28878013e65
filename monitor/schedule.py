"""By whom a policy is checked: due policies are claimed by compare-and-set, with a lease that expires.

A lease belongs to a run's token. A run on this machine also holds the lock file of its token, which the system lets go
when the run dies, however it dies: so the next run takes its policies back at once and need not wait for the expiry.
"""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import case, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from monitor.models import Check, Fetch, Policy, Source
from monitor.types import DueSource

LOCKS = "locks"
# sites are rebuilt in months; one plain fetch a week beside the browser's costs next to nothing
RETEST_BROWSER = timedelta(days=7)


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


def renew(session: Session, *, now: datetime, token: str, lease_seconds: int) -> None:
    """Let the leases of a run that is alive last on."""
    until = now + timedelta(seconds=lease_seconds)
    session.execute(update(Policy).where(Policy.lease_token == token).values(lease_until=until))


def claim_due(
    session: Session, *, now: datetime, token: str, lease_seconds: int, limit: int
) -> tuple[int, list[DueSource]]:
    """Claim up to `limit` due policies for the run `token` and open a check for each: how many, and the sources to fetch.

    Sources which this check already has (a run before died half-way) are not fetched again.
    """
    free = or_(Policy.lease_until.is_(None), Policy.lease_until <= now)
    due = (Policy.next_check_at <= now) & Policy.paused_at.is_(None) & free
    wanted = select(Policy.id).where(due).order_by(Policy.next_check_at, Policy.id).limit(limit)
    claim = (
        update(Policy)
        .where(Policy.id.in_(session.scalars(wanted.with_for_update(skip_locked=True)).all()), due)
        .values(lease_token=token, lease_until=now + timedelta(seconds=lease_seconds))
        .returning(Policy.id)
    )
    claimed = session.scalars(claim, execution_options={"synchronize_session": False}).all()
    _open_checks(session, claimed)
    return len(claimed), list(_to_fetch(session, claimed, now))


def _open_checks(session: Session, policies: Sequence[int]) -> None:
    """A check of each policy's due moment, where a run before has not opened it."""
    opened = exists().where(Check.policy_id == Policy.id, Check.due_at == Policy.next_check_at)
    unopened = select(Policy.id, Policy.next_check_at).where(Policy.id.in_(policies), ~opened)
    session.execute(insert(Check).from_select(["policy_id", "due_at"], unopened))


def _to_fetch(session: Session, policies: Sequence[int], now: datetime) -> Iterator[DueSource]:
    """The sources of the policies' open checks that have no final answer, in the order of their due moments."""
    answered = exists().where(Fetch.check_id == Check.id, Fetch.source_id == Source.id, Fetch.final)
    wanted = (
        select(
            Check.id.label("check_id"),
            Source.id.label("source_id"),
            Policy.slug.label("policy"),
            Source.url,
            Source.etag,
            Source.last_modified,
            Policy.browser,
            Source.browser_reason,
            Source.browser_tested_at,
            Source.language,
            Policy.obey_robots,
        )
        .join(Check, (Check.policy_id == Policy.id) & (Check.due_at == Policy.next_check_at))
        .join(Source, Source.policy_id == Policy.id)
        .where(Policy.id.in_(policies), Source.retired_at.is_(None), ~answered)
        .order_by(Policy.next_check_at, Policy.id, Source.position)
    )
    return (_due_source(dict(row), now) for row in session.execute(wanted).mappings())


def _due_source(row: dict[str, Any], now: datetime) -> DueSource:
    tested_at = row.pop("browser_tested_at")
    retest = row["browser"] == "auto" and _wants_retest(row["browser_reason"], tested_at, now)
    return DueSource(**row, retest_browser=retest)


def _wants_retest(browser_reason: str, tested_at: datetime | None, now: datetime) -> bool:
    """A source that takes the browser has not been asked for plainly in a while."""
    return bool(browser_reason) and (tested_at is None or now - tested_at >= RETEST_BROWSER)


def count_due(session: Session, now: datetime) -> int:
    """How many policies wait for a check."""
    due = select(func.count(Policy.id)).where(Policy.next_check_at <= now, Policy.paused_at.is_(None))
    return session.scalars(due).one()


def next_due_at(session: Session, now: datetime) -> datetime | None:
    """When a policy can next be claimed; None when nothing is watched."""
    moment = case((Policy.lease_until > now, Policy.lease_until), else_=Policy.next_check_at)
    due_at: datetime | None = session.scalar(select(func.min(moment)).where(Policy.paused_at.is_(None)))
    return due_at
