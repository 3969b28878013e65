"""The record of one check, up to the reading: keep what the crawler brought, gather what a check has to go on.

A check is complete when every source of its policy has a final fetch; `read` then turns the newest good snapshot of
each source into a document.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from monitor.archive import store
from monitor.decide.decision import Evidence, Problem
from monitor.decide.selections import MissedSelection
from monitor.decide.state import PolicyState
from monitor.errors import ReadingError
from monitor.extract import EXTRACTOR_VERSION
from monitor.extract.tokens import differ_in_tokens_only
from monitor.history import version_in_force
from monitor.models import Check, Fetch, Snapshot, Source, Version
from monitor.policies import sources_at
from monitor.reading import Reader
from monitor.selections import Alike, Pages, is_declared_anew, missed_selection, read_alike
from monitor.types import Document, FetchResult, Outcome, PageState

STATE = TypeAdapter(PolicyState)
SAME_BYTES, SAME_WORDS = "same bytes", "same words"


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What one source came to at this check; `fetch_id` is None when the check did not ask for it (an import of another).

    `document` is that of its newest good snapshot, `snapshot_id`; `fresh`: this check brought it. A source that came to
    no more than "same as before" is not read unless another source was (`document` is None then), nor is one that
    never gave a good page (`snapshot_id` is None as well). `as_before` says in words how its answer is the same.
    """

    source_id: int
    fetch_id: int | None = None
    via: str = ""
    fresh: bool = False
    snapshot_id: int | None = None
    document: Document | None = None
    problem: Problem | None = None
    as_before: str = ""


@dataclass(frozen=True, slots=True)
class CheckReading:
    """All that a decision needs to know of one check, and what it was read against: `state`, and the version `base_id`.

    `asked` are all sources of the check, `sources` those that the policy's text is read from. `base_upgrade` is the wording in force read again, when an
    older extractor read it or another selection is declared: like is compared with like. `alike` says how; None when nothing
    was read anew. `missed`: the declared selections that do not match.
    """

    check_id: int
    captured_at: datetime
    via: str
    asked: tuple[SourceReading, ...]
    sources: tuple[SourceReading, ...]
    state: PolicyState
    base_id: int | None
    base_fingerprint: str
    evidence: Evidence
    base_upgrade: Document | None = None
    alike: Alike | None = None
    missed: tuple[MissedSelection, ...] = ()


def keep(session: Session, results: Sequence[FetchResult]) -> list[int]:
    """Archive what the crawler brought back; the checks that are now complete."""
    asked = {result.check_id for result in results}
    closed = set(session.scalars(select(Check.id).where(Check.id.in_(asked), Check.outcome.is_not(None))))
    fetches = [_fetch(session, result, closed) for result in results]
    session.execute(insert(Fetch), fetches)
    return complete_checks(session, {result.check_id for result in results if result.final})


def _fetch(session: Session, result: FetchResult, closed: AbstractSet[int]) -> dict[str, object]:
    """The row of one attempt, its capture archived. What comes for a check that another run has `closed` changes nothing."""
    snapshot = store.keep(session, result.source_id, result.capture) if result.capture is not None else None
    return {
        "check_id": result.check_id,
        "source_id": result.source_id,
        "snapshot_id": snapshot.id if snapshot is not None else None,
        "at": result.at,
        "via": result.via.value,
        "final": result.final and result.check_id not in closed,
        "not_modified": result.not_modified,
        "error": result.error,
        "failure": result.failure,
        "moved_to": result.capture.moved_to if result.capture is not None else "",
        "reason": result.reason,
        "duration_seconds": result.duration_seconds,
    }


def complete_checks(session: Session, among: Iterable[int] | None = None) -> list[int]:
    """The open checks whose policy has a final fetch for every source in force: all of them, or those among these.

    An import closes its own checks.
    """
    fetched = select(func.count(func.distinct(Fetch.source_id))).join(Source, Source.id == Fetch.source_id)
    fetched = fetched.where(Fetch.check_id == Check.id, Fetch.final, Source.retired_at.is_(None))
    wanted = select(func.count(Source.id)).where(Source.policy_id == Check.policy_id, Source.retired_at.is_(None))
    complete = select(Check.id).where(
        Check.outcome.is_(None), Check.via.is_(None), fetched.scalar_subquery() == wanted.scalar_subquery()
    )
    if among is not None:
        complete = complete.where(Check.id.in_(among))
    return list(session.scalars(complete.order_by(Check.due_at, Check.id)))


