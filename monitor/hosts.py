"""The host rows: whose turn it is, for all runs together, in this process and in others.

The rows that are asked for are locked while they are judged and written, in the order of their names, so that a turn is
given once: on SQLite by the writing transaction itself, on PostgreSQL by row locks.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from monitor.models import Host
from monitor.politeness import EndedTurn, HostState, Turn, end, longer_delay, take

FIELDS = ("next_allowed_at", "crawl_delay_seconds", "backoff_until", "refusals", "holder")


def serve(
    session: Session, wanted: Sequence[str], ended: Sequence[EndedTurn], *, now: datetime, holder: str
) -> dict[str, Turn]:
    """End the turns that are over, and answer the run `holder`, which wants some. Each host is in `wanted` once at most."""
    names = sorted({*wanted, *(turn.host for turn in ended)})
    before = _locked(session, names, now)
    states = dict(before)
    for turn in ended:
        states[turn.host] = end(states.get(turn.host), turn)
    turns = {}
    for name in wanted:
        turns[name], states[name] = take(states.get(name), now, holder)
    _write(session, {name: state for name, state in states.items() if state != before[name]})
    return turns


def release(session: Session, holders: Collection[str], *, now: datetime, delay_seconds: float) -> None:
    """Free the hosts whose turns these runs died with: each may be asked one delay from now, for it may just have been."""
    rows = select(Host).where(Host.holder.in_(holders)).order_by(Host.name).with_for_update()
    for host in session.scalars(rows).all():
        seconds = longer_delay(delay_seconds, host.crawl_delay_seconds)
        host.next_allowed_at, host.holder = now + timedelta(seconds=seconds), ""


def backoff_until(session: Session, names: Iterable[str], now: datetime) -> datetime | None:
    """Until when at least one of these hosts wants to be left alone; None when none does."""
    found = select(Host.backoff_until).where(Host.name.in_(list(names)), Host.backoff_until > now)
    return max(filter(None, session.scalars(found)), default=None)


def _locked(session: Session, names: Sequence[str], now: datetime) -> dict[str, HostState]:
    """The states of these hosts, held until the transaction ends; a host that was never seen gets its row."""
    wanted = select(Host.name, *(getattr(Host, field) for field in FIELDS)).where(Host.name.in_(names))
    wanted = wanted.order_by(Host.name).with_for_update()
    found = {row[0]: HostState(*row[1:]) for row in session.execute(wanted)}
    new = [name for name in names if name not in found]
    if new:
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        rows = [{"name": name} | asdict(HostState(next_allowed_at=now)) for name in new]
        session.execute(insert(Host).on_conflict_do_nothing(), rows)  # another run may have been first
        found = {row[0]: HostState(*row[1:]) for row in session.execute(wanted)}
    return found


def _write(session: Session, states: Mapping[str, HostState]) -> None:
    if states:
        session.connection().execute(
            Host.__table__.update()  # type: ignore[attr-defined]
            .where(Host.__table__.c.name == bindparam("row"))
            .values({field: bindparam(field) for field in FIELDS}),
            [{"row": name} | asdict(state) for name, state in states.items()],
        )
