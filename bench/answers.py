"""Captures with the response headers that sites send: invented, of usual size, a few of them new in each answer."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from email.utils import format_datetime

from bench.corpus import Captured
from monitor.types import Capture, Via

_ALWAYS = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "private, no-cache, no-store, max-age=0, must-revalidate",
    "vary": "Accept-Encoding, Cookie, User-Agent",
    "strict-transport-security": "max-age=63072000; includeSubDomains; preload",
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "x-xss-protection": "1; mode=block",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "accelerometer=(), camera=(), geolocation=(self), gyroscope=(), microphone=(), payment=(self), usb=()",
    "cross-origin-opener-policy": "same-origin-allow-popups",
    "alt-svc": 'h3=":443"; ma=86400',
    "accept-ranges": "bytes",
    "access-control-allow-origin": "*",
    "link": "</assets/site.css>; rel=preload; as=style, </assets/site.js>; rel=preload; as=script, <https://cdn.example>; rel=preconnect",
    "pragma": "no-cache",
    "expires": "0",
    "via": "1.1 cache-one (edge), 1.1 cache-two (origin)",
    "x-cache": "MISS from cache-one, HIT from cache-two",
    "x-powered-by": "a framework",
}


def answers(all_captured: Iterable[Captured]) -> Iterator[Capture]:
    """The captures as answers of their sites."""
    sites: dict[str, tuple[random.Random, dict[str, str]]] = {}
    for one in all_captured:
        if one.service not in sites:
            chance = random.Random(one.service)
            sites[one.service] = (chance, _site(chance))
        chance, always = sites[one.service]
        yield replace(bare(one), headers=always | _varying(chance, one.at, one.body))


def bare(one: Captured) -> Capture:
    """The capture without headers."""
    return Capture(one.url, one.url, 200, {}, one.body, one.at, Via.IMPORT)


def _site(chance: random.Random) -> dict[str, str]:
    """What a site sends always: most of the usual headers, and a policy for contents with its own hosts."""
    hosts = " ".join(f"https://{_token(chance, 8)}.example" for _ in range(chance.randrange(6, 20)))
    usual = {name: value for name, value in _ALWAYS.items() if name == "content-type" or chance.random() < 0.8}
    policy = f"default-src 'self'; script-src 'self' 'unsafe-inline' {hosts}; img-src 'self' data: {hosts}"
    return usual | {"server": chance.choice(("nginx", "cloudy", "AmazonishS3")), "content-security-policy": policy}


def _varying(chance: random.Random, at: datetime, page: bytes) -> dict[str, str]:
    return {
        "date": format_datetime(at, usegmt=True),
        "age": str(chance.randrange(600)),
        "content-length": str(len(page)),
        "etag": f'W/"{_token(chance, 32)}"',
        "x-request-id": _token(chance, 32),
        "set-cookie": f"session={_token(chance, 64)}; Path=/; Secure; HttpOnly; SameSite=Lax",
        "x-timer": f"S{at.timestamp():.6f},VS0,VE{chance.randrange(300)}",
    }


def _token(chance: random.Random, length: int) -> str:
    return f"{chance.getrandbits(4 * length):0{length}x}"