def read(session: Session, reader: Reader, check_id: int) -> CheckReading:
    """Read what a complete check brought. Bytes that were already read, and a 304, are not read again."""
    check = session.get_one(Check, check_id)
    fetches = _final_fetches(session, check)
    state = STATE.validate_python(check.policy.state)
    base = version_in_force(session, check.policy_id)
    pages = Pages(session, reader)
    current = base is not None and base.extractor_version == EXTRACTOR_VERSION
    asked = [
        _read_source(pages, source, fetches.get(source.id), current=current) for source in _sources(check, fetches)
    ]
    sources = [source for source in asked if source.snapshot_id is not None] if base is not None else asked
    moved = base is not None and _source_ids(base) != [source.source_id for source in sources]
    anew = base is not None and is_declared_anew(session, base, state.missed)
    if base is None or moved or anew or state.shows_another or any(source.fresh for source in sources):
        sources = [_with_document(pages, source) for source in sources]
    pending = _version(session, check.policy_id, state.pending.version if state.pending is not None else None)
    former = _version(session, check.policy_id, state.former)
    alike = None
    if sources and all(source.document for source in sources):
        snapshots = [session.get_one(Snapshot, source.snapshot_id) for source in sources]
        alike = read_alike(pages, snapshots, base, pending, former, moved=moved)
    at = captured_at(session, check_id)
    return CheckReading(
        check_id=check_id,
        captured_at=at,
        via=next((source.via for source in asked if source.fresh), next(iter(fetches.values())).via),
        asked=tuple(asked),
        sources=tuple(sources),
        state=state,
        base_id=base.id if base is not None else None,
        base_fingerprint=base.fingerprint if base is not None else "",
        evidence=Evidence(
            at=at,
            base=alike.base if alike is not None else _base_of_unread(base, state),
            base_number=base.number if base is not None else 0,
            pending=alike.pending if alike is not None else None,
            former=alike.former if alike is not None else None,
            document=alike.document if alike is not None else None,
            nothing_new=_nothing_new(fetches.values(), base, asked),
            problem=next((source.problem for source in asked if source.problem), None),
            declared_otherwise=moved,
            watched=frozenset(check.policy.watched_blocks),
        ),
        base_upgrade=alike.upgrade if alike is not None else None,
        alike=alike,
        missed=tuple(
            filter(None, (missed_selection(session, source.source_id, source.document) for source in sources))
        ),
    )


def _base_of_unread(base: Version | None, state: PolicyState) -> Document | None:
    """The wording in force where nothing was read: only of one whose date may be the day of the fetch it is asked what it says."""
    return base.document if base is not None and state.today_moves else None


def captured_at(session: Session, check_id: int) -> datetime:
    """When the newest answer of a check came."""
    answered = select(func.max(func.coalesce(Snapshot.captured_at, Fetch.at))).join(Fetch.snapshot, isouter=True)
    return session.scalars(answered.where(Fetch.check_id == check_id, Fetch.final)).one()


def _nothing_new(fetches: Iterable[Fetch], base: Version | None, asked: Sequence[SourceReading]) -> str:
    """Why there is nothing to compare, in words."""
    if base is None:
        missing = sum(source.snapshot_id is None for source in asked)
        return f"{missing} of {len(asked)} sources have not given a good page yet"
    if all(fetch.not_modified for fetch in fetches):
        return "not modified"
    return next((source.as_before for source in asked if source.as_before), SAME_BYTES)


def _source_ids(version: Version) -> list[int]:
    return [part.snapshot.source_id for part in version.sources]


def _version(session: Session, policy_id: int, number: int | None) -> Version | None:
    if number is None:
        return None
    return session.scalar(select(Version).where(Version.policy_id == policy_id, Version.number == number))


def _final_fetches(session: Session, check: Check) -> dict[int, Fetch]:
    """Source -> its final fetch in this check, in the order of the sources' first fetches."""
    final = select(Fetch).where(Fetch.check_id == check.id, Fetch.final).order_by(Fetch.id.desc())
    return {fetch.source_id: fetch for fetch in reversed(session.scalars(final).all())}


def _sources(check: Check, fetches: Mapping[int, Fetch]) -> list[Source]:
    """The sources that were declared when the answers came, and any other that there is an answer of."""
    declared = sources_at(check.policy, max(fetch.at for fetch in fetches.values()))
    return [source for source in check.policy.sources if source in declared or source.id in fetches]


def _read_source(pages: Pages, source: Source, fetch: Fetch | None, *, current: bool) -> SourceReading:
    """What a source came to. `current`: today's extractor read the version in force, so what reads the same need not be read."""
    good = _newest_good_snapshot(pages.session, source.id)
    before = SourceReading(source.id, snapshot_id=good.id if good is not None else None)
    if fetch is None:
        return before
    before = replace(before, fetch_id=fetch.id, via=fetch.via)
    if fetch.snapshot is None:
        return before if fetch.not_modified else replace(before, problem=Problem(Outcome.FAILED, fetch.error))
    if good is not None and (same := _as_before(pages.session, good, fetch.snapshot, current=current)):
        return replace(before, as_before=same)
    try:
        document = pages.read_declared(fetch.snapshot)
    except ReadingError as error:
        return replace(before, problem=Problem(Outcome.FAILED, str(error)))
    if document.page_state is not PageState.OK:
        return replace(before, problem=Problem(Outcome.INACCESSIBLE, document.page_evidence, document.page_state))
    return replace(before, fresh=True, snapshot_id=fetch.snapshot.id, document=document)


def _as_before(session: Session, good: Snapshot, new: Snapshot, *, current: bool) -> str:
    """How a page is the same as the newest good one, so that it need not be read; empty when it has to be."""
    if good.frame_id == new.frame_id:
        return SAME_BYTES
    came, comes = ((one.status, one.url, one.final_url, one.headers.get("content-type", "")) for one in (good, new))
    if not current or came != comes or "html" not in comes[-1].lower():
        return ""
    return SAME_WORDS if differ_in_tokens_only(store.body(session, good), store.body(session, new)) else ""


def _with_document(pages: Pages, source: SourceReading) -> SourceReading:
    if source.document is not None or source.snapshot_id is None:
        return source
    return replace(source, document=pages.read_declared(pages.session.get_one(Snapshot, source.snapshot_id)))


def _newest_good_snapshot(session: Session, source_id: int) -> Snapshot | None:
    """The newest one that a decision took for the policy; a suspicious page is none before it is confirmed."""
    good = select(Snapshot).join(Fetch, Fetch.snapshot_id == Snapshot.id)
    good = good.where(Fetch.source_id == source_id, Fetch.page_state == PageState.OK.value)
    return session.scalar(good.order_by(Snapshot.captured_at.desc(), Snapshot.id.desc()).limit(1))
