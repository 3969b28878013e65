"""A small local proxy that holds the gate of `monitor.addresses` for the browser.

Chromium resolves no name and opens no connection of its own: it asks here, by CONNECT or by an absolute-form request,
and is connected to the very address that was judged. One connection serves one request. Only who knows the credential,
new at each start, is served: the proxy is no relay for other users of the machine.
"""

import asyncio
import contextlib
import hmac
import re
import secrets
import socket
from base64 import b64encode
from collections.abc import Awaitable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, ip_address
from urllib.parse import urlsplit

from crawler.heads import RequestHead, closing_answer, read_request
from monitor.addresses import address_refusal, url_refusal

USERNAME = "smallprint"
HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 20.0
CONNECT_SECONDS = 10.0  # over all addresses of a name
CONNECTIONS = 128  # at once: a page may ask for hundreds, each costs two of the process's open files (often 1,024)
REFUSALS = 1000  # remembered: a page may name hosts without end
INTERIM = re.compile(rb"HTTP/1\.[01] 1")
CHALLENGE = (
    b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="smallprint"\r\n'
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)

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
    password: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    _server: asyncio.Server | None = None
    _port: int = 0
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set)

    async def start(self) -> dict[str, str]:
        """Starts to listen; returns what a client must know, as Playwright's `proxy` option names it."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=HEAD_BYTES)
        self._port = self._server.sockets[0].getsockname()[1]
        return {"server": f"http://127.0.0.1:{self._port}", "username": USERNAME, "password": self.password}

    async def stop(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    @property
    def connections(self) -> int:
        """How many are open now."""
        return len(self._tasks)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._tasks) >= CONNECTIONS:
            writer.close()
            return
        task = asyncio.ensure_future(self._serve((reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, browser: Streams) -> None:
        """One connection from first to last byte. A browser that is refused, or goes away, sees the connection closed."""
        with contextlib.closing(browser[1]), contextlib.suppress(*HANGING_UP):
            async with asyncio.timeout(HEAD_SECONDS):
                head = read_request(await browser[0].readuntil(b"\r\n\r\n"))
            if not self._is_known(head):
                browser[1].write(CHALLENGE)
            elif head.method == "CONNECT":
                await self._tunnel(browser, head.target)
            else:
                await self._forward(browser, head)

    def _is_known(self, head: RequestHead) -> bool:
        expected = b"Basic " + b64encode(f"{USERNAME}:{self.password}".encode())
        given = head.all(b"proxy-authorization")
        return len(given) == 1 and hmac.compare_digest(given[0], expected)

    async def _tunnel(self, browser: Streams, authority: str) -> None:
        site = await self._connect(f"https://{authority}/")
        with contextlib.closing(site[1]):
            browser[1].write(b"HTTP/1.1 200 Connected\r\n\r\n")
            await _until_either(self._copy(browser[0], site[1]), self._copy(site[0], browser[1]))

    async def _forward(self, browser: Streams, head: RequestHead) -> None:
        body_bytes = head.body_bytes
        if body_bytes > self.limit_bytes:
            raise ValueError(f"a request body of at most {self.limit_bytes} bytes was wanted")
        site = await self._connect(head.target)
        with contextlib.closing(site[1]):
            site[1].write(head.forwarded())
            if body_bytes:
                await _copy_exactly(browser[0], site[1], body_bytes)
            await _until_either(_gone(browser[0]), self._answer(site[0], browser[1]))

    async def _answer(self, site: asyncio.StreamReader, browser: asyncio.StreamWriter) -> None:
        browser.write(closing_answer(await _final_head(site)))
        await self._copy(site, browser)

    async def _connect(self, url: str) -> Streams:
        """A connection to the first public address of the URL's host."""
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        refusal = url_refusal(url, allow_private=self.allow_private)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CONNECT_SECONDS):
                for address in [] if refusal else await _addresses(host, port):
                    refusal = self._refusal(host, address, port)
                    if refusal is None:
                        with contextlib.suppress(OSError):
                            return await asyncio.open_connection(address, port)
        raise RefusedTargetError(self._remember(host, refusal or f"no answer: no connection to {host}"))

    def _refusal(self, host: str, address: str, port: int) -> str | None:
        """The gate's, and one of its own: it does not serve itself."""
        if port == self._port and _leads_here(address):
            return f"refused: {host} is the browser's own way out"
        return address_refusal(host, address, allow_private=self.allow_private)

    def _remember(self, host: str, refusal: str) -> str:
        self.refusals.pop(host, None)
        self.refusals[host] = refusal
        if len(self.refusals) > REFUSALS:
            del self.refusals[next(iter(self.refusals))]
        return refusal

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        copied = 0
        while copied < self.limit_bytes and (chunk := await reader.read(HEAD_BYTES)):
            copied += len(chunk)
            writer.write(chunk)
            await writer.drain()


def _leads_here(address: str) -> bool:
    """True for every address that the system takes to 127.0.0.1."""
    found = ip_address(address)
    inner = found if isinstance(found, IPv4Address) else found.ipv4_mapped
    return inner in {IPv4Address("127.0.0.1"), IPv4Address("0.0.0.0")}  # noqa: S104 (recognised, not listened on)


async def _until_either(*ways: Awaitable[None]) -> None:
    """Until the first of them ends; an error of any that ended is of no further use."""
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


async def _copy_exactly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, count: int) -> None:
    """Piece by piece, so that no body is held whole. EOFError when fewer bytes come."""
    while count:
        chunk = await reader.read(min(count, HEAD_BYTES))
        if not chunk:
            raise EOFError
        count -= len(chunk)
        writer.write(chunk)
        await writer.drain()


async def _final_head(reader: asyncio.StreamReader) -> bytes:
    """The head of the answer proper, after any interim ones (100, 103)."""
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        if not INTERIM.match(head):
            return head
