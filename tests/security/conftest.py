"""A world on loopback: 127.0.0.1 plays a public address, 127.0.0.2 a private one with a canary that must see nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

import pytest

from monitor import addresses
from tests.security.oracles import Canary, network_log
from tests.site import Site

__all__ = ["network_log"]


@dataclass
class World:
    """`public` may be fetched; `canary` may not, by its address alone: both ports count as the web's."""

    public: Site
    guard: Canary

    @property
    def canary(self) -> Site:
        return self.guard.site


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    real = addresses.is_public
    with Site("127.0.0.1") as public, Canary() as canary:
        monkeypatch.setattr(addresses, "is_public", lambda it: it == ip_address("127.0.0.1") or real(it))
        monkeypatch.setattr(addresses, "PORTS", {"http": public.port, "https": canary.port})
        yield World(public, canary)


@pytest.fixture
def alternating(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """As `world`, with both at one port: whoever asks a name for its address once too often ends at the canary."""
    real = addresses.is_public
    with Canary() as canary, Site("127.0.0.1", port=canary.port) as public:
        monkeypatch.setattr(addresses, "is_public", lambda it: it == ip_address("127.0.0.1") or real(it))
        monkeypatch.setattr(addresses, "PORTS", {"http": canary.port, "https": 443})
        yield World(public, canary)
