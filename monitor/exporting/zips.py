"""Zip files whose bytes depend on nothing but what is in them: the same files at the same moment are the same zip."""

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from types import TracebackType
from typing import IO, Self
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

UNIX = 3
MODE = 0o644
LEVEL = 6
EARLIEST, LATEST = (1980, 1, 1, 0, 0, 0), (2107, 12, 31, 23, 59, 58)  # what a zip can say of time


class SteadyZip:
    """A zip under way; use it as a context manager. `at`: the time of all its files, the nearest one that a zip can have.

    `digests` are the SHA-256 of the files so far.
    """

    def __init__(self, file: IO[bytes], at: datetime) -> None:
        self._zip = ZipFile(file, "w", ZIP_DEFLATED, compresslevel=LEVEL)
        self._at = min(max(at.astimezone(UTC).timetuple()[:6], EARLIEST), LATEST)
        self.digests: dict[str, str] = {}

    def add(self, name: str, parts: Iterable[bytes]) -> None:
        entry = ZipInfo(name, self._at)
        entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, UNIX, (0o100000 | MODE) << 16
        digest = sha256()
        with self._zip.open(entry, "w") as file:
            for part in parts:
                digest.update(part)
                file.write(part)
        self.digests[name] = digest.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._zip.close()


def steady(content: bytes, at: datetime) -> bytes:
    """A zip's files in a steady one; a Word document is a zip."""
    made = BytesIO()
    with ZipFile(BytesIO(content)) as old, SteadyZip(made, at) as again:
        for entry in old.infolist():
            again.add(entry.filename, [old.read(entry)])
    return made.getvalue()
