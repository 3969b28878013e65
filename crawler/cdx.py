"""The capture index of a web archive (CDX, as the Wayback Machine's server answers it): addresses to ask, rows read. Pure.

https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server
"""

import json
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha1
from typing import Any
from urllib.parse import urlencode

from monitor.importing.limits import status_of

FIELDS = ("timestamp", "original", "mimetype", "statuscode", "digest")
ROWS_AT_ONCE = 1000
_SHOWN = 200  # characters of what cannot be read
_STAMP = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True)
class History:
    """What is wanted of an archive: the captures of `url` from the day `since` to the day `until`, each where one is named."""

    archive: str
    url: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One capture as the index lists it. `status` is None when it does not say one, as of a revisit; `digest` is SHA-1 in base 32."""

    timestamp: str
    at: datetime
    original: str
    status: int | None
    digest: str


def index_address(history: History, resume_key: str) -> str:
    """Where the next rows are, oldest first."""
    asked = {"url": history.url, "output": "json", "fl": ",".join(FIELDS), "limit": str(ROWS_AT_ONCE)}
    asked |= {"from": f"{history.since:%Y%m%d}"} if history.since else {}
    asked |= {"to": f"{history.until:%Y%m%d}"} if history.until else {}
    asked |= {"showResumeKey": "true"} | ({"resumeKey": resume_key} if resume_key else {})
    return f"{history.archive}/cdx/search/cdx?{urlencode(asked)}"


def capture_address(history: History, row: Row) -> str:
    """Where the bytes of a capture are as they were archived, without the archive's own additions."""
    return f"{history.archive}/web/{row.timestamp}id_/{row.original}"


def read_rows(body: bytes) -> tuple[list[Row | str], str]:
    """The rows of an answer of the index, and the key of the next ones, empty after the last. ValueError when it is none.

    In the place of a row that cannot be read stands why.
    """
    try:
        lists: Any = json.loads(body) if body.strip() else []
    except RecursionError:
        raise ValueError("a list of lists was wanted, one nested too deeply came") from None
    if not isinstance(lists, list) or not all(isinstance(one, list) for one in lists):
        raise ValueError("a list of lists was wanted, other JSON came")
    resume_key = ""
    if len(lists) >= 2 and not lists[-2] and len(lists[-1]) == 1:
        resume_key = str(lists[-1][0])
        lists = lists[:-2]
    if lists and len(lists[0]) != len(FIELDS):
        raise ValueError(f"the columns {', '.join(FIELDS)} were wanted, others came")
    return [_row(one) for one in lists[1:]], resume_key


def _row(cells: Sequence[Any]) -> Row | str:
    if len(cells) != len(FIELDS):
        return f"a row of {len(FIELDS)} columns was wanted, one of {len(cells)} came"
    timestamp, original, _, status, digest = map(str, cells)
    try:
        at = datetime.strptime(timestamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return f"a moment such as 20240301123000 was wanted, {timestamp[:_SHOWN]!r} came"
    if not original.isprintable():
        return f"a URL was wanted, {original[:_SHOWN]!r} came"
    return Row(timestamp, at, original, status_of(status), digest)


def digest_of(body: bytes) -> str:
    """The digest that the index states for these bytes."""
    return b32encode(sha1(body, usedforsecurity=False).digest()).decode()
