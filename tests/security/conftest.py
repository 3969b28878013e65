"""A world on loopback: 127.0.0.1 plays a public address, 127.0.0.2 a private one with a canary that must see nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

import pytest

from monitor import addresses
from tests.site import Site


@dataclass
class World:
    """`public` may be fetched; `canary` may not, by its address alone: both ports count as the web's."""

    public: Site
    canary: Site


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    real = addresses.is_public
    with Site("127.0.0.1") as public, Site("127.0.0.2") as canary:
        canary.page("/", "a secret of the inside")
        monkeypatch.setattr(addresses, "is_public", lambda it: it == ip_address("127.0.0.1") or real(it))
        monkeypatch.setattr(addresses, "PORTS", {"http": public.port, "https": canary.port})
        yield World(public, canary)
