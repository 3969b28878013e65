"""Open Terms Archive's forms for tests: git repositories of invented pages, folders of invented declarations."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.homes import START


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit to make: days after the start, its files (None: deleted), its message."""

    day: float
    files: dict[str, str | bytes | None]
    message: str = "Record new changes"

    @property
    def at(self) -> datetime:
        return START + timedelta(days=self.day)


def snapshot(day: float, path: str, body: str | bytes, url: str = "", *trailers: str) -> Commit:
    """A commit as the engine writes it."""
    lines = [*([f"X-source-document-location: {url}"] if url else []), "X-fetcher: htmlOnly", *trailers]
    return Commit(day, {path: body}, "Record new changes of it\n\n" + "\n".join(lines))


def write_repository(folder: Path, commits: Sequence[Commit], *, bare: bool = True) -> Path:
    """Add commits to a repository, made when it is not there."""
    if not folder.exists():
        git(folder.parent, "init", "-q", "-b", "main", *(["--bare"] if bare else []), str(folder))
        known = False
    else:
        known = True
    stream = b"".join(_written(commit, from_main=known and not number) for number, commit in enumerate(commits))
    git(folder, "fast-import", "--quiet", stdin=stream)
    return folder


def _written(commit: Commit, *, from_main: bool) -> bytes:
    who = f"OTA Bot <bot@ota.example> {int(commit.at.timestamp())} +0000"
    message = commit.message.encode()
    parts = [f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {len(message)}\n".encode(), message, b"\n"]
    parts += [b"from refs/heads/main^0\n"] if from_main else []
    for path, content in commit.files.items():
        quoted = '"' + "".join(f"\\{byte:03o}" for byte in path.encode()) + '"'
        if content is None:
            parts.append(f"D {quoted}\n".encode())
            continue
        body = content.encode() if isinstance(content, str) else content
        parts += [f"M 100644 inline {quoted}\ndata {len(body)}\n".encode(), body, b"\n"]
    return b"".join(parts)


def git(folder: Path, *arguments: str, stdin: bytes = b"") -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), "-c", "protocol.file.allow=always", *arguments],
        input=stdin,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


@dataclass
class Declarations:
    """A folder of declarations."""

    root: Path
    made: list[str] = field(default_factory=list)

    def add(self, service_id: str, terms: Any, **more: Any) -> "Declarations":
        return self.write(f"{service_id}.json", {"name": service_id, "terms": terms} | more)

    def write(self, name: str, content: Any) -> "Declarations":
        folder = self.root / "declarations"
        folder.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        (folder / name).write_text(text, encoding="utf-8")
        return self
