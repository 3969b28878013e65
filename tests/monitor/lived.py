"""A home with a past: policies of one source and of several, a selection, a language, walls, answers "not modified", a PDF,
wordings that waited and went back.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from monitor.declarations import Declaration
from monitor.models import Change, Policy, Snapshot, Version
from monitor.policies import sync
from monitor.types import FetchResult
from tests.homes import ADDRESS, WatchedHome
from tests.monitor.sources import WALL, by_browser, text
from tests.monitor.test_extract_formats import pdf_of
from tests.monitor.test_pending import CUT, LONG
from tests.pages import DATE_MOVED, KEPT_LONGER, NOT_FOUND, POLICY

TERMS, TRACKERS = "https://acme.example/terms", "https://acme.example/cookies?lang=en"
MAIN, MORE, OLD_ANNEX = "https://kites.example/privacy", "https://kites.example/more", "https://kites.example/annex"
PAPER = "https://paper.example/terms.pdf"
TRANSFERRED = {
    "content_encoding": "gzip",
    "content_length": "17",
    "transfer_encoding": "chunked",
    "set_cookie": "a=1; path=/, b=2",
    "x_odd": "one\r\ntwo: caf\xe9\x00 \u2713",
    "etag": '"1"',
}
PDF = pdf_of(
    [
        "Terms of the paper club",
        "1. Records",
        "We keep your records for two years after that day, and not for any longer.",
    ]
)

Answer = str | bytes | int | None
"""A page; 404; None: not modified."""


def live(watched: WatchedHome) -> None:
    """Nine days, a check of everything each."""
    _declare(watched, "Acme", "Privacy Policy", [ADDRESS])
    _declare(
        watched,
        "Acme",
        "Terms of Service",
        [{"url": TERMS, "select": "main", "remove": ["footer", {"startBefore": "nav", "endAfter": "nav"}]}],
        language="en-GB",
    )
    _declare(watched, "Acme", "Trackers Policy", [TRACKERS], cron="0 9 * * *", time_zone="Europe/Berlin")
    _declare(watched, "Kites & Söhne", "Privacy Policy", [MAIN, OLD_ANNEX])
    _declare(watched, "Paper", "Terms of Service", [PAPER], interval="12h", robots="ignore", browser="never")
    with watched.home.database.writing() as session:
        session.scalars(select(Policy).where(Policy.slug == "paper/terms-of-service")).one().tags = ["court", "paper"]
    _day(watched, {ADDRESS: POLICY, TERMS: POLICY, TRACKERS: LONG, MAIN: text(0, 0), OLD_ANNEX: text(2, 0), PAPER: PDF})
    _day(watched, {ADDRESS: POLICY, TERMS: None, TRACKERS: CUT, MAIN: text(0, 0), OLD_ANNEX: text(2, 1), PAPER: None})
    _day(watched, {ADDRESS: None, TERMS: KEPT_LONGER, TRACKERS: LONG, MAIN: text(0, 1), OLD_ANNEX: 404, PAPER: PDF})
    _declare(watched, "Kites & Söhne", "Privacy Policy", [MAIN, MORE])
    _day(watched, {ADDRESS: 404, TERMS: WALL, TRACKERS: CUT, MAIN: text(0, 1), MORE: text(1, 0), PAPER: PDF})
    _day(watched, {ADDRESS: KEPT_LONGER, TERMS: KEPT_LONGER, TRACKERS: CUT, MAIN: None, MORE: text(1, 1), PAPER: PDF})
    _day(watched, {ADDRESS: POLICY, TERMS: DATE_MOVED, TRACKERS: None, MAIN: None, MORE: None, PAPER: None})
    _day(watched, {ADDRESS: WALL, TERMS: POLICY, TRACKERS: POLICY + CUT, MAIN: text(0, 2), MORE: WALL, PAPER: 404})
    _day(watched, {ADDRESS: KEPT_LONGER, TERMS: POLICY, TRACKERS: LONG, MAIN: text(0, 2), MORE: text(1, 1), PAPER: PDF})
    _day(
        watched,
        {ADDRESS: KEPT_LONGER, TERMS: POLICY, TRACKERS: KEPT_LONGER, MAIN: text(0, 2), MORE: text(1, 2), PAPER: PDF},
    )


def history(watched: WatchedHome) -> dict[str, list[tuple[Any, ...]]]:
    """All that is promised to be the same in another home, without ids."""
    with watched.home.database.reading() as session:
        snapshots = session.scalars(select(Snapshot)).all()
        versions = session.scalars(select(Version)).all()
        changes = session.scalars(select(Change)).all()
        return {
            "snapshots": sorted(
                (one.url, one.captured_at, one.frame.sha256, one.status, one.final_url, one.via, one.record_sha256)
                for one in snapshots
            ),
            "versions": sorted(_version(one) for one in versions),
            "changes": sorted((_change(one) for one in changes), key=lambda change: change[:3]),
            "policies": sorted(_policy(one) for one in session.scalars(select(Policy))),
        }


def _version(one: Version) -> tuple[Any, ...]:
    sources = tuple((part.snapshot.url, part.snapshot.captured_at, part.selection) for part in one.sources)
    return (
        one.policy.slug,
        one.number,
        one.state,
        one.technical,
        one.fingerprint,
        one.captured_at,
        one.last_seen_at,
        sources,
    )


def _change(one: Change) -> tuple[Any, ...]:
    times = one.captured_at, one.previous_captured_at, one.confirmed_at
    numbers = one.version.number, one.previous_version.number, one.return_of
    return one.policy.slug, *numbers[:2], one.status, *times, one.significance, numbers[2], one.machine_text, one.diff


def _policy(one: Policy) -> tuple[Any, ...]:
    when = one.interval_seconds, one.cron, one.time_zone, one.adaptive
    sources = tuple(
        (source.url, source.position, source.declared_at, source.retired_at, source.selection, source.language)
        for source in one.sources
    )
    return one.slug, one.service.name, one.terms_type, when, one.browser, one.obey_robots, tuple(one.tags), sources


def _declare(watched: WatchedHome, service: str, terms_type: str, sources: list[Any], **more: object) -> None:
    policy = {"type": terms_type, "sources": sources, **more}
    declared = Declaration.model_validate({"service": service, "policies": [policy]})
    with watched.home.database.writing() as session:
        sync(session, [declared], interval_seconds=86400, now=watched.clock())


def _day(watched: WatchedHome, answers: Mapping[str, Answer]) -> None:
    due = watched.home.claim()
    assert {source.url for source in due} == set(answers)
    for source in due:
        watched.clock.pass_days(0.001)
        answer = answers[source.url]
        if answer == 404:
            result = watched.answer(source, NOT_FOUND, status=404)
        elif isinstance(answer, bytes):
            result = watched.answer(source, answer, content_type="application/pdf")
        else:
            result = watched.answer(source, answer, **TRANSFERRED)
        if source.url == MORE and answer is not None:  # asked plainly first, then through the browser
            watched.keep(replace(result, final=False, reason="it is next to empty"))
            watched.clock.pass_days(0.0001)
            result = by_browser(_again(result, watched.clock()), reason="it is next to empty")
        watched.keep(result)
    watched.pass_to_next_check()


def _again(result: FetchResult, at: datetime) -> FetchResult:
    assert result.capture is not None
    return replace(result, at=at, capture=replace(result.capture, captured_at=at, final_url=f"{MORE}#shown"))
