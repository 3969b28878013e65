"""Captures from elsewhere become history: each a check at its own time, in their order. Nobody is alerted.

Every door (WARC, Open Terms Archive, Wayback, files) hands its captures to an `Intake`, oldest first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from monitor.addresses import url_refusal
from monitor.archive import store
from monitor.declarations import Declaration
from monitor.errors import UsageError
from monitor.home import Home
from monitor.importing.carried import restore_policy
from monitor.interchange.carried import CarriedPolicy
from monitor.models import Check, Fetch, Policy, Snapshot, Source
from monitor.policies import add_url, find, owned, sync
from monitor.process import close_check
from monitor.reprocess.many import Reprocessing
from monitor.types import Capture, Via
from monitor.versions import NOBODY

MOST_OPEN = 500  # checks that wait for more captures: between those of one, a run has asked for other policies
NOT_MODIFIED = 304
Span = tuple[datetime | None, datetime | None]
"""Since when and until when something held; None: always, and still."""

READABLE = (
    *("text/html", "text/plain", "text/markdown"),
    *("application/pdf", "application/xhtml+xml", "application/xml"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml",
)


@dataclass(slots=True)
class Imported:
    """What an import came to. `unaddressed` are policies whose pages' addresses nothing says; `skipped` holds, in words,
    each capture that was not taken and why, `damaged` how many of these were torn or damaged; `ended`, why it came to no end and that it goes on when it is run again.
    """

    captures: int = 0
    known: int = 0
    new_policies: list[str] = field(default_factory=list)
    reprocessed: list[str] = field(default_factory=list)
    unaddressed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    damaged: int = 0
    ended: str = ""

    def skip_damaged(self, words: str) -> None:
        self.skipped.append(words)
        self.damaged += 1


@dataclass(frozen=True, slots=True)
class Found:
    """A capture that somebody else made, and what is known of where it belongs.

    `declaration`, of one policy, says which one; it is made when it is missing, and paused. Else the URL says. `due_at` is
    the moment of the check that brought it, which captures of several sources share; its own when None. `language`: what
    was asked for, where that is known. `final` is False when its source was asked once more in the same check. A capture
    with the status 304 is the answer that what came before still stands. `page` is the address of the policy's page that it
    is of, where another one answered; `stood` has the pages' addresses with the times in which they were the policy's.
    """

    capture: Capture
    declaration: Declaration | None = None
    due_at: datetime | None = None
    language: str | None = None
    final: bool = True
    page: str = ""
    stood: Mapping[str, Span] = field(default_factory=dict)


class Intake:
    """Takes captures in; use it as a context manager, whose end folds again the policies that older ones came into.

    With `policy`, all belong to that one, whatever their URL. Idempotent by (URL, date, digest). `imported` says what it came
    to.
    """

    def __init__(self, home: Home, *, policy: str = "") -> None:
        self.imported = Imported()
        self._home = home
        self._policy_id = self._id_of(policy) if policy else None
        self._older: set[int] = set()
        self._open: dict[int, tuple[int, datetime]] = {}  # policy -> its check that may get more, and that one's moment
        self._placed: set[int] = set()  # policies whose sources are known to stand where they stood

    def take(self, found: Found) -> str:
        """One capture; why it was not taken otherwise, which is among `skipped` too."""
        try:
            self._take(found)
        except UsageError as error:
            self.imported.skipped.append(str(error))
            return str(error)
        return ""

    def declare(self, carried: CarriedPolicy) -> None:
        """Make a policy as it was declared elsewhere, with all the sources it had. One that is here already stays as it is."""
        with self._home.database.writing() as session:
            self._declared(session, Declaration(service=carried.service, policies=(carried,)))

    def knows(self, url: str, at: datetime) -> bool:
        """The policy that would take it has a capture of this URL and moment, whatever its bytes, and its check is closed."""
        with self._home.database.reading() as session:
            known = select(Check.id).join(Fetch, Fetch.check_id == Check.id).join(Snapshot)
            known = known.where(Snapshot.url == url, Snapshot.captured_at == at, Check.outcome.is_not(None))
            source = None if self._policy_id is not None else _source_at(session, url)
            policy_id = source.policy_id if source is not None else self._policy_id
            return session.scalar(known.where(Check.policy_id == policy_id).limit(1)) is not None

    def settle(self) -> bool:
        """Close the checks that may get more. True when all that was taken is history by now, and nothing waits to be folded in."""
        while self._open:
            self._close_oldest()
        return not self._older

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left open by an end in peace; what dies is finished by importing again."""
        if kind is not None:
            return
        self.settle()
        self._fold_older_in()

    def _id_of(self, name: str) -> int:
        with self._home.database.reading() as session:
            return find(session, name).id

    def _take(self, found: Found) -> None:
        moment = found.due_at or found.capture.captured_at
        with self._home.database.writing() as session:
            source = self._source(session, found)
            policy_id, check_id = source.policy_id, _keep(session, source, found, moment)
        if check_id is None:
            self.imported.known += 1
            return
        self.imported.captures += 1
        if self._open.get(policy_id) == (check_id, moment):
            return
        if policy_id in self._open:
            self._close(policy_id)
        self._open[policy_id] = (check_id, moment)
        if len(self._open) > MOST_OPEN:
            self._close_oldest()

    def _close_oldest(self) -> None:
        self._close(next(iter(self._open)))

    def _close(self, policy_id: int) -> None:
        """Close the check whose captures are all here; one older than the policy's newest waits to be folded in."""
        check_id, _ = self._open.pop(policy_id)
        with self._home.database.writing() as session:
            _settle_final(session, check_id)
            if _is_older(session, check_id, policy_id):
                self._older.add(policy_id)
                return
        close_check(self._home.database, self._home.reader, check_id, telling=NOBODY, now=self._home.clock())

    def _source(self, session: Session, found: Found) -> Source:
        """The source that a capture belongs to; UsageError when it is none of a policy's."""
        capture = found.capture
        _check_holds_text(capture)
        _check_is_past(capture, self._home.clock())
        if self._policy_id is not None:
            return _source_of(session.get_one(Policy, self._policy_id), capture.url)
        if found.declaration is not None:
            policy = self._declared(session, found.declaration)
            if found.stood and policy.id not in self._placed:
                self._placed.add(policy.id)
                _place(session, policy, found.stood)
            return _page_of(policy, found.page or capture.url)
        source = _source_at(session, capture.url)
        if source is not None:
            return source
        if capture.status != 200 or not capture.content_type.lower().startswith(READABLE):
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
        known = owned(session, declaration.service, declared.type)
        if known is not None:
            return known
        [(policy, _)] = sync(
            session, [declaration], interval_seconds=self._home.settings.interval, now=self._home.clock()
        )
        if isinstance(declared, CarriedPolicy):
            restore_policy(session, policy, declared)
        self._pause(policy)
        return policy

    def _pause(self, policy: Policy) -> None:
        policy.paused_at = self._home.clock()
        self.imported.new_policies.append(policy.slug)

    def _fold_older_in(self) -> None:
        """Decide anew the policies that older captures came into. Runs are not kept waiting meanwhile."""
        folding = Reprocessing(self._home.database, self._home.reader, self._home.clock)
        for done in folding.run(sorted(self._older)):
            if done.fault:
                self.imported.skip_damaged(f"{done.slug}: its history stays as it was: {done.fault}")
            else:
                self.imported.reprocessed.append(done.slug)


