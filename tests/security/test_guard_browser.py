"""No request of the browser reaches a private address, whatever a page tries; nor does any go around the proxy."""

import asyncio
import contextlib
from base64 import b64encode
from dataclasses import replace

import pytest

from crawler import proxy
from crawler.proxy import FilteringProxy
from tests.crawler.texts import POLICY, filled_by_script
from tests.crawling import Crawling, as_source
from tests.security.conftest import World
from tests.site import Site

STRICT = {"allow_private": False}

TRICKS = {
    "image script": "new Image().src = C",
    "script": "const s = document.createElement('script'); s.src = C; document.body.append(s)",
    "stylesheet": "document.head.innerHTML += `<link rel=stylesheet href=${C}>`",
    "import": "import(C).catch(() => 0)",
    "fetch": "fetch(C, {mode: 'no-cors'}).catch(() => 0)",
    "post": "fetch(C, {method: 'POST', body: 'x', mode: 'no-cors'}).catch(() => 0)",
    "xhr": "const x = new XMLHttpRequest(); x.open('GET', C); x.send()",
    "beacon": "navigator.sendBeacon(C, 'x')",
    "iframe": "document.body.innerHTML += `<iframe src=${C}></iframe>`",
    "object": "document.body.innerHTML += `<object data=${C}></object><embed src=${C}>`",
    "websocket": "new WebSocket(C.replace('http', 'ws'))",
    "events": "new EventSource(C)",
    "prefetch": "document.head.innerHTML += `<link rel=prefetch href=${C}><link rel=preconnect href=${C}>`",
    "preload": "document.head.innerHTML += `<link rel=modulepreload href=${C}>`",
    "form": "document.body.innerHTML += `<form action=${C} target=f><iframe name=f></iframe>`; document.forms[0].submit()",
    "popup": "window.open(C)",
    "worker": "new Worker(URL.createObjectURL(new Blob([`fetch('${C}')`])))",
    "redirect": "fetch('/inside', {mode: 'no-cors'}).catch(() => 0)",
    "frame redirect": "document.body.innerHTML += '<iframe src=/inside></iframe>'",
    "number": "fetch(C.replace('127.0.0.2', '2130706434'), {mode: 'no-cors'}).catch(() => 0)",
    "mapped": "fetch(C.replace('127.0.0.2', '[::ffff:127.0.0.2]'), {mode: 'no-cors'}).catch(() => 0)",
    "https": "fetch(C.replace('http', 'https'), {mode: 'no-cors'}).catch(() => 0)",
    "name": "fetch(C.replace('127.0.0.2', 'inside.test'), {mode: 'no-cors'}).catch(() => 0)",
    "webrtc": """const p = new RTCPeerConnection({iceServers: [{urls: 'turn:' + C.slice(7, -1) + '?transport=tcp',
        username: 'u', credential: 'c'}]}); p.createDataChannel('d'); p.createOffer().then(o => p.setLocalDescription(o))""",
}


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name inside.test leads to the canary."""
    real = proxy._addresses

    async def addresses(host: str, port: int) -> list[str]:
        return ["127.0.0.2"] if host == "inside.test" else await real(host, port)

    monkeypatch.setattr(proxy, "_addresses", addresses)


def test_nothing_a_page_tries_reaches_a_private_address(world: World, crawled: Crawling, inside: None):
    scripts = "".join(f"<script>{{ try {{ {trick} }} catch (e) {{}} }}</script>" for trick in TRICKS.values())
    world.public.redirect("/inside", world.canary.url("/"))
    world.public.page("/privacy", f"<script>const C = '{world.canary.url('/')}'</script>{POLICY}{scripts}")
    result = crawled(replace(as_source(world.public.url("/privacy")), browser="always"), **STRICT).only
    assert "thirty days" in result.capture.body.decode()
    assert world.public.paths().count("/inside") == 2
    assert world.canary.visits == []


def test_the_same_page_does_reach_it_when_private_addresses_are_allowed(world: World, crawled: Crawling, inside: None):
    """The canary is a true oracle: it sees these tricks when the gate is open."""
    scripts = "".join(f"<script>{{ try {{ {trick} }} catch (e) {{}} }}</script>" for trick in TRICKS.values())
    world.public.redirect("/inside", world.canary.url("/"))
    world.public.page("/privacy", f"<script>const C = '{world.canary.url('/')}'</script>{POLICY}{scripts}")
    crawled(replace(as_source(world.public.url("/privacy")), browser="always"))
    assert len(world.canary.visits) >= 10


@pytest.mark.parametrize("target", ["", "redirect", "name"])
def test_a_page_that_is_itself_inside_is_refused_in_words(world: World, crawled: Crawling, inside: None, target: str):
    world.public.redirect("/privacy", world.canary.url("/"))
    urls = {
        "": world.canary.url("/"),
        "redirect": world.public.url("/privacy"),
        "name": world.canary.url("/", host="inside.test"),
    }
    source = replace(as_source(urls[target]), browser="always", obey_robots=False)
    result = crawled(source, **STRICT).only
    assert "is not a public address (allow_private is off)" in result.error
    assert world.canary.visits == []


def test_a_script_shell_on_a_public_address_is_read(world: World, crawled: Crawling):
    world.public.page("/privacy", filled_by_script())
    assert POLICY in crawled(world.public.url("/privacy"), **STRICT).results[-1].capture.body.decode()


def test_the_browser_is_not_led_astray_by_proxy_variables(
    world: World, crawled: Crawling, monkeypatch: pytest.MonkeyPatch
):
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, world.canary.url("/"))
    world.public.page("/privacy", filled_by_script())
    crawled(world.public.url("/privacy"), **STRICT)
    assert world.canary.visits == []


async def through_proxy(request: bytes, *, allow_private: bool, answer_bytes: int = 1 << 20) -> bytes:
    """What the proxy answers to these bytes, to the end of the connection."""
    filtering = FilteringProxy(allow_private=allow_private, limit_bytes=answer_bytes)
    access = await filtering.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", int(access["server"].rpartition(":")[2]))
    line, _, rest = request.partition(b"\r\n")
    known = b64encode(f"{access['username']}:{access['password']}".encode())
    request = b"%s\r\nProxy-Authorization: Basic %s\r\n%s" % (line, known, rest)
    try:
        writer.write(request)
        return await asyncio.wait_for(reader.read(), 5)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        await filtering.stop()


@pytest.mark.parametrize("method", ["CONNECT", "GET"])
def test_the_proxy_hangs_up_on_what_the_gate_refuses(site: Site, method: str):
    target = f"127.0.0.1:{site.port}" if method == "CONNECT" else site.url("/")
    assert asyncio.run(through_proxy(f"{method} {target} HTTP/1.1\r\n\r\n".encode(), allow_private=False)) == b""
    assert site.visits == []


@pytest.mark.parametrize(
    "request_line",
    [
        "GET / HTTP/1.1",
        "GET file:///etc/hostname HTTP/1.1",
        "CONNECT user@127.0.0.1:80 HTTP/1.1",
        "CONNECT 127.0.0.1:80/../ HTTP/1.1",
        "CONNECT [::1 HTTP/1.1",
        "nonsense",
        "GET http://127.0.0.1\\@example.org/ HTTP/1.1",
        "G" * 100_000,
    ],
)
def test_the_proxy_hangs_up_on_what_it_does_not_understand(request_line: str):
    assert asyncio.run(through_proxy(request_line.encode() + b"\r\n\r\n", allow_private=True)) == b""


def test_the_proxy_serves_one_request_a_connection(site: Site):
    site.page("/a", "first")
    request = f"GET {site.url('/a')} HTTP/1.1\r\nHost: x\r\nProxy-Connection: keep-alive\r\n\r\n".encode()
    answer = asyncio.run(through_proxy(request + request, allow_private=True))
    assert answer.count(b"HTTP/1.1 200") <= 1
    assert len(site.visits) == 1
    assert "proxy-connection" not in site.visits[0].headers


def test_the_proxy_cuts_an_endless_answer(site: Site):
    site.page("/endless", chunks=lambda: (b"x" * 65536 for _ in range(1000)))
    request = f"GET {site.url('/endless')} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    assert len(asyncio.run(through_proxy(request, allow_private=True, answer_bytes=1 << 20))) < 1 << 21
