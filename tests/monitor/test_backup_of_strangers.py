"""A backup that a stranger made, or damaged, does nothing but what a backup does: it is refused before it acts."""

import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest

from monitor.backup.file import Listing, opened
from monitor.backup.making import back_up
from monitor.backup.own_settings import without_database
from monitor.backup.shape import check_shape
from monitor.config import database_url as url_of
from monitor.database import Database
from monitor.errors import ArchiveError, UsageError
from monitor.types import unheard
from tests.homes import START
from tests.monitor.test_backup import _assert_refused, _listing, _restore, _rewritten, _silent, a_backup  # noqa: F401  (a fixture)


def test_the_database_that_a_backups_settings_name_is_left_alone(backup: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "other.db"
    named = f'interval = "12h"\r\n"database" = "sqlite:///{other}"  # mine\n[crawl]\ncontact = "a@b.example"\n'
    restored = _restore(_rewritten(backup, smallprint_toml=named.encode()), tmp_path / "restored")
    assert restored.without_database
    assert not other.parent.exists()
    assert (tmp_path / "restored" / "smallprint.db").is_file()
    kept = (tmp_path / "restored" / "smallprint.toml").read_bytes().decode()
    assert kept == named.replace('"database"', '# "database"')
    assert url_of(tmp_path / "restored").endswith("/restored/smallprint.db")


@pytest.mark.parametrize(
    "settings",
    [
        'interval = """\ndatabase = 1\n"""\ndatabase = "sqlite://"\n',
        'database = """\nsqlite://"""\n',
        "a = " + "[" * 100_000,
    ],
    ids=["in a text", "of two lines", "deep"],
)
def test_settings_whose_database_cannot_be_told_are_named(settings: str) -> None:
    with pytest.raises(UsageError, match="of your own into the new home"):
        without_database(settings.encode())


FOREIGN = {
    "an endless view": "ALTER TABLE host RENAME TO was; CREATE VIEW host AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n AS name FROM r",
    "a view": 'CREATE VIEW "evil\x1b[31m" AS SELECT 1',
    "a trigger": "CREATE TRIGGER t AFTER INSERT ON policy BEGIN DELETE FROM policy; END",
    "a virtual table": "CREATE VIRTUAL TABLE vt USING fts5(a)",
    "an index": "CREATE INDEX mine ON policy (slug)",
    "a table less": "PRAGMA foreign_keys = OFF; DROP TABLE notice",
    "another shape": "UPDATE alembic_version SET version_num = '0001'",
    "no shape": "DELETE FROM alembic_version",
}


@pytest.mark.parametrize("sql", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_database_with_other_parts_is_refused_before_it_is_read(tmp_path: Path, sql: str) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'a.db'}")) as database:
        database.upgrade()
    listing = Listing.model_validate_json(_listing())
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        connection.execute("ANALYZE")
        check_shape(tmp_path / "a.db", listing)
        connection.executescript(sql)
    with pytest.raises(ArchiveError, match="wanted") as refused:
        check_shape(tmp_path / "a.db", listing)
    assert str(refused.value).isprintable()


def test_a_home_with_other_parts_is_not_backed_up_but_told_of_them(backup: Path, tmp_path: Path) -> None:
    with closing(Database(f"sqlite:///{tmp_path / 'home.db'}")) as database:
        with closing(sqlite3.connect(tmp_path / "home.db")) as connection:
            connection.execute("CREATE VIEW mine AS SELECT 1")
        with pytest.raises(ArchiveError, match="'view' 'mine'"):
            back_up(tmp_path / "home", database, tmp_path / "b.zip", now=START, showing=_silent)
    assert not (tmp_path / "b.zip").exists()


def test_a_database_larger_than_the_disk_is_not_unpacked(backup: Path, tmp_path: Path) -> None:
    with opened(backup) as packed, (tmp_path / "out").open("wb") as out:
        packed._packed.getinfo("smallprint.db").file_size = 1 << 60
        with pytest.raises(UsageError, match="Make room"):
            packed.take_database(out, unheard)
    assert (tmp_path / "out").stat().st_size == 0


def test_a_member_packed_in_another_way_is_refused(backup: Path, tmp_path: Path) -> None:
    with ZipFile(backup, "a") as packed:
        member = ZipInfo("rules/x.yaml")
        member.compress_type = ZIP_LZMA
        packed.writestr(member, b"x: 1")
    _assert_refused(backup, tmp_path / "restored", "packed in another way")


def test_a_member_that_says_it_is_smaller_than_it_is_does_not_fill_the_memory(backup: Path, tmp_path: Path) -> None:
    whole = _rewritten(backup, smallprint_toml=b"#" * 16_000_000, compression=ZIP_DEFLATED).read_bytes()
    backup.write_bytes(whole.replace((16_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little")))
    tracemalloc.start()
    _assert_refused(backup, tmp_path / "restored")
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 8_000_000
