"""The form of a backup: a zip file of `backup.json` (what it is), `smallprint.db` (a SQLite database of all tables, whatever
database it was made of), `smallprint.toml` and `rules/...`, as the home had them.
"""

import errno
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Annotated
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pydantic import BaseModel, Field, ValidationError

from monitor.config import DATABASE_FILE, SETTINGS_FILE
from monitor.errors import UsageError
from monitor.types import Progress

Showing = Callable[[str], AbstractContextManager[Progress]]
"""Shows one part of long work, by its name: gives what is told of its progress."""

LISTING = "backup.json"
RULES = "rules"
CHUNK_BYTES = 1024 * 1024
OWN_MOST_BYTES = 16 * 1024 * 1024  # of all but the database, unpacked
OWN_MOST_FILES = 1000
LONGEST_NAME_BYTES = 255  # of a file, on common disks
PRIVATE = 0o600  # of files that may hold secrets


class Listing(BaseModel):
    """What a backup says of itself: when and by which smallprint it was made, the shape of its tables, their rows."""

    made_at: datetime
    smallprint: str = Field(pattern=r"^[0-9A-Za-z.+!_-]{1,60}$")
    tables: str = Field(pattern=r"^[0-9a-z_]{1,32}$")
    rows: dict[Annotated[str, Field(pattern=r"^[a-z_]{1,63}$")], Annotated[int, Field(ge=0)]]


def write(out: IO[bytes], listing: Listing, database: Path, home: Path, on_progress: Progress) -> None:
    with ZipFile(out, "w", ZIP_DEFLATED) as packed:
        packed.writestr(LISTING, listing.model_dump_json(indent=2))
        for file in _own_files(home):
            packed.write(file, file.relative_to(home).as_posix())
        member = ZipInfo(DATABASE_FILE, listing.made_at.timetuple()[:6])
        member.compress_type = ZIP_DEFLATED
        with database.open("rb") as source, packed.open(member, "w", force_zip64=True) as target:
            copy(source, target, database.stat().st_size, on_progress)


def _own_files(home: Path) -> list[Path]:
    """The settings and the rules of a home, where it has them."""
    rules = (file for file in sorted((home / RULES).glob("*")) if _is_rule_name(file.name))
    return [file for file in (home / SETTINGS_FILE, *rules) if file.is_file()]


def _is_rule_name(name: str) -> bool:
    """Whether a file of rules may be called so: hidden ones, and names that lead elsewhere or forge a line, are none."""
    plain = name.isprintable() and not name.startswith(".") and not set(name) & set("/\\")
    return plain and len(name.encode()) <= LONGEST_NAME_BYTES


class BackupFile:
    """An opened backup, whose listing could be read."""

    def __init__(self, packed: ZipFile) -> None:
        self._packed = packed
        _check_members(packed)
        self.listing = Listing.model_validate_json(self._own(LISTING))

    def _own(self, name: str) -> bytes:
        """All of a member; of one that holds more than it says, no more is unpacked. KeyError when it is not there."""
        member = self._packed.getinfo(name)
        with self._packed.open(member) as source:
            return source.read(member.file_size)

    def take_database(self, target: IO[bytes], on_progress: Progress) -> None:
        """UsageError, before anything is written, when the disk has no room for it."""
        member = self._packed.getinfo(DATABASE_FILE)
        disk = os.fstatvfs(target.fileno())
        free = disk.f_bavail * disk.f_frsize
        if member.file_size > free:
            raise UsageError(
                f"{self._packed.filename}: its database takes {member.file_size / 1e9:,.1f} GB, where it shall go {free / 1e9:,.1f} GB are free. "
                "Make room, or name a home on another disk."
            )
        with self._packed.open(member) as source:
            copy(source, target, member.file_size, on_progress)

    def settings(self) -> bytes | None:
        return self._own(SETTINGS_FILE) if SETTINGS_FILE in self._packed.namelist() else None

    def rules(self) -> dict[str, bytes]:
        """Name -> content of each file of rules."""
        places = [PurePosixPath(name) for name in self._packed.namelist()]
        return {place.name: self._own(str(place)) for place in places if _is_rule(place)}

    def check(self) -> None:
        """Every byte is as it was written; raises what `opened` explains."""
        damaged = self._packed.testzip()
        if damaged is not None:
            raise BadZipFile(f"{damaged} is damaged")


def _is_rule(place: PurePosixPath) -> bool:
    return place.parts == (RULES, place.name) and _is_rule_name(place.name)


def _check_members(packed: ZipFile) -> None:
    """BadZipFile when they say that more would be unpacked into memory than a home's own files take."""
    own = [member for member in packed.infolist() if member.filename != DATABASE_FILE]
    if len(own) > OWN_MOST_FILES or sum(member.file_size for member in own) > OWN_MOST_BYTES:
        raise BadZipFile(
            f"besides the database it has more than {OWN_MOST_FILES} files, or more than {OWN_MOST_BYTES >> 20} MB"
        )
    if any(member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for member in packed.infolist()):
        raise BadZipFile("it is packed in another way")


UNREADABLE = (BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, ValidationError)


@contextmanager
def opened(file: Path) -> Iterator[BackupFile]:
    """A backup to read from. UsageError, in the block too, when the file is none, or damaged."""
    try:
        with ZipFile(file) as packed:
            yield BackupFile(packed)
    except UNREADABLE as error:
        said = "it has no listing of a backup" if isinstance(error, KeyError | ValidationError) else str(error)
        raise _refused(file, said or "it ends too early") from None
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise _refused(file, "its parts are not where it says") from None


def _refused(file: Path, said: str) -> UsageError:
    return UsageError(
        f"{file}: a backup that `smallprint backup` made was wanted, a foreign or damaged file came: {said}. Take another."
    )


def copy(source: IO[bytes], target: IO[bytes], size: int, on_progress: Progress) -> None:
    done = 0
    while chunk := source.read(CHUNK_BYTES):
        target.write(chunk)
        done += len(chunk)
        on_progress(done, size)


@contextmanager
def private_file(place: Path) -> Iterator[IO[bytes]]:
    """A new file that only its owner may read; on the disk when the block ends."""
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """A new name in it survives a power cut too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
