"""The git history of an Open Terms Archive collection: its commits in their order, and the files that they brought.

Two git processes, streaming: `git log` names the files, `git cat-file --batch` gives their bytes. Nothing is written by
the names that stand in there.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from subprocess import Popen
from typing import IO

from monitor.errors import UsageError
from monitor.importing.limits import MOST_BYTES
from monitor.interchange import git

_LOG = (
    *("log", "--reverse", "--topo-order", "--no-merges", "--root", "--raw", "--no-renames", "--no-abbrev", "-z"),
    *("--diff-filter=AM", "--no-ext-diff", "--no-textconv", "--format=%x00%H%x00%at%x00%B%x00"),
)
_FILE_MODES = (b"100644", b"100755")  # no link, no submodule
_TRAILER = re.compile(r"^(X-[A-Za-z-]+): *(\S.*?) *$", re.MULTILINE)
_LONGEST_WORD = 16 * 2**20  # bytes between two ends: no message or path is as long
_CHUNK_BYTES = 2**16


class TooLargeError(UsageError):
    """A file has more bytes than a page has, and always will."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as a commit brought it: where it stands, and the id of its bytes."""

    path: str
    blob: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. `at` is its author date, None when it has none that can be; `trailers` are the lines `X-name: value` of its message."""

    id: str
    at: datetime | None
    trailers: Mapping[str, str]
    files: tuple[File, ...]


def check_history(folder: Path) -> None:
    """UsageError in words unless the folder is a repository whose history can be read from its beginning on."""
    wanted = f"{folder}: a git repository of an Open Terms Archive collection was wanted"
    if not folder.is_dir():
        raise UsageError(f"{wanted}, there is no such folder. Clone the collection's snapshots first.")
    try:
        shallow = git.ask(folder, "rev-parse", "--is-shallow-repository")
    except UsageError as error:
        raise UsageError(f"{wanted}. {error}") from None
    if shallow == "true":
        raise UsageError(f"{wanted}, a shallow clone came, without its beginning. Run `git fetch --unshallow` in it.")
    try:
        git.ask(folder, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except UsageError:
        raise UsageError(f"{wanted}, this one has no commit yet.") from None


def root_of(folder: Path) -> str:
    """The first commit of all, by which a repository is known again wherever its copies are."""
    return git.ask(folder, "rev-list", "--max-parents=0", "HEAD").split()[-1]


def holds(folder: Path, commit: str) -> bool:
    """The commit is part of the history as it stands today."""
    try:
        git.ask(folder, "merge-base", "--is-ancestor", commit, "HEAD")
    except UsageError:
        return False
    return True


def commits(folder: Path, since: str = "") -> Iterator[Commit]:
    """The commits that brought or changed files, oldest first; with `since`, those that came after it. Merges bring nothing of their own."""
    with git.running(folder, *_LOG, f"{since}..HEAD" if since else "HEAD", "--") as process:
        yield from _commits(_words(_pipe(process.stdout)))


@contextmanager
def blobs(folder: Path) -> Iterator["Blobs"]:
    """The bytes of files by their ids, from one process."""
    with ExitStack() as stack:
        yield Blobs(folder, stack)


class Blobs:
    """Gives the bytes of files, one at a time."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._git: Popen[bytes] | None = None

    def read(self, blob: str) -> bytes:
        """The bytes; UsageError when they are missing or damaged, TooLargeError when they are more than a page has."""
        if self._git is None:
            self._git = self._stack.enter_context(git.running(self._folder, "cat-file", "--batch"))
        try:
            return self._read(blob, _pipe(self._git.stdin), _pipe(self._git.stdout))
        except BrokenPipeError:  # git has ended over these bytes, and says why: the next ones are asked of another
            self._git = None
            self._stack.close()
            raise UsageError(f"git ended over the bytes of {blob}") from None

    def _read(self, blob: str, asked: IO[bytes], answers: IO[bytes]) -> bytes:
        asked.write(f"{blob}\n".encode())
        asked.flush()
        answer = answers.readline().decode().split()
        if not answer:
            raise BrokenPipeError
        _, kind, *size = answer
        if kind != "blob":
            raise UsageError(f"the bytes of {blob} were wanted, they are {kind} in the repository")
        length = int(size[0])
        if length > MOST_BYTES:
            _skip(answers, length + 1)
            raise TooLargeError(f"a page of up to {MOST_BYTES:,} bytes was wanted, {length:,} came")
        content = answers.read(length + 1)
        if len(content) <= length:
            raise BrokenPipeError
        return content[:-1]


def _skip(stream: IO[bytes], length: int) -> None:
    while length > 0:
        part = stream.read(min(length, _CHUNK_BYTES))
        if not part:
            raise BrokenPipeError
        length -= len(part)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _words(stream: IO[bytes]) -> Iterator[bytes]:
    """What stands between the zero bytes of a stream."""
    rest = b""
    while chunk := stream.read(_CHUNK_BYTES):
        *words, rest = (rest + chunk).split(b"\0")
        yield from words
        if len(rest) > _LONGEST_WORD:
            raise UsageError(f"messages and paths of up to {_LONGEST_WORD:,} bytes were wanted, longer ones came")
    yield rest


def _commits(words: Iterator[bytes]) -> Iterator[Commit]:
    """Empty words part the commits: id, date and message, then a line of modes and ids before each path."""
    head: tuple[str, datetime | None, Mapping[str, str]] | None = None
    files: list[File] = []
    for word in words:
        if word.lstrip(b"\n").startswith(b":"):
            path = next(words, b"").decode("utf-8", "backslashreplace")
            _, mode, _, blob, _ = word.lstrip(b"\n:").split(b" ")
            files += [File(path, blob.decode())] if mode in _FILE_MODES else []
        elif word.strip():
            if head is not None:
                yield Commit(*head, tuple(files))
            files = []
            date, message = next(words, b""), next(words, b"").decode("utf-8", "replace")
            head = (word.decode(), _moment(date), dict(_TRAILER.findall(message)))
    if head is not None:
        yield Commit(*head, tuple(files))


def _moment(date: bytes) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(date), UTC) if int(date) > 0 else None
    except (ValueError, OverflowError, OSError):
        return None
