"""Who tells whether a private address was reached: a canary that must see nothing, and the records of every connection made.

The canary listens on every way in: TCP and UDP at 127.0.0.2, TCP at ::1 where there is one. The records are of both
programs that connect: this process (Python's own audit events) and Chromium (its network log).
"""

import contextlib
import json
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self

import pytest

from crawler import chromium
from tests.site import Site

PRIVATE = "127.0.0.2"
_records: list[list[str]] = []


@dataclass
class Canary:
    """Sees who comes to `port` of the private addresses; `hits` must stay empty."""

    site: Site = field(default_factory=lambda: Site(PRIVATE))
    site6: Site | None = None
    udp: socket.socket = field(default_factory=lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM))

    def __enter__(self) -> Self:
        with contextlib.suppress(OSError):  # no IPv6 here
            self.site6 = Site("::1", port=self.port)
        self.udp.bind((PRIVATE, self.port))
        self.udp.setblocking(False)
        for site in self.sites:
            site.page("/", "a secret of the inside")
        return self

    def __exit__(self, *error: object) -> None:
        self.udp.close()
        for site in self.sites:
            site.close()

    @property
    def port(self) -> int:
        return self.site.port

    @property
    def sites(self) -> list[Site]:
        return [self.site, *([self.site6] if self.site6 else [])]

    @property
    def hits(self) -> list[str]:
        """Every connection and datagram so far."""
        found = [f"TCP {site.url()}" for site in self.sites for _ in range(site.connections)]
        with contextlib.suppress(BlockingIOError):
            while True:
                found.append(f"UDP {self.udp.recvfrom(2048)[1]}")
        return found


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"} and _records and isinstance(arguments[1], tuple):
        _records[-1].append(f"{arguments[1][0]}:{arguments[1][1]}")


sys.addaudithook(_note)


@contextlib.contextmanager
def connections() -> Iterator[list[str]]:
    """The addresses and ports that this process connects to within."""
    made: list[str] = []
    _records.append(made)
    try:
        yield made
    finally:
        _records.remove(made)


@dataclass
class NetworkLog:
    """Chromium's own record of what it connects to, as it writes it."""

    file: Path

    @property
    def private(self) -> set[str]:
        """Where in private networks Chromium tried to connect or to send, with ports, to the end of its life.

        It also asks the system, without sending anything, whether there is a way to a public IPv6 address.
        """
        log = json.loads(self.file.read_text(encoding="utf-8"))
        kinds = {number: name for name, number in log["constants"]["logEventTypes"].items()}
        assert {"TCP_CONNECT_ATTEMPT", "UDP_CONNECT"} <= set(kinds.values())
        wanted = [event for event in log["events"] if kinds[event["type"]] in {"TCP_CONNECT_ATTEMPT", "UDP_CONNECT"}]
        addresses = {event["params"]["address"] for event in wanted if "address" in event.get("params", {})}
        return {it for it in addresses if not ip_address(it.rpartition(":")[0].strip("[]")).is_global}


@pytest.fixture
def network_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> NetworkLog:
    log = NetworkLog(tmp_path / "network.json")
    monkeypatch.setattr(chromium, "SWITCHES", [*chromium.SWITCHES, f"--log-net-log={log.file}"])
    return log
