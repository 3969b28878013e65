"""Each memento that a TimeMap names is the capture of its moment, where another tool replays the exported archive."""

from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.request import urlopen

import pytest
from sqlalchemy import select

from monitor import history
from monitor.archive import store
from monitor.exporting.warc import Wanted, export_warc
from monitor.mementos import timemap
from monitor.models import Source
from tests.acceptance.test_replay import replaying
from tests.homes import watched_home
from tests.monitor.test_mementos import by_relation, read
from tests.pages import KEPT_LONGER, POLICY

ADDRESS = "https://acme.example/privacy;v=1?a=b,c&d=%22e%22"


@pytest.mark.prove
def test_every_memento_of_a_timemap_is_replayed_as_it_was_captured(tmp_path: Path) -> None:
    watched = watched_home(tmp_path / "home", f"sqlite:///{tmp_path / 'a.db'}")
    watched.add(ADDRESS)
    for page in (POLICY, KEPT_LONGER, POLICY):
        watched.check(page)
    export_warc(watched.home.database, tmp_path / "all.warc.gz", Wanted(), now=watched.clock())
    with watched.home.database.reading() as session, replaying(tmp_path / "all.warc.gz", tmp_path / "pywb") as base:
        source = session.scalars(select(Source)).one()
        snapshots = history.snapshots(session, source)
        links = by_relation(read(timemap(base, source.url, [one.captured_at for one in snapshots])), "memento")
        assert len(links) == 3
        for (target, told), snapshot in zip(links, snapshots, strict=True):
            raw = target.replace(f"{snapshot.captured_at:%Y%m%d%H%M%S}/", f"{snapshot.captured_at:%Y%m%d%H%M%S}id_/")
            with urlopen(raw, timeout=60) as answer:
                assert answer.read() == store.body(session, snapshot)
                at = parsedate_to_datetime(answer.headers["Memento-Datetime"])
            assert abs(at - parsedate_to_datetime(told["datetime"])) < timedelta(seconds=1)
    watched.home.close()
