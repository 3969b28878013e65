"""what is searched: the passages of the versions so far, and the index of their words"""

import json
import sys
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from monitor.search.passages import ADD, digest, divided, indexed, make_index

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

revision = "0006"
down_revision = "0005"

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
    make_index(connection)
    for policy_id in connection.scalars(sa.select(version.c.policy_id).distinct()).all():
        _fill(connection, policy_id)


def _fill(connection: sa.Connection, policy_id: int) -> None:
    """As `monitor.search.passages.index` does."""
    dialect, ids = connection.dialect.name, dict[bytes, int]()
    of_policy = sa.select(version.c.id).where(version.c.policy_id == policy_id).order_by(version.c.id)
    for version_id in connection.scalars(of_policy).all():
        packed = connection.scalar(sa.select(version.c.document).where(version.c.id == version_id))
        texts = {digest(text): text for text in _passages(packed)}
        for found, text in texts.items():
            if found not in ids:
                values = {"policy_id": policy_id, "digest": found, "text": text}
                ids[found] = connection.execute(passage.insert().values(values).returning(passage.c.id)).scalar_one()
                connection.execute(ADD[dialect], {"id": ids[found], "words": indexed(text, dialect)})
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
        yield from divided(block["text"])
