"""The record of one check, up to the reading: keep what the crawler brought, gather what a check has to go on.

A check is complete when every source of its policy has a final fetch; `read` then turns the newest good snapshot of
each source into a document.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session, contains_eager

from monitor.archive import store
from monitor.decide.asked import in_another_language
from monitor.decide.decision import NO_WORD, NOT_MODIFIED, SAME_BYTES, Evidence, Problem
from monitor.decide.selections import MissedSelection
from monitor.decide.state import PolicyState
from monitor.decide.wording import fingerprint
from monitor.errors import ReadingError
from monitor.history import version_in_force
from monitor.models import Check, Fetch, Frame, Snapshot, Source, Version
from monitor.policies import sources_at
from monitor.reading import Reader
from monitor.selections import Alike, Pages, is_declared_anew, missed_selection, read_alike
from monitor.types import Document, FetchResult, Outcome, PageState, Via

STATE = TypeAdapter(PolicyState)


@dataclass(frozen=True, slots=True)
class SourceReading:
    """What one source came to at this check; `fetch_id` is None when the check did not ask for it (an import of another).

    `document` is that of its newest good snapshot, `snapshot_id`; `fresh`: this check brought it. A source that came to
    no more than "same as before" is not read unless another source was (`document` is None then), nor is one that
    never gave a good page (`snapshot_id` is None as well). `text_at`:
    when its text was last seen, of one with a problem. `asked_anew`: another language is declared since that snapshot.
    `plain_will_do`: its page came by the browser, and the plain answer beside it has the same words.
    """

    source_id: int
    url: str
    fetch_id: int | None = None
    via: str = ""
    fresh: bool = False
    snapshot_id: int | None = None
    document: Document | None = None
    problem: Problem | None = None
    text_at: datetime | None = None
    asked_anew: bool = False
    plain_will_do: bool = False


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
    if result.via is Via.HTTP and not result.final:
        session.get_one(Source, result.source_id).browser_tested_at = result.at
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
        "language": result.language,
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
    asked = [_read_source(pages, source, fetches.get(source.id)) for source in _sources(check, fetches)]
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
            in_part=any(source.fetch_id is not None and source.problem is None for source in asked),
            pending_asked=_is_asked(pending, base, asked),
            declared_otherwise=_declared_otherwise(asked, alike, moved=moved),
            watched=frozenset(check.policy.watched_blocks),
        ),
        base_upgrade=alike.upgrade if alike is not None else None,
        alike=alike,
        missed=tuple(
            filter(None, (missed_selection(session, source.source_id, source.document) for source in sources))
        ),
    )


def read_deleted(session: Session, check_id: int, said: str) -> CheckReading:
    """A check that saw the wording in force once more, and whose bytes are deleted; `said`: its reason then."""
    check = session.get_one(Check, check_id)
    fetches = _final_fetches(session, check)
    state = STATE.validate_python(check.policy.state)
    base = version_in_force(session, check.policy_id)
    assert base is not None
    asked = [(source, fetches.get(source.id)) for source in _sources(check, fetches)]
    at = captured_at(session, check_id)
    unread = None if said.startswith(NO_WORD) else _base_of_unread(base, state)
    return CheckReading(
        check_id=check_id,
        captured_at=at,
        via=check.via or next(iter(fetches.values())).via,
        asked=tuple(
            SourceReading(source.id, source.url, fetch.id, fetch.via, snapshot_id=fetch.snapshot_id)
            if fetch is not None
            else SourceReading(source.id, source.url)
            for source, fetch in asked
        ),
        sources=(),
        state=state,
        base_id=base.id,
        base_fingerprint=base.fingerprint,
        evidence=Evidence(at=at, base=unread, base_number=base.number, nothing_new=said),
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
    return NOT_MODIFIED if all(fetch.not_modified for fetch in fetches) else SAME_BYTES


def _declared_otherwise(asked: Sequence[SourceReading], alike: Alike | None, *, moved: bool) -> str:
    """By what declaration the text is another one, in words; empty when it is not."""
    if moved:
        return "other sources are declared"
    if alike is None or alike.base is None or fingerprint(alike.base) == fingerprint(alike.document):
        return ""
    return "another language is declared" if any(source.asked_anew for source in asked) else ""


def _is_asked(pending: Version | None, base: Version | None, asked: Sequence[SourceReading]) -> bool:
    """Every source in which the pending wording differs from the one in force gave a page."""
    if pending is None or base is None:
        return True
    known = {part.snapshot_id for part in base.sources}
    waiting = {part.snapshot.source_id for part in pending.sources if part.snapshot_id not in known}
    return not any(source.problem for source in asked if source.source_id in waiting)


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


def _read_source(pages: Pages, source: Source, fetch: Fetch | None) -> SourceReading:
    good, language = _newest_good_snapshot(pages.session, source.id)
    before = SourceReading(source.id, source.url, snapshot_id=good.id if good is not None else None)
    if fetch is None:
        return before
    before = replace(before, fetch_id=fetch.id, via=fetch.via)
    if fetch.snapshot is None:
        return before if fetch.not_modified else _lost(pages, before, fetch, Problem(Outcome.FAILED, fetch.error))
    anew = good is not None and language != fetch.language
    before = replace(before, asked_anew=anew, plain_will_do=_plain_will_do(pages, source, fetch, fetch.snapshot))
    same_bytes = good is not None and good.frame_id == fetch.snapshot.frame_id
    return before if same_bytes and not anew else _read_answer(pages, before, fetch, fetch.snapshot)


def _read_answer(pages: Pages, before: SourceReading, fetch: Fetch, snapshot: Snapshot) -> SourceReading:
    try:
        document = pages.read_declared(snapshot)
    except ReadingError as error:
        return _lost(pages, before, fetch, Problem(Outcome.FAILED, str(error)))
    if problem := _problem_with(document, fetch):
        return _lost(pages, before, fetch, problem)
    return replace(before, fresh=True, snapshot_id=snapshot.id, document=document)


def _problem_with(document: Document, fetch: Fetch) -> Problem | None:
    """Why the page is not the one that was asked for."""
    if document.page_state is not PageState.OK:
        return Problem(Outcome.INACCESSIBLE, document.page_evidence, document.page_state)
    return in_another_language(document, fetch.language)


def _lost(pages: Pages, reading: SourceReading, fetch: Fetch, problem: Problem) -> SourceReading:
    """The source with its problem, and when its text was last seen: read or, by the site's word, not modified."""
    seen = select(func.max(Fetch.at)).where(Fetch.source_id == fetch.source_id, Fetch.at < fetch.at)
    good = seen.where(or_(Fetch.page_state == PageState.OK.value, Fetch.not_modified))
    text_at = pages.session.scalar(good) if reading.snapshot_id is not None else None
    return replace(reading, problem=problem, text_at=text_at)


