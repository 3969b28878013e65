"""The records of a WARC file by their places. What is damaged is named, and the search goes on behind it.

A packed file is read member by member, and behind damage from the next member on; a plain one by each record's
Content-Length, and behind damage from the next line on that begins a record.
"""

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from monitor.interchange.warc_form import KIND, Kind

CHUNK_BYTES = 16 * 1024
WINDOW_BYTES = 64 * 1024  # of the search behind damage
LONGEST_BEGINNING = 32  # bytes of a window that the next one has to begin with, so that nothing falls between two
MOST_HEAD_BYTES = 1024 * 1024  # of a record's own headers
MOST_DIGITS = 18  # of a Content-Length
MOST_ENDING_BYTES = 8  # empty lines behind a record
PLAIN = b"WARC/"
GZIP = b"\x1f\x8b\x08"
UNPACK_GZIP = 16 + zlib.MAX_WBITS
MEMBER = re.compile(b"(?=" + re.escape(GZIP) + b")")
BEGINNING = re.compile(rb"\n(?=WARC/[01]\.\d+\r?\n[A-Za-z])")
NEAR = re.compile(rb".{0,8}?(?=WARC/[01]\.\d+\r?\n[A-Za-z])", re.DOTALL)  # behind empty lines that are damaged
ENDING = re.compile(rb"(?:\r?\n){2}|(?:\r?\n)?\Z")
FIRST_LINE = re.compile(r"WARC/[01]\.\d+")
NO_HEAD = "the end of its headers was wanted, it did not come"

Headers = dict[str, str]


