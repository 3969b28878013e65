"""What is recorded of a snapshot beside its bytes: its headers, packed, and the line whose digest the manifest lists.

Headers differ from capture to capture in a date and a token or two: they are packed against those of an earlier snapshot
of the same source, which holds its own whole.
"""

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from zlib import crc32

from monitor.errors import ArchiveError
from monitor.models import Frame, Snapshot

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEVEL = 10
WORTH_IT = 0.6  # packed against another's, headers of no more than this part of their own size
CHECKSUM_BYTES = 4  # before the packed headers, as damage that unpacks all the same is damage
LEAST_DICTIONARY = 8  # bytes: zstd takes no shorter one


def pack_headers(headers: Mapping[str, str], base: Snapshot | None) -> tuple[bytes, int | None]:
    """The packed headers after their checksum, and the id of the snapshot that they are packed against; None: they stand alone.

    `base` is an earlier snapshot of the source; its own base is taken where it has one, so that one step reads any.
    """
    packed, base_id = _pack(_canonical(headers), base)
    return crc32(packed).to_bytes(CHECKSUM_BYTES) + packed, base_id


def headers_of(snapshot: Snapshot) -> dict[str, str]:
    """The headers of the answer, names in lower case; ArchiveError when they are damaged."""
    try:
        headers: dict[str, str] = json.loads(_unpacked(snapshot))
    except ValueError as error:
        raise _damaged(snapshot, error) from None
    return headers


def line(snapshot: Snapshot, frame: Frame, headers: Mapping[str, str]) -> str:
    """A snapshot in one line: a JSON list of capture time, SHA-256 and size of the bytes, status, way, URL, final URL, and
    SHA-256 of the headers as JSON with sorted names and without spaces.
    """
    return _line(snapshot, frame, _canonical(headers))


def record_digest(snapshot: Snapshot, frame: Frame, headers: Mapping[str, str]) -> bytes:
    return sha256(line(snapshot, frame, headers).encode()).digest()


def checked_line(snapshot: Snapshot) -> str:
    """The snapshot's line; ArchiveError when it is not the one that was digested as the snapshot came in."""
    found = _line(snapshot, snapshot.frame, _unpacked(snapshot))
    if sha256(found.encode()).digest() != snapshot.record_sha256:
        raise ArchiveError(
            f"snapshot {snapshot.id}: the record that came in with it was wanted, it was altered since and says now: {found}. Restore it from a backup."
        )
    return found


def _pack(content: bytes, base: Snapshot | None) -> tuple[bytes, int | None]:
    alone = zstd.compress(content, level=LEVEL)
    whole = (base.headers_base or base) if base is not None else None
    if whole is None:
        return alone, None
    try:
        dictionary = _unpacked(whole)
    except ArchiveError:  # damage is `verify`'s to tell; what comes in must be kept all the same
        return alone, None
    if len(dictionary) < LEAST_DICTIONARY:
        return alone, None
    against = zstd.compress(content, level=LEVEL, zstd_dict=zstd.ZstdDict(dictionary, is_raw=True))
    return (against, whole.id) if len(against) <= WORTH_IT * len(alone) else (alone, None)


def _unpacked(snapshot: Snapshot) -> bytes:
    """The headers as they were packed: in their canonical form."""
    checksum, packed = snapshot.packed_headers[:CHECKSUM_BYTES], snapshot.packed_headers[CHECKSUM_BYTES:]
    if int.from_bytes(checksum) != crc32(packed):
        raise _damaged(snapshot, "their checksum is another")
    try:
        return zstd.decompress(packed, zstd_dict=_dictionary(snapshot))
    except (zstd.ZstdError, ValueError) as error:
        raise _damaged(snapshot, error) from None


def _dictionary(snapshot: Snapshot) -> "zstd.ZstdDict | None":
    if snapshot.headers_base_id is None:
        return None
    base = snapshot.headers_base
    if base is None or base.headers_base_id is not None:
        came = "it is not in the archive" if base is None else "it does not stand alone"
        raise ArchiveError(
            f"snapshot {snapshot.id}: its headers' base, snapshot {snapshot.headers_base_id}, was wanted, {came}. Restore it from a backup."
        )
    return zstd.ZstdDict(_unpacked(base), is_raw=True)


def _damaged(snapshot: Snapshot, error: Exception | str) -> ArchiveError:
    return ArchiveError(
        f"snapshot {snapshot.id}: packed headers were wanted, damaged bytes came ({error}). Restore it from a backup."
    )


def _line(snapshot: Snapshot, frame: Frame, headers: bytes) -> str:
    parts = [
        *(stamp(snapshot.captured_at), frame.sha256, frame.size_bytes, snapshot.status, snapshot.via),
        *(snapshot.url, snapshot.final_url, sha256(headers).hexdigest()),
    ]
    return json.dumps(parts, separators=(",", ":"))


def _canonical(headers: Mapping[str, str]) -> bytes:
    return json.dumps(dict(headers), sort_keys=True, separators=(",", ":")).encode()


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
