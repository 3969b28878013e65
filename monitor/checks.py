"""The record of one check, up to the reading: keep what the crawler brought, gather what a check has to go on.

A check is complete when every source of its policy has a final fetch; `read` then turns the newest good snapshot of
each source into a document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.archive import store
from monitor.decide.wording import combine
from monitor.errors import ReadingError
from monitor.extract import EXTRACTOR_VERSION
from monitor.history import version_in_force
from monitor.models import Check, Fetch, Snapshot, Source, Version
from monitor.policies import sources_at
from monitor.reading import Reader
from monitor.types import Document, FetchResult, Outcome, PageState


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a source gave no good document at this check."""

    outcome: Outcome
    reason: str
    page_state: PageState | None = None


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What one source came to at this check; `fetch_id` is None when the check did not ask for it (an import of another).

    `document` is that of its newest good snapshot, `snapshot_id`; `fresh`: this check brought it. A source that came to
    no more than "same as before" is not read unless another source was (`document` is None then), nor is one that
    never gave a good page (`snapshot_id` is None as well).
    """

    source_id: int
    fetch_id: int | None = None
    fresh: bool = False
    snapshot_id: int | None = None
    document: Document | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class CheckReading:
    """All that a decision needs to know of one check.

    `base_upgrade` is the wording in force read again, when an older extractor read it: like is compared with like.
    """

    check_id: int
    captured_at: datetime
    via: str
    sources: tuple[SourceReading, ...]
    base_upgrade: Document | None = None

    @property
    def problem(self) -> Problem | None:
        return next((source.problem for source in self.sources if source.problem), None)

    @property
    def documents(self) -> tuple[Document, ...] | None:
        """The documents of all sources when there is something to compare; None otherwise."""
        documents = tuple(source.document for source in self.sources if source.document)
        fresh = any(source.fresh for source in self.sources)
        return documents if fresh and len(documents) == len(self.sources) else None


def keep(session: Session, result: FetchResult) -> bool:
    """Archive what the crawler brought back; True when the check it belongs to is now complete."""
    snapshot = store.keep(session, result.source_id, result.capture) if result.capture is not None else None
    session.add(
        Fetch(
            check_id=result.check_id,
            source_id=result.source_id,
            snapshot_id=snapshot.id if snapshot is not None else None,
            at=result.at,
            via=result.via.value,
            final=result.final,
            not_modified=result.not_modified,
            error=result.error,
            reason=result.reason,
            duration_seconds=result.duration_seconds,
        )
    )
    session.flush()
    return result.final and result.check_id in complete_checks(session, result.check_id)


def complete_checks(session: Session, check_id: int | None = None) -> list[int]:
    """The open checks whose policy has a final fetch for every source in force: all of them, or this one if it is.

    An import closes its own checks.
    """
    fetched = select(func.count(func.distinct(Fetch.source_id))).join(Source, Source.id == Fetch.source_id)
    fetched = fetched.where(Fetch.check_id == Check.id, Fetch.final, Source.retired_at.is_(None))
    wanted = select(func.count(Source.id)).where(Source.policy_id == Check.policy_id, Source.retired_at.is_(None))
    complete = select(Check.id).where(
        Check.outcome.is_(None), Check.via.is_(None), fetched.scalar_subquery() == wanted.scalar_subquery()
    )
    if check_id is not None:
        complete = complete.where(Check.id == check_id)
    return list(session.scalars(complete.order_by(Check.due_at, Check.id)))


def read(session: Session, reader: Reader, check_id: int) -> CheckReading:
    """Read what a complete check brought. Bytes that were already read, and a 304, are not read again."""
    check = session.get_one(Check, check_id)
    fetches = _final_fetches(session, check)
    sources = [_read_source(session, reader, source, fetches.get(source.id)) for source in _sources(check, fetches)]
    fresh = any(source.fresh for source in sources)
    if fresh:
        sources = [_with_document(session, reader, source) for source in sources]
    base = version_in_force(session, check.policy_id)
    old_reading = fresh and base is not None and base.extractor_version != EXTRACTOR_VERSION
    return CheckReading(
        check_id=check_id,
        captured_at=max(fetch.snapshot.captured_at if fetch.snapshot else fetch.at for fetch in fetches.values()),
        via=next(iter(fetches.values())).via,
        sources=tuple(sources),
        base_upgrade=read_version(session, reader, base) if base is not None and old_reading else None,
    )


def read_version(session: Session, reader: Reader, version: Version) -> Document:
    """The text of a version, read from its snapshots with today's extractor."""
    return combine(tuple(_read_snapshot(session, reader, part.snapshot) for part in version.sources))


def _final_fetches(session: Session, check: Check) -> dict[int, Fetch]:
    """Source -> its newest final fetch in this check, in the order of the sources' first fetches."""
    final = select(Fetch).where(Fetch.check_id == check.id, Fetch.final).order_by(Fetch.id)
    return {fetch.source_id: fetch for fetch in session.scalars(final)}


def _sources(check: Check, fetches: Mapping[int, Fetch]) -> list[Source]:
    """The sources that were declared at the check, and any other that it has an answer of."""
    declared = sources_at(check.policy, check.due_at)
    return [source for source in check.policy.sources if source in declared or source.id in fetches]


def _read_source(session: Session, reader: Reader, source: Source, fetch: Fetch | None) -> SourceReading:
    good = _newest_good_snapshot(session, source.id)
    before = SourceReading(source.id, snapshot_id=good.id if good is not None else None)
    if fetch is None:
        return before
    before = replace(before, fetch_id=fetch.id)
    if fetch.snapshot is None:
        return before if fetch.not_modified else replace(before, problem=Problem(Outcome.FAILED, fetch.error))
    if good is not None and good.frame_id == fetch.snapshot.frame_id:
        return before
    try:
        document = _read_snapshot(session, reader, fetch.snapshot)
    except ReadingError as error:
        return replace(before, problem=Problem(Outcome.FAILED, str(error)))
    if document.page_state is not PageState.OK:
        return replace(before, problem=Problem(Outcome.INACCESSIBLE, document.page_evidence, document.page_state))
    return replace(before, fresh=True, snapshot_id=fetch.snapshot.id, document=document)


def _with_document(session: Session, reader: Reader, source: SourceReading) -> SourceReading:
    if source.document is not None or source.snapshot_id is None:
        return source
    return replace(source, document=_read_snapshot(session, reader, session.get_one(Snapshot, source.snapshot_id)))


def _read_snapshot(session: Session, reader: Reader, snapshot: Snapshot) -> Document:
    content_type = snapshot.headers.get("content-type", "")
    return reader.read(
        store.body(session, snapshot), content_type=content_type, url=snapshot.final_url, status=snapshot.status
    )


def _newest_good_snapshot(session: Session, source_id: int) -> Snapshot | None:
    good = select(Snapshot).join(Fetch, Fetch.snapshot_id == Snapshot.id)
    good = good.where(Fetch.source_id == source_id, Fetch.page_state == PageState.OK.value)
    return session.scalar(good.order_by(Snapshot.captured_at.desc(), Snapshot.id.desc()).limit(1))
