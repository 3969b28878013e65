"""A folder of saved pages in: each file is a capture of the date in its name. Nobody is alerted.

The dates that a file system keeps are never used: they tell when a file was copied.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from monitor.addresses import url_refusal
from monitor.errors import UsageError
from monitor.home import Home
from monitor.importing.captures import Found, Imported, Intake
from monitor.importing.file_names import named_moment
from monitor.importing.limits import MOST_BYTES
from monitor.policies import find
from monitor.types import Capture, Progress, Via, unheard

CONTENT_TYPES = {
    **dict.fromkeys((".html", ".htm", ".xhtml"), "text/html"),
    **dict.fromkeys((".md", ".markdown"), "text/markdown"),
    **dict.fromkeys((".txt", ".text"), "text/plain"),
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
UNREAD = {  # policies may be in them, so each is named
    **dict.fromkeys((".mhtml", ".mht"), "save it as HTML"),
    **dict.fromkeys((".doc", ".odt", ".rtf"), "save it as .docx or PDF"),
    ".webarchive": "save it as HTML",
}
_HEAD_BYTES = 4096
_SAVED_FROM = (
    re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->"),  # browsers
    re.compile(rb"<!--\s*Page saved with SingleFile\s+url:\s*(\S+)"),
)


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that can be taken, and when it was captured."""

    path: Path
    at: datetime


def import_files(
    home: Home, folder: Path, *, policy: str = "", url: str = "", on_progress: Progress = unheard
) -> Imported:
    """Take every saved page of a folder and of those in it, oldest first.

    A page is of `url`; else of the address that it says it was saved from, else of the policy's first source. With `policy`,
    all belong to that one. What has no date, no address, or cannot be read is among `skipped`.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: a folder of saved pages was wanted, there is none. Check the path.")
    if url and (refusal := url_refusal(url, allow_private=True)):
        raise UsageError(f"--url: a policy's address was wanted, {url!r} came: {refusal}")
    usual = _first_source(home, policy) if policy else ""
    with Intake(home, policy=policy) as intake:
        skipped = intake.imported.skipped
        files = sorted(_dated(_files(folder, skipped), skipped), key=lambda saved: (saved.at, saved.path))
        taken: dict[tuple[str, datetime], Path] = {}
        for done, saved in enumerate(files, 1):
            try:
                capture = _capture(folder, saved, url, usual)
                _check_alone(taken, capture, saved.path)
                intake.take(Found(capture))
            except UsageError as error:
                skipped.append(f"{saved.path}: {error}")
            on_progress(done, len(files))
    return intake.imported


def _check_alone(taken: dict[tuple[str, datetime], Path], capture: Capture, path: Path) -> None:
    """Of two files of one page and moment nobody knows which was there."""
    first = taken.setdefault((capture.url, capture.captured_at), path)
    if first != path:
        raise UsageError(f"{first.name} is a capture of this page and moment already; add times to the names")


def _first_source(home: Home, policy: str) -> str:
    with home.database.reading() as session:
        sources = find(session, policy).sources
        return next((source.url for source in sources if source.retired_at is None), sources[0].url)


def _files(folder: Path, skipped: list[str]) -> list[Path]:
    """The saved pages, by name. Other files are counted by their kind; folders that are links are not entered."""
    found, others = [], Counter[str]()
    for place, folders, names in os.walk(
        folder, onerror=lambda error: skipped.append(f"{error.filename}: {error.strerror}")
    ):
        folders.sort()
        for path in (Path(place) / name for name in sorted(names)):
            kind = path.suffix.lower()
            if kind in CONTENT_TYPES:
                found.append(path)
            elif kind in UNREAD:
                skipped.append(f"{path}: {kind} files are not read; {UNREAD[kind]}")
            else:
                others[kind or "without an ending"] += 1
    if others:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(others.items()))
        skipped.append(f"{folder}: files of other kinds than HTML, PDF, Word, Markdown and text: {kinds}")
    return found


def _dated(paths: Iterable[Path], skipped: list[str]) -> Iterator[Saved]:
    for path in paths:
        try:
            yield Saved(path, named_moment(path))
        except UsageError as error:
            skipped.append(f"{path}: {error}")


def _capture(folder: Path, saved: Saved, url: str, usual: str) -> Capture:
    body = _content(folder, saved.path)
    address = url or _saved_from(body) or usual
    if not address:
        raise UsageError(
            "the address that it was saved from was wanted, the page does not say it. Name it by --url or --policy"
        )
    headers = {"content-type": CONTENT_TYPES[saved.path.suffix.lower()]}
    return Capture(address, address, 200, headers, body, saved.at, Via.IMPORT)


def _content(folder: Path, path: Path) -> bytes:
    """The bytes of a file that lies in the folder; UsageError when it lies elsewhere, is none, too large or empty."""
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UsageError("it is a link out of the folder, and not followed")
    if not path.is_file():
        raise UsageError("a file was wanted, something else came")
    try:
        with path.open("rb") as file:
            body = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"it cannot be read: {error.strerror}") from None
    if len(body) > MOST_BYTES:
        raise UsageError(f"at most {MOST_BYTES // 2**20} MB were wanted, more came")
    if not body:
        raise UsageError("it is empty")
    return body


def _saved_from(body: bytes) -> str:
    """The address that browsers and SingleFile write into a page that they save; empty when it has none that can be watched."""
    for written in _SAVED_FROM:
        found = written.search(body[:_HEAD_BYTES])
        address = found[1].decode("utf-8", "replace").partition("#")[0] if found else ""
        if address and url_refusal(address, allow_private=True) is None:
            return address
    return ""