def _plain_will_do(pages: Pages, source: Source, fetch: Fetch, snapshot: Snapshot) -> bool:
    """A page that takes the browser was asked for plainly as well, and has the same words so."""
    if fetch.via != Via.BROWSER or not source.browser_reason:
        return False
    beside = select(Fetch).where(Fetch.check_id == fetch.check_id, Fetch.source_id == source.id, ~Fetch.final)
    plain = pages.session.scalar(beside.where(Fetch.via == Via.HTTP.value).order_by(Fetch.id.desc()).limit(1))
    if plain is None or plain.snapshot is None:
        return False
    try:
        document = pages.read_declared(plain.snapshot)
        same = fingerprint(document) == fingerprint(pages.read_declared(snapshot))
    except ReadingError:
        return False
    return document.page_state is PageState.OK and same


def _with_document(pages: Pages, source: SourceReading) -> SourceReading:
    if source.document is not None or source.snapshot_id is None:
        return source
    return replace(source, document=pages.read_declared(pages.session.get_one(Snapshot, source.snapshot_id)))


def _newest_good_snapshot(session: Session, source_id: int) -> tuple[Snapshot | None, str]:
    """The newest one that a decision took for the policy, and the language that was asked for then; a suspicious page is
    none before it is confirmed.
    """
    good = select(Snapshot, Fetch.language).join(Fetch, Fetch.snapshot_id == Snapshot.id)
    good = good.join(Snapshot.frame).options(contains_eager(Snapshot.frame)).where(Frame.deleted_at.is_(None))
    good = good.where(Fetch.source_id == source_id, Fetch.page_state == PageState.OK.value)
    found = session.execute(good.order_by(Snapshot.captured_at.desc(), Snapshot.id.desc()).limit(1)).first()
    return (found[0], found[1]) if found is not None else (None, "")
