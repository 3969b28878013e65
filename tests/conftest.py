"""What all tests may use."""

from collections.abc import Iterator

import pytest

from tests.crawling import crawled, loop
from tests.site import Site

__all__ = ["crawled", "loop", "site"]


@pytest.fixture
def site() -> Iterator[Site]:
    """A scripted local website, empty at first."""
    with Site() as running:
        yield running
