"""Homes for tests: opened in this process with a clock of the test's own, or used from outside through the command line."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from monitor.config import ChannelSettings, Settings
from monitor.database import Database
from monitor.declarations import declare_url
from monitor.home import Home
from monitor.models import Policy
from monitor.policies import sync
from monitor.process import ClosedCheck
from monitor.types import Capture, DueSource, FetchResult, Via

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
ADDRESS = "https://acme.example/privacy"


@dataclass
class Clock:
    """A clock that moves when it is told to."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += timedelta(days=days)


@dataclass
class WatchedHome:
    """A home with a clock, and the crawler's part played by the test."""

    home: Home
    clock: Clock
    answered_at: datetime = START

    def add(self, url: str = ADDRESS, **options: str) -> int:
        """Declare a policy; its id."""
        with self.home.database.writing() as session:
            [(policy, _)] = sync(session, [declare_url(url, **options)], interval_seconds=86400, now=self.clock())
            return policy.id

    def check(self, *pages: str | bytes | FetchResult | None, **headers: str) -> ClosedCheck:
        """One check of everything due: the pages are the sources' answers in order (None: not modified)."""
        due = self.home.claim()
        assert len(due) == len(pages), (due, pages)
        before = len(self.home.closed)
        self.clock.pass_days(0.01)  # an answer takes its time
        self.answered_at = self.clock()
        for source, page in zip(due, pages, strict=True):
            self.keep(page if isinstance(page, FetchResult) else self.answer(source, page, **headers))
        self.pass_to_next_check()
        assert len(self.home.closed) == before + 1
        return self.home.closed[-1]

    def pass_to_next_check(self) -> None:
        """A day goes by, and what is left until every policy is due."""
        self.clock.pass_days(1)
        with self.home.database.reading() as session:
            self.clock.now = max(self.clock.now, *session.scalars(select(Policy.next_check_at)))

    def keep(self, result: FetchResult) -> None:
        """Hand one answer over, as the crawler does that had no others meanwhile."""
        self.home.keep_all([result])

    def answer(self, source: DueSource, page: str | bytes | None, status: int = 200, **headers: str) -> FetchResult:
        capture = None
        if page is not None:
            body = page.encode() if isinstance(page, str) else page
            sent = {"content-type": "text/html; charset=utf-8"} | {
                name.replace("_", "-"): value for name, value in headers.items()
            }
            capture = Capture(source.url, source.url, status, sent, body, self.clock(), Via.HTTP)
        via = Via.NOT_MODIFIED if page is None else Via.HTTP
        return FetchResult(
            source.check_id,
            source.source_id,
            via,
            self.clock(),
            capture=capture,
            not_modified=page is None,
            language=source.language,
        )

    def failure(self, source: DueSource, words: str) -> FetchResult:
        return FetchResult(source.check_id, source.source_id, Via.HTTP, self.clock(), error=words)

    def policy(self) -> Policy:
        with self.home.database.reading() as session:
            return session.scalars(select(Policy)).one()


def watched_home(folder: Path, url: str, *, channels: tuple[str, ...] = ("legal",)) -> WatchedHome:
    """A new home on this database."""
    clock = Clock()
    declared = {name: ChannelSettings.model_validate({"url": f"json://localhost/{name}"}) for name in channels}
    database = Database(url)
    database.upgrade()
    folder.mkdir(parents=True, exist_ok=True)
    return WatchedHome(Home(folder, Settings(channels=declared), database, clock=clock), clock)


@dataclass
class CommandLine:
    """`smallprint --home HOME ...` in a process of its own, as a user runs it."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: str | Path, code: int = 0) -> str:
        """Standard output; the exit code must be `code`."""
        done = self.result(*arguments)
        assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def error(self, *arguments: str | Path, code: int = 1) -> str:
        """Standard error of a command that must fail."""
        done = self.result(*arguments)
        assert done.returncode == code, f"exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr
        return done.stderr

    def json(self, *arguments: str | Path) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.run(*arguments, "--json").splitlines()]

    def result(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments), capture_output=True, text=True, env=self._environment(), timeout=120, check=False
        )

    def start(self, *arguments: str | Path, **streams: int) -> subprocess.Popen[bytes]:
        """The same, left running; what it says is heard on those `streams` that are pipes."""
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        command = self.command(*arguments)
        return subprocess.Popen(command, env=self._environment(), start_new_session=True, **(silent | streams))

    def command(self, *arguments: str | Path) -> list[str]:
        return [sys.executable, "-m", "monitor.cli", "--home", str(self.home), *map(str, arguments)]

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SMALLPRINT_")}
        return {**kept, "COLUMNS": "200", **self.environment}


def settings(home: Path, text: str = "") -> None:
    """Settings for a local site: private addresses allowed, no delay, and what the test adds before."""
    home.mkdir(parents=True, exist_ok=True)
    local = "[crawl]\nallow_private = true\ndelay_seconds = 0\n"
    (home / "smallprint.toml").write_text(
        f"{text.partition('[')[0]}\n{local}\n{''.join(text.partition('[')[1:])}", encoding="utf-8"
    )
