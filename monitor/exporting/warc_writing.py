"""One archived answer after the other into a WARC file, each record a gzip member of its own."""

import json
import zlib
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha1, sha256
from http import HTTPStatus
from importlib.metadata import version
from io import BytesIO
from typing import IO, Any
from urllib.parse import quote, urlsplit

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from monitor.interchange.carried import CarriedCapture
from monitor.interchange.warc_form import IDENTICAL, KIND, NOT_MODIFIED, Kind, archived_headers, http_headers
from monitor.languages import accept_language

LEVEL = 6
GZIP = 16 + zlib.MAX_WBITS
JSON = "application/json"
URN = "urn:smallprint"
ABOUT_THE_FILE = {
    "software": f"smallprint/{version('smallprint')}",
    "format": "WARC file version 1.1",
    "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    "description": "Archived policy pages. Bodies are kept decoded: a header that was true of the transfer alone has X-Archive-Orig- "
    "before its name. Requests are reconstructed from what is known to have been asked for.",
}
SAFE_IN_TARGET = "/?%&=+$,;:@!*'()~-._#[]"


class Sealed:
    """What records are written to: a gzip member each, or plainly, while a digest of them all is kept."""

    def __init__(self, file: IO[bytes], *, packed: bool) -> None:
        self._file, self._packed = file, packed
        self._member = self._new_member()
        self.digest = sha256()

    def write(self, content: bytes) -> None:
        self.digest.update(content)
        self._file.write(self._member.compress(content) if self._packed else content)

    def flush(self) -> None:
        """The end of a record."""
        if self._packed:
            self._file.write(self._member.flush())
            self._member = self._new_member()

    def _new_member(self) -> Any:
        return zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)


@dataclass(frozen=True, slots=True)
class Answer:
    """An archived answer, as it is written."""

    at: datetime
    status: int
    headers: Mapping[str, str]
    body: bytes


class Writer:
    """Writes what is archived as records. `now` dates those that are about no moment of their own."""

    def __init__(self, file: IO[bytes], *, packed: bool, now: datetime) -> None:
        self._out = Sealed(file, packed=packed)
        self._warc = WARCWriter(self._out, gzip=False, warc_version="1.1")
        self._now = now

    def begin(self, filename: str) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in ABOUT_THE_FILE.items())
        headers = {"WARC-Filename": filename, **self._own(Kind.BEGIN)}
        self._write("", "warcinfo", lines.encode(), headers, content_type="application/warc-fields")

    def end(self) -> None:
        """Everything is written: say by what it is known to be whole."""
        self.tell(Kind.END, "end", {"sha256": self._out.digest.hexdigest()})

    def tell(self, kind: Kind, name: str, about: Mapping[str, Any]) -> None:
        """A record of our own, about no single answer."""
        self._write(f"{URN}:{name}", "metadata", _json(about), self._own(kind), content_type=JSON)

    def response(self, about: CarriedCapture, answer: Answer) -> None:
        self._write_answer(_exact(about, answer), answer.at, _message(answer), "response", answer.body, {})

    def revisit(self, about: CarriedCapture, answer: Answer, first: tuple[str, datetime]) -> None:
        """The same bytes as those of an earlier response: its URL and time are `first`."""
        digest = b32encode(sha1(answer.body, usedforsecurity=False).digest()).decode()
        refers = {"WARC-Profile": IDENTICAL, "WARC-Payload-Digest": f"sha1:{digest}", **_refers_to(*first)}
        self._write_answer(_exact(about, answer), answer.at, _message(answer), "revisit", b"", refers)

    def not_modified(self, about: CarriedCapture, at: datetime, before: tuple[str, datetime] | None) -> None:
        """The answer that what came `before` (its URL and time) still stands. Its headers are not kept: it has no HTTP message,
        and who replays it shows what came before.
        """
        refers = _refers_to(*before) if before is not None else {}
        self._write_answer(about, at, None, "revisit", b"", {"WARC-Profile": NOT_MODIFIED, **refers})

    def _write_answer(
        self,
        about: CarriedCapture,
        at: datetime,
        message: StatusAndHeaders | None,
        kind: str,
        body: bytes,
        more: Mapping[str, str],
    ) -> None:
        """The answer; what was asked, as far as it is known; and what WARC has no field for."""
        identity = self._warc._make_warc_id()  # noqa: SLF001  the library's form of an id, which it offers nowhere else
        beside = {"WARC-Date": _stamp(at), "WARC-Concurrent-To": identity}
        self._write(about.url, kind, body, {"WARC-Date": _stamp(at), "WARC-Record-ID": identity, **more}, http=message)
        self._write(about.url, "request", b"", beside, http=_request(about))
        fields = _json(about.model_dump(mode="json", exclude_none=True))
        ours = {**beside, KIND: Kind.CAPTURE.value}
        self._write(f"{URN}:answer:{about.url}", "metadata", fields, ours, content_type=JSON)  # not what a replay shows

    def _own(self, kind: Kind) -> dict[str, str]:
        return {"WARC-Date": _stamp(self._now), KIND: kind.value}

    def _write(
        self,
        uri: str,
        kind: str,
        content: bytes,
        headers: dict[str, str],
        *,
        http: StatusAndHeaders | None = None,
        content_type: str = "",
    ) -> None:
        record = self._warc.create_warc_record(
            uri,
            kind,
            payload=BytesIO(content),
            length=len(content),
            http_headers=http,
            warc_headers_dict=headers,
            warc_content_type=content_type,
        )
        self._warc.write_record(record)


def _message(answer: Answer) -> StatusAndHeaders:
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:  # a status of the server's own
        phrase = "Unknown"
    headers = http_headers(answer.headers, len(answer.body))
    return StatusAndHeaders(f"{answer.status:d} {phrase}", headers, protocol="HTTP/1.1")


def _exact(about: CarriedCapture, answer: Answer) -> CarriedCapture:
    """With the headers of the answer beside it, when a reader of its message would find others."""
    is_exact = archived_headers(_as_read(_message(answer))) == answer.headers
    return about if is_exact else about.model_copy(update={"headers": dict(answer.headers)})


def _as_read(sent: StatusAndHeaders) -> list[tuple[str, str]]:
    """The headers as a reader will find them."""
    read = StatusAndHeadersParser(["HTTP/1.1"]).parse(BytesIO(sent.to_ascii_bytes()))
    found: list[tuple[str, str]] = read.headers
    return found


def _request(about: CarriedCapture) -> StatusAndHeaders:
    """What is known to have been asked for; the rest of the request is not kept."""
    parts = urlsplit(about.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = [("Host", parts.netloc)]
    if about.language:
        headers.append(("Accept-Language", accept_language(about.language)))
    return StatusAndHeaders(f"GET {quote(target, safe=SAFE_IN_TARGET)} HTTP/1.1", headers, is_http_request=True)


def _refers_to(url: str, at: datetime) -> dict[str, str]:
    return {"WARC-Refers-To-Target-URI": url, "WARC-Refers-To-Date": _stamp(at)}


def _json(about: Mapping[str, Any]) -> bytes:
    return json.dumps(about, ensure_ascii=False, indent=1).encode()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