@dataclass(frozen=True, slots=True)
class Record:
    """A record that is there to its end. `headers` are its own, names in lower case. `loose`: no empty lines stand where it
    ends by its Content-Length, so that only a digest can tell whether it is whole. `before_sha256`: of all records since
    one of ours that begins a file, unpacked.
    """

    offset: int
    headers: Headers
    loose: bool = False
    before_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes from `offset` until `end` that are no whole record, and why."""

    offset: int
    end: int
    reason: str


class TornError(Exception):
    """No whole record stands here; says why."""


def records(path: Path) -> Iterator[Record | Damage]:
    """Every record and every damage, in the order of the file; OSError when it cannot be read."""
    with path.open("rb") as file:
        read, find = (_read_member, _next_member) if _is_packed(file) else (_read_plain, _next_plain)
        size, offset, seal = path.stat().st_size, 0, _Seal()
        while offset < size:
            try:
                record, end = read(file, offset, seal)
                yield record
            except TornError as error:
                end = find(file, offset + 1)
                yield Damage(offset, end, str(error))
            offset = end


def is_gzip(file: IO[bytes]) -> bool:
    file.seek(0)
    return file.read(len(GZIP)) == GZIP


def _is_packed(file: IO[bytes]) -> bool:
    """By its first bytes; when these are damaged, by what kind of record comes first behind them."""
    file.seek(0)
    first = file.read(len(PLAIN))
    if first.startswith((GZIP, PLAIN)):
        return first.startswith(GZIP)
    return _next_member(file, 1) < _next_plain(file, 1)


def holds_many(file: IO[bytes]) -> bool:
    """The first gzip member goes on behind its first record, as when a whole file was packed at once."""
    try:
        _, _, pieces, missing = _begun(file, 0)
        for piece in pieces:
            missing -= len(piece)
            if missing < -MOST_ENDING_BYTES:
                return True
    except TornError:
        return False
    return missing < -MOST_ENDING_BYTES


class _Seal:
    """The digest of what was read since a record of ours that begins a file."""

    def __init__(self) -> None:
        self._digest = sha256()

    def begin(self, head: bytes, headers: Headers) -> str:
        """Take in the beginning of a record; the digest of what came before it."""
        if headers.get(KIND.lower()) == Kind.BEGIN:
            self._digest = sha256()
        before = self._digest.hexdigest()
        self._digest.update(head)
        return before

    def update(self, content: bytes) -> None:
        self._digest.update(content)


def _read_member(file: IO[bytes], offset: int, seal: _Seal) -> tuple[Record, int]:
    """The record of one gzip member, whose check sum is right, and the end of the member."""
    unpacker, beginning, pieces, missing = _begun(file, offset)
    headers = read_head(beginning)
    before = seal.begin(beginning, headers)
    for piece in pieces:
        missing -= len(piece)
        seal.update(piece)
    if missing > 0:
        raise TornError(f"{missing} bytes of its Content-Length did not come")
    return Record(offset, headers, before_sha256=before), file.tell() - len(unpacker.unused_data)


def _begun(file: IO[bytes], offset: int) -> tuple["zlib._Decompress", bytes, Iterator[bytes], int]:
    """A member being unpacked: its headers and what came with them, the pieces to come, and how much these have to hold."""
    file.seek(offset)
    unpacker = zlib.decompressobj(UNPACK_GZIP)
    pieces = _unpacked(file, unpacker)
    beginning = b""
    for piece in pieces:
        beginning += piece
        if end := re.search(rb"\r?\n\r?\n", beginning):
            return unpacker, beginning, pieces, _length(read_head(beginning)) - len(beginning) + end.end()
        if len(beginning) > MOST_HEAD_BYTES:
            break
    raise TornError(NO_HEAD)


def _unpacked(file: IO[bytes], unpacker: "zlib._Decompress") -> Iterator[bytes]:
    """The content of a member, a piece at a time."""
    while not unpacker.eof:
        packed = unpacker.unconsumed_tail or file.read(CHUNK_BYTES)
        if not packed:
            raise TornError("the file ends within it")
        try:
            yield unpacker.decompress(packed, CHUNK_BYTES)
        except zlib.error as error:
            raise TornError(str(error)) from None


def _read_plain(file: IO[bytes], offset: int, seal: _Seal) -> tuple[Record, int]:
    """The record at this place, and where the next one begins."""
    file.seek(offset)
    head = _plain_head(file)
    offset += len(head) - len(head.lstrip(b"\r\n"))
    headers = read_head(head)
    block = file.tell()
    before = seal.begin(head, headers)
    _pass_block(file, _length(headers), seal)
    ends, following = _ending(file, seal)
    if not ends and not following:
        following = _next_plain(file, block)
    return Record(offset, headers, loose=not ends, before_sha256=before), following


def _pass_block(file: IO[bytes], missing: int, seal: _Seal) -> None:
    while missing:
        piece = file.read(min(missing, CHUNK_BYTES))
        if not piece:
            raise TornError(f"{missing} bytes of its Content-Length did not come")
        missing -= len(piece)
        seal.update(piece)


def _ending(file: IO[bytes], seal: _Seal) -> tuple[bool, int]:
    """Whether a record ends here as it should; where the next one begins, 0 when it is not near."""
    end = file.tell()
    following = file.read(LONGEST_BEGINNING)
    lines = ENDING.match(following)
    if lines is not None:
        seal.update(lines.group())
        return True, end + lines.end()
    near = NEAR.match(following)
    return False, end + near.end() if near else 0


def _plain_head(file: IO[bytes]) -> bytes:
    """The headers of the record here, with empty lines before and the one behind them."""
    lines: list[bytes] = []
    size, is_begun = 0, False
    while line := file.readline(MOST_HEAD_BYTES):
        if is_begun and line.startswith(PLAIN):  # the next record's
            break
        lines.append(line)
        if is_begun and not line.strip():
            return b"".join(lines)
        is_begun = is_begun or bool(line.strip())
        size += len(line)
        if size > MOST_HEAD_BYTES:
            break
    raise TornError(NO_HEAD)


def read_head(content: bytes) -> Headers:
    """A record's own headers, names in lower case, from what begins with them; TornError when they are none."""
    head = re.split(rb"\r?\n\r?\n", content.lstrip(b"\r\n"), maxsplit=1)[0]
    try:
        text = head.decode()
    except UnicodeDecodeError:
        text = head.decode("latin-1")
    first, *lines = re.split(r"\r?\n", re.sub(r"\r?\n[ \t]+", " ", text))
    if not FIRST_LINE.fullmatch(first.strip()):
        raise TornError(f"the first line of a record was wanted, {first[:40]!r} came")
    parts = (line.partition(":") for line in lines)
    return {name.strip().lower(): value.strip() for name, _, value in parts}


def _length(headers: Headers) -> int:
    stated = headers.get("content-length", "")
    if not (stated.isascii() and stated.isdecimal()) or len(stated) > MOST_DIGITS:
        raise TornError(f"a Content-Length was wanted, {stated[:40] or 'none'} came")
    return int(stated)


def _next_member(file: IO[bytes], start: int) -> int:
    return find_next(file, start, MEMBER, _is_member)


def _is_member(file: IO[bytes], offset: int) -> bool:
    """A gzip member begins here whose content begins as a record does."""
    file.seek(offset)
    try:
        beginning = zlib.decompressobj(UNPACK_GZIP).decompress(file.read(CHUNK_BYTES), LONGEST_BEGINNING)
    except zlib.error:
        return False
    return beginning.lstrip(b"\r\n").startswith(PLAIN)


def _next_plain(file: IO[bytes], start: int) -> int:
    return find_next(file, start - 1, BEGINNING, lambda _file, _offset: True)


def find_next(
    file: IO[bytes], start: int, pattern: "re.Pattern[bytes]", is_right: Callable[[IO[bytes], int], bool]
) -> int:
    """Where the pattern ends for the first time behind `start`, at a place that is right; the end of the file when it does not."""
    place = start
    while True:
        file.seek(place)
        window = file.read(WINDOW_BYTES)
        for found in pattern.finditer(window):
            if is_right(file, place + found.end()):
                return place + found.end()
        if len(window) < WINDOW_BYTES:
            return place + len(window)
        place += len(window) - LONGEST_BEGINNING
