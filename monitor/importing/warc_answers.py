"""An answer of a WARC file as a capture, with all that is told about it."""

import hashlib
from dataclasses import replace
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from warcio.utils import Digester

from monitor.archive import store
from monitor.archive.records import headers_of
from monitor.database import Database
from monitor.declarations import Declaration, PolicyDeclaration, SourceDeclaration
from monitor.errors import ArchiveError, DamageError, UsageError
from monitor.importing.captures import NOT_MODIFIED, Found
from monitor.importing.limits import status_of
from monitor.importing.warc_contents import Contents, Place, moment
from monitor.importing.warc_opened import OpenedWarc
from monitor.interchange.carried import CarriedCapture, record_sha256
from monitor.interchange.warc_form import archived_headers
from monitor.models import Snapshot
from monitor.types import Capture, Via


class Answers:
    """Reads the answers of one file. The original of a revisit is looked for in it, then among the snapshots of `database`."""

    def __init__(self, warc: OpenedWarc, contents: Contents, database: Database) -> None:
        self._warc, self._originals, self._database = warc, contents.originals, database

    def read(self, place: Place, about: CarriedCapture | None) -> Found:
        """The capture at a place; UsageError when it is torn or damaged, or only part of an answer."""
        capture = self._capture(place)
        if about is None:
            return Found(capture)
        capture = replace(
            capture,
            url=about.url,
            final_url=about.final_url,
            headers=capture.headers if about.headers is None else about.headers,
            via=Via(about.via),
            moved_to=about.moved_to,
        )
        self._check_record(capture, about, place)
        return Found(capture, _declared(about), about.due_at, about.language, final=about.final)

    def _capture(self, place: Place) -> Capture:
        where = self._warc.place(place.offset)
        record, body = self._warc.record(place.offset, loose=place.loose)
        status, headers = _message(record, where)
        if record.rec_type == "revisit":
            if _header(record, "WARC-Profile").endswith("server-not-modified"):
                status = NOT_MODIFIED
            else:
                first_status, first_headers, body = self._original(record, where)
                status, headers = status or first_status, headers or first_headers
        if not status:
            raise DamageError(f"{where}: torn or damaged: an HTTP answer was wanted, the record has none")
        url = _url_of_whole(record, where)
        return Capture(url, url, status, headers, body, place.at, Via.IMPORT)

    def _original(self, record: Any, where: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of the response that a revisit has the bytes of."""
        digest = _header(record, "WARC-Payload-Digest")
        if digest in self._originals:
            first, body = self._warc.record(self._originals[digest])
            return *_message(first, where), body
        url, at = (_header(record, f"WARC-Refers-To-{name}") for name in ("Target-URI", "Date"))
        found = self._archived(url, at, digest)
        if found is None:
            raise UsageError(
                f"{where}: the same bytes as an earlier answer{f' of {url} @ {at}' if url else ''}, which is neither in the file nor in the archive. Import the file with it first"
            )
        return found

    def _archived(self, url: str, at: str, digest: str) -> tuple[int, dict[str, str], bytes] | None:
        """What the archive has of this URL and moment, when its bytes have the digest."""
        try:
            wanted = select(Snapshot).where(Snapshot.url == url, Snapshot.captured_at == moment(at))
            with self._database.reading() as session:
                for snapshot in session.scalars(wanted):
                    body = store.body(session, snapshot)
                    if has_digest(body, digest):
                        return snapshot.status, headers_of(snapshot), body
        except (ArchiveError, ValueError, OverflowError):
            return None
        return None

    def _check_record(self, capture: Capture, about: CarriedCapture, place: Place) -> None:
        """What smallprint told about an answer is about these bytes, headers and times, and no others."""
        if capture.status == NOT_MODIFIED and not about.sha256:
            return
        found = sha256(capture.body).hexdigest()
        if (found, record_sha256(capture, found)) != (about.sha256, about.record_sha256):
            raise DamageError(
                f"{self._warc.place(place.offset)} ({capture.url}): torn or damaged: it does not have the digest that stands in what smallprint tells about it"
            )


def has_digest(body: bytes, stated: str) -> bool:
    """`stated` as in a WARC-Payload-Digest. True when none is stated; False when it is of a kind that is not known here."""
    algorithm, _, value = stated.partition(":")
    if not stated:
        return True
    if algorithm not in hashlib.algorithms_available:
        return False
    digester = Digester(algorithm)
    digester.update(body)
    return str(digester).partition(":")[2] == value


def _message(record: Any, where: str) -> tuple[int, dict[str, str]]:
    """Status and headers of the record's HTTP message; 0 when it has none."""
    http = record.http_headers
    if http is None:
        return 0, {}
    said = http.get_statuscode()
    status = status_of(said)
    if status is None:
        raise DamageError(f"{where}: torn or damaged: the status of an HTTP answer was wanted, {said[:40]!r} came")
    return status, archived_headers(http.headers)


def _url_of_whole(record: Any, where: str) -> str:
    """The URL of a record that holds a whole answer."""
    url = _header(record, "WARC-Target-URI")
    if not url.isprintable():
        raise UsageError(f"{where}: a URL was wanted, {url!r} came")
    for name in ("WARC-Truncated", "WARC-Segment-Number"):
        if part := _header(record, name):
            raise UsageError(f"{where} ({url}): a whole answer was wanted, the record holds a part ({name}: {part})")
    return url


def _header(record: Any, name: str) -> str:
    return str(record.rec_headers.get_header(name) or "")


def _declared(about: CarriedCapture) -> Declaration:
    """Which policy it belongs to, in the form of a declaration."""
    try:
        source = SourceDeclaration(url=about.url)
        return Declaration(service=about.service, policies=(PolicyDeclaration(type=about.type, sources=(source,)),))
    except ValueError as error:
        raise UsageError(f"{about.url}: {error}") from None
