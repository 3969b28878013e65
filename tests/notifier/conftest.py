from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.database import Database
from tests.notifier.servers import Hook, MailServer


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'smallprint.db'}")
    opened.upgrade()
    yield opened
    opened.close()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    with MailServer().running() as server:
        yield server


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook().running() as running:
        yield running
