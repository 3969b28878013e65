"""No request of the browser reaches a private address, whatever a page tries; nor does any go around the proxy."""

import asyncio
import contextlib
import itertools
from base64 import b64encode
from dataclasses import replace

import pytest

from crawler import chromium, proxy
from crawler.proxy import FilteringProxy
from tests.crawler.texts import POLICY, filled_by_script
from tests.crawling import Crawling, as_source
from tests.security.conftest import World
from tests.security.oracles import NetworkLog, connections
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
    "stylesheet import": "document.head.innerHTML += `<style>@import url(${C})</style>`",
    "stylesheet image": "document.head.innerHTML += `<style>body { background: url(${C}) }</style>`",
    "font": "document.head.innerHTML += `<style>@font-face { font-family: f; src: url(${C}) } p { font-family: f }</style>`",
    "source set": "document.body.innerHTML += `<img srcset='${C} 2x'><picture><source srcset=${C}><img></picture>`",
    "video": "document.body.innerHTML += `<video src=${C} poster=${C}><track default src=${C}></video><audio src=${C}></audio>`",
    "icon": "document.head.innerHTML += `<link rel=icon href=${C}><link rel=manifest href=${C}>`",
    "dns prefetch": "document.head.innerHTML += `<link rel=dns-prefetch href=${C}><link rel=dns-prefetch href=http://inside.test>`",
    "preconnect": "document.head.innerHTML += `<link rel=preconnect href=${C} crossorigin>`",
    "prerender": """document.head.innerHTML += `<link rel=prerender href=${C}>`; const r = document.createElement('script');
        r.type = 'speculationrules'; r.textContent = JSON.stringify({prefetch: [{source: 'list', urls: [C]}],
        prerender: [{source: 'list', urls: [C]}]}); document.head.append(r)""",
    "ping": "const a = document.createElement('a'); a.href = '#'; a.ping = C; document.body.append(a); a.click()",
    "keep alive": "addEventListener('pagehide', () => fetch(C, {keepalive: true, mode: 'no-cors'}))",
    "shared worker": "new SharedWorker(C)",
    "import scripts": "new Worker(URL.createObjectURL(new Blob([`importScripts('${C}')`])))",
    "worker socket": "new Worker(URL.createObjectURL(new Blob([`new WebSocket('${C}'.replace('http', 'ws'))`])))",
    "service worker": "navigator.serviceWorker.register('/service.js?' + C)",
    "data frame": 'document.body.innerHTML += `<iframe src="data:text/html,<img src=${C}>"></iframe>`',
    "frame of its own": "document.body.innerHTML += `<iframe srcdoc=\"<meta http-equiv=refresh content='0;url=${C}'>\"></iframe>`",
    "sandboxed": "document.body.innerHTML += `<iframe sandbox='allow-scripts' src=${C}></iframe>`",
    "vector image": "document.body.innerHTML += `<svg><image href=${C} /><use href='${C}#x' /></svg>`",
    "style sheet of xml": "new DOMParser().parseFromString(`<!DOCTYPE x SYSTEM '${C}'><?xml-stylesheet href='${C}'?><x/>`, 'text/xml')",
    "report": "new ReportingObserver(() => 0).observe(); document.head.innerHTML += `<meta http-equiv=content-security-policy-report-only content='report-uri ${C}'>`",
    "mapped in hex": "fetch(C.replace('127.0.0.2', '[::ffff:7f00:2]'), {mode: 'no-cors'}).catch(() => 0)",
    "six": "fetch(C.replace('127.0.0.2', '[::1]'), {mode: 'no-cors'}).catch(() => 0)",
    "web transport": "new WebTransport(C.replace('http:', 'https:')).closed.catch(() => 0)",
    "web transport by hash": "new WebTransport(C.replace('http:', 'https:'), {serverCertificateHashes: [{algorithm: 'sha-256', value: new Uint8Array(32)}]}).closed.catch(() => 0)",
    "stun": """const p = new RTCPeerConnection({iceServers: [{urls: 'stun:' + C.slice(7, -1)}, {urls: 'turn:' + C.slice(7, -1),
        username: 'u', credential: 'c'}]}); p.createDataChannel('d'); p.createOffer().then(o => p.setLocalDescription(o))""",
    "candidate": """const p = new RTCPeerConnection(); p.setRemoteDescription({type: 'offer', sdp: SDP}).then(() => p.createAnswer())
        .then(a => p.setLocalDescription(a)).then(() => p.addIceCandidate({sdpMid: '0', candidate:
        'candidate:1 1 udp 2113937151 127.0.0.2 ' + C.split(':')[2].slice(0, -1) + ' typ host'})).catch(() => 0)""",
    "webrtc": """const p = new RTCPeerConnection({iceServers: [{urls: 'turn:' + C.slice(7, -1) + '?transport=tcp',
        username: 'u', credential: 'c'}]}); p.createDataChannel('d'); p.createOffer().then(o => p.setLocalDescription(o))""",
    "base": "document.head.innerHTML += `<base href=${C}>`; fetch('relative', {mode: 'no-cors'}).catch(() => 0)",
}


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name inside.test leads to the canary."""
    real = proxy._addresses

    async def addresses(host: str, port: int) -> list[str]:
        return ["127.0.0.2"] if host == "inside.test" else await real(host, port)

    monkeypatch.setattr(proxy, "_addresses", addresses)


# What another browser offers for a channel of data, so that ours looks for a way to it.
SDP = "\\r\\n".join(
    [
        "v=0",
        "o=- 1 1 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0",
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel",
        "c=IN IP4 0.0.0.0",
        "a=ice-ufrag:abcd",
        "a=ice-pwd:" + "a" * 24,
        "a=fingerprint:sha-256 " + ":".join(["AA"] * 32),
        "a=setup:actpass",
        "a=mid:0",
        "a=sctp-port:5000",
        "",
    ]
)


def tricky(world: World) -> str:
    """A page that tries everything, each try by itself. The last of them wait for what the first begin."""
    world.public.redirect("/inside", world.canary.url("/"))
    world.public.page("/service.js", f"fetch('{world.canary.url('/')}')", content_type="text/javascript")
    scripts = "".join(f"<script>{{ try {{ {trick} }} catch (e) {{}} }}</script>" for trick in TRICKS.values())
    constants = f"<script>const C = '{world.canary.url('/')}', SDP = '{SDP}'</script>"
    late = "<script>setTimeout(() => document.body.append('All was tried.'), 1500)</script>"
    return world.public.page("/privacy", f"{constants}{POLICY}{late}{scripts}")


def test_nothing_a_page_tries_reaches_a_private_address(
    world: World, crawled: Crawling, inside: None, network_log: NetworkLog
):
    with connections() as made:
        result = crawled(replace(as_source(tricky(world)), browser="always", obey_robots=False), **STRICT).only
    assert "thirty days" in result.capture.body.decode()
    assert world.public.paths().count("/inside") >= 2
    assert world.guard.hits == []
    assert set(made) == {f"127.0.0.1:{world.public.port}"}
    (the_proxy,) = network_log.private
    assert the_proxy.startswith("127.0.0.1:")
    assert the_proxy != f"127.0.0.1:{world.public.port}"


def test_the_same_page_does_reach_it_when_private_addresses_are_allowed(world: World, crawled: Crawling, inside: None):
    """The canary is a true oracle: it sees these tricks when the gate is open."""
    crawled(replace(as_source(tricky(world)), browser="always"))
    assert len(world.guard.hits) >= 20


def test_without_the_proxy_and_the_switches_udp_would_reach_it_too(
    world: World, crawled: Crawling, monkeypatch: pytest.MonkeyPatch
):
    """The other half of the oracle is true as well."""
    monkeypatch.setattr(chromium, "SWITCHES", [])
    crawled(replace(as_source(tricky(world)), browser="always"))
    assert any(hit.startswith("UDP") for hit in world.guard.hits)


LEAVING = {
    "location": "location = C",
    "replace": "location.replace(C)",
    "refresh": "document.head.innerHTML += `<meta http-equiv=refresh content='0;url=${C}'>`",
    "form": "document.body.innerHTML += `<form method=post action=${C}></form>`; document.forms[0].submit()",
    "same window": "open(C, '_self')",
    "link": "document.body.innerHTML += `<a href=${C}>x</a>`; document.links[0].click()",
    "redirect": "location = '/inside'",
}


def test_a_page_that_leaves_for_a_private_address_fails_in_words(world: World, crawled: Crawling):
    world.public.redirect("/inside", world.canary.url("/"))
    script = "<script>const C = '{}'; {}</script>"
    for number, leaving in enumerate(LEAVING.values()):
        world.public.page(f"/{number}", POLICY + script.format(world.canary.url("/"), leaving))
    urls = [world.public.url(f"/{number}") for number in range(len(LEAVING))]
    sources = [replace(as_source(url, number), browser="always") for number, url in enumerate(urls)]
    errors = {result.source_id: result.error for result in crawled(*sources, **STRICT).results}
    wanted = "refused: 127.0.0.2 is not a public address (allow_private is off)"
    assert dict(zip(LEAVING, map(errors.get, range(len(urls))), strict=True)) == dict.fromkeys(LEAVING, wanted)
    assert world.guard.hits == []


def test_a_name_that_changes_its_mind_a_thousand_times_never_leads_the_browser_inside(
    alternating: World, crawled: Crawling, monkeypatch: pytest.MonkeyPatch
):
    turns = itertools.count()

    async def addresses(host: str, port: int) -> list[str]:
        return [("127.0.0.1", "127.0.0.2")[next(turns) % 2]] if host == "rebind.test" else ["127.0.0.1"]

    monkeypatch.setattr(proxy, "_addresses", addresses)
    alternating.public.page("/x", "x", headers={"Access-Control-Allow-Origin": "*"})
    ask = f"""let done = 0; async function ask() {{ while (done++ < 1000) {{
        try {{ await fetch('{alternating.public.url("/x", host="rebind.test")}?' + done) }} catch (e) {{}} }}
        }}
        Promise.all([ask(), ask(), ask(), ask()]).then(() => {{ text.hidden = false; text.append('All was tried.') }})"""
    page = f"<div id=text hidden>{POLICY}</div><script>{ask}</script>"  # a page without text is waited for
    source = replace(as_source(alternating.public.page("/privacy", page)), browser="always", obey_robots=False)
    with connections() as made:
        result = crawled(source, **STRICT, browser_timeout_seconds=150).only
    assert result.capture.body.decode().count("All was tried.") == 2
    assert next(turns) >= 1000
    assert alternating.guard.hits == []
    assert set(made) == {f"127.0.0.1:{alternating.public.port}"}


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
