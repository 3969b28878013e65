"""One record of a WARC file, read whole and with its digests checked."""

from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import brotli
from pydantic import BaseModel, ValidationError
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader

from monitor.errors import DamageError, UsageError
from monitor.importing.limits import MOST_BYTES
from monitor.importing.warc_records import CHUNK_BYTES

T = TypeVar("T", bound=BaseModel)
DIGESTS = ("WARC-Payload-Digest", "WARC-Block-Digest")


class _BoundedBrotli:
    """Brotli for warcio, whose own unpacks whatever a few bytes hold at once. What is cut here is larger than may be anyway."""

    unused_data = None

    def __init__(self) -> None:
        self._unpacker = brotli.Decompressor()

    def decompress(self, packed: bytes) -> bytes:
        content: bytes = self._unpacker.process(packed, output_buffer_limit=MOST_BYTES + 1)
        return content


BufferedReader.DECOMPRESSORS["br"] = _BoundedBrotli


class OpenedWarc:
    """A WARC file whose records are read by their offsets; a context manager. What cannot be read is a UsageError with its place.

    `name` is what the file is told under.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._file, self._name = path.open("rb"), name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def place(self, offset: int) -> str:
        return f"{self._name}: record at {offset}"

    def record(self, offset: int, *, loose: bool = False) -> tuple[Any, bytes]:
        """The record and its content, an HTTP body decoded. `loose`: a digest must say that it is whole."""
        self._file.seek(offset)
        try:
            record = next(iter(ArchiveIterator(self._file, check_digests=True)))
            self._check_encoding(record, offset)
            content = self._content(record, offset)
            while record.raw_stream.read(
                CHUNK_BYTES
            ):  # the decoder need not have come to the end, where the digest is checked
                pass
        except UsageError:
            raise
        except Exception as error:  # whatever the library trips over costs this record and no other
            raise DamageError(f"{self.place(offset)}: torn or damaged: {error}") from None
        self._check_digest(record, offset, loose=loose)
        return record, content

    def told(self, offset: int, form: type[T]) -> T:
        """What smallprint told in a record of its own."""
        _, content = self.record(offset)
        try:
            return form.model_validate_json(content)
        except ValidationError as error:
            [first, *_] = error.errors(include_url=False)
            where = ".".join(str(part) for part in first["loc"])
            raise DamageError(
                f"{self.place(offset)}: what smallprint tells there cannot be read: {where}: {first['msg']}"
            ) from None

    def _content(self, record: Any, offset: int) -> bytes:
        """All of it, unpacked a little at a time: a few bytes may unpack to more than there is memory."""
        stream, pieces, size = record.content_stream(), [], 0
        while piece := stream.read(CHUNK_BYTES):
            pieces.append(piece)
            size += len(piece)
            if size > MOST_BYTES:
                raise UsageError(f"{self.place(offset)}: larger than {MOST_BYTES // 1024 // 1024} MiB")
        return b"".join(pieces)

    def _check_encoding(self, record: Any, offset: int) -> None:
        encoding = (record.http_headers.get_header("content-encoding") or "") if record.http_headers else ""
        if encoding.lower() not in {"", "identity", *BufferedReader.get_supported_decompressors()}:
            raise UsageError(
                f"{self.place(offset)}: its bytes are packed as {encoding!r}, which cannot be unpacked here"
            )

    def _check_digest(self, record: Any, offset: int, *, loose: bool) -> None:
        """A damaged record leaves its digest unconfirmed without an error: only a confirmed one is taken."""
        stated = any(record.rec_headers.get_header(name) for name in DIGESTS) and record.rec_type != "revisit"
        if stated and record.digest_checker.passed is not True:
            raise DamageError(
                f"{self.place(offset)}: its bytes do not have the digest that the record states; the record is torn or damaged"
            )
        if loose and not stated:
            raise DamageError(f"{self.place(offset)}: torn or damaged: no record ends where its Content-Length says")
