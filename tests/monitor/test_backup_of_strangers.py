"""A backup that a stranger made, or damaged, does nothing but what a backup does: it is refused before it acts."""

import json
import sqlite3
import tracemalloc
from contextlib import closing
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

import pytest
from sqlalchemy import inspect, text

from monitor.backup.file import Listing, opened
from monitor.backup.making import back_up
from monitor.backup.own_settings import without_database
from monitor.backup.shape import check_shape
from monitor.config import database_url as url_of
from monitor.copying import counted
from monitor.database import NEWEST_MIGRATION, Database
from monitor.errors import ArchiveError, SmallprintError, UsageError
from monitor.models import Base
from monitor.types import unheard
from tests.homes import START, watched_home
from tests.monitor.backups import backed_up, database_of, restored_to, silent
from tests.monitor.test_migrations import _make_first_tables as first_tables
from tests.pages import KEPT_LONGER, POLICY


@pytest.fixture(name="backup")
def a_backup(tmp_path: Path) -> Path:
    made = watched_home(tmp_path / "home", f"sqlite:///{tmp_path / 'home.db'}")
    made.add()
    for page in (POLICY, KEPT_LONGER):
        made.check(page)
    backed_up(made, tmp_path / "backup.zip")
    made.home.close()
    return tmp_path / "backup.zip"


def _assert_refused(file: Path, home: Path, match: str = "foreign or damaged") -> None:
    with pytest.raises(SmallprintError, match=match):
        restored_to(file, home)
    assert not home.exists()


def test_a_cut_backup_is_refused_at_any_length(backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    for length in range(0, len(whole) - 1, len(whole) // 12):
        backup.write_bytes(whole[:length])
        _assert_refused(backup, tmp_path / "restored")


def test_a_flipped_bit_is_found_or_costs_nothing(backup: Path, tmp_path: Path) -> None:
    whole = backup.read_bytes()
    refused = 0
    for place in range(5, len(whole), len(whole) // 20):
        backup.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        home = tmp_path / f"restored{place}"
        try:
            restored = restored_to(backup, home)
        except SmallprintError:
            refused += 1
            assert not home.exists()
        else:
            assert restored.rows["snapshot"] == 2
    assert refused >= 18  # some bits of a zip file, as in the moment of a member, mean nothing to us


@pytest.mark.parametrize("content", [b"", b"PK", b"SQLite format 3\0" * 10], ids=["empty", "begun", "a database"])
def test_a_foreign_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.zip").write_bytes(content)
    _assert_refused(tmp_path / "a.zip", tmp_path / "restored")


def _rewritten(backup: Path, compression: int = ZIP_STORED, **members: bytes) -> Path:
    """The backup with other content in these members (`backup_json`: backup.json)."""
    with ZipFile(backup) as old:
        content = {name: old.read(name) for name in old.namelist()}
    backup.unlink()
    with ZipFile(backup, "w", compression) as new:
        for name, body in (content | {name.replace("_", "."): body for name, body in members.items()}).items():
            new.writestr(name, body)
    return backup


def _listing(**said: object) -> bytes:
    rows = dict.fromkeys(Base.metadata.tables, 0)
    made = {"made_at": START.isoformat(), "smallprint": "0.9", "tables": NEWEST_MIGRATION, "rows": rows}
    return json.dumps(made | said).encode()


def test_a_newer_backup_is_refused_with_the_version_that_made_it(backup: Path, tmp_path: Path) -> None:
    newer = _rewritten(backup, backup_json=_listing(tables="9999"))
    _assert_refused(newer, tmp_path / "restored", "smallprint 0.9 made this backup")


@pytest.mark.parametrize(
    "members",
    [
        {"backup_json": b"{}"},
        {"backup_json": _listing(rows=dict.fromkeys(Base.metadata.tables, 7))},
        {"backup_json": _listing(rows={"nothing": 7})},
        {"backup_json": _listing(rows={})},
        {"backup_json": _listing(rows={"\x1b[31m": 7})},
        {"backup_json": _listing(tables="0000")},
        {"backup_json": _listing(smallprint="\x1b[31mred", tables="9999")},
        {"backup_json": _listing() + b" " * 17_000_000},
        {"smallprint_toml": b"#" * 17_000_000},
        {"smallprint_toml": b"database"},
        {"smallprint_db": b"not a database" * 1000},
    ],
    ids=[
        "no listing",
        "other rows",
        "other tables",
        "no rows",
        "a forged table",
        "no such shape",
        "a forged version",
        "a long listing",
        "long settings",
        "no settings",
        "no database",
    ],
)
def test_a_backup_that_is_not_what_it_says_is_refused(backup: Path, tmp_path: Path, members: dict[str, bytes]) -> None:
    _assert_refused(_rewritten(backup, **members), tmp_path / "restored", "wanted")


LEADING_OUT = (
    "rules/../../out.yaml",
    "/rules/out.yaml",
    "rules/a/out.yaml",
    "rules/..",
    "rules/.out.yaml",
    "rules/new\nout.yaml",
)


LEADING_OUT += ("rules/\x1b[31mout.yaml", "rules/a\\out.yaml", f"rules/{'a' * 300}out.yaml")


def test_names_that_lead_out_of_the_home_are_not_followed(backup: Path, tmp_path: Path) -> None:
    with ZipFile(backup, "a") as file:
        for name in (*LEADING_OUT, "rules/mine.yaml"):
            file.writestr(name, "x: 1")
    restored_to(backup, tmp_path / "restored")
    assert [file.name for file in (tmp_path / "restored" / "rules").iterdir()] == ["mine.yaml"]
    assert list(tmp_path.rglob("out.yaml")) == []


def test_an_older_backup_gets_todays_tables(backup: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    with closing(Database(f"sqlite:///{old}")) as database, database.engine.begin() as connection:
        first_tables(connection)
        rows = counted(connection, set(Base.metadata.tables) & set(inspect(connection).get_table_names()))
    older = _rewritten(backup, backup_json=_listing(tables="0001", rows=rows), smallprint_db=old.read_bytes())
    restored_to(older, tmp_path / "restored")
    with database_of(tmp_path / "restored") as database, database.engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == NEWEST_MIGRATION
        assert counted(connection)["snapshot"] == 1


def test_the_database_that_a_backups_settings_name_is_left_alone(backup: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "other.db"
    named = f'interval = "12h"\r\n"database" = "sqlite:///{other}"  # mine\n[crawl]\ncontact = "a@b.example"\n'
    restored = restored_to(_rewritten(backup, smallprint_toml=named.encode()), tmp_path / "restored")
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
            back_up(tmp_path / "home", database, tmp_path / "b.zip", now=START, showing=silent)
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
