"""Captures from elsewhere become history: each a check at its own time, in their order. Nobody is alerted.

Every door (WARC, Open Terms Archive, Wayback, files) hands its captures to an `Intake`, oldest first.
"""

from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from monitor.addresses import url_refusal
from monitor.archive import store
from monitor.declarations import Declaration
from monitor.errors import UsageError
from monitor.home import Home
from monitor.models import Check, Fetch, Policy, Service, Snapshot, Source
from monitor.policies import add_url, find, sync
from monitor.process import close_check
from monitor.reprocess import reprocess
from monitor.types import Capture, Via
from monitor.versions import NOBODY

READABLE = (
    *("text/", "application/pdf", "application/xhtml+xml", "application/xml"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml",
)


@dataclass(slots=True)
class Imported:
    """What an import came to. `skipped` holds, in words, each capture that was not taken and why; `ended`, why it came to
    no end and that it goes on when it is run again.
    """

    captures: int = 0
    known: int = 0
    new_policies: list[str] = field(default_factory=list)
    reprocessed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    ended: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A capture that somebody else made, and what is known of where it belongs.

    `declaration`, of one policy, says which one; it is made when it is missing, and paused. Else the URL says. `due_at` is
    the moment of the check that brought it, which captures of several sources share; its own when None. `language`: what
    was asked for, where that is known.
    """

    capture: Capture
    declaration: Declaration | None = None
    due_at: datetime | None = None
    language: str | None = None


class Intake:
    """Takes captures in; use it as a context manager, whose end folds again the policies that older ones came into.

    With `policy`, all belong to that one, whatever their URL. Idempotent by (URL, date, digest). `imported` says what it came to.
    """

    def __init__(self, home: Home, *, policy: str = "") -> None:
        self.imported = Imported()
        self._home = home
        self._policy_id = self._id_of(policy) if policy else None
        self._older: set[int] = set()
        self._open: tuple[int, int, datetime] | None = None  # the check that may get more: its id, policy and moment

    def take(self, found: Found) -> None:
        """One capture. What cannot be taken is among `skipped`."""
        try:
            self._take(found)
        except UsageError as error:
            self.imported.skipped.append(str(error))

    def knows(self, url: str, at: datetime) -> bool:
        """A capture of this URL and moment is in the archive already, whatever its bytes, and its check is closed."""
        with self._home.database.reading() as session:
            known = select(Check.id).join(Fetch, Fetch.check_id == Check.id).join(Snapshot)
            known = known.where(Snapshot.url == url, Snapshot.captured_at == at, Check.outcome.is_not(None))
            return session.scalar(known.limit(1)) is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left open by an end in peace; what dies is finished by importing again."""
        if kind is not None:
            return
        self._close_open()
        for policy_id in sorted(self._older):
            self._reprocess(policy_id)

    def _id_of(self, name: str) -> int:
        with self._home.database.reading() as session:
            return find(session, name).id

    def _take(self, found: Found) -> None:
        moment = found.due_at or found.capture.captured_at
        with self._home.database.writing() as session:
            source = self._source(session, found)
            here = (source.policy_id, moment)
            check_id = _keep(session, source, found, moment)
        if check_id is None:
            self.imported.known += 1
            return
        self.imported.captures += 1
        if self._open != (check_id, *here):
            self._close_open()
            self._open = (check_id, *here)

    def _close_open(self) -> None:
        """Close the check whose captures are all here; one older than the policy's newest waits to be folded in."""
        if self._open is None:
            return
        (check_id, policy_id, _), self._open = self._open, None
        with self._home.database.reading() as session:
            if _is_older(session, check_id, policy_id):
                self._older.add(policy_id)
                return
        close_check(self._home.database, self._home.reader, check_id, telling=NOBODY, now=self._home.clock())

    def _source(self, session: Session, found: Found) -> Source:
        """The source that a capture belongs to; UsageError when it is none of a policy's."""
        capture = found.capture
        _check_holds_text(capture)
        if self._policy_id is not None:
            return _source_of(session.get_one(Policy, self._policy_id), capture.url)
        if found.declaration is not None:
            return _source_of(self._declared(session, found.declaration), capture.url)
        here = select(Source).where(Source.url == capture.url.partition("#")[0])
        source = session.scalar(here.order_by(Source.retired_at.is_not(None), Source.id).limit(1))
        if source is not None:
            return source
        if capture.status != 200 or not capture.content_type.startswith(READABLE):
            raise UsageError(
                f"{capture.url}: not declared, and its answer ({capture.status}, {capture.content_type or 'no type'}) is no policy's text"
            )
        return _source_of(self._new_policy(session, capture), capture.url)

    def _new_policy(self, session: Session, capture: Capture) -> Policy:
        """A policy for an undeclared URL: paused, for importing a history asks for no fetching."""
        refusal = url_refusal(capture.url, allow_private=True)
        if refusal:
            raise UsageError(f"{capture.url}: not declared, and no policy's address: {refusal}")
        home = self._home
        policy, done = add_url(session, capture.url, interval_seconds=home.settings.interval, now=home.clock())
        if done == "added":
            self._pause(policy)
        return policy

    def _declared(self, session: Session, declaration: Declaration) -> Policy:
        """The policy of a declaration: the one that is there, as it is declared there, or a new one, paused."""
        [declared] = declaration.policies
        named = (
            select(Policy).join(Service).where(Service.name == declaration.service, Policy.terms_type == declared.type)
        )
        known = session.scalar(named)
        if known is not None:
            return known
        [(policy, _)] = sync(
            session, [declaration], interval_seconds=self._home.settings.interval, now=self._home.clock()
        )
        self._pause(policy)
        return policy

    def _pause(self, policy: Policy) -> None:
        policy.paused_at = self._home.clock()
        self.imported.new_policies.append(policy.slug)

    def _reprocess(self, policy_id: int) -> None:
        with self._home.database.writing() as session:
            policy = session.get_one(Policy, policy_id)
            reprocess(session, self._home.reader, policy, now=self._home.clock())
            self.imported.reprocessed.append(policy.slug)


def _is_older(session: Session, check_id: int, policy_id: int) -> bool:
    """The check's newest answer is not newer than the newest check of the policy that is closed."""
    newest = session.scalar(
        select(func.max(func.coalesce(Check.captured_at, Check.due_at))).where(
            Check.policy_id == policy_id, Check.outcome.is_not(None)
        )
    )
    answered = session.scalar(select(func.max(Fetch.at)).where(Fetch.check_id == check_id, Fetch.final))
    return newest is not None and answered is not None and answered <= newest


def _keep(session: Session, source: Source, found: Found, moment: datetime) -> int | None:
    """Archive a capture in the check of this moment: the check's id, or None when all of it was done before."""
    capture = found.capture
    snapshot = store.keep(session, source.id, capture)
    known = session.scalar(
        select(Check).join(Fetch, Fetch.check_id == Check.id).where(Fetch.snapshot_id == snapshot.id).limit(1)
    )
    if known is not None:
        return known.id if known.outcome is None else None
    check = session.scalar(select(Check).where(Check.policy_id == source.policy_id, Check.due_at == moment))
    if check is None:
        check = Check(policy_id=source.policy_id, due_at=moment, via=Via.IMPORT.value)
        session.add(check)
        session.flush()
    fetch = Fetch(
        check_id=check.id,
        source_id=source.id,
        snapshot_id=snapshot.id,
        at=capture.captured_at,
        via=Via.IMPORT.value,
        final=True,
        language=source.language if found.language is None else found.language,
    )
    session.add(fetch)
    return check.id


def _source_of(policy: Policy, url: str) -> Source:
    """The policy's source at this URL, else its first one that is still declared."""
    here = [source for source in policy.sources if source.url == url.partition("#")[0]]
    declared = [source for source in policy.sources if source.retired_at is None]
    return (here or declared or policy.sources)[0]


def _check_holds_text(capture: Capture) -> None:
    """An answer on the way to the page says nothing about the page."""
    if 300 <= capture.status < 400:
        target = capture.headers.get("location", "")
        led = f"led to {target}" if target else "led nowhere"
        raise UsageError(
            f"{capture.url} @ {capture.captured_at:%Y-%m-%d %H:%M:%S}Z: no page, the answer {capture.status} {led}"
        )
