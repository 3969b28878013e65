"""A small local proxy that holds the gate of `monitor.addresses` for the browser.

Chromium resolves no name and opens no connection of its own: it asks here, by CONNECT or by an absolute-form request,
and is connected to the very address that was judged. One connection serves one request.
"""

import asyncio
import contextlib
import re
import socket
from collections.abc import Awaitable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from monitor.addresses import address_refusal, url_refusal

HEAD_BYTES = 64 * 1024
CONNECT_SECONDS = 10.0
HOP_BY_HOP = re.compile(rb"(?i)(?:proxy-[a-z-]+|connection|keep-alive)\s*:")
LENGTH = re.compile(rb"(?im)^content-length:[ \t]*([0-9]{1,12})[ \t]*\r$")
INTERIM = re.compile(rb"HTTP/1\.[01] 1")
CHUNKED = re.compile(rb"(?im)^transfer-encoding:")

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class RefusedTargetError(Exception):
    """The gate refused where the browser wanted to go."""


HANGING_UP = (OSError, EOFError, ValueError, asyncio.LimitOverrunError, RefusedTargetError)


@dataclass
class FilteringProxy:
    """Listens on a free port of 127.0.0.1 between `start` and `stop`. `refusals` says why, by host name."""

    allow_private: bool
    limit_bytes: int
    refusals: dict[str, str] = field(default_factory=dict)
    _server: asyncio.Server | None = None
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def start(self) -> str:
        """Starts to listen; returns the proxy's URL."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=HEAD_BYTES)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._serve((reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, browser: Streams) -> None:
        """One connection from first to last byte. A browser that is refused, or goes away, sees the connection closed."""
        with contextlib.closing(browser[1]), contextlib.suppress(*HANGING_UP):
            head = await browser[0].readuntil(b"\r\n\r\n")
            method, target, _version = head.split(b"\r\n", 1)[0].decode("ascii").split(" ")
            if method == "CONNECT":
                await self._tunnel(browser, target)
            else:
                await self._forward(browser, method, target, head)

    async def _tunnel(self, browser: Streams, authority: str) -> None:
        site = await self._connect(f"https://{authority}/")
        with contextlib.closing(site[1]):
            browser[1].write(b"HTTP/1.1 200 Connected\r\n\r\n")
            await self._both_ways(browser, site)

    async def _forward(self, browser: Streams, method: str, target: str, head: bytes) -> None:
        if CHUNKED.search(head):
            raise ValueError("a request body of stated length was wanted, a chunked one came")
        site = await self._connect(target)
        with contextlib.closing(site[1]):
            parts = urlsplit(target)
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            site[1].write(_closing(head, f"{method} {path} HTTP/1.1".encode("ascii")))
            length = LENGTH.search(head)
            site[1].write(await browser[0].readexactly(min(int(length[1]), self.limit_bytes)) if length else b"")
            answer = await _final_head(site[0])
            browser[1].write(_closing(answer, answer.split(b"\r\n", 1)[0]))
            await self._until_either(_gone(browser[0]), self._copy(site[0], browser[1]))

    async def _connect(self, url: str) -> Streams:
        """A connection to the first public address of the URL's host."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        refusal = url_refusal(url, allow_private=self.allow_private)
        for address in [] if refusal else await _addresses(host, port):
            refusal = address_refusal(host, address, allow_private=self.allow_private)
            if refusal is None:
                with contextlib.suppress(OSError):
                    return await asyncio.wait_for(asyncio.open_connection(address, port), CONNECT_SECONDS)
        self.refusals[host] = refusal or f"no answer: no connection to {host}"
        raise RefusedTargetError(self.refusals[host])

    async def _both_ways(self, browser: Streams, site: Streams) -> None:
        await self._until_either(self._copy(browser[0], site[1]), self._copy(site[0], browser[1]))

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        copied = 0
        while copied < self.limit_bytes and (chunk := await reader.read(HEAD_BYTES)):
            copied += len(chunk)
            writer.write(chunk)
            await writer.drain()

    async def _until_either(self, *ways: Awaitable[None]) -> None:
        tasks = [asyncio.ensure_future(way) for way in ways]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def _addresses(host: str, port: int) -> list[str]:
    """What the name leads to now; empty when nothing."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror:
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def _gone(reader: asyncio.StreamReader) -> None:
    """Returns when the browser hangs up, or breaks the rule of one request a connection."""
    await reader.read(1)


async def _final_head(reader: asyncio.StreamReader) -> bytes:
    """The head of the answer proper, after any interim ones (100, 103)."""
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        if not INTERIM.match(head):
            return head


def _closing(head: bytes, first_line: bytes) -> bytes:
    """The same head under another first line, without hop-by-hop fields, and with `Connection: close`."""
    kept = [line for line in head.split(b"\r\n")[1:-2] if not HOP_BY_HOP.match(line)]
    return b"\r\n".join([first_line, *kept, b"Connection: close", b"", b""])
