from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.homes import WatchedHome, watched_home
from tests.postgres import Cluster, cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        running: Cluster = request.getfixturevalue("postgres")
        return running.database()
    return f"sqlite:///{tmp_path / 'smallprint.db'}"


@pytest.fixture
def watched(database_url: str, tmp_path: Path) -> Iterator[WatchedHome]:
    """A home on SQLite, and the same test again on PostgreSQL."""
    opened = watched_home(tmp_path / "home", database_url)
    yield opened
    opened.home.close()
