"""WARC files in: each `response` record is a capture of its WARC-Date, taken in date order. Nobody is alerted."""

import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from monitor.errors import UsageError
from monitor.home import Home
from monitor.importing.captures import Found, Imported, Intake
from monitor.types import Capture, Progress, Via, unheard


def import_warc(home: Home, path: Path, *, policy: str = "", on_progress: Progress = unheard) -> Imported:
    """Take every capture of a WARC file. With `policy`, they all belong to that one, whatever their URL.

    Idempotent by (URL, date, digest). A capture older than the policy's newest check folds that policy again.
    """
    with Intake(home, policy=policy) as intake:
        skipped = intake.imported.skipped
        places = sorted(_places(path, skipped))
        for done, (_, offset) in enumerate(places, 1):
            try:
                intake.take(Found(_capture(path, offset)))
            except UsageError as error:
                skipped.append(str(error))
            on_progress(done, len(places))
    return intake.imported


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


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
