"""The passages of versions, and the index of their words that a search asks. Written in a version's own transaction.

The same words are indexed on both databases, folded here: `monitor.words.sought_words`. On SQLite `passage_words` is an
FTS5 table without content, whose `ascii` tokenizer divides at the blanks and nowhere else; on PostgreSQL it holds a
tsvector, written out word by word, so that no parser of its own divides or drops any.
"""

import re
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import ColumnClause, Connection, Table, TextClause, column, delete, event, insert, select, table, text
from sqlalchemy.orm import Session

from monitor.errors import ConfigurationError
from monitor.models import Passage, PassageVersion, Version
from monitor.types import Document
from monitor.words import sought_words

DIGEST_BYTES = 16  # half of it tells the passages of a policy apart as well
MOST_WORDS = 2_000  # of a passage: PostgreSQL keeps the places of a word 256 times a text
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])")
INDEX = table("passage_words", column("rowid"), column("passage_id"), column("words"))
AT_ONCE = 500
ADD = {
    "sqlite": text("INSERT INTO passage_words (rowid, words) VALUES (:id, :words)"),
    "postgresql": text("INSERT INTO passage_words (passage_id, words) VALUES (:id, CAST(:words AS tsvector))"),
}
REMOVE = {
    "sqlite": text("INSERT INTO passage_words (passage_words, rowid, words) VALUES ('delete', :id, :words)"),
    "postgresql": text("DELETE FROM passage_words WHERE passage_id = :id"),
}


def index(session: Session, version: Version) -> None:
    """Make a version, which is in the database already, found by its words."""
    texts = {digest(passage): passage for passage in passages(version.document)}
    known = select(Passage.digest, Passage.id).where(Passage.policy_id == version.policy_id)
    ids = {found: number for found, number in session.execute(known).all() if found in texts}
    new = [
        Passage(policy_id=version.policy_id, digest=found, text=passage)
        for found, passage in texts.items()
        if found not in ids
    ]
    session.add_all(new)
    session.flush()
    _change(session, ADD, new)
    stands = [*ids.values(), *(passage.id for passage in new)]
    if stands:
        session.execute(insert(PassageVersion), [{"passage_id": number, "version_id": version.id} for number in stands])


def forget(session: Session, policy_id: int, versions: Sequence[int]) -> None:
    """Versions that are about to be removed, or to be given another document, are not found any more."""
    of_policy = select(Passage.id).where(Passage.policy_id == policy_id)
    gone = PassageVersion.passage_id.in_(of_policy), PassageVersion.version_id.in_(versions)
    session.execute(delete(PassageVersion).where(*gone), execution_options={"synchronize_session": False})
    stands = select(PassageVersion.passage_id).where(PassageVersion.passage_id == Passage.id).exists()
    unused = list(session.scalars(select(Passage).where(Passage.policy_id == policy_id, ~stands)))
    _change(session, REMOVE, unused)
    for passage in unused:
        session.delete(passage)
    session.flush()


def fill(session: Session) -> None:
    """Index the passages that are not yet: those that came into the database as rows, from another one."""
    missing = select(Passage).where(Passage.id.not_in(select(number_in_index(session)))).order_by(Passage.id)
    while found := session.scalars(missing.limit(AT_ONCE)).all():
        _change(session, ADD, found)


def number_in_index(session: Session) -> ColumnClause[Any]:
    """The column of the index that holds the ids of the passages."""
    return INDEX.c.rowid if session.get_bind().dialect.name == "sqlite" else INDEX.c.passage_id


def make_index(connection: Connection) -> None:
    """The table that the models do not describe. ConfigurationError when SQLite cannot make it."""
    if connection.dialect.name == "postgresql":
        key = "passage_id INTEGER PRIMARY KEY REFERENCES passage (id)"
        connection.execute(text(f"CREATE TABLE passage_words ({key}, words TSVECTOR NOT NULL)"))
        connection.execute(text("CREATE INDEX ix_passage_words_words ON passage_words USING gin (words)"))
        return
    if not connection.scalar(text("SELECT sqlite_compileoption_used('ENABLE_FTS5')")):
        raise ConfigurationError(
            f"an SQLite with FTS5, which finds words, was wanted; this Python's SQLite {sqlite3.sqlite_version} is without it. "
            "Install a Python whose SQLite has it, as those of python.org, Debian and conda have, or name a PostgreSQL database."
        )
    connection.execute(text("CREATE VIRTUAL TABLE passage_words USING fts5(words, content='', tokenize='ascii')"))


@event.listens_for(Passage.__table__, "after_create")
def _make_index_too(_passages: Table, connection: Connection, **_: Any) -> None:
    """Wherever the tables are made from the models."""
    make_index(connection)


def passages(document: Document) -> Iterator[str]:
    """The texts that are found by themselves: the blocks, those of more than MOST_WORDS words divided between sentences."""
    for block in document.blocks:
        yield from divided(block.text)


def divided(block: str) -> Iterator[str]:
    """The text in pieces of at most MOST_WORDS words, cut at the end of a sentence where there is one."""
    starts = [start for start, _, _ in sought_words(block)] if len(block) > MOST_WORDS else []
    ends = [end.end() for end in _SENTENCE_END.finditer(block)]
    done, word = 0, 0
    while len(starts) - word > MOST_WORDS:
        most = starts[word + MOST_WORDS]
        cut = max((end for end in ends if done < end <= most), default=most)
        yield block[done:cut].strip()
        done, word = cut, bisect_left(starts, cut)
    yield block[done:]


def digest(passage: str) -> bytes:
    return sha256(passage.encode()).digest()[:DIGEST_BYTES]


def indexed(passage: str, dialect: str) -> str:
    """The passage's words as `passage_words` takes them: one after the other, or each with its places."""
    words = [word for _, _, word in sought_words(passage)]
    if dialect == "sqlite":
        return " ".join(words)
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words, 1):
        places.setdefault(word, []).append(str(place))
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())


def _change(session: Session, statements: Mapping[str, TextClause], changed: Iterable[Passage]) -> None:
    dialect = session.get_bind().dialect.name
    rows = [{"id": passage.id, "words": indexed(passage.text, dialect)} for passage in changed]
    if rows:
        session.execute(statements[dialect], rows)
