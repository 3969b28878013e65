from pathlib import Path

import pytest

from tests.homes import WatchedHome


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: what PostgreSQL does with a history from git, the round trip of `test_export_git.py` shows."""
    return f"sqlite:///{tmp_path / 'smallprint.db'}"


@pytest.fixture
def watched(watched: WatchedHome) -> WatchedHome:
    """A home in whose eyes the commits are past."""
    watched.clock.pass_days(1000)
    return watched
