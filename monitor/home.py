"""A home folder opened for work: settings, database, reader, and the claim and keep that the crawler is handed.

Each fetch kept and each check closed is one line on the log (see `monitor.log_lines`).
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy.exc import DBAPIError

from monitor import checks, due, hosts, pruning, runs, schedule
from monitor.archive import manifest
from monitor.config import RetentionSettings, Settings, load
from monitor.database import Database, reason
from monitor.diff.own_rules import take_rules_of
from monitor.errors import ConfigurationError
from monitor.log_lines import check_line, fetch_line, retention_line
from monitor.machine_text import write_texts
from monitor.politeness import EndedTurn, Turn
from monitor.process import ClosedCheck, close_check
from monitor.reading import Reader
from monitor.types import DueSource, FetchResult, Progress, unheard
from monitor.unmodified import close_unmodified
from monitor.versions import Telling

CLAIM_AT_ONCE = 50  # policies; few enough that two runs share the work
CLOSE_AT_ONCE = 50  # checks that wait; few enough that progress shows

_log = logging.getLogger("smallprint")


def utc_now() -> datetime:
    return datetime.now(UTC)


class Home:
    """One opened home folder. `reading_on_keep` is off when a run shall archive only."""

    def __init__(
        self, path: Path, settings: Settings, database: Database, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.path, self.settings, self.database, self.clock = path, settings, database, clock
        take_rules_of(path)
        self.reader = Reader(home=path)
        self.reading_on_keep = True
        self.closed: list[ClosedCheck] = []
        self.on_closed: Callable[[ClosedCheck], None] = lambda _closed: None
        self._token: schedule.RunToken | None = None
        self._renewed_at = clock()
        self._closing = threading.Event()
        self._asked: dict[tuple[int, int], DueSource] = {}  # by check and source, until their last result
        self._seen_at: datetime | None = None

    @property
    def telling(self) -> Telling:
        return Telling(self.settings.rules, tuple(self.settings.channels))

    def mend_schedule(self) -> None:
        """Pull back what a clock that was ahead has put too far off. Looked for at first, and when the clock went back."""
        now, before = self.clock(), self._seen_at
        self._seen_at = now
        if before is not None and before <= now:
            return
        with self.database.reading() as session:
            overtaken = due.overtaken_by_the_clock(session, now)
        if overtaken:
            with self.database.writing() as session:
                due.pull_back(session, overtaken, now)

    def seal_day(self) -> None:
        """At the first work of each day (UTC), seal what was archived since."""
        with _or_later("sealing"), self.database.writing() as session:
            manifest.seal_day(session, self.clock())

    def claim(self) -> Sequence[DueSource]:
        """The sources of the next due policies, leased to this run; empty when nothing is due."""
        token = self._begun()
        while True:
            with self.database.writing() as session:
                claimed, sources = schedule.claim_due(
                    session,
                    now=self.clock(),
                    token=token,
                    lease_seconds=self.settings.lease,
                    limit=CLAIM_AT_ONCE,
                )
            if sources or not claimed:
                self._asked |= {(source.check_id, source.source_id): source for source in sources}
                return sources

    def turns(self, wanted: Sequence[str], ended: Sequence[EndedTurn]) -> dict[str, Turn]:
        """End the hosts' turns that are over, and answer who wants one. The leases of this run hold on meanwhile."""
        token = self._begun()
        with self.database.writing() as session:
            now = self.clock()
            if abs(now - self._renewed_at) > timedelta(seconds=self.settings.lease / 3):
                schedule.renew(session, now=now, token=token, lease_seconds=self.settings.lease)
                self._renewed_at = now
            return hosts.serve(session, wanted, ended, now=now, holder=token)

    def _begun(self) -> str:
        """The token of this run. The first time, what runs that died on this machine have left is freed."""
        if self._token is None:
            self._token = schedule.RunToken(self.path)
            dead = schedule.dead_tokens(self.path)
            with self.database.writing() as session:
                schedule.release(session, dead)
                hosts.release(session, dead, now=self.clock(), delay_seconds=self.settings.crawl.delay_seconds)
            schedule.forget(self.path, dead)
        return self._token.value

    def keep_all(self, results: Sequence[FetchResult]) -> None:
        """Archive answers, all in one transaction; read and decide what has the last of its policy's sources by them."""
        with self.database.writing() as session:
            complete = checks.keep(session, results)
        for result in results:
            self._log_fetch(result)
        if self.reading_on_keep:
            self._close(complete)

    def close_complete_checks(self, on_progress: Progress = unheard) -> None:
        """Read and decide what is archived and waiting: after `crawl`, or after a run that died."""
        with self.database.reading() as session:
            waiting = checks.complete_checks(session)
        for done in range(0, len(waiting), CLOSE_AT_ONCE):
            self._close(waiting[done : done + CLOSE_AT_ONCE])
            on_progress(min(done + CLOSE_AT_ONCE, len(waiting)), len(waiting))

    def _close(self, complete: Sequence[int]) -> None:
        began = time.monotonic()
        unmodified = close_unmodified(self.database, complete, now=self.clock())
        seconds = (time.monotonic() - began) / max(1, len(unmodified))
        for check_id in complete:
            if check_id in unmodified:
                self._note(check_id, unmodified[check_id], seconds)
            else:
                self.close_check(check_id)

    def _log_fetch(self, result: FetchResult) -> None:
        place = (result.check_id, result.source_id)
        source = self._asked.pop(place, None) if result.final else self._asked.get(place)
        if source is not None and _log.isEnabledFor(logging.INFO):
            _log.info("%s", fetch_line(source, result))

    def close_check(self, check_id: int) -> None:
        began = time.monotonic()
        closed = close_check(self.database, self.reader, check_id, telling=self.telling, now=self.clock())
        if closed is not None:
            self._note(check_id, closed, time.monotonic() - began)

    def _note(self, check_id: int, closed: ClosedCheck, seconds: float) -> None:
        if _log.isEnabledFor(logging.INFO):
            _log.info("%s", check_line(check_id, closed, seconds))
        self.closed.append(closed)
        self.on_closed(closed)

    def record_run(self, began_at: datetime, stats: Mapping[str, Any]) -> None:
        """Write down what a crawl did that began at this moment and has ended."""
        with self.database.writing() as session:
            runs.record(session, began_at=began_at, ended_at=self.clock(), stats=stats)

    def write_machine_texts(self) -> None:
        """Have the model of the settings write about what this run confirmed; without one, nothing. Raises nothing."""
        if self.settings.machine_text is not None:
            changes = [change for closed in self.closed for change in closed.confirmed]
            write_texts(self.database, self.settings.machine_text, changes, stopped=self._closing.is_set)

    def apply_retention(self, on_progress: Progress = unheard) -> None:
        """Delete the bytes that the rules of retention let go: once a day (UTC), where the settings have any."""
        if self.settings.retention:
            with _or_later("retention"):
                self._apply(self.settings.retention, self.clock(), on_progress)

    def _apply(self, rules: Sequence[RetentionSettings], now: datetime, on_progress: Progress) -> None:
        with self.database.reading() as session:
            if not pruning.is_due(session, now):
                return
        done = pruning.prune(self.database, rules, now=now, on_progress=on_progress)
        with self.database.writing() as session:
            pruning.note_applied(session, now)
        _log.info("%s", retention_line(done))

    def close(self) -> None:
        self._closing.set()
        if self._token is not None:
            with self.database.writing() as session:
                schedule.release(session, [self._token.value])
            self._token.close()
            self._token = None
        self.reader.close()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


@contextmanager
def _or_later(what: str) -> Iterator[None]:
    """What the database refuses now is tried again at the next work of this kind: it stops no run."""
    try:
        yield
    except DBAPIError as error:
        _log.warning("%s waits for another time: %s", what, reason(error))


def open_home(path: Path, environment: Mapping[str, str]) -> Home:
    """Open a home folder for writing: made when missing, its tables brought to today's shape."""
    settings = load(path, environment)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"{path}: a home folder was wanted, it cannot be made: {error.strerror}. Choose another with --home."
        ) from None
    database = Database(settings.database_url(path))
    database.upgrade()
    return Home(path, settings, database)
