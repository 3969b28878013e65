"""WARC files in: each `response` record is a capture of its WARC-Date, taken in date order. Nobody is alerted."""

import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from monitor.addresses import url_refusal
from monitor.archive import store
from monitor.errors import UsageError
from monitor.home import Home
from monitor.models import Check, Fetch, Policy, Source
from monitor.policies import add_url, find
from monitor.process import close_check
from monitor.reprocess import reprocess
from monitor.types import Capture, Progress, Via, unheard
from monitor.versions import NOBODY

READABLE = (
    *("text/", "application/pdf", "application/xhtml+xml", "application/xml"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml",
)


@dataclass(slots=True)
class Imported:
    """What an import came to. `skipped` holds, in words, each record that was not taken and why."""

    captures: int = 0
    known: int = 0
    new_policies: list[str] = field(default_factory=list)
    reprocessed: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def import_warc(home: Home, path: Path, *, policy: str = "", on_progress: Progress = unheard) -> Imported:
    """Take every capture of a WARC file. With `policy`, they all belong to that one, whatever their URL.

    Idempotent by (URL, date, digest). A capture older than the policy's newest check folds that policy again.
    """
    imported = Imported()
    policy_id = _policy_id(home, policy) if policy else None
    places = sorted(_places(path, imported.skipped))
    older: set[int] = set()
    for done, (_, offset) in enumerate(places, 1):
        try:
            _import_capture(home, _capture(path, offset), policy_id, imported, older)
        except UsageError as error:
            imported.skipped.append(str(error))
        on_progress(done, len(places))
    for policy_id in sorted(older):
        _reprocess(home, policy_id, imported)
    return imported


def _policy_id(home: Home, name: str) -> int:
    with home.database.reading() as session:
        return find(session, name).id


def _places(path: Path, skipped: list[str]) -> list[tuple[datetime, int]]:
    """The date and the offset of each response record."""
    places, kinds = [], set()
    try:
        with path.open("rb") as file:
            records = ArchiveIterator(file, no_record_parse=True)
            for record in records:
                kinds.add(record.format)
                if _is_answer(record):
                    offset = records.get_record_offset()  # reads the record to its end
                    try:
                        places.append((_date_of_whole(record), offset))
                    except UsageError as error:
                        skipped.append(f"{path}: record at {offset}: {error}")
    except OSError as error:
        raise UsageError(f"{path}: a WARC file was wanted, it cannot be read: {error.strerror}.") from None
    except (ArchiveLoadFailed, zlib.error) as error:
        if "warc" not in kinds:
            raise UsageError(f"{path}: a WARC file was wanted, this came: {error}.") from None
        skipped.append(f"{path}: damaged after its record number {len(places)}: {error}")
    if "warc" not in kinds:
        raise UsageError(f"{path}: a WARC file was wanted, a file without a WARC record came.")
    return places


def _is_answer(record: Any) -> bool:
    """True for what came over HTTP, not from a name server, and for what is torn before it says so."""
    url = record.rec_headers.get_header("WARC-Target-URI")
    return record.rec_type in (None, "response") and (url is None or url.startswith(("http:", "https:")))


def _date_of_whole(record: Any) -> datetime:
    """The date of a record that was read to its end; UsageError when that came early, which warcio lets pass."""
    missing = getattr(record.raw_stream, "limit", None)  # bytes still to come
    if missing is None or record.rec_headers.get_header("WARC-Target-URI") is None:
        raise UsageError("torn or damaged: a Content-Length and a WARC-Target-URI were wanted, one did not come")
    if missing:
        raise UsageError(f"torn or damaged: {missing} bytes of its Content-Length did not come")
    date = record.rec_headers.get_header("WARC-Date") or ""
    try:
        return _moment(date)
    except (ValueError, OverflowError):
        raise UsageError(f"a WARC-Date was wanted, {date!r} came") from None


def _capture(path: Path, offset: int) -> Capture:
    """The capture of the record at an offset; UsageError when it is torn or damaged."""
    place = f"{path}: record at {offset}"
    with path.open("rb") as file:
        file.seek(offset)
        try:
            record = next(iter(ArchiveIterator(file, check_digests=True)))
            if record.http_headers is None:
                raise UsageError(f"{place}: torn or damaged: an HTTP answer was wanted, the record has none")
            body = record.content_stream().read()
            status = int(record.http_headers.get_statuscode())
        except (ArchiveLoadFailed, zlib.error, ValueError) as error:
            raise UsageError(f"{place}: torn or damaged: {error}") from None
        url = str(record.rec_headers.get_header("WARC-Target-URI"))
        if not url.isprintable():
            raise UsageError(f"{place}: a URL was wanted, {url!r} came")
        _check_digest(record, f"{place} ({url})")
        return Capture(
            url=url,
            final_url=url,
            status=status,
            headers={name.lower(): value for name, value in record.http_headers.headers},
            body=body,
            captured_at=_moment(record.rec_headers.get_header("WARC-Date")),
            via=Via.IMPORT,
        )


def _check_digest(record: Any, place: str) -> None:
    """A damaged record leaves its digest unconfirmed without an error: only a confirmed one is taken."""
    names = ("WARC-Payload-Digest", "WARC-Block-Digest")
    if any(record.rec_headers.get_header(name) for name in names) and record.digest_checker.passed is not True:
        raise UsageError(
            f"{place}: its bytes do not have the digest that the record states; the record is torn or damaged"
        )


def _import_capture(home: Home, capture: Capture, policy_id: int | None, imported: Imported, older: set[int]) -> None:
    with home.database.writing() as session:
        source = _source(session, home, capture, policy_id, imported)
        check_id = _keep(session, source, capture)
        if check_id is None:
            imported.known += 1
            return
        newest = session.scalar(
            select(func.max(func.coalesce(Check.captured_at, Check.due_at))).where(
                Check.policy_id == source.policy_id, Check.outcome.is_not(None)
            )
        )
        policy_id = source.policy_id
    imported.captures += 1
    if newest is not None and capture.captured_at <= newest:
        older.add(policy_id)
        return
    close_check(home.database, home.reader, check_id, telling=NOBODY, now=home.clock())


def _keep(session: Session, source: Source, capture: Capture) -> int | None:
    """Archive a capture as a check of its own: the check's id, or None when all of it was done before."""
    snapshot = store.keep(session, source.id, capture)
    known = session.scalar(
        select(Check).join(Fetch, Fetch.check_id == Check.id).where(Fetch.snapshot_id == snapshot.id)
    )
    if known is not None:
        return known.id if known.outcome is None else None
    check = session.scalar(
        select(Check).where(Check.policy_id == source.policy_id, Check.due_at == capture.captured_at)
    )
    if check is None:
        check = Check(policy_id=source.policy_id, due_at=capture.captured_at, via=Via.IMPORT.value)
        session.add(check)
        session.flush()
    fetch = Fetch(
        check_id=check.id,
        source_id=source.id,
        snapshot_id=snapshot.id,
        at=capture.captured_at,
        via=Via.IMPORT.value,
        final=True,
        language=source.language,  # which one was asked for the file does not say
    )
    session.add(fetch)
    return check.id


def _source(session: Session, home: Home, capture: Capture, policy_id: int | None, imported: Imported) -> Source:
    """The source that a capture belongs to; UsageError when it is none of a policy's."""
    _check_holds_text(capture)
    if policy_id is not None:
        return _source_of(session.get_one(Policy, policy_id), capture.url)
    here = select(Source).where(Source.url == capture.url.partition("#")[0])
    source = session.scalar(here.order_by(Source.retired_at.is_not(None), Source.id).limit(1))
    if source is not None:
        return source
    if capture.status != 200 or not capture.content_type.startswith(READABLE):
        raise UsageError(
            f"{capture.url}: not declared, and its answer ({capture.status}, {capture.content_type or 'no type'}) is no policy's text"
        )
    return _source_of(_new_policy(session, home, capture, imported), capture.url)


def _source_of(policy: Policy, url: str) -> Source:
    """The policy's source at this URL, else its first one that is still declared."""
    here = [source for source in policy.sources if source.url == url]
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


def _new_policy(session: Session, home: Home, capture: Capture, imported: Imported) -> Policy:
    """A policy for an undeclared URL: paused, for importing a history asks for no fetching."""
    refusal = url_refusal(capture.url, allow_private=True)
    if refusal:
        raise UsageError(f"{capture.url}: not declared, and no policy's address: {refusal}")
    policy, done = add_url(session, capture.url, interval_seconds=home.settings.interval, now=home.clock())
    if done == "added":
        policy.paused_at = home.clock()
        imported.new_policies.append(policy.slug)
    return policy


def _reprocess(home: Home, policy_id: int, imported: Imported) -> None:
    with home.database.writing() as session:
        policy = session.get_one(Policy, policy_id)
        reprocess(session, home.reader, policy, now=home.clock())
        imported.reprocessed.append(policy.slug)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
