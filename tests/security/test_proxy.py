"""The browser's proxy: whom it serves, what it passes on, and what it costs when somebody attacks it."""

import asyncio
import contextlib
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import proxy
from crawler.heads import closing_answer, read_request
from crawler.proxy import CONNECTIONS, FilteringProxy
from tests.crawler.texts import POLICY
from tests.crawling import Crawling, as_source
from tests.site import Site

LIMIT = 1 << 20


@contextlib.asynccontextmanager
async def serving(*, allow_private: bool = True) -> AsyncIterator[FilteringProxy]:
    filtering = FilteringProxy(allow_private=allow_private, limit_bytes=LIMIT)
    await filtering.start()
    try:
        yield filtering
    finally:
        await filtering.stop()


def known(filtering: FilteringProxy) -> bytes:
    return b"Proxy-Authorization: Basic " + b64encode(f"{proxy.USERNAME}:{filtering.password}".encode())


async def ask(filtering: FilteringProxy, line: str, *fields: bytes, body: bytes = b"") -> bytes:
    """All that comes back to one request."""
    reader, writer = await asyncio.open_connection("127.0.0.1", filtering._port)
    with contextlib.closing(writer):
        writer.write(b"\r\n".join([line.encode(), *fields, b"", b""]) + body)
        with contextlib.suppress(ConnectionError):
            return await asyncio.wait_for(reader.read(), 5)
    return b""


def asked(line: str, *fields: bytes, body: bytes = b"", allow_private: bool = True, is_known: bool = True) -> bytes:
    async def once() -> bytes:
        async with serving(allow_private=allow_private) as filtering:
            return await ask(filtering, line, *([known(filtering)] if is_known else []), *fields, body=body)

    return asyncio.run(once())


@pytest.mark.parametrize(
    "fields", [(), (b"Proxy-Authorization: Basic c21hbGxwcmludDp4",), (b"Proxy-Authorization: Bearer x",)]
)
@pytest.mark.parametrize("method", ["GET", "CONNECT"])
def test_who_does_not_know_the_credential_is_not_served(site: Site, method: str, fields: tuple[bytes, ...]):
    target = f"127.0.0.1:{site.port}" if method == "CONNECT" else site.url("/")
    assert asked(f"{method} {target} HTTP/1.1", *fields, is_known=False).startswith(b"HTTP/1.1 407 ")
    assert site.connections == 0


def test_each_start_has_a_credential_of_its_own():
    assert len({FilteringProxy(allow_private=False, limit_bytes=1).password for _ in range(50)}) == 50
    assert "password" not in repr(FilteringProxy(allow_private=False, limit_bytes=1))


def test_no_site_sees_the_credential(site: Site, crawled: Crawling):
    """Not in a request, and not when it asks for one as a proxy or a log-in would."""
    for status, field in ((401, "WWW-Authenticate"), (407, "Proxy-Authenticate")):
        site.page(f"/{status}", POLICY, status=status, headers={field: 'Basic realm="smallprint"'})
    site.page("/privacy", f"{POLICY}<script>fetch('/401'); fetch('/407')</script>")
    sources = [
        replace(as_source(site.url(path), n), browser="always") for n, path in enumerate(["/privacy", "/401", "/407"])
    ]
    crawled(*sources)
    assert {"/privacy", "/401", "/407"} <= set(site.paths())
    assert not [visit for visit in site.visits if {"authorization", "proxy-authorization"} & set(visit.headers)]


def test_a_page_cannot_use_the_proxy_itself(site: Site, crawled: Crawling, monkeypatch: pytest.MonkeyPatch):
    """It may know the port: the proxy does not lead to itself, even where private addresses are allowed."""
    started: list[FilteringProxy] = []
    start = FilteringProxy.start

    async def noting(filtering: FilteringProxy) -> dict[str, str]:
        started.append(filtering)
        return await start(filtering)

    monkeypatch.setattr(FilteringProxy, "start", noting)
    hosts = ["127.0.0.1", "127.1", "0.0.0.0", "[::ffff:127.0.0.1]", "localhost"]

    def body() -> bytes:
        attack = """const u = `http://${h}:PORT/`; new WebSocket(u.replace('http', 'ws'));
            fetch(u, {mode: 'no-cors'}).then(() => o.append('answered ')).catch(() => o.append('refused '))"""
        script = f"for (const h of {hosts}) {{ {attack.replace('PORT', str(started[0]._port))} }}"
        return f"{POLICY}<p id=o></p><script>{script}</script>".encode()

    site.page("/privacy", body)
    result = crawled(replace(as_source(site.url("/privacy")), browser="always")).only
    assert f'<p id="o">{"refused " * len(hosts)}</p>' in result.capture.body.decode()
    assert started[0].refusals["127.0.0.1"] == "refused: 127.0.0.1 is the browser's own way out"


