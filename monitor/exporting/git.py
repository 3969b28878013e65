"""A home's history out, as Open Terms Archive keeps one: a git repository of the snapshots, one of the versions, the declarations.

Each commit has the capture time as its date. Git counts in seconds; the fraction, an answer other than 200, a charset and
where a redirect led stand in lines of our own in the message, which our import reads and others pass over. What the form
cannot hold: that a page was seen again unchanged (`last_seen_at`, answers "not modified", checks that failed), the answer's
other headers, signs in names that a file system does not take, and which pages that did not change belong to a version.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, selectinload, undefer

from monitor.archive import store
from monitor.archive.records import headers_of
from monitor.errors import ArchiveError, UsageError
from monitor.exporting.ota_declarations import declarations
from monitor.exporting.ota_names import Names
from monitor.history import policies
from monitor.interchange import git
from monitor.interchange.ota_layout import (
    CAPTURED_AT,
    CONTENT_TYPE,
    FETCHER,
    FINAL_LOCATION,
    LOCATION,
    STATUS,
    Place,
    extension_of,
    media_type_of,
    path_of,
)
from monitor.models import Fetch, Frame, Snapshot, Version, VersionSource
from monitor.types import Progress, Via, unheard

IDENTITY = "smallprint <smallprint@localhost>"
FIRST, CHANGED, UPGRADED = "First record of", "Record new changes of", "Apply technical or declaration upgrade on"


@dataclass(slots=True)
class Exported:
    """How many commits the two repositories have, and how many services are declared. `deleted`: snapshots whose bytes a
    retention rule took; `damaged`: those that the archive does not give back, in words. Both are left out.
    """

    snapshots: int = 0
    versions: int = 0
    services: int = 0
    deleted: int = 0
    damaged: list[str] = field(default_factory=list)


def export_git(session: Session, folder: Path, on_progress: Progress = unheard) -> Exported:
    """Write `folder/snapshots`, `folder/versions` and `folder/declarations`. The same history gives the same commits again.

    UsageError when there is anything in the folder already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder}: a new or an empty folder was wanted, this one has something in it. Name another.")
    folder.mkdir(parents=True, exist_ok=True)
    watched = policies(session)
    names = Names(watched)
    exported = Exported(services=_write_declarations(folder / "declarations", declarations(watched, names)))
    exported.deleted = _count(session, _answers().where(Frame.deleted_at.is_not(None)))
    steps = _Steps(on_progress, _count(session, _snapshots()) + _count(session, _versions()))
    with _repository(folder / "snapshots") as commits:
        _write_snapshots(session, names, commits, steps, exported.damaged)
        exported.snapshots = commits.written
    with _repository(folder / "versions") as commits:
        _write_versions(session, names, commits, steps)
        exported.versions = commits.written
    return exported


def _write_declarations(folder: Path, services: Mapping[str, Any]) -> int:
    folder.mkdir()
    for service, declared in services.items():
        text = json.dumps(declared, indent=2, ensure_ascii=False) + "\n"
        (folder / f"{service}.json").write_text(text, encoding="utf-8")
    return len(services)


