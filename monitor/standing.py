"""How everything stands at this moment, in numbers: for `doctor` and for the metrics. A few short queries, no decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, case, func, select, text
from sqlalchemy.orm import Session

from monitor.database import Database
from monitor.models import Alert, Check, Fetch, Host, Message, Policy, Run
from monitor.types import Outcome, Via

OVERDUE = timedelta(hours=1)  # a run that is alive takes a due policy within a minute, its host's delay apart
REACHED = (Outcome.FIRST.value, Outcome.UNCHANGED.value, Outcome.CHANGED.value)


@dataclass(frozen=True, slots=True)
class Standing:
    """The policies watched, and what waits.

    `due` wait for a check or are being checked, `overdue` (of these) have waited for more than an hour, the first since
    `overdue_since`. `inaccessible` and `failing` are the watched policies whose newest check ended so. `reached_at`: the
    newest check that got its policy's page, imports apart. `messages` are by status; `waiting_alerts` are in none yet.
    """

    watched: int
    paused: int
    due: int
    overdue: int
    overdue_since: datetime | None
    inaccessible: int
    failing: int
    reached_at: datetime | None
    messages: Mapping[str, int]
    waiting_alerts: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What one way of fetching took: `fetches`, how many of them `failed`, and the seconds on the network."""

    via: str
    fetches: int
    failed: int
    seconds: float


def standing(session: Session, now: datetime) -> Standing:
    watched = Policy.paused_at.is_(None)
    overdue = watched & (Policy.next_check_at <= now - OVERDUE)
    outcomes = _newest_outcomes(session, watched)
    return Standing(
        watched=_count(session, watched),
        paused=_count(session, ~watched),
        due=_count(session, watched & (Policy.next_check_at <= now)),
        overdue=_count(session, overdue),
        overdue_since=session.scalar(select(func.min(Policy.next_check_at)).where(overdue)),
        inaccessible=outcomes.get(Outcome.INACCESSIBLE.value, 0),
        failing=outcomes.get(Outcome.FAILED.value, 0),
        reached_at=_reached_at(session),
        messages=dict(session.execute(select(Message.status, func.count()).group_by(Message.status)).all()),
        waiting_alerts=session.scalars(select(func.count(Alert.id)).where(Alert.message_id.is_(None))).one(),
    )


def costs(session: Session, since: datetime | None = None) -> Sequence[Cost]:
    """The fetches by way, since a moment or since ever. Reads the whole table: not for every minute."""
    failed = func.sum(case((Fetch.error != "", 1), else_=0))
    by_way = select(Fetch.via, func.count(Fetch.id), failed, func.sum(Fetch.duration_seconds)).group_by(Fetch.via)
    if since is not None:
        by_way = by_way.where(Fetch.at >= since)
    found = session.execute(by_way.order_by(Fetch.via))
    return [Cost(via, fetches, int(failures), float(took)) for via, fetches, failures, took in found]


def backoffs(session: Session, now: datetime) -> Sequence[Host]:
    """The hosts that asked to be left alone and still are, the longest first."""
    return session.scalars(select(Host).where(Host.backoff_until > now).order_by(Host.backoff_until.desc())).all()


def newest_moment(session: Session) -> datetime | None:
    """The newest moment that a fetch or a crawl was recorded at by a clock of ours."""
    fetched = session.scalar(select(Fetch.at).where(Fetch.via != Via.IMPORT.value).order_by(Fetch.id.desc()).limit(1))
    ended = session.scalar(select(Run.ended_at).order_by(Run.id.desc()).limit(1))
    return max(filter(None, (fetched, ended)), default=None)


def database_bytes(database: Database) -> int:
    """What the database takes on the disk, the journal of SQLite with it."""
    if database.file is not None:
        return sum(file.stat().st_size for file in (database.file, _journal(database.file)) if file.exists())
    with database.reading() as session:
        return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)


def _journal(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def _count(session: Session, wanted: ColumnElement[bool]) -> int:
    return session.scalars(select(func.count(Policy.id)).where(wanted)).one()


def _newest_outcomes(session: Session, watched: ColumnElement[bool]) -> dict[str | None, int]:
    """How many policies have a newest closed check of each outcome; one index look-up a policy."""
    newest = select(Check.outcome).where(Check.policy_id == Policy.id, Check.outcome.is_not(None))
    outcome = newest.order_by(Check.due_at.desc()).limit(1).scalar_subquery()
    of_each = select(outcome.label("outcome")).where(watched).subquery()
    counted = select(of_each.c.outcome, func.count()).group_by(of_each.c.outcome)
    return dict(session.execute(counted).all())


def _reached_at(session: Session) -> datetime | None:
    reached = Check.outcome.in_(REACHED) & (Check.via != Via.IMPORT.value)
    return session.scalar(select(Check.captured_at).where(reached).order_by(Check.id.desc()).limit(1))
