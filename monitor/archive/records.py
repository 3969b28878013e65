"""What is recorded of a snapshot beside its bytes: its headers, packed, and the line of the manifest that stands for it.

Headers differ from capture to capture in a date and a token or two: they are packed against those of an earlier snapshot
of the same source, which holds its own whole.
"""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

from monitor.errors import ArchiveError
from monitor.models import Frame, Snapshot

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEVEL = 10
WORTH_IT = 0.6  # packed against another's, headers of no more than this part of their own size
LEAST_DICTIONARY = 8  # bytes: zstd takes no shorter one


def pack_headers(headers: Mapping[str, str], base: Snapshot | None) -> tuple[bytes, int | None]:
    """The packed headers, and the id of the snapshot that they are packed against; None: they stand alone.

    `base` is an earlier snapshot of the source; its own base is taken where it has one, so that one step reads any.
    """
    content = _canonical(headers)
    alone = zstd.compress(content, level=LEVEL)
    whole = (base.headers_base or base) if base is not None else None
    if whole is None:
        return alone, None
    try:
        dictionary = _canonical(headers_of(whole))
    except ArchiveError:  # damage is `verify`'s to tell; what comes in must be kept all the same
        return alone, None
    if len(dictionary) < LEAST_DICTIONARY:
        return alone, None
    against = zstd.compress(content, level=LEVEL, zstd_dict=zstd.ZstdDict(dictionary, is_raw=True))
    return (against, whole.id) if len(against) <= WORTH_IT * len(alone) else (alone, None)


def headers_of(snapshot: Snapshot) -> dict[str, str]:
    """The headers of the answer, names in lower case; ArchiveError when they are damaged."""
    dictionary = None
    if snapshot.headers_base_id is not None:
        if snapshot.headers_base is None:
            raise ArchiveError(
                f"snapshot {snapshot.id}: its headers' base, snapshot {snapshot.headers_base_id}, was wanted, it is not in the archive. Restore it from a backup."
            )
        dictionary = zstd.ZstdDict(_canonical(headers_of(snapshot.headers_base)), is_raw=True)
    try:
        headers: dict[str, str] = json.loads(zstd.decompress(snapshot.packed_headers, zstd_dict=dictionary))
    except (zstd.ZstdError, ValueError) as error:
        raise ArchiveError(
            f"snapshot {snapshot.id}: packed headers were wanted, damaged bytes came ({error}). Restore it from a backup."
        ) from None
    return headers


def line(snapshot: Snapshot, frame: Frame, headers: Mapping[str, str]) -> str:
    """A snapshot in one line of the manifest: a JSON list of capture time, SHA-256 and size of the bytes, status, way, URL,
    final URL, and SHA-256 of the headers as JSON with sorted names and without spaces.
    """
    parts = [
        *(_stamp(snapshot.captured_at), frame.sha256, frame.size_bytes, snapshot.status, snapshot.via),
        *(snapshot.url, snapshot.final_url, sha256(_canonical(headers)).hexdigest()),
    ]
    return json.dumps(parts, separators=(",", ":"))


def record_digest(snapshot: Snapshot, frame: Frame, headers: Mapping[str, str]) -> bytes:
    return sha256(line(snapshot, frame, headers).encode()).digest()


def _canonical(headers: Mapping[str, str]) -> bytes:
    return json.dumps(dict(headers), sort_keys=True, separators=(",", ":")).encode()


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
