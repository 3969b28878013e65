"""Open Terms Archive's histories in: each file that a commit brought is a capture of its author date. Nobody is alerted.

Of a snapshots repository these are the pages as they came, of a versions repository the Markdown that was made of them.
Deleted and renamed files are no captures. A run begins where the last one ended, so that a collection is followed by
`git pull` and importing again; or before the first page that was not taken and may be the next time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from monitor.errors import UsageError
from monitor.home import Home
from monitor.importing.captures import Found, Imported, Intake
from monitor.importing.limits import status_of
from monitor.importing.ota_declarations import Collection, read_collection
from monitor.importing.ota_history import Blobs, Commit, TooLargeError, blobs, check_history, commits, holds, root_of
from monitor.importing.ota_places import ONE_VISIT, STAND_IN, Places, Seen, address
from monitor.interchange.ota_layout import (
    CAPTURED_AT,
    CONTENT_TYPE,
    FINAL_LOCATION,
    LOCATION,
    STATUS,
    Place,
    read_place,
)
from monitor.models import Policy, ResumePoint, Source
from monitor.types import Capture, Progress, Via, unheard
from monitor.words import canonical

SETTLE_EVERY = 200  # commits: so much is looked at again after an interruption


def import_ota(
    home: Home, folder: Path, *, declarations: Path | None = None, on_progress: Progress = unheard
) -> Imported:
    """Take what is new in a collection's repository. Idempotent by (URL, date, digest), and resumable.

    `declarations` name the services, the addresses of snapshots that say none, and what on their pages to read.
    """
    check_history(folder)
    collection = read_collection(declarations) if declarations is not None else Collection()
    work = f"ota {root_of(folder)}"
    since = _reached(home, folder, work)
    seen, total = _survey(folder, since)
    with Intake(home) as intake, blobs(folder) as bodies:
        intake.imported.skipped += collection.listed
        arrivals = _Arrivals(intake, bodies, Places(seen, collection))
        last = ""
        for done, commit in enumerate(commits(folder, since), 1):
            arrivals.take(commit)
            last = commit.id
            if done % SETTLE_EVERY == 0 and arrivals.all_taken and intake.settle():
                _note(home, work, last)
            on_progress(done, total)
        arrivals.end()
    if last and arrivals.all_taken:
        _note(home, work, last)
    intake.imported.unaddressed = _unaddressed(home)
    return intake.imported


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A file that is to be taken: what it is about, as what, and its moment."""

    place: Place
    media_type: str
    at: datetime
    commit: Commit
    path: str
    blob: str


