"""WARC files that cannot be read record by record as they are: packed by zstd, or by gzip all at once. They are unpacked beside.

A .warc.zst file may have a dictionary in a first frame that others skip:
https://iipc.github.io/warc-specifications/specifications/warc-zstd/
"""

import re
import shutil
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from monitor.errors import UsageError
from monitor.importing.warc_records import CHUNK_BYTES, UNPACK_GZIP, find_next, holds_many, is_gzip

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

FRAME = b"\x28\xb5\x2f\xfd"
DICTIONARY_FRAME = b"\x5d\x2a\x4d\x18"
ANY_FRAME = re.compile(b"(?=" + re.escape(FRAME) + b")")
MOST_DICTIONARY_BYTES = 100 * 1024 * 1024
OPTIONS: dict[int, int] = {
    zstd.DecompressionParameter.window_log_max: 27
}  # 128 MiB, as the `zstd` program takes unasked
BETWEEN = b"\r\n\r\n"  # so that what is torn does not run into the record behind it

Told = Callable[[str], None]


class _Capped:
    """A file that takes so many bytes: a few may unpack to more than the disk of the database has left."""

    def __init__(self, file: IO[bytes], packed: Path, most_bytes: int) -> None:
        self._file, self._packed, self._left = file, packed, most_bytes

    def write(self, content: bytes) -> None:
        self._left -= len(content)
        if self._left < 0:
            raise UsageError(
                f"{self._packed}: unpacked, it would take more than half of what is free on the home folder's disk. Where there is room, unpack it yourself and import the plain file"
            )
        self._file.write(content)


@contextmanager
def readable(path: Path, beside: Path, on_damage: Told) -> Iterator[Path]:
    """The file itself, or, when it has to be unpacked, a plain one in the folder `beside`, which is gone at the end."""
    with path.open("rb") as file:
        unpack = _unpack_zstd if path.suffix == ".zst" else _way(file)
        if unpack is None:
            yield path
            return
        with NamedTemporaryFile(dir=beside, prefix="unpacked-", suffix=".warc") as plain:
            unpack(file, _Capped(plain, path, shutil.disk_usage(beside).free // 2), on_damage)
            plain.flush()
            yield Path(plain.name)


def _way(file: IO[bytes]) -> Callable[[IO[bytes], _Capped, Told], None] | None:
    if file.read(len(FRAME)) in (FRAME, DICTIONARY_FRAME):
        return _unpack_zstd
    return _unpack_gzip if is_gzip(file) and holds_many(file) else None


def _unpack_gzip(packed: IO[bytes], plain: _Capped, on_damage: Told) -> None:
    """All that comes before the first damage: behind it the stream tells nothing."""
    packed.seek(0)
    unpacker = zlib.decompressobj(UNPACK_GZIP)
    try:
        while piece := unpacker.unused_data or packed.read(CHUNK_BYTES):
            if unpacker.eof:
                unpacker = zlib.decompressobj(UNPACK_GZIP)
            plain.write(unpacker.decompress(piece))
    except zlib.error as error:
        on_damage(f"damaged at byte {packed.tell()} or shortly before it; what follows cannot be unpacked: {error}")
        return
    if not unpacker.eof:
        on_damage("torn: the file ends within its gzip stream")


def _unpack_zstd(packed: IO[bytes], plain: _Capped, on_damage: Told) -> None:
    """Frame by frame; behind a damaged one from the next on."""
    dictionary = _dictionary(packed)
    place, size = 0, packed.seek(0, 2)
    while place < size:
        try:
            place = _unpack_frame(packed, place, plain, dictionary)
        except (zstd.ZstdError, EOFError) as error:
            following = find_next(packed, place + 1, ANY_FRAME, lambda _file, _offset: True)
            on_damage(f"bytes {place} to {following} are torn or damaged: {error}")
            plain.write(BETWEEN)
            place = following


def _unpack_frame(packed: IO[bytes], place: int, plain: _Capped, dictionary: "zstd.ZstdDict | None") -> int:
    """The end of the frame at this place."""
    packed.seek(place)
    unpacker = zstd.ZstdDecompressor(zstd_dict=dictionary, options=OPTIONS)
    while not unpacker.eof:
        piece = packed.read(CHUNK_BYTES) if unpacker.needs_input else b""
        if unpacker.needs_input and not piece:
            raise EOFError("the file ends within a frame")
        plain.write(unpacker.decompress(piece, CHUNK_BYTES))
    return packed.tell() - len(unpacker.unused_data)


def _dictionary(packed: IO[bytes]) -> "zstd.ZstdDict | None":
    """What the frames were packed with; None when they stand alone."""
    packed.seek(0)
    if packed.read(len(DICTIONARY_FRAME)) != DICTIONARY_FRAME:
        return None
    size = int.from_bytes(packed.read(4), "little")
    try:
        content = packed.read(min(size, MOST_DICTIONARY_BYTES))
        if content.startswith(FRAME):
            content = zstd.decompress(content, options=OPTIONS)
        return zstd.ZstdDict(content)
    except (zstd.ZstdError, ValueError) as error:
        raise UsageError(
            f"the dictionary that the file was packed with was wanted, damaged bytes came ({error}): nothing in it can be unpacked"
        ) from None