def _is_older(session: Session, check_id: int, policy_id: int) -> bool:
    """The check was closed before this answer came to it, or its newest one is not newer than the policy's newest closed check."""
    if session.get_one(Check, check_id).outcome is not None:
        return True
    newest = session.scalar(
        select(func.max(func.coalesce(Check.captured_at, Check.due_at))).where(
            Check.policy_id == policy_id, Check.outcome.is_not(None)
        )
    )
    answered = session.scalar(select(func.max(Fetch.at)).where(Fetch.check_id == check_id, Fetch.final))
    return newest is not None and answered is not None and answered <= newest


def _keep(session: Session, source: Source, found: Found, moment: datetime) -> int | None:
    """Archive a capture in the check of this moment: the check's id, or None when all of it was done before."""
    at = found.capture.captured_at
    if found.capture.status == NOT_MODIFIED:
        _check_has_earlier(session, source, at)
    snapshot = store.keep(session, source.id, found.capture) if found.capture.status != NOT_MODIFIED else None
    same = Fetch.snapshot_id == snapshot.id if snapshot else and_(Fetch.at == at, Fetch.not_modified)
    known = select(Check).join(Fetch, Fetch.check_id == Check.id).where(Fetch.source_id == source.id, same)
    check = session.scalar(known.limit(1))
    if check is not None:
        return check.id if check.outcome is None else None
    check = session.scalar(select(Check).where(Check.policy_id == source.policy_id, Check.due_at == moment))
    if check is None:
        check = Check(policy_id=source.policy_id, due_at=moment, via=Via.IMPORT.value)
        session.add(check)
        session.flush()
    fetch = Fetch(
        check_id=check.id,
        source_id=source.id,
        snapshot_id=snapshot.id if snapshot else None,
        at=at,
        via=Via.IMPORT.value,
        final=found.final,
        not_modified=snapshot is None,
        moved_to=found.capture.moved_to,
        language=source.language if found.language is None else found.language,
    )
    session.add(fetch)
    return check.id


