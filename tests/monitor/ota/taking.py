"""What a test does with a collection, and what it looks at afterwards."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from monitor.declarations import Declaration, PolicyDeclaration, SourceDeclaration
from monitor.importing.captures import Imported
from monitor.importing.ota import import_ota
from monitor.models import Change, Check, Snapshot
from monitor.policies import sync
from tests.homes import START, WatchedHome
from tests.ota import Declarations


def take(watched: WatchedHome, folder: Path, declarations: Declarations | None = None) -> Imported:
    return import_ota(watched.home, folder, declarations=declarations.root if declarations is not None else None)


def outcomes(watched: WatchedHome) -> list[str]:
    with watched.home.database.reading() as session:
        return [outcome or "open" for outcome in session.scalars(select(Check.outcome).order_by(Check.captured_at))]


def addresses(watched: WatchedHome) -> list[tuple[str, datetime]]:
    with watched.home.database.reading() as session:
        return [(row.url, row.captured_at) for row in session.scalars(select(Snapshot).order_by(Snapshot.captured_at))]


def changes(watched: WatchedHome) -> list[tuple[datetime, str]]:
    with watched.home.database.reading() as session:
        changes = session.scalars(select(Change).order_by(Change.captured_at))
        return [(change.captured_at, change.significance) for change in changes]


def count(watched: WatchedHome, table: type) -> int:
    with watched.home.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def day(days: float) -> datetime:
    return START + timedelta(days=days)


def declare(watched: WatchedHome, *urls: str) -> None:
    sources = tuple(SourceDeclaration(url=url) for url in urls)
    declared = Declaration(service="Acme", policies=(PolicyDeclaration(type="Privacy Policy", sources=sources),))
    with watched.home.database.writing() as session:
        sync(session, [declared], interval_seconds=86400, now=watched.clock())
