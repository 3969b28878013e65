"""A hostile host costs its own source some seconds and some bytes, and nobody else anything."""

import asyncio
import gzip
import re
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from itertools import repeat
from pathlib import Path
from typing import Self

import pytest

from crawler.settings import DECOMPRESSED_MAXSIZE, DOWNLOAD_MAXSIZE
from tests.crawler.texts import POLICY
from tests.crawling import Crawling
from tests.security.test_guard import PACKED
from tests.site import Site

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
MEGABYTE = 1024 * 1024


def memory_now() -> int:
    """Bytes of this process in memory; the most that it had is forgotten."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return most_memory()


def most_memory() -> int:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


class RawServer:
    """Sends each visitor the pieces of `answer`, as they are, and then hangs up."""

    def __init__(self, answer: Iterable[bytes], *, pause_seconds: float = 0.0) -> None:
        self._answer, self._pause_seconds = list(answer), pause_seconds
        self._closing = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.visits = 0
        self._threads = [threading.Thread(target=self._serve)]
        self._threads[0].start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._closing.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for thread in self._threads:
            thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/privacy"

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                visitor, _ = self._socket.accept()
            except OSError:
                return
            self._threads.append(threading.Thread(target=self._send, args=(visitor,)))
            self._threads[-1].start()

    def _send(self, visitor: socket.socket) -> None:
        with visitor:
            try:
                if b"robots.txt" in visitor.recv(65536):
                    visitor.sendall(b"HTTP/1.1 404 None\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                    return
                self.visits += 1
                for piece in self._answer:
                    visitor.sendall(piece)
                    if self._closing.wait(self._pause_seconds):
                        return
            except OSError:
                """The visitor left."""


def trickled(text: bytes) -> Iterator[bytes]:
    return (bytes([byte]) for byte in text)


@pytest.mark.parametrize(
    "answer",
    [trickled(HEAD + b"X-Slow: yes\r\n" * 99), [HEAD, b"\r\n", *trickled(POLICY.encode())]],
    ids=["the head", "the body"],
)
def test_a_byte_now_and_then_is_given_up_and_others_go_on(site: Site, crawled: Crawling, answer: Iterable[bytes]):
    site.page("/privacy", POLICY)
    with RawServer(answer, pause_seconds=0.1) as slow:
        began = time.monotonic()
        done = crawled(slow.url, site.url("/privacy", host="localhost"), timeout_seconds=1.0, browser=False)
    assert time.monotonic() - began < 5  # robots.txt was answered at once, the page is tried twice
    ends = {result.source_id: result for result in done.results}
    assert "took too long" in ends[1].error
    assert ends[2].capture.body == POLICY.encode()


def test_a_head_without_end_is_cut(crawled: Crawling):
    with RawServer([HEAD, *repeat(b"X-More: " + b"x" * 8000 + b"\r\n", 4000)]) as endless:
        result = crawled(endless.url, timeout_seconds=3.0, browser=False).only
    assert result.capture is None
    assert result.error.startswith(("no answer: ", "too large: "))


@pytest.mark.parametrize("pieces", [100_000], ids=["without a stated length"])
def test_a_body_without_end_is_cut_at_the_limit(crawled: Crawling, pieces: int):
    before = memory_now()
    with RawServer([HEAD + b"\r\n", *repeat(b"x" * 65536, pieces)]) as endless:
        result = crawled(endless.url, timeout_seconds=20.0, browser=False).only
    assert result.error.startswith("too large: ")
    assert most_memory() - before < 2 * DOWNLOAD_MAXSIZE + 64 * MEGABYTE


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (b"Content-Length: 99999999999\r\n", "too large: "),
        (b"Content-Length: 5000\r\n", "broke off"),
        (b"Content-Length: -5\r\n", "no answer: "),
        (b"Content-Length: many\r\n", "no answer: "),
        (b"Content-Length: 3\r\nContent-Length: 4\r\n", "no answer: "),
        (b"Transfer-Encoding: chunked\r\n", "no answer: "),
    ],
)
def test_a_length_that_lies_costs_one_source_and_is_no_capture(crawled: Crawling, length: bytes, words: str):
    with RawServer([HEAD + length + b"\r\n", b"short"]) as lying:
        result = crawled(lying.url, timeout_seconds=3.0, browser=False).only
    assert result.capture is None
    assert words in result.error


def test_of_a_body_longer_than_its_stated_length_only_that_is_taken(crawled: Crawling):
    with RawServer([HEAD + b"Content-Length: 5\r\n\r\n", b"first and much more"]) as lying:
        assert crawled(lying.url, browser=False).only.capture.body == b"first"


def test_what_is_no_http_at_all_costs_one_source(crawled: Crawling):
    with RawServer([b"\x16\x03\x01\x00\x00 SSH-2.0-nonsense\r\n\r\n"]) as odd:
        assert crawled(odd.url, timeout_seconds=2.0, browser=False).only.error.startswith("no answer: ")


@pytest.mark.parametrize("way", ["to itself", "in a circle", "to ever new addresses"])
def test_a_redirect_without_end_is_left_after_five(site: Site, crawled: Crawling, way: str):
    site.redirect("/a", {"to itself": "/a", "in a circle": "/b", "to ever new addresses": "/a?1"}[way])
    site.redirect("/b", "/a")
    for number in range(1, 99):
        site.redirect(f"/a?{number}", f"/a?{number + 1}")
    assert "redirected more than 5 times" in crawled(site.url("/a")).only.error
    assert len(site.paths()) == 6


@pytest.mark.parametrize("encoding", PACKED)
def test_a_bomb_takes_no_more_memory_than_its_limit(site: Site, crawled: Crawling, encoding: str):
    packed = PACKED[encoding](bytes(300 * MEGABYTE))
    site.page("/bomb", packed, headers={"Content-Encoding": encoding})
    before = memory_now()
    result = crawled(site.url("/bomb"), timeout_seconds=20, browser=False).only
    assert result.error.startswith("too large: ")
    assert most_memory() - before < 2 * DECOMPRESSED_MAXSIZE + 64 * MEGABYTE


def test_what_is_packed_wrongly_costs_one_source(site: Site, crawled: Crawling):
    site.page("/torn", gzip.compress(POLICY.encode() * 99)[:-40], headers={"Content-Encoding": "gzip"})
    site.page("/odd", b"no gzip at all", headers={"Content-Encoding": "gzip"})
    site.page("/fine", POLICY)
    done = crawled(site.url("/torn"), site.url("/odd"), site.url("/fine"), browser=False)
    assert [result.source_id for result in done.results] == [1, 2, 3]
    assert done.results[2].capture.body == POLICY.encode()


def test_a_page_nested_a_hundred_thousand_deep_does_not_hold_up_the_crawl(site: Site, crawled: Crawling, loop):
    site.page("/deep", "<div>" * 100_000 + POLICY)
    site.page("/privacy", POLICY)
    longest = 0.0

    async def watch() -> None:
        nonlocal longest
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            longest = max(longest, time.monotonic() - before)

    watching = asyncio.run_coroutine_threadsafe(watch(), loop)
    done = crawled(site.url("/deep"), site.url("/privacy", host="localhost"), browser=False)
    watching.cancel()
    assert sorted(result.source_id for result in done.results if result.capture) == [1, 2]
    assert longest < 2.0
