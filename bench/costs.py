"""What a process and all its descendants cost: CPU time, memory, open files, as /proc tells them."""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_TICKS = os.sysconf("SC_CLK_TCK")
_LOOKED_EVERY_SECONDS = 0.25


def session() -> int:
    """Make this process the first of a session, by which its descendants are known from now on; its number."""
    with suppress(PermissionError):  # it leads one already
        os.setsid()
    return os.getsid(0)


def cpu_seconds(of: int) -> float:
    """User and system time of the session's processes, and of those that they have waited for."""
    return sum(sum(map(int, stat[11:15])) for _, stat in _processes(of)) / _TICKS


def proportional_mebibytes(of: int) -> float:
    """The memory of the session's processes; what they share is counted once (PSS)."""
    return sum(_kibibytes(process / "smaps_rollup", "Pss:") for process, _ in _processes(of)) / 1024


def resident_mebibytes(process: int) -> float:
    """The memory of one process (RSS)."""
    return _kibibytes(Path(f"/proc/{process}/status"), "VmRSS:") / 1024


def open_files(of: int) -> int:
    """The file descriptors of the session's processes."""
    count = 0
    for process, _ in _processes(of):
        with suppress(OSError):
            count += len(list((process / "fd").iterdir()))
    return count


class PeakMemory:
    """While it is entered, looks four times a second; `mebibytes` is the most that the session took (PSS)."""

    def __init__(self, of: int) -> None:
        self._of, self._done = of, threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self.mebibytes = 0.0

    def _look(self) -> None:
        while not self._done.wait(_LOOKED_EVERY_SECONDS):
            self.mebibytes = max(self.mebibytes, proportional_mebibytes(self._of))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()


def _processes(of: int) -> Iterator[tuple[Path, list[str]]]:
    """The session's processes, and what their `stat` says after the name (proc(5): its field 3 is the first here)."""
    for process in Path("/proc").iterdir():
        if process.name.isdecimal():
            with suppress(OSError):
                stat = (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
                if int(stat[3]) == of:
                    yield process, stat


def _kibibytes(file: Path, name: str) -> int:
    with suppress(OSError):  # it has just ended
        for line in file.read_text(encoding="ascii").splitlines():
            if line.startswith(name):
                return int(line.split()[1])
    return 0
