"""Backups made and restored as a test does it: without a sound."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path

from monitor.backup.making import BackedUp, back_up
from monitor.backup.restoring import Restored, restore
from monitor.config import database_url as url_of
from monitor.database import Database
from monitor.types import unheard
from tests.homes import WatchedHome


def silent(_what: str) -> nullcontext:
    return nullcontext(unheard)


def backed_up(watched: WatchedHome, file: Path, **options: bool) -> BackedUp:
    home = watched.home
    return back_up(home.path, home.database, file, now=watched.clock(), showing=silent, **options)


def restored_to(file: Path, home: Path) -> Restored:
    return restore(file, home, showing=silent)


@contextmanager
def database_of(home: Path) -> Iterator[Database]:
    with closing(Database(url_of(home))) as database:
        yield database
