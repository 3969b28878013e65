"""The one thread that touches the database during a crawl: it claims sources and keeps results, in order."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from monitor.types import DueSource, FetchResult

Claim = Callable[[], Sequence[DueSource]]
Keep = Callable[[Sequence[FetchResult]], None]


class Writer:
    """Runs the blocking `claim` and `keep` off the loop, never two at a time.

    Claims no more once `window` sources are on their way, so that a lease is not spent on waiting. After the first
    failure it does nothing more; `failure` is then set, and so is `broken`.
    """

    def __init__(self, claim: Claim, keep: Keep, *, window: int) -> None:
        self._claim, self._keep, self._window = claim, keep, window
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        self._waiting: list[FetchResult] = []
        self._turn = asyncio.Lock()
        self._open = 0
        self._changed = asyncio.Event()
        self._stopping = False
        self._abandoned = False
        self.failure: BaseException | None = None
        self.broken = asyncio.Event()

    async def claim(self) -> Sequence[DueSource]:
        """The next due sources, as soon as there is room for them; empty when there are none, or no more are wanted."""
        while self._open >= self._window and not self._stopping:
            self._changed.clear()
            await self._changed.wait()
        if self._stopping:
            return ()
        try:
            batch = await asyncio.get_running_loop().run_in_executor(self._thread, self._claim)
        except Exception as error:
            self.fail(error)
            raise
        self._open += len(batch)
        return batch

    async def keep(self, result: FetchResult) -> bool:
        """Hand one result over, together with all that came while others were kept; False when nothing is taken any more."""
        if self._abandoned or self.failure is not None:
            return False
        self._waiting.append(result)
        async with self._turn:
            if not await self._keep_waiting():
                return False
        if result.final:
            self._open -= 1
            self._changed.set()
        return True

    async def _keep_waiting(self) -> bool:
        """Have kept all that waits; none when whoever had the turn before has taken it along. False after a failure."""
        batch, self._waiting = self._waiting, []
        if self.failure is not None:
            return False
        try:
            if batch:
                await asyncio.get_running_loop().run_in_executor(self._thread, self._keep, batch)
        except Exception as error:
            self.fail(error)
            raise
        return True

    def fail(self, error: BaseException | None) -> None:
        """Remember the first error, and want nothing more."""
        self.failure = self.failure or error
        self.stop()
        self.broken.set()

    def stop(self) -> None:
        """Claim nothing more; what is on its way may still be kept."""
        self._stopping = True
        self._changed.set()

    def abandon(self) -> None:
        """Keep nothing more either."""
        self.stop()
        self._abandoned = True

    async def close(self) -> None:
        """Wait for what is being written, and end the thread."""
        self.stop()
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)
