"""Is everything in place? `doctor`: looks at each part, and says how to mend what is not well."""

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from monitor import runs
from monitor.cli import findings
from monitor.cli.app import Place, app, place
from monitor.cli.console import print_json, print_table
from monitor.cli.findings import Finding
from monitor.config import MachineTextSettings, Settings
from monitor.database import NEWEST_MIGRATION, Database, reason
from monitor.diff.own_rules import take_rules_of
from monitor.errors import SmallprintError
from monitor.home import utc_now
from monitor.model_client import refusal, shown
from monitor.models import Message
from monitor.standing import backoffs, costs, database_bytes, newest_moment, standing
from notifier.channels import check, masked

NOT_WELL = 1
COST_DAYS = 30
MESSAGE_DAYS = 7
CHECK_SECONDS = 20.0  # for SQLite's own check of its file: some gigabytes
STEPS = 100_000  # of SQLite's machine, between two looks at the time


@app.command()
def doctor(context: typer.Context, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Check settings, database, disk, clock, browser, channels and the work itself, and say how to mend what is not well."""
    found = list(_examine(place(context)))
    if as_json:
        print_json(map(findings.as_json, found))
    else:
        print_table(("what", "found", "to mend"), ((one.what, one.found, one.mend) for one in found), empty="")
    raise typer.Exit(NOT_WELL if any(one.mend for one in found) else 0)


def _examine(here: Place) -> Iterator[Finding]:
    try:
        settings = here.settings()
    except SmallprintError as error:
        yield Finding("settings", str(error), "correct smallprint.toml")
        return
    yield Finding("settings", f"{len(settings.channels)} channels, {len(settings.rules)} rules")
    yield _rules(here.home)
    yield from _home(here.home)
    yield from _database(here)
    yield _browser(settings)
    if settings.machine_text is not None:
        yield _model(settings.machine_text)
    for name, channel in sorted(settings.channels.items()):
        yield Finding(f"channel {name}", masked(channel.url), check(channel.url) or "")


def _rules(home: Path) -> Finding:
    try:
        files = take_rules_of(home)
    except SmallprintError as error:
        return Finding("rules", str(error), f"correct the file in {home / 'rules'}")
    return Finding("rules", f"the package's own, and {files} files of this home" if files else "the package's own")


def _home(home: Path) -> Iterator[Finding]:
    """Whether it can be written in, and the room that is left there."""
    yield findings.disk("disk", _free_bytes(home))
    if home.exists() and not os.access(home, os.W_OK | os.X_OK):
        yield Finding(
            "home", f"{home.resolve()} cannot be written", "give this user the right to, or name another with --home"
        )


def _free_bytes(folder: Path) -> int:
    there = next(place for place in (folder.resolve(), *folder.resolve().parents) if place.exists())
    return shutil.disk_usage(there).free


def _database(here: Place) -> Iterator[Finding]:
    """The database, and what only it knows."""
    try:
        database = here.database()
    except SmallprintError as error:
        yield Finding("database", str(error), "run `smallprint init`, or correct `database` in smallprint.toml")
        return
    try:
        yield _writable(database)
        if database.file is not None:
            yield integrity(database.file)
            if database.file.parent.resolve() != here.home.resolve():
                yield findings.disk("database's disk", _free_bytes(database.file.parent))
        yield from _work(here.home, database)
    except SQLAlchemyError as error:
        yield Finding("database", f"{database.shown}: {reason(error)}", "check its disk, its rights and that it runs")
    finally:
        database.close()


def _writable(database: Database) -> Finding:
    """A write that changes nothing, and is taken back."""
    sqlite = database.engine.dialect.name == "sqlite"
    kind = f"SQLite {sqlite3.sqlite_version}" if sqlite else database.engine.dialect.name
    size = f"{database_bytes(database) / 1024**2:,.1f} MiB"
    found = f"{kind}: {database.shown}, {size}, tables of {NEWEST_MIGRATION}"
    try:
        with database.reading() as session:
            session.execute(text("UPDATE alembic_version SET version_num = version_num"))
    except SQLAlchemyError as error:
        return Finding(
            "database",
            f"{found}; cannot be written: {reason(error)}",
            "give this user the right to write it, and see that its disk is not full or read-only",
        )
    return Finding("database", found)


def integrity(file: Path, *, limit_seconds: float = CHECK_SECONDS) -> Finding:
    """SQLite's own quick check of its file, as far as it comes in time."""
    mend = "stop smallprint, keep a copy of the file, and go back to a backup; `smallprint archive verify` says what is lost"
    until = time.monotonic() + limit_seconds
    connection = sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True)
    connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
    try:
        [(said,)] = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.OperationalError as error:
        if "interrupted" not in str(error):
            return Finding("integrity", str(error), mend)
        return Finding(
            "integrity",
            f"no fault found in {limit_seconds:g} s; the file is too big to be checked to its end so quickly",
        )
    except sqlite3.DatabaseError as error:
        return Finding("integrity", str(error), mend)
    finally:
        connection.close()
    return Finding("integrity", "the file is sound" if said == "ok" else said, "" if said == "ok" else mend)


def _work(home: Path, database: Database) -> Iterator[Finding]:
    """Whether the work is done, and what it costs."""
    with database.reading() as session:
        in_database = session.scalar(select(func.now())) if database.file is None else None
        now = utc_now()
        yield findings.clock(now, newest=newest_moment(session), on_disk=_moment_on_disk(home), in_database=in_database)
        stands = standing(session, now)
        yield from findings.checks(stands, now)
        yield findings.hosts(backoffs(session, now))
        yield findings.last_crawl(next(iter(runs.newest(session, 1)), None))
        yield findings.cost(costs(session, now - timedelta(days=COST_DAYS)), COST_DAYS)
        lately = (Message.status == "exhausted") & (Message.created_at >= now - timedelta(days=MESSAGE_DAYS))
        exhausted = session.scalars(select(func.count(Message.id)).where(lately)).one()
        yield findings.messages(stands.messages, exhausted, MESSAGE_DAYS)


def _moment_on_disk(home: Path) -> datetime | None:
    """The time that the file system gives a new file of the home; None where none can be made."""
    try:
        with tempfile.NamedTemporaryFile(dir=home) as file:
            return datetime.fromtimestamp(Path(file.name).stat().st_mtime, UTC)
    except OSError:
        return None


def _model(settings: MachineTextSettings) -> Finding:
    return Finding("machine text", f"{settings.model} at {shown(settings)}", refusal(settings) or "")


def _browser(settings: Settings) -> Finding:
    if not settings.crawl.browser:
        return Finding("browser", "switched off (crawl.browser = false)")
    from crawler.trial import try_browser  # noqa: PLC0415  Playwright takes its time to load

    trial = try_browser(settings.crawl.browser_executable)
    return Finding("browser", trial.found, trial.mend)
