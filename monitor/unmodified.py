"""Checks whose sources all answered "not modified": most of what a quiet day brings, so many are closed in one transaction.

They come to what `process.close_check` makes of them one by one. Whatever may mean more than that the wording in force was
seen once more is left to it.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased, contains_eager, lazyload

from monitor.checks import STATE
from monitor.database import Database
from monitor.decide.decision import NOT_MODIFIED, Evidence
from monitor.decide.selections import noted
from monitor.decide.state import PolicyState
from monitor.decide.step import step
from monitor.due import schedule_after
from monitor.models import Check, Fetch, Policy, Snapshot, Source, Version, VersionSource
from monitor.process import ClosedCheck, close, sight_wanted
from monitor.types import Selection

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Known:
    """What there is to know of one such check: when and by what its answers came, the sources that gave them, and the
    version in force with its sources and whether each was read as is declared today.
    """

    at: datetime
    via: str
    asked: list[int] = field(default_factory=list)
    base: Version | None = None
    read: list[int] = field(default_factory=list)
    read_as_declared: bool = True


def close_unmodified(database: Database, complete: Sequence[int], *, now: datetime) -> dict[int, ClosedCheck]:
    """Close those of these complete checks that say no more than "as before". A fault closes none of them."""
    try:
        with database.writing() as session:
            return dict(_close_all(session, complete, now))
    except Exception:  # one policy's fault: each by itself, it costs that policy's check alone
        _log.exception("%s checks could not be closed together", len(complete))
        return {}


def to_be_read(state: PolicyState, asked: Sequence[int], read: Sequence[int], *, read_as_declared: bool) -> str:
    """Why "not modified" has to be looked at more closely; empty when it says that the wording in force still stands.

    `asked` are the sources that said it, `read` those of the version in force, both in their order.
    """
    if list(asked) != list(read):
        return "the version in force was read from other sources"
    if not read_as_declared:
        return "another selection is declared"
    if state.pending is not None:
        return "another wording waits"
    if state.lost:
        return "a source was lost until now"
    if state.shows_another or state.today_moves:
        return "the page shows another wording than the one in force, or the day as its date"
    return ""


def _close_all(session: Session, complete: Sequence[int], now: datetime) -> Iterator[tuple[int, ClosedCheck]]:
    checks = _unmodified(session, complete)
    known = _known(session, checks)
    for check in checks:
        state, this = STATE.validate_python(check.policy.state), known[check.id]
        if this.base is not None and not to_be_read(
            state, this.asked, this.read, read_as_declared=this.read_as_declared
        ):
            yield check.id, _seen_again(session, check, state, this.base, this, now)


def _seen_again(
    session: Session, check: Check, state: PolicyState, base: Version, this: _Known, now: datetime
) -> ClosedCheck:
    """Record that the wording in force still stands."""
    decision, after = step(state, Evidence(at=this.at, base_number=base.number, nothing_new=NOT_MODIFIED))
    decision = noted(decision, state.missed, state.missed)
    check.policy.state = STATE.dump_python(after, mode="json")
    close(session, check, decision, this.at, this.via)
    base.last_seen_at = max(base.last_seen_at, this.at)
    schedule_after(session, check, now, soon=sight_wanted(after, now))
    notices = tuple(news.text for news in decision.news)
    return ClosedCheck(check.policy.slug, decision.outcome, decision.reason, notices=notices)


def _unmodified(session: Session, complete: Sequence[int]) -> Sequence[Check]:
    """The open ones that brought nothing but "not modified", and whose policy's earlier ones are closed.

    Holds their policies and them until the transaction ends, in the order in which `process` does.
    """
    another = aliased(Check)
    other = exists().where(Fetch.check_id == Check.id, Fetch.final, ~Fetch.not_modified)
    earlier = exists().where(
        another.policy_id == Check.policy_id, another.due_at < Check.due_at, another.outcome.is_(None)
    )
    wanted = select(Check).join(Check.policy).where(Check.id.in_(complete), Check.outcome.is_(None), ~other, ~earlier)
    wanted = wanted.options(contains_eager(Check.policy).options(lazyload(Policy.service)))
    return session.scalars(wanted.order_by(Check.policy_id).with_for_update(of=[Policy, Check])).all()


def _known(session: Session, checks: Sequence[Check]) -> Mapping[int, _Known]:
    known: dict[int, _Known] = {}
    for check_id, source_id, at, via in _answers(session, [check.id for check in checks]):
        this = known.setdefault(check_id, _Known(at, via))
        this.at = max(this.at, at)
        this.asked.append(source_id)
    of_policy = {check.policy_id: known[check.id] for check in checks}
    bases = _in_force(session, list(of_policy))
    for version in bases:
        of_policy[version.policy_id].base = version
    of_version = {version.id: of_policy[version.policy_id] for version in bases}
    for version_id, source_id, selection, declared in _parts(session, list(of_version)):
        of_version[version_id].read.append(source_id)
        of_version[version_id].read_as_declared &= selection == declared
    return known


def _answers(session: Session, checks: Sequence[int]) -> Sequence[tuple[int, int, datetime, str]]:
    """Check, source, time and way of each final answer, in the order of the sources."""
    wanted = select(Fetch.check_id, Fetch.source_id, Fetch.at, Fetch.via).join(Source, Source.id == Fetch.source_id)
    final = wanted.where(Fetch.check_id.in_(checks), Fetch.final)
    return session.execute(final.order_by(Source.position)).all()


def _in_force(session: Session, policies: Sequence[int]) -> Sequence[Version]:
    """The newest confirmed version of each policy."""
    other = aliased(Version)
    newest = select(func.max(other.number)).where(other.policy_id == Version.policy_id, other.state == "confirmed")
    wanted = select(Version).where(Version.policy_id.in_(policies), Version.number == newest.scalar_subquery())
    return session.scalars(wanted).all()


def _parts(session: Session, versions: Sequence[int]) -> Sequence[tuple[int, int, Selection | None, Selection | None]]:
    """Version, source, what that was read by, and what it declares today; in the versions' order."""
    wanted = select(VersionSource.version_id, Source.id, VersionSource.selection, Source.selection)
    wanted = wanted.join(Snapshot, Snapshot.id == VersionSource.snapshot_id).join(
        Source, Source.id == Snapshot.source_id
    )
    read = wanted.where(VersionSource.version_id.in_(versions)).order_by(VersionSource.position)
    return session.execute(read).all()
