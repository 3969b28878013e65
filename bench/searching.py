"""What search costs: bytes of the index beside the versions it is of, milliseconds a version, milliseconds a search."""

import statistics
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, func, select, text

from bench.corpus import p95, timed
from monitor.database import Database
from monitor.decide.wording import fingerprint
from monitor.declarations import declare_url
from monitor.errors import ReadingError
from monitor.extract.document import extract
from monitor.models import Passage, Version
from monitor.policies import sync
from monitor.search import sentences
from monitor.search.passages import index
from monitor.search.searching import search
from monitor.search.sought import terms
from monitor.types import Document

START = datetime(2026, 1, 1, tzinfo=UTC)
PAGES_A_RUN = 10
TYPED = (
    "data",
    "personal information",
    '"third parties"',
    "arbitrat*",
    "retention -sell",
    '"do not sell" california',
    "個人",
)
SENTENCES = ("We may update this policy from time to time", "You have the right to lodge a complaint with the moon")


def bench_searching(runs: Sequence[Sequence[bytes]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'search.db'}")
        database.upgrade()
        for number, run in enumerate(runs):
            _keep(database, number, list(_wordings(run[:PAGES_A_RUN])))
        print(f"\nsearch, {len(runs)} policies")
        for what, which in (("first", Version.number == 1), ("later", Version.number > 1)):
            _tell_versions(database, what, which)
        for typed in TYPED:
            _tell(typed, timed(lambda typed: _search(database, typed), [typed] * 5))
        for sentence in SENTENCES:
            _tell(sentence, timed(lambda sentence: _first(database, sentence), [sentence] * 3))
        database.close()


def _tell_versions(database: Database, what: str, which: ColumnElement[bool]) -> None:
    with database.reading() as session:
        ids = session.scalars(select(Version.id).where(which)).all()
        packed = session.scalar(select(func.sum(func.length(Version.document))).where(which)) or 0
    before = _size(database)
    times = timed(lambda version: _index(database, version), ids)
    grown = (_size(database) - before) / len(ids)
    with database.reading() as session:
        passages = session.scalar(select(func.count()).select_from(Passage))
    print(
        f"  {len(ids)} {what} versions: {grown:.0f} bytes of index each, their documents {packed / len(ids):.0f}; ",
        end="",
    )
    print(f"indexed in {statistics.median(times):.1f} ms, p95 {p95(times):.1f} ms; {passages} passages now")


def _tell(asked: str, times: Sequence[float]) -> None:
    print(f"  {statistics.median(times):8.1f} ms  {asked}", flush=True)


def _wordings(run: Sequence[bytes]) -> list[Document]:
    found: dict[str, Document] = {}
    for page in run:
        try:
            document = extract(page, content_type="text/html")
        except ReadingError:
            continue
        found.setdefault(fingerprint(document), document)
    return list(found.values())


def _keep(database: Database, number: int, documents: Sequence[Document]) -> None:
    with database.writing() as session:
        declared = declare_url(f"https://run{number}.example/privacy")
        [(policy, _)] = sync(session, [declared], interval_seconds=86400, now=START)
        for place, document in enumerate(documents, 1):
            at = START + timedelta(days=place)
            seen = {"captured_at": at, "last_seen_at": at, "extractor_version": "1", "fingerprint": str(place)}
            session.add(Version(policy_id=policy.id, number=place, state="confirmed", document=document, **seen))


def _index(database: Database, version: int) -> None:
    with database.writing() as session:
        index(session, session.get_one(Version, version))


def _search(database: Database, typed: str) -> None:
    with database.reading() as session:
        search(session, terms(typed), None, 20)


def _first(database: Database, sentence: str) -> None:
    with database.reading() as session:
        if not sentences.stood(session, sentence, None):
            sentences.nearest(session, sentence, None)


def _size(database: Database) -> int:
    with database.writing() as session:
        pages, free, size = (
            session.scalar(text(f"PRAGMA {name}")) for name in ("page_count", "freelist_count", "page_size")
        )
    return (pages - free) * size
