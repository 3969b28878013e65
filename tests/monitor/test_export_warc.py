"""The archive out as WARC and in again: nothing of it is lost on the way."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from monitor.exporting.warc import Exported, Wanted, export_warc
from monitor.importing.warc import import_warc
from tests.homes import WatchedHome, watched_home
from tests.monitor.lived import history, live
from tests.postgres import Cluster


@pytest.fixture
def another(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[WatchedHome]:
    """A fresh home, on the same kind of database as `watched`."""
    url = f"sqlite:///{tmp_path / 'another.db'}"
    if database_url.startswith("postgresql"):
        running: Cluster = request.getfixturevalue("postgres")
        url = running.database()
    opened = watched_home(tmp_path / "another", url)
    yield opened
    opened.home.close()


def export(watched: WatchedHome, path: Path, **wanted: Any) -> Exported:
    return export_warc(watched.home.database, path, Wanted(**wanted), now=watched.clock())


def test_an_import_of_an_export_gives_the_same_snapshots_versions_and_changes(
    watched: WatchedHome, another: WatchedHome, tmp_path: Path
) -> None:
    live(watched)
    export(watched, tmp_path / "all.warc.gz")
    imported = import_warc(another.home, tmp_path / "all.warc.gz")
    assert imported.skipped == []
    before, after = history(watched), history(another)
    assert {state for _, _, state, *_ in before["versions"]} == {"confirmed", "pending", "withdrawn"}
    for name, rows in before.items():
        assert after[name] == rows, name
