"""The record of each crawl: when it began and ended, and its counts. The newest thousand are kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from monitor.models import Run

KEPT = 1000  # at some 3 KB each; a watch that crawls every few minutes looks back for days


def record(session: Session, *, began_at: datetime, ended_at: datetime, stats: Mapping[str, Any]) -> Run:
    """Write a crawl down, and forget the ones before the newest thousand."""
    run = Run(began_at=began_at, ended_at=ended_at, stats=dict(stats))
    session.add(run)
    session.flush()
    last = session.scalar(select(Run.id).order_by(Run.id.desc()).offset(KEPT).limit(1))
    if last is not None:
        session.execute(delete(Run).where(Run.id <= last), execution_options={"synchronize_session": False})
    return run


def newest(session: Session, limit: int | None = None) -> Sequence[Run]:
    """The newest so many, oldest first."""
    return session.scalars(select(Run).order_by(Run.id.desc()).limit(limit)).all()[::-1]
