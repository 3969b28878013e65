"""what is searched: the passages of the versions so far, and the index of their words"""

import json
import re
import sqlite3
import sys
from bisect import bisect_left
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

from monitor.errors import ConfigurationError
from monitor.words import sought_words  # of today: the words that are asked for, whatever became of the tables since

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

revision = "0006"
down_revision = "0005"

DIGEST_BYTES = 16
MOST_WORDS = 2_000
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])")
ADD = {
    "sqlite": sa.text("INSERT INTO passage_words (rowid, words) VALUES (:id, :words)"),
    "postgresql": sa.text("INSERT INTO passage_words (passage_id, words) VALUES (:id, CAST(:words AS tsvector))"),
}

version = sa.table("version", *(sa.column(name) for name in ("id", "policy_id", "document")))
passage = sa.table("passage", *(sa.column(name) for name in ("id", "policy_id", "digest", "text")))
passage_version = sa.table("passage_version", sa.column("passage_id"), sa.column("version_id"))


def upgrade() -> None:
    op.create_table(
        "passage",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("policy_id", sa.Integer(), sa.ForeignKey("policy.id"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.UniqueConstraint("policy_id", "digest"),
    )
    op.create_table(
        "passage_version",
        sa.Column("passage_id", sa.Integer(), sa.ForeignKey("passage.id"), primary_key=True),
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("version.id"), primary_key=True),
        sqlite_with_rowid=False,
    )
    connection = op.get_bind()
    _make_index(connection)
    for policy_id in connection.scalars(sa.select(version.c.policy_id).distinct()).all():
        _fill(connection, policy_id)


def _make_index(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        key = "passage_id INTEGER PRIMARY KEY REFERENCES passage (id)"
        op.execute(f"CREATE TABLE passage_words ({key}, words TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX ix_passage_words_words ON passage_words USING gin (words)")
        return
    if not connection.scalar(sa.text("SELECT sqlite_compileoption_used('ENABLE_FTS5')")):
        raise ConfigurationError(
            f"an SQLite with FTS5, which finds words, was wanted; this Python's SQLite {sqlite3.sqlite_version} is without it. "
            "Install a Python whose SQLite has it, as those of python.org, Debian and conda have, or name a PostgreSQL database."
        )
    op.execute("CREATE VIRTUAL TABLE passage_words USING fts5(words, content='', tokenize='ascii')")


def _fill(connection: sa.Connection, policy_id: int) -> None:
    dialect, ids = connection.dialect.name, dict[bytes, int]()
    of_policy = sa.select(version.c.id).where(version.c.policy_id == policy_id).order_by(version.c.id)
    for version_id in connection.scalars(of_policy).all():
        packed = connection.scalar(sa.select(version.c.document).where(version.c.id == version_id))
        texts = {sha256(text.encode()).digest()[:DIGEST_BYTES]: text for text in _passages(packed)}
        for found, text in texts.items():
            if found not in ids:
                values = {"policy_id": policy_id, "digest": found, "text": text}
                ids[found] = connection.execute(passage.insert().values(values).returning(passage.c.id)).scalar_one()
                connection.execute(ADD[dialect], {"id": ids[found], "words": _indexed(text, dialect)})
        rows = [{"passage_id": ids[found], "version_id": version_id} for found in texts]
        if rows:
            connection.execute(passage_version.insert(), rows)


def _passages(packed: Any) -> Iterator[str]:
    """None of a document that is damaged: its home must open all the same."""
    try:
        blocks = json.loads(zstd.decompress(packed))["blocks"]
    except (zstd.ZstdError, ValueError):
        return
    for block in blocks:
        yield from _divided(block["text"])


def _divided(block: str) -> Iterator[str]:
    """The text in pieces of at most MOST_WORDS words, cut at the end of a sentence where there is one."""
    starts = [start for start, _, _ in sought_words(block)] if len(block) > MOST_WORDS else []
    ends = [end.end() for end in SENTENCE_END.finditer(block)]
    done, word = 0, 0
    while len(starts) - word > MOST_WORDS:
        most = starts[word + MOST_WORDS]
        cut = max((end for end in ends if done < end <= most), default=most)
        yield block[done:cut].strip()
        done, word = cut, bisect_left(starts, cut)
    yield block[done:]


def _indexed(passage: str, dialect: str) -> str:
    """The passage's words: one after the other, or each with its places."""
    words = [word for _, _, word in sought_words(passage)]
    if dialect == "sqlite":
        return " ".join(words)
    places: dict[str, list[str]] = {}
    for place, word in enumerate(words, 1):
        places.setdefault(word, []).append(str(place))
    return " ".join(f"'{word}':{','.join(found)}" for word, found in places.items())
