"""A policy of several sources, and the answers that its sources give."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from monitor.declarations import Declaration
from monitor.policies import sync
from monitor.process import ClosedCheck
from monitor.types import DueSource, FetchResult, Via
from tests.homes import WatchedHome
from tests.monitor.histories import THINGS, clauses, page

ADDRESSES = ("https://kites.example/privacy", "https://kites.example/privacy/more", "https://kites.example/annex")
WALL = "<html><head><title>Just a moment...</title></head><body><p>Checking your browser before accessing the site.</p></body></html>"


@dataclass(frozen=True)
class Gone:
    """An answer that is no page: a status, a wall, nothing at all."""

    kind: str


NOT_FOUND, TIMEOUT, BLOCKED = Gone("404"), Gone("timeout"), Gone("wall")


def text(source: int, edits: int) -> str:
    """The page of a source after so many edits, each in another clause, so that none is taken for a volatile block; no
    paragraph of one source is one of another.
    """
    title = ("Privacy Policy", "More about your data", "Annex on processors")[source]
    body = clauses().replace("</h2>", f" by route {source}</h2>").replace(".</p>", f", by route {source}.</p>")
    for edit in range(edits):
        thing = THINGS[edit % len(THINGS)]
        old = f"We collect your {thing} when you order"
        body = body.replace(old, f"We collect and pass on within {edit + 3} days your {thing} when you order")
    return page(body, title=title, date="")


def declare(watched: WatchedHome, count: int, **more: object) -> None:
    policy = {"type": "Privacy Policy", "sources": list(ADDRESSES[:count]), **more}
    declared = Declaration.model_validate({"service": "Kites", "policies": [policy]})
    with watched.home.database.writing() as session:
        sync(session, [declared], interval_seconds=86400, now=watched.clock())


def check(watched: WatchedHome, answers: Sequence[str | Gone | None]) -> ClosedCheck:
    """One check a day; None: not modified."""
    due = watched.home.claim()
    assert len(due) == len(answers)
    for source, answer in zip(due, answers, strict=True):
        watched.keep(_result(watched, source, answer))
    watched.clock.pass_days(1)
    return watched.home.closed[-1]


def _result(watched: WatchedHome, source: DueSource, answer: str | Gone | None) -> FetchResult:
    if answer == TIMEOUT:
        return watched.failure(source, "no answer: kites.example took too long")
    if answer == NOT_FOUND:
        return watched.answer(source, "<h1>Not found</h1>", status=404)
    return watched.answer(source, WALL if isinstance(answer, Gone) else answer)


def by_browser(result: FetchResult, **more: object) -> FetchResult:
    capture = replace(result.capture, via=Via.BROWSER) if result.capture is not None else None
    return replace(result, via=Via.BROWSER, capture=capture, **more)


def rows(watched: WatchedHome, table: type) -> list:
    with watched.home.database.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))