class _Arrivals:
    """Hands captures on. Those of several pages of one policy wait for each other, as far as they are of one visit."""

    def __init__(self, intake: Intake, bodies: Blobs, places: Places) -> None:
        self._waiting: dict[tuple[str, str], list[_Arrival]] = {}
        self._left = False  # something that may be taken another time
        self._intake, self._bodies, self._places = intake, bodies, places
        self._refused: set[str] = set()

    @property
    def all_taken(self) -> bool:
        """Nothing of what came is to be looked at again: neither does it wait nor may a declaration or a whole copy mend it."""
        return not self._waiting and not self._left

    def take(self, commit: Commit) -> None:
        for file in commit.files:
            known = read_place(file.path)
            if known is None:
                self._refuse(file.path, "a file as `<service>/<terms type>.html` was wanted")
            elif commit.at is None:
                self._skip(commit.id, file.path, "an author date was wanted, none that can be came")
            else:
                self._queue(_Arrival(*known, moment_of(commit, commit.at), commit, file.path, file.blob))

    def end(self) -> None:
        for key in list(self._waiting):
            self._hand_on(key)

    def _queue(self, arrival: _Arrival) -> None:
        key = (arrival.place.service, arrival.place.terms_type)
        try:
            alone = len(self._places.policy(arrival.place).pages) == 1
        except ValueError as error:
            self._refuse("/".join(key), str(error))
            self._left = True  # declarations may give it another name
            return
        for other in [other for other, group in self._waiting.items() if _is_over(group, arrival)]:
            self._hand_on(other)
        self._waiting.setdefault(key, []).append(arrival)
        if alone:
            self._hand_on(key)

    def _hand_on(self, key: tuple[str, str]) -> None:
        group = self._waiting.pop(key)
        due_at = max(arrival.at for arrival in group) if len(group) > 1 else None
        for arrival in group:
            try:
                self._left |= self._intake.take(self._found(arrival, due_at)) != ""
            except TooLargeError as error:
                self._skip(arrival.commit.id, arrival.path, str(error))
            except UsageError as error:
                self._skip(arrival.commit.id, arrival.path, str(error))
                self._intake.imported.damaged += 1
                self._left = True

    def _found(self, arrival: _Arrival, due_at: datetime | None) -> Found:
        policy, said = self._places.policy(arrival.place), arrival.commit.trailers
        url = address(said.get(LOCATION, "")) or self._places.url_at(arrival.place, arrival.at)
        capture = Capture(
            url=url,
            final_url=address(said.get(FINAL_LOCATION, "")) or url,
            status=status_of(said.get(STATUS, "")) or 200,
            headers={"content-type": said.get(CONTENT_TYPE, arrival.media_type)},
            body=self._bodies.read(arrival.blob),
            captured_at=arrival.at,
            via=Via.IMPORT,
        )
        return Found(capture, policy.declaration, due_at=due_at, page=policy.pages[arrival.place], stood=policy.stood)

    def _refuse(self, what: str, reason: str) -> None:
        """What is in no service's folder is the repository's own business; of what is in one it is said once that it is not taken."""
        if "/" in what and not what.startswith(".") and what not in self._refused:
            self._refused.add(what)
            self._intake.imported.skipped.append(f"{canonical(what)}: {reason}")

    def _skip(self, commit: str, path: str, reason: str) -> None:
        self._intake.imported.skipped.append(f"{canonical(path)} in commit {commit[:10]}: {reason}")


def _is_over(visit: list[_Arrival], arrival: _Arrival) -> bool:
    """What arrives is of a later visit, or of an earlier one: too far away, or of a page that this one has already."""
    return abs(arrival.at - visit[0].at) > ONE_VISIT or any(one.place == arrival.place for one in visit)


def moment_of(commit: Commit, at: datetime) -> datetime:
    """The author date, which has whole seconds, with the fraction that the commit says of it."""
    try:
        exact = datetime.fromisoformat(commit.trailers.get(CAPTURED_AT, "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return at
    return exact if exact.replace(microsecond=0) == at else at


def _survey(folder: Path, since: str) -> tuple[dict[Place, Seen], int]:
    """When each place of the whole history was seen and what addresses it had; how many commits come after `since`."""
    seen: dict[Place, Seen] = {}
    coming = 0
    for commit in commits(folder):
        coming = 0 if commit.id == since else coming + 1
        for file in commit.files:
            known = read_place(file.path)
            if known is not None and commit.at is not None:
                at = moment_of(commit, commit.at)
                seen.setdefault(known[0], Seen(at, at)).add(at, address(commit.trailers.get(LOCATION, "")))
    return seen, coming


def _reached(home: Home, folder: Path, work: str) -> str:
    """The last commit that was taken; empty when none was, or when the history was written anew since."""
    with home.database.reading() as session:
        point = session.get(ResumePoint, work)
    return point.reached if point is not None and holds(folder, point.reached) else ""


def _note(home: Home, work: str, reached: str) -> None:
    with home.database.writing() as session:
        session.merge(ResumePoint(work=work, reached=reached, at=home.clock()))


def _unaddressed(home: Home) -> list[str]:
    """The policies that no address is known of."""
    standing_in = select(Policy.slug).join(Source).where(Source.url.like(f"https://%{STAND_IN}/%"))
    with home.database.reading() as session:
        return list(session.scalars(standing_in.where(Source.retired_at.is_(None)).distinct().order_by(Policy.slug)))
