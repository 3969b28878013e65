"""A stand-in for the Wayback Machine on a loopback address: its capture index, paged, and the bytes of its captures."""

import gzip
import json
from base64 import b32encode
from dataclasses import dataclass, field
from hashlib import sha1
from urllib.parse import parse_qs, urlsplit

from tests.homes import ADDRESS
from tests.site import Page, Site

HEAD = ["timestamp", "original", "mimetype", "statuscode", "digest"]


@dataclass
class WebArchive(Site):
    """`rows` are what the index lists, oldest first, `rows_at_once` at a time."""

    rows: list[list[str]] = field(default_factory=list)
    rows_at_once: int = 1000
    head: list[str] = field(default_factory=lambda: HEAD)

    def __post_init__(self) -> None:
        Site.__init__(self)

    def capture(
        self,
        timestamp: str,
        body: str,
        *,
        status: str = "200",
        kind: str = "text/html",
        zipped: bool = False,
        original: str = ADDRESS,
    ) -> str:
        """A capture in the index and in the replay; its path."""
        sent = gzip.compress(body.encode(), mtime=0) if zipped else body.encode()
        digest = b32encode(sha1(sent).digest()).decode()
        self.rows.append([timestamp, original, kind, status, digest])
        path = f"/web/{timestamp}id_/{original}"
        headers = {
            "Memento-Datetime": timestamp,
            "x-archive-orig-server": "kites",
            "x-archive-orig-content-type": "text/html",
        }
        headers |= {"Content-Encoding": "gzip"} if zipped else {}
        self.page(path, sent, status=int(status) if status.isdecimal() else 200, headers=headers)
        return path

    def find(self, path: str) -> Page:
        parts = urlsplit(path)
        return self._index(parse_qs(parts.query)) if parts.path == "/cdx/search/cdx" else super().find(path)

    def captures_asked_for(self) -> list[str]:
        return [path.partition("id_")[0].removeprefix("/web/") for path in self.paths() if path.startswith("/web/")]

    def _index(self, asked: dict[str, list[str]]) -> Page:
        since, until = asked.get("from", [""])[0], asked.get("to", ["9"])[0]
        rows = [row for row in self.rows if since <= row[0] and row[0][: len(until)] <= until]
        first = int(asked.get("resumeKey", ["0"])[0])
        shown = rows[first : first + self.rows_at_once]
        lists = [self.head, *shown] if shown else []
        if first + self.rows_at_once < len(rows):
            lists += [[], [str(first + self.rows_at_once)]]
        return Page(json.dumps(lists).encode(), 200, {"Content-Type": "application/json"})
