"""The archive out as one WARC file, oldest answer first: other tools read and replay it, and `import` takes it in again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from monitor.archive import store
from monitor.archive.records import headers_of
from monitor.database import Database
from monitor.errors import ArchiveError, UsageError
from monitor.exporting.warc_writing import Answer, Writer
from monitor.exporting.whole_file import whole_file
from monitor.interchange.carried import carried_capture, carried_change, carried_policy
from monitor.interchange.warc_form import Kind
from monitor.models import Change, Check, Fetch, Policy, Snapshot, Source
from monitor.policies import find
from monitor.types import PageState, Progress, unheard

AT_ONCE = 50  # rows read ahead


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be exported: every answer, or those of a policy, from one moment on, until another."""

    policy: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(slots=True)
class Exported:
    """What an export came to. `deleted`: answers whose bytes a retention rule took; `damaged`: those that the archive does
    not give back, in words. Both are left out.
    """

    policies: int = 0
    responses: int = 0
    revisits: int = 0
    not_modified: int = 0
    deleted: int = 0
    damaged: list[str] = field(default_factory=list)


def export_warc(
    database: Database, path: Path, wanted: Wanted, *, now: datetime, on_progress: Progress = unheard
) -> Exported:
    """Write `path`, by its ending as gzip record by record or plainly. It is there as a whole, or not at all."""
    if not path.name.endswith((".warc", ".warc.gz")):
        raise UsageError(
            f"{path}: a file name ending in .warc.gz (packed) or .warc (plain) was wanted. Add the ending."
        )
    with database.reading() as session:
        policies = _policies(session, wanted)
        with whole_file(path) as file:
            writer = Writer(file, packed=path.suffix == ".gz", now=now)
            return _Export(session, writer, policies, wanted).write(path.name, on_progress)


def _policies(session: Session, wanted: Wanted) -> Sequence[int]:
    """The ids of the policies; UsageError when none is called so."""
    if wanted.policy:
        return [find(session, wanted.policy).id]
    return session.scalars(select(Policy.id).order_by(Policy.id)).all()


class _Export:
    def __init__(self, session: Session, writer: Writer, policies: Sequence[int], wanted: Wanted) -> None:
        self._session, self._writer, self._policies, self._wanted = session, writer, policies, wanted
        self._exported = Exported(policies=len(policies))
        self._instead: dict[int, int | None] = {}  # frame -> its response, where the first one could not be written

    def write(self, filename: str, on_progress: Progress) -> Exported:
        self._writer.begin(filename)
        for policy_id in self._policies:
            self._write_policy(self._session.get_one(Policy, policy_id))
        total = self._session.scalar(self._within(select(func.count(Fetch.id)))) or 0
        for done, (fetch, check, policy, first) in enumerate(self._answers(), 1):
            self._write_answer(fetch, check, policy, first)
            on_progress(done, total)
        for change in self._changes():
            self._write_change(change)
        self._writer.end()
        return self._exported

    def _write_policy(self, policy: Policy) -> None:
        self._writer.tell(Kind.POLICY, f"policy:{policy.slug}", carried_policy(policy))

    def _write_change(self, change: Change) -> None:
        told = carried_change(change).model_dump(mode="json", exclude_none=True)
        self._writer.tell(Kind.CHANGE, f"change:{change.policy.slug}", told)

    def _write_answer(self, fetch: Fetch, check: Check, policy: Policy, first: int | None) -> None:
        if fetch.snapshot is None:
            self._write_not_modified(fetch, check, policy)
        elif fetch.snapshot.frame.deleted_at is not None:
            self._exported.deleted += 1
        else:
            try:
                self._write_snapshot(fetch, fetch.snapshot, check, policy, first)
            except ArchiveError as error:
                self._instead.setdefault(fetch.snapshot.frame_id, None)
                self._exported.damaged.append(f"{policy.slug} @ {fetch.at:%Y-%m-%d %H:%M:%S}Z: {error}")

    def _write_snapshot(
        self, fetch: Fetch, snapshot: Snapshot, check: Check, policy: Policy, first: int | None
    ) -> None:
        headers, body = headers_of(snapshot), store.body(self._session, snapshot)
        about = carried_capture(policy, check, fetch, snapshot.url)
        answer = Answer(snapshot.captured_at, snapshot.status, headers, body)
        if snapshot.frame_id in self._instead:
            first = self._instead[snapshot.frame_id] = self._instead[snapshot.frame_id] or snapshot.id
        if first == snapshot.id:
            self._writer.response(about, answer)
            self._exported.responses += 1
        else:
            earlier = self._session.get_one(Snapshot, first)
            self._writer.revisit(about, answer, (earlier.url, earlier.captured_at))
            self._exported.revisits += 1

    def _write_not_modified(self, fetch: Fetch, check: Check, policy: Policy) -> None:
        about = carried_capture(policy, check, fetch, self._session.get_one(Source, fetch.source_id).url)
        self._writer.not_modified(about, fetch.at, self._still_standing(fetch))
        self._exported.not_modified += 1

    def _still_standing(self, fetch: Fetch) -> tuple[str, datetime] | None:
        """URL and time of the response in the file that holds the page which an answer says is not modified."""
        good = select(Snapshot.frame_id).join(Fetch, Fetch.snapshot_id == Snapshot.id)
        good = good.where(Fetch.source_id == fetch.source_id, Fetch.page_state == PageState.OK.value)
        frame = good.where(Fetch.at < fetch.at).order_by(Fetch.at.desc(), Fetch.id.desc()).limit(1)
        first = self._within(select(Snapshot.url, Snapshot.captured_at)).where(
            Snapshot.frame_id == frame.scalar_subquery()
        )
        found = self._session.execute(first.order_by(Fetch.at, Fetch.id).limit(1)).first()
        return (found.url, found.captured_at) if found is not None else None

    def _answers(self) -> Iterator[Any]:
        """Each fetch that brought an answer, its check and policy, and the first snapshot in the file with the same bytes."""
        first = func.first_value(Snapshot.id).over(partition_by=Snapshot.frame_id, order_by=(Fetch.at, Fetch.id))
        rows = self._within(select(Fetch, Check, Policy, first)).options(joinedload(Fetch.snapshot))
        return iter(self._session.execute(rows.order_by(Fetch.at, Fetch.id).execution_options(yield_per=AT_ONCE)))

    def _within(self, rows: Any) -> Any:
        rows = (
            rows.select_from(Fetch).join(Check, Check.id == Fetch.check_id).join(Policy, Policy.id == Check.policy_id)
        )
        rows = rows.outerjoin(Snapshot, Snapshot.id == Fetch.snapshot_id)
        rows = rows.where(or_(Fetch.snapshot_id.is_not(None), Fetch.not_modified))
        if self._wanted.policy:
            rows = rows.where(Policy.id.in_(self._policies))
        if self._wanted.since is not None:
            rows = rows.where(Fetch.at >= self._wanted.since)
        return rows.where(Fetch.at <= self._wanted.until) if self._wanted.until is not None else rows

    def _changes(self) -> Iterator[Change]:
        """What is kept of a change and cannot be found out again."""
        kept = select(Change).where(Change.policy_id.in_(self._policies)) if self._wanted.policy else select(Change)
        kept = kept.where(or_(Change.confirmed_at.is_not(None), Change.machine_text.is_not(None)))
        return iter(self._session.scalars(kept.order_by(Change.id).execution_options(yield_per=AT_ONCE)))
