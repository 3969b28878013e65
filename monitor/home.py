"""A home folder opened for work: settings, database, reader, and the claim and keep that the crawler is handed."""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor import checks, due, schedule
from monitor.config import Settings, load
from monitor.database import Database
from monitor.diff.own_rules import take_rules_of
from monitor.errors import ConfigurationError
from monitor.machine_text import write_texts
from monitor.process import ClosedCheck, close_check
from monitor.reading import Reader
from monitor.types import DueSource, FetchResult, Progress, unheard
from monitor.versions import Telling

CLAIM_AT_ONCE = 50  # policies; few enough that two runs share the work


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
        self._closing = threading.Event()
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

    def claim(self) -> Sequence[DueSource]:
        """The sources of the next due policies, leased to this run; empty when nothing is due."""
        if self._token is None:
            self._token = schedule.RunToken(self.path)
            dead = schedule.dead_tokens(self.path)
            with self.database.writing() as session:
                schedule.release(session, dead)
            schedule.forget(self.path, dead)
        while True:
            with self.database.writing() as session:
                claimed, sources = schedule.claim_due(
                    session,
                    now=self.clock(),
                    token=self._token.value,
                    lease_seconds=self.settings.lease,
                    limit=CLAIM_AT_ONCE,
                )
            if sources or not claimed:
                return sources

    def keep(self, result: FetchResult) -> None:
        """Archive an answer; read and decide as soon as the policy's last source has come."""
        with self.database.writing() as session:
            complete = checks.keep(session, result)
        if complete and self.reading_on_keep:
            self.close_check(result.check_id)

    def close_complete_checks(self, on_progress: Progress = unheard) -> None:
        """Read and decide what is archived and waiting: after `crawl`, or after a run that died."""
        with self.database.reading() as session:
            waiting = checks.complete_checks(session)
        for done, check_id in enumerate(waiting, 1):
            self.close_check(check_id)
            on_progress(done, len(waiting))

    def close_check(self, check_id: int) -> None:
        closed = close_check(self.database, self.reader, check_id, telling=self.telling, now=self.clock())
        if closed is not None:
            self.closed.append(closed)
            self.on_closed(closed)

    def write_machine_texts(self) -> None:
        """Have the model of the settings write about what this run confirmed; without one, nothing. Raises nothing."""
        if self.settings.machine_text is not None:
            changes = [change for closed in self.closed for change in closed.confirmed]
            write_texts(self.database, self.settings.machine_text, changes, stopped=self._closing.is_set)

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
