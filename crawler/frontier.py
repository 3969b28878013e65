"""What is fetched next: claimed sources, queued by host, given out one a host at a time and only when the host may be asked.

So a slow host, or one with many policies, never stands in the way of the others.
"""

import asyncio
import heapq
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

from monitor.politeness import host_of
from monitor.types import DueSource

Claim = Callable[[], Awaitable[Sequence[DueSource]]]


class Frontier:
    """Iterate over it once; `done` says that a source it gave has its result. `seconds_until(host)` is the host's wait."""

    def __init__(self, claim: Claim, seconds_until: Callable[[str], float], *, at_once: int) -> None:
        self._claim, self._seconds_until, self._at_once = claim, seconds_until, at_once
        self._queues: dict[str, deque[DueSource]] = defaultdict(deque)
        self._moments: list[
            tuple[float, int, str]
        ] = []  # when a host with a queue, and with nothing on its way, may be asked
        self._on_their_way: dict[tuple[int, int], str] = {}
        self._busy: set[str] = set()
        self._pushed = 0
        self._changed = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[DueSource]:
        claiming: asyncio.Future[Sequence[DueSource]] | None = asyncio.ensure_future(self._claim())
        while claiming is not None or self._queues:
            self._changed.clear()
            while (source := self._pop()) is not None:
                yield source
            if claiming is not None and claiming.done():
                claiming = self._take_in(claiming.result())
            elif claiming is not None or self._queues:
                await self._wait(claiming)

    def done(self, source_key: tuple[int, int]) -> None:
        """The source with this check and number has its result: its host may be asked for the next."""
        host = self._on_their_way.pop(source_key, None)
        if host is not None:
            self._busy.discard(host)
            if host in self._queues:
                self._push(host)
            self._changed.set()

    def _take_in(self, sources: Sequence[DueSource]) -> "asyncio.Future[Sequence[DueSource]] | None":
        for source in sources:
            host = _host(source)
            if host not in self._queues and host not in self._busy:
                self._push(host)
            self._queues[host].append(source)
        return asyncio.ensure_future(self._claim()) if sources else None

    def _push(self, host: str) -> None:
        self._pushed += 1  # hosts of one moment in the order in which they came
        moment = asyncio.get_running_loop().time() + self._seconds_until(host)
        heapq.heappush(self._moments, (moment, self._pushed, host))

    def _pop(self) -> DueSource | None:
        now = asyncio.get_running_loop().time()
        if not self._moments or self._moments[0][0] > now or len(self._on_their_way) >= self._at_once:
            return None
        host = heapq.heappop(self._moments)[2]
        source = self._queues[host].popleft()
        if not self._queues[host]:
            del self._queues[host]
        self._busy.add(host)
        self._on_their_way[source.check_id, source.source_id] = host
        return source

    async def _wait(self, claiming: "asyncio.Future[Sequence[DueSource]] | None") -> None:
        """Until something is done, or claimed, or the next host may be asked."""
        changed = asyncio.ensure_future(self._changed.wait())
        waiting: set[asyncio.Future[Any]] = {changed} if claiming is None else {changed, claiming}
        try:
            await asyncio.wait(waiting, timeout=self._seconds_to_next(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            changed.cancel()

    def _seconds_to_next(self) -> float | None:
        """None when only something that is done, or claimed, can bring the next."""
        if not self._moments or len(self._on_their_way) >= self._at_once:
            return None
        return max(0.0, self._moments[0][0] - asyncio.get_running_loop().time())


def _host(source: DueSource) -> str:
    try:
        return host_of(source.url)
    except ValueError:  # the gate will say what is wrong with it
        return ""
