"""How much memory the browser's processes hold, and which of them has to end. Reads Linux's /proc; elsewhere it sees nothing."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

# A policy page's process holds 50 to 300 MB. Two pages at once, and the browser's own processes, fit in the sum.
PROCESS_BYTES = 1024 * 1024 * 1024
ALL_BYTES = 2 * PROCESS_BYTES
PROC = Path("/proc")
COUNTED = ("RssAnon:", "RssShmem:")  # not its program files, which all processes share


@dataclass(frozen=True)
class Process:
    """One process and the bytes of memory that are its own."""

    number: int
    memory_bytes: int


def too_large(processes: Sequence[Process]) -> int | None:
    """The process that has to end: the largest, when it alone or all together hold too much. None when all is well."""
    if not processes:
        return None
    largest = max(processes, key=lambda process: process.memory_bytes)
    together = sum(process.memory_bytes for process in processes)
    return largest.number if largest.memory_bytes > PROCESS_BYTES or together > ALL_BYTES else None


def family(number: int) -> list[Process]:
    """The process and all its descendants that are there now; empty when it is gone."""
    found = [Process(member, memory) for member in _members(number) if (memory := _memory_bytes(member)) is not None]
    return found if found and found[0].number == number else []


def _members(number: int) -> Iterator[int]:
    yield number
    with contextlib.suppress(OSError):  # it ended meanwhile
        for file in (PROC / str(number) / "task").glob("*/children"):
            for child in file.read_text().split():
                yield from _members(int(child))


def _memory_bytes(number: int) -> int | None:
    """None for a process that is gone."""
    try:
        lines = (PROC / str(number) / "status").read_text().splitlines()
    except OSError:
        return None
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(COUNTED))
