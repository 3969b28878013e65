"""The manifests as files, for whoever keeps them elsewhere, and an archive proven against files that were kept.

`sha256sum -c SHA256SUMS`, and a look at the `previous` line of each, check the chain without us.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from hashlib import file_digest
from itertools import islice, zip_longest
from pathlib import Path
from typing import TextIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.archive.manifest import FORMAT, Sealed, chain, digest_of
from monitor.archive.rows import UNREADABLE, why_unreadable
from monitor.errors import ArchiveError, UsageError
from monitor.models import Manifest
from monitor.types import Progress, unheard

SUMS = "SHA256SUMS"
TOLD = 5  # differing lines
MOST_BYTES = 1 << 30  # of a manifest: it lists 16 million snapshots
LONGEST_LINE = 100  # characters: a manifest's own have 73 at most
MORE_LINES = 100  # of a file than the manifest has: those after them are not compared
DISAGREE = (
    "THE FOLDER AND THE ARCHIVE DISAGREE: one of them was altered, or they are of different homes. Nothing was written."
)


def write_files(session: Session, folder: Path, on_progress: Progress = unheard) -> Sequence[Path]:
    """Write each manifest that the folder lacks, and the list of their digests; the files that are new.

    ArchiveError, before anything is written, when a file of the folder is not of this chain; and when a manifest was
    altered since it was sealed, which is then not written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    manifests = list(chain(session))
    _check_folder(session, folder)
    new = [sealed for sealed in manifests if not (folder / sealed.name).exists()]
    for done, sealed in enumerate(new, 1):
        _write(folder / sealed.name, sealed)
        on_progress(done, len(new))
    sums = "".join(f"{sealed.sha256}  {sealed.name}\n" for sealed in manifests)
    part = folder / f"{SUMS}.part"
    part.write_text(sums, encoding="utf-8")
    part.replace(folder / SUMS)
    return [folder / sealed.name for sealed in new]


def check_kept(session: Session, kept: str) -> Iterator[str]:
    """What keeps a SHA-256, a file or a folder of files from being of this chain, in words; nothing when all are."""
    try:
        yield from _differing(session, kept)
    except UNREADABLE as error:
        yield f"{kept}: it cannot be compared with the manifests of this archive: {why_unreadable(error)}."


def _differing(session: Session, kept: str) -> Iterator[str]:
    path = Path(kept)
    if path.is_dir():
        found = sorted(path.glob("*.txt"))
        if not found:
            raise UsageError(f"{kept}: a folder with manifests was wanted, it holds none. Name another.")
        yield from (reason for file in found if (reason := _check_file(session, file)))
    elif path.is_file():
        yield from filter(None, [_check_file(session, path)])
    elif re.fullmatch(r"[0-9a-fA-F]{64}", kept):
        if not _is_in_chain(session, kept.lower()):
            yield f"{kept}: no manifest of this archive has this SHA-256. What was sealed then was altered, or it is of another archive."
    else:
        raise UsageError(f"{kept}: the SHA-256 of a manifest, its file or a folder of such was wanted, this is none.")


def _check_folder(session: Session, folder: Path) -> None:
    differing = [reason for file in sorted(folder.glob("[0-9]*.txt")) if (reason := _check_file(session, file))]
    if differing:
        raise ArchiveError("\n".join([*differing, DISAGREE]))


def _check_file(session: Session, file: Path) -> str:
    """Why a file is no manifest of this chain; empty when it is one. Only a file on a disk is read: another may never end."""
    if not file.is_file() or file.stat().st_size > MOST_BYTES:
        return f"{file}: a manifest was wanted, this is no file, or one that is larger than any manifest."
    with file.open("rb") as opened:
        digest = file_digest(opened, "sha256").hexdigest()
    if _is_in_chain(session, digest):
        return ""
    with file.open(encoding="utf-8", errors="replace") as opened_text:
        head = re.match(rf"{FORMAT}\nnumber ([0-9]{{1,9}})\n", opened_text.read(100))
    sealed = session.get(Manifest, int(head[1])) if head else None
    if head is None:
        return f"{file}: a manifest was wanted, the file does not begin like one."
    if sealed is None:
        return f"{file}: its SHA-256 is {digest}, this archive has no manifest number {head[1]}."
    return f"{file}: its SHA-256 is {digest}, that of the archive's manifest {head[1]} is {sealed.sha256}.{_difference(file, Sealed(session, sealed))}"


def _difference(file: Path, sealed: Sealed) -> str:
    """How many lines differ, and the first of them."""
    count, told = 0, ""
    with file.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        most = sealed.manifest.snapshots + MORE_LINES
        found = (line.rstrip("\n") for line in islice(iter(lambda: lines.readline(LONGEST_LINE), ""), most))
        for kept, ours in zip_longest(found, sealed.lines(), fillvalue="(nothing)"):
            count += kept != ours
            told += (
                f"\n  the file:    {ascii(kept)[1:-1]}\n  the archive: {ours}" if kept != ours and count <= TOLD else ""
            )
        more = " or more" if lines.readline(1) else ""
    return f" Lines that differ: {count:,}{more}.{told}"


def _is_in_chain(session: Session, digest: str) -> bool:
    return session.scalar(select(Manifest.number).where(Manifest.sha256 == digest)) is not None


def _written(file: TextIO, lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        file.write(f"{line}\n")
        yield line


def _write(file: Path, sealed: Sealed) -> None:
    part = file.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="\n") as lines:
        digest = digest_of(_written(lines, sealed.lines()))
    if digest != sealed.sha256:
        part.unlink()
        raise ArchiveError(
            f"manifest {sealed.manifest.number}: SHA-256 {sealed.sha256} was wanted, the archive now makes {digest}. See `smallprint archive verify`."
        )
    part.replace(file)
