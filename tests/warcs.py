"""WARC files for tests: captures of invented pages, a day apart."""

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tests.homes import ADDRESS, START

Record = tuple[datetime, str, str, str]  # when, status line, URL, body


def record(day: int, body: str, *, url: str = ADDRESS, status: str = "200 OK") -> Record:
    return START + timedelta(days=day), status, url, body


def write_warc(path: Path, records: Sequence[Record], *, content_type: str = "text/html; charset=utf-8") -> Path:
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=True, warc_version="1.1")
        for at, status, url, body in records:
            headers = StatusAndHeaders(status, [("Content-Type", content_type)], protocol="HTTP/1.1")
            stamp = at.isoformat().replace("+00:00", "Z")
            content = body.encode()
            entry = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(content),
                length=len(content),
                http_headers=headers,
                warc_headers_dict={"WARC-Date": stamp},
            )
            writer.write_record(entry)
    return path
