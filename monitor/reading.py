"""Read bytes in a child process with a time and a memory limit: a hostile page costs one page.

The children come from a fork server that has the readers loaded, live on from page to page, and are killed and replaced
when one page takes too long, too much memory, or crashes its parser.
"""

import multiprocessing
import resource
import signal
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as TooSlow
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from monitor.errors import ReaderGoneError, ReadingError
from monitor.types import Document, Selection

P = ParamSpec("P")
T = TypeVar("T")

SECONDS_A_PAGE = 10.0
MEMORY_BYTES = 512 * 1024 * 1024
ENDED_FROM_OUTSIDE = (signal.SIGTERM, -signal.SIGTERM, signal.SIGINT, -signal.SIGINT)  # sent to whole process groups
GONE = "the reader's children were ended from outside; run again to read what waits"
PAGES_A_CHILD = 1000  # then a new one: what a parser leaks stays bounded


class Reader:
    """Turns bytes into documents; use it as a context manager, or close it. By the rules of `home`, where it has its own."""

    def __init__(
        self,
        *,
        children: int = 1,
        seconds: float = SECONDS_A_PAGE,
        memory_bytes: int = MEMORY_BYTES,
        home: Path | None = None,
    ) -> None:
        self._children, self._seconds, self._memory_bytes = children, seconds, memory_bytes
        self._home = home
        self._pool: ProcessPool | None = None
        self._starting = threading.Lock()  # several threads may read by one

    def read(
        self,
        body: bytes,
        *,
        content_type: str = "",
        url: str = "",
        asked_url: str = "",
        status: int = 200,
        selection: Selection | None = None,
    ) -> Document:
        """The document that the bytes are, as `extract` reads them; ReadingError when it breaks the limits."""
        place = {"content_type": content_type, "url": url, "asked_url": asked_url}
        return self.run(_extract, body, status, selection, **place)

    def run(self, work: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """The result of `work` in a child, within the limits; ReadingError when it breaks them or fails."""
        try:
            future = self._started().schedule(work, args=arguments, kwargs=named, timeout=self._seconds)
            result: T = future.result()
        except TooSlow:
            raise ReadingError(f"reading took longer than {self._seconds:g} seconds and was stopped") from None
        except MemoryError:
            raise ReadingError(
                f"reading needed more than {self._memory_bytes // 2**20} MiB of memory and was stopped"
            ) from None
        except ProcessExpired as death:
            if death.exitcode in ENDED_FROM_OUTSIDE:
                raise ReaderGoneError(GONE) from death
            raise ReadingError(f"the parser crashed (exit code {death.exitcode})") from None
        except ReadingError:
            raise
        except (RuntimeError, CancelledError) as error:
            if self._pool is not None and self._pool.active:
                raise ReadingError(f"the parser failed: {type(error).__name__}: {error}") from error
            self._pool = None
            raise ReaderGoneError(GONE) from error
        except Exception as error:  # whatever a parser trips over costs this page and no other
            raise ReadingError(f"the parser failed: {type(error).__name__}: {error}") from error
        return result

    def close(self) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _started(self) -> ProcessPool:
        with self._starting:
            if self._pool is None:
                server = multiprocessing.get_context("forkserver")
                server.set_forkserver_preload(["monitor.warm"])
                self._pool = ProcessPool(
                    max_workers=self._children,
                    max_tasks=PAGES_A_CHILD,
                    initializer=_prepare,
                    initargs=[self._memory_bytes, self._home],
                    context=server,
                )
            return self._pool


def _extract(body: bytes, status: int, selection: Selection | None, **place: str) -> Document:
    """In the child, which has the readers loaded; the parent needs none of them."""
    from monitor.extract.document import extract  # noqa: PLC0415

    return extract(body, status=status, selection=selection, **place)


def _prepare(more_bytes: int, home: Path | None) -> None:
    """In each child: the home's own rules, and the limit of its memory."""
    if home is not None:
        from monitor.diff.own_rules import take_rules_of  # noqa: PLC0415  a reader without a home needs none

        take_rules_of(home)
    _limit_memory(more_bytes)


def _limit_memory(more_bytes: int) -> None:
    """Let the child's address space grow by so much and no further."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + more_bytes
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