class _Commits:
    """The stream that `git fast-import` makes commits of, one after another."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.written = 0
        self._stream = stream

    def add(self, at: datetime, message: str, path: str, content: bytes, *, instead_of: str = "") -> None:
        """A commit that brings this file, and takes away the one that was its former name."""
        who = f"{IDENTITY} {int(at.timestamp())} +0000"
        self._write(f"commit refs/heads/main\nauthor {who}\ncommitter {who}\n".encode())
        self._write_counted(message.encode())
        if instead_of:
            self._write(f"D {_quoted(instead_of)}\n".encode())
        self._write(f"M 100644 inline {_quoted(path)}\n".encode())
        self._write_counted(content)
        self.written += 1

    def _write_counted(self, content: bytes) -> None:
        self._write(b"data %d\n" % len(content))
        self._write(content)
        self._write(b"\n")

    def _write(self, part: bytes) -> None:
        self._stream.write(part)


class _Steps:
    """How far both repositories are together."""

    def __init__(self, on_progress: Progress, total: int) -> None:
        self._on_progress, self._done, self._total = on_progress, 0, total

    def one(self) -> None:
        self._done += 1
        self._on_progress(self._done, self._total)


@contextmanager
def _repository(folder: Path) -> Iterator[_Commits]:
    """A new repository that commits are written to; at the end its files stand in its folder."""
    folder.mkdir()
    git.ask(folder, "init", "--quiet", "--template=", "--initial-branch=main")
    with git.running(folder, "fast-import", "--quiet", "--done") as process:
        assert process.stdin is not None
        commits = _Commits(process.stdin)
        yield commits
        process.stdin.write(b"done\n")
    if commits.written:
        git.ask(folder, "reset", "--quiet", "--hard")


def _answers() -> Select[int, int, int]:
    """The answers that checks went by. What a plain request brought before the browser was asked is none."""
    final = exists().where(Fetch.snapshot_id == Snapshot.id, Fetch.final)
    return select(Snapshot.id, Snapshot.source_id, Snapshot.frame_id).join(Frame).where(final)


def _snapshots() -> Select[int, int, int]:
    return _answers().where(Frame.deleted_at.is_(None)).order_by(Snapshot.captured_at, Snapshot.id)


def _versions() -> Select[int]:
    return select(Version.id).where(Version.state == "confirmed").order_by(Version.captured_at, Version.id)


def _write_snapshots(session: Session, names: Names, commits: _Commits, steps: _Steps, damaged: list[str]) -> None:
    """Each snapshot whose bytes are not those of the one before of its source."""
    before: dict[int, tuple[int, str]] = {}
    for snapshot_id, source_id, frame_id in session.execute(_snapshots().execution_options(yield_per=1_000)):
        known, former = before.get(source_id, (None, ""))
        if frame_id != known:
            snapshot = session.get_one(Snapshot, snapshot_id)
            try:
                path = _write_snapshot(session, snapshot, names.of_source(source_id), commits, former)
            except ArchiveError as error:
                damaged.append(str(error))
            else:
                before[source_id] = (frame_id, path)
            session.expunge_all()
        steps.one()


def _write_snapshot(session: Session, snapshot: Snapshot, place: Place, commits: _Commits, former: str) -> str:
    """The path that it was written to, `former` being that of the one before of its source; ArchiveError when it is damaged."""
    content_type = headers_of(snapshot).get("content-type", "")
    content = store.body(session, snapshot)
    path = path_of(place, extension_of(content_type))
    message = (
        f"{CHANGED if former else FIRST} {place.service} {place.terms_type}\n\n{_trailers(snapshot, content_type)}"
    )
    commits.add(snapshot.captured_at, message, path, content, instead_of=former if former != path else "")
    return path


def _write_versions(session: Session, names: Names, commits: _Commits, steps: _Steps) -> None:
    """Each confirmed version's text; the message names the snapshots that it was read from by their SHA-256."""
    begun: set[int] = set()
    parts = (undefer(Version.document), selectinload(Version.sources).joinedload(VersionSource.snapshot))
    for (version_id,) in session.execute(_versions().execution_options(yield_per=1_000)):
        version = session.get_one(Version, version_id, options=parts)
        place = names.of_policy(version.policy_id)
        verb = UPGRADED if version.technical else CHANGED if version.policy_id in begun else FIRST
        begun.add(version.policy_id)
        digests = "\n".join(f"- {part.snapshot.frame.sha256}" for part in version.sources)
        message = (
            f"{verb} {place.service} {place.terms_type}\n\nRead from the snapshots with these SHA-256:\n{digests}\n"
        )
        if version.captured_at.microsecond:
            message += f"\n{CAPTURED_AT}: {version.captured_at.isoformat()}\n"
        commits.add(version.captured_at, message, path_of(place, "md"), f"{version.document.text}\n".encode())
        session.expunge_all()
        steps.one()


def _trailers(snapshot: Snapshot, content_type: str) -> str:
    said = {
        FETCHER: "fullDom" if snapshot.via == Via.BROWSER.value else "htmlOnly",
        LOCATION: snapshot.url,
        CAPTURED_AT: snapshot.captured_at.isoformat() if snapshot.captured_at.microsecond else "",
        STATUS: str(snapshot.status) if snapshot.status != 200 else "",
        CONTENT_TYPE: content_type if content_type != media_type_of(extension_of(content_type)) else "",
        FINAL_LOCATION: snapshot.final_url if snapshot.final_url != snapshot.url else "",
    }
    return "".join(f"{name}: {' '.join(value.split())}\n" for name, value in said.items() if value)


def _count(session: Session, wanted: Select[*tuple[Any, ...]]) -> int:
    return session.scalars(select(func.count()).select_from(wanted.order_by(None).subquery())).one()


def _quoted(path: str) -> str:
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