def _settle_final(session: Session, check_id: int) -> None:
    """The newest final answer of each source stands; where a check has none, as when it was damaged, the newest there is."""
    fetches = select(Fetch).where(Fetch.check_id == check_id).order_by(Fetch.final, Fetch.at, Fetch.id)
    answers = session.scalars(fetches).all()
    answers[-1].final = True
    standing = {fetch.source_id: fetch for fetch in answers if fetch.final}
    for fetch in answers:
        fetch.final = standing.get(fetch.source_id) is fetch


def _source_at(session: Session, url: str) -> Source | None:
    """The source that undeclared captures of this URL belong to."""
    here = select(Source).where(Source.url == url.partition("#")[0])
    return session.scalar(here.order_by(Source.retired_at.is_not(None), Source.id).limit(1))


def _source_of(policy: Policy, url: str) -> Source:
    """The policy's source at this URL, else its first one that is still declared."""
    here = [source for source in policy.sources if source.url == url.partition("#")[0]]
    declared = [source for source in policy.sources if source.retired_at is None]
    return (here or declared or policy.sources)[0]


def _check_has_earlier(session: Session, source: Source, at: datetime) -> None:
    """An answer "not modified" says something only of a page that was seen."""
    earlier = select(Snapshot.id).where(Snapshot.source_id == source.id, Snapshot.captured_at < at)
    if session.scalar(earlier.limit(1)) is None:
        raise UsageError(
            f'{source.url} @ {at:%Y-%m-%d %H:%M:%S}Z: "not modified", but no earlier answer is in the file or the archive'
        )


def _page_of(policy: Policy, url: str) -> Source:
    """The source at this URL, or the only one that is declared; UsageError when it may be any of several."""
    declared = [source for source in policy.sources if source.retired_at is None]
    if len(declared) > 1 and not any(source.url == url for source in policy.sources):
        raise UsageError(
            f"{url}: none of the pages that {policy.slug} is read from. Declare it as one with `smallprint add --from FILE`, then import again"
        )
    return _source_of(policy, url)


def _place(session: Session, policy: Policy, stood: Mapping[str, Span]) -> None:
    """Have the policy's sources be its own from when to when they were. What a history was read by already stays as it is;
    a watched policy is asked for no other pages than before: that is for a declaration to say.
    """
    begun = session.scalar(select(Check.id).where(Check.policy_id == policy.id).limit(1)) is not None
    watched = policy.paused_at is None
    sources = {source.url: source for source in policy.sources}
    for url, (since, until) in stood.items():
        source = sources.get(url)
        if source is None and not (watched and until is None):
            policy.sources.append(Source(url=url, position=len(policy.sources), declared_at=since, retired_at=until))
        elif source is not None and not begun:
            source.declared_at = since
            source.retired_at = source.retired_at if watched else until
    session.flush()


def _check_is_past(capture: Capture, now: datetime) -> None:
    """A capture of a time to come would stand in front of all that is fetched until then."""
    if capture.captured_at > now:
        raise UsageError(
            f"{capture.url} @ {capture.captured_at:%Y-%m-%d %H:%M:%S}Z: dated in the future. Where this computer's clock is right, the date is wrong"
        )


def _check_holds_text(capture: Capture) -> None:
    """An answer on the way to the page says nothing about the page."""
    if 300 <= capture.status < 400 and capture.status != NOT_MODIFIED:
        target = capture.headers.get("location", "")
        led = f"led to {target}" if target else "led nowhere"
        raise UsageError(
            f"{capture.url} @ {capture.captured_at:%Y-%m-%d %H:%M:%S}Z: no page, the answer {capture.status} {led}"
        )
