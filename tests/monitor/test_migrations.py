"""A home that an earlier smallprint made is brought to today's tables with all that it holds."""

from zlib import crc32

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, select

from monitor.archive.records import headers_of, record_digest
from monitor.database import Database
from monitor.models import Frame, Snapshot, Source, VersionSource
from monitor.types import Selection
from tests.homes import START

HEADERS = {"x-note": "Zoë", "content-type": "text/html"}
FIRST = {
    "service": {"slug": "acme", "name": "Acme"},
    "policy": {"service_id": 1, "slug": "acme/terms", "terms_type": "Terms", "interval_seconds": 60, "browser": "auto"}
    | {"obey_robots": True, "created_at": START, "next_check_at": START, "state": {"version": 1}},
    "source": {"policy_id": 1, "position": 0, "url": "https://acme.example/", "etag": '"1"', "last_modified": ""}
    | {"browser_reason": ""},
    "frame": {"sha256": "0" * 64, "size_bytes": 4, "depth": 0, "packed": b"page"},
    "snapshot": {"source_id": 1, "frame_id": 1, "captured_at": START, "url": "https://acme.example/"}
    | {"final_url": "https://acme.example/", "status": 200, "headers": HEADERS, "via": "http"},
    "version": {"policy_id": 1, "number": 1, "state": "confirmed", "technical": False, "captured_at": START}
    | {"last_seen_at": START, "extractor_version": "1", "fingerprint": "0" * 64, "document": b"packed"},
    "version_source": {"version_id": 1, "position": 0, "snapshot_id": 1},
}


def _make_first_tables(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", "monitor:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "0001")
    tables = MetaData()
    tables.reflect(connection)
    for name, row in FIRST.items():
        connection.execute(tables.tables[name].insert().values(row))


def test_the_rows_of_a_home_made_before_selections_are_kept(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.begin() as connection:
        _make_first_tables(connection)
    database.upgrade()
    with database.reading() as session:
        [source] = session.scalars(select(Source))
        [part] = session.scalars(select(VersionSource))
        assert (source.url, source.etag, source.selection) == ("https://acme.example/", '"1"', None)
        assert (part.snapshot_id, part.selection) == (1, None)
    database.close()


def test_a_selection_comes_back_as_it_was_kept(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.begin() as connection:
        _make_first_tables(connection)
    database.upgrade()
    kept = Selection(("#a", "é > b"), ())
    with database.writing() as session:
        session.get_one(Source, 1).selection = kept
    with database.reading() as session:
        assert session.scalars(select(Source).where(Source.selection.is_not(None))).one().selection == kept
    with database.writing() as session:
        session.get_one(Source, 1).selection = None
    with database.reading() as session:
        assert session.scalars(select(Source).where(Source.selection.is_(None))).one().id == 1
    database.close()


def test_what_was_archived_before_records_had_digests_is_proven_like_the_rest(database_url: str) -> None:
    database = Database(database_url)
    with database.engine.begin() as connection:
        _make_first_tables(connection)
    database.upgrade()
    with database.reading() as session:
        snapshot, frame = session.get_one(Snapshot, 1), session.get_one(Frame, 1)
        assert headers_of(snapshot) == HEADERS
        assert snapshot.record_sha256 == record_digest(snapshot, frame, HEADERS)
        assert (frame.packed_crc32, frame.deleted_at, snapshot.manifest_number) == (crc32(b"page"), None, None)
    database.close()