@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0", "[::ffff:127.0.0.1]", "[::ffff:0:0]", "localhost"])
def test_no_loop_through_the_proxy(address: str):
    async def once() -> bytes:
        async with serving() as filtering:
            return await ask(filtering, f"CONNECT {address}:{filtering._port} HTTP/1.1", known(filtering))

    assert asyncio.run(once()) == b""


@pytest.mark.parametrize("port", [22, 25, 53, 3128, 6379, 8080])
@pytest.mark.parametrize("method", ["CONNECT", "GET"])
def test_ports_that_are_not_the_webs_are_refused(method: str, port: int, monkeypatch: pytest.MonkeyPatch):
    async def nobody(host: str, port: int) -> list[str]:
        raise AssertionError("no name is looked up")

    monkeypatch.setattr(proxy, "_addresses", nobody)
    target = f"mail.example:{port}" if method == "CONNECT" else f"http://mail.example:{port}/"
    assert asked(f"{method} {target} HTTP/1.1", allow_private=False) == b""


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "*",
        "//127.0.0.1/",
        "http:127.0.0.1/",
        "http:///127.0.0.1/",
        "http://user@127.0.0.1/",
        "http://127.0.0.1\\@example.org/",
        "http://127.0.0.1#@example.org/",
        "file:///etc/hostname",
        "ftp://127.0.0.1/",
        "http://127.0.0.1:80:80/",
        "http://\x00127.0.0.1/",
        "http://[::1",
        "http://ex\u00e4mple.org/",
    ],
)
def test_only_whole_addresses_are_taken(target: str):
    assert asked(f"GET {target} HTTP/1.1", allow_private=False) == b""


def test_the_site_is_told_its_own_name_whatever_host_was_said(site: Site):
    site.page("/a", "first")
    answer = asked(f"GET {site.url('/a')} HTTP/1.1", b"Host: 169.254.169.254", b"HOST: other.example")
    assert b"first" in answer
    assert [visit.headers["host"] for visit in site.visits] == [f"127.0.0.1:{site.port}"]


SMUGGLED = {
    "two lengths": (b"Content-Length: 0", b"Content-Length: 40"),
    "two equal lengths": (b"Content-Length: 5", b"Content-Length: 5"),
    "a list of lengths": (b"Content-Length: 5, 5",),
    "a length with a sign": (b"Content-Length: +5",),
    "a negative length": (b"Content-Length: -5",),
    "a length in hexadecimal": (b"Content-Length: 0x5",),
    "a space before the colon": (b"Content-Length : 5",),
    "chunks": (b"Transfer-Encoding: chunked",),
    "chunks and a length": (b"Content-Length: 5", b"Transfer-Encoding: chunked"),
    "chunks in disguise": (b"Transfer-Encoding: xchunked",),
    "chunks behind a bare line end": (b"X: y\nTransfer-Encoding: chunked",),
    "chunks behind a bare return": (b"X: y\rTransfer-Encoding: chunked",),
    "a folded line": (b"X: y", b" Transfer-Encoding: chunked"),
    "a field without a name": (b": y",),
    "no field": (b"nonsense",),
    "a NUL": (b"X: y\x00z",),
    "more than may be sent": (b"Content-Length: %d" % (LIMIT + 1),),
}


@pytest.mark.parametrize("trick", SMUGGLED)
def test_what_two_readers_might_read_differently_is_not_passed_on(site: Site, trick: str):
    second = f"GET {site.url('/secret')} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    assert asked(f"POST {site.url('/a')} HTTP/1.1", *SMUGGLED[trick], body=second) == b""
    assert site.connections == 0


def test_a_second_request_behind_the_first_is_not_passed_on(site: Site):
    site.page("/a", "first", delay_seconds=0.2)
    second = f"GET {site.url('/secret')} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    asked(f"POST {site.url('/a')} HTTP/1.1", b"Content-Length: 5", body=b"12345" + second)
    assert "/secret" not in site.paths()


