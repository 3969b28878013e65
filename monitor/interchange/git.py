"""git, run on repositories of strangers: they have nothing run, nothing fetched and nothing written.

A repository brings its own configuration. None of what it may name is used: hooks, monitors, filters, signature checks,
pagers, remotes that are asked for what is missing.
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from monitor.errors import UsageError

_SETTINGS = {
    "safe.directory": "*",  # a copy that belongs to another user is read all the same
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.attributesFile": "/dev/null",
    "log.showSignature": "false",
    "log.mailmap": "false",
    "i18n.logOutputEncoding": "UTF-8",
    "protocol.allow": "never",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """Git at work in a folder, its streams pipes; UsageError when it fails. Whoever leaves early has it stopped."""
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            _command(folder, *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env=_environment(folder),
        ) as process,
    ):
        try:
            yield process
        except BrokenPipeError:  # what git said of its end is told below
            pass
        except BaseException:
            process.kill()
            raise
        finally:
            _close(process.stdin)
        if process.wait():
            said.seek(0)
            raise UsageError(f"{folder}: git {arguments[0]} failed: {_told(said.read(2_000))}.")


def ask(folder: Path, *arguments: str) -> str:
    """What git answers, trimmed; UsageError when it fails."""
    with running(folder, *arguments) as process:
        _close(process.stdin)
        assert process.stdout is not None
        answer = process.stdout.read()
    return answer.decode("utf-8", "replace").strip()


def _command(folder: Path, *arguments: str) -> list[str]:
    program = shutil.which("git")
    if program is None:
        raise UsageError("git was wanted, it is not installed. Install it (such as `apt install git`) and try again.")
    settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
    return [program, "--no-pager", *settings, "-C", str(folder), *arguments]


def _environment(folder: Path) -> dict[str, str]:
    """No variable of the user's own, and no repository around the folder that was named."""
    return _ENVIRONMENT | {"GIT_CEILING_DIRECTORIES": str(folder.resolve().parent)}


def _close(stream: IO[bytes] | None) -> None:
    assert stream is not None
    with suppress(BrokenPipeError):  # git has ended: its exit code says why
        stream.close()


def _told(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").split("\n")
    return next((line.removeprefix("fatal: ").rstrip(".") for line in lines if line.strip()), "it says nothing")
