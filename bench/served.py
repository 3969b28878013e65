"""A local site with pages of the corpus, in a process of its own, so that its CPU time is nobody's.

Every page carries a token that `next_token` changes at all pages at once: other bytes, the same words, another ETag. With
the token unchanged, the site answers a conditional request with 304.
"""

import asyncio
import multiprocessing
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection

HOSTS = tuple(f"127.0.0.{number}" for number in range(1, 17))  # as many as there are concurrent requests
NEXT_TOKEN = "/next-token"
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
DONE = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Served:
    """The running site: where its pages stand."""

    urls: Sequence[str]
    control: str

    def next_token(self) -> None:
        urllib.request.urlopen(self.control).close()


@contextmanager
def served(pages: Sequence[bytes]) -> Iterator[Served]:
    spawning = multiprocessing.get_context("spawn")
    ours, theirs = spawning.Pipe()
    process = spawning.Process(target=_serve, args=(pages, theirs), daemon=True)
    process.start()
    port = ours.recv()
    urls = [f"http://{HOSTS[number % len(HOSTS)]}:{port}/{number}/privacy" for number in range(len(pages))]
    try:
        yield Served(urls, f"http://{HOSTS[0]}:{port}{NEXT_TOKEN}")
    finally:
        process.terminate()
        process.join()


def _serve(pages: Sequence[bytes], told: Connection) -> None:
    asyncio.run(_Site(pages).run(told))


class _Site:
    def __init__(self, pages: Sequence[bytes]) -> None:
        self._pages, self._token = pages, 1

    async def run(self, told: Connection) -> None:
        first = await asyncio.start_server(self._visited, HOSTS[0], 0)
        port = first.sockets[0].getsockname()[1]
        await asyncio.start_server(self._visited, HOSTS[1:], port)
        told.send(port)
        await first.serve_forever()

    async def _visited(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(self._answer(head.split(b" ", 2)[1].decode(), head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def _answer(self, path: str, head: bytes) -> bytes:
        if path == NEXT_TOKEN:
            self._token += 1
            return DONE
        name = path.split("/")[1]
        if not name.isdecimal():
            return NOT_FOUND
        etag = b'"%d-%d"' % (int(name), self._token)
        if etag in head:
            return b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\n\r\n" % etag
        body = _with_token(self._pages[int(name)], etag.strip(b'"'))
        kind = b"Content-Type: text/html; charset=utf-8\r\nETag: %b\r\nContent-Length: %d\r\n\r\n"
        return b"HTTP/1.1 200 OK\r\n" + kind % (etag, len(body)) + body


def _with_token(page: bytes, token: bytes) -> bytes:
    """As pages carry one: in a script's nonce in the head, in a comment at the end."""
    script = b'<script nonce="%b">var token = "%b";</script></head>' % (token, token)
    return page.replace(b"</head>", script, 1) + b"<!-- %b -->" % token