@pytest.mark.parametrize("version", ["HTTP/2.0", "HTTP/0.9", "HTTP/1.1 HTTP/1.1", "http/1.1", ""])
def test_only_http_1_is_spoken(site: Site, version: str):
    assert asked(f"GET {site.url('/')} {version}") == b""
    assert site.connections == 0


def test_a_browser_that_goes_away_leaves_no_connection_to_a_site_that_never_answers(site: Site):
    site.hang("/never")

    async def once() -> None:
        async with serving() as filtering:
            asking = [
                asyncio.ensure_future(ask(filtering, f"GET {site.url('/never')} HTTP/1.1", known(filtering)))
                for _ in range(20)
            ]
            await until(lambda: site.connections == 20 and filtering.connections == 20)
            for one in asking:
                one.cancel()
            await until(lambda: filtering.connections == 0)

    asyncio.run(once())


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 (what is waited for happens in another program's time)
            await asyncio.sleep(0.01)


def test_connections_without_end_are_bounded_and_then_served_again(site: Site):
    site.page("/a", "first")

    async def once() -> None:
        async with serving() as filtering:
            held = [await asyncio.open_connection("127.0.0.1", filtering._port) for _ in range(CONNECTIONS + 50)]
            await until(lambda: filtering.connections == CONNECTIONS)
            for _, writer in held:
                writer.close()
            await until(lambda: filtering.connections == 0)
            assert b"first" in await ask(filtering, f"GET {site.url('/a')} HTTP/1.1", known(filtering))

    asyncio.run(once())


def test_who_says_nothing_is_hung_up_on(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(proxy, "HEAD_SECONDS", 0.2)

    async def once() -> bytes:
        async with serving() as filtering:
            reader, writer = await asyncio.open_connection("127.0.0.1", filtering._port)
            with contextlib.closing(writer):
                return await asyncio.wait_for(reader.read(), 5)

    assert asyncio.run(once()) == b""


def test_a_name_with_many_addresses_takes_no_longer_than_one(monkeypatch: pytest.MonkeyPatch, site: Site):
    async def many(host: str, port: int) -> list[str]:
        return [f"127.0.9.{number}" for number in range(200)]

    async def slow(*_: object, **__: object) -> None:
        await asyncio.sleep(5)

    monkeypatch.setattr(proxy, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(proxy, "_addresses", many)

    async def once() -> float:
        async with serving() as filtering:
            reader, writer = await asyncio.open_connection("127.0.0.1", filtering._port)
            monkeypatch.setattr(asyncio, "open_connection", slow)
            began = time.monotonic()
            writer.write(b"GET http://many.test/ HTTP/1.1\r\n" + known(filtering) + b"\r\n\r\n")
            assert await asyncio.wait_for(reader.read(), 5) == b""
            writer.close()
            return time.monotonic() - began

    assert asyncio.run(once()) < 2


def test_refusals_are_remembered_within_bounds(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(proxy, "REFUSALS", 10)

    async def once() -> dict[str, str]:
        async with serving(allow_private=False) as filtering:
            for number in range(30):
                await ask(filtering, f"CONNECT 10.0.0.{number}:443 HTTP/1.1", known(filtering))
            return filtering.refusals

    assert list(asyncio.run(once())) == [f"10.0.0.{number}" for number in range(20, 30)]


@given(st.binary(max_size=300))
def test_any_bytes_are_one_head_or_none(noise: bytes):
    head = b"GET http://example.org/ HTTP/1.1\r\n" + noise + b"\r\n\r\n"
    try:
        request = read_request(head)
    except ValueError:
        return
    passed = request.forwarded()
    assert passed.count(b"\r\n\r\n") == 1
    assert passed.endswith(b"\r\n\r\n")
    assert b"\n" not in passed.replace(b"\r\n", b"")


def test_an_answer_cannot_speak_for_the_proxy():
    head = b"HTTP/1.1 407 Please\r\nProxy-Authenticate: Basic\r\nConnection: keep-alive\r\nX: y\r\n\r\n"
    assert closing_answer(head) == b"HTTP/1.1 407 Please\r\nX: y\r\nConnection: close\r\n\r\n"
