"""what proves an archive: digests of the records and frames, the chained manifests; tags; where long work got to"""

import json
import sys
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from zlib import crc32

import sqlalchemy as sa
from alembic import op

from monitor.database import UtcDateTime

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

revision = "0005"
down_revision = "0004"
AT_ONCE = 500

frame = sa.table(
    "frame",
    *(sa.column(name) for name in ("id", "sha256", "size_bytes", "packed", "packed_crc32")),
)
snapshot = sa.table(
    "snapshot",
    *(sa.column(name) for name in ("id", "frame_id", "url", "final_url", "status", "via")),
    sa.column("captured_at", UtcDateTime()),
    sa.column("headers", sa.JSON()),
    sa.column("packed_headers", sa.LargeBinary()),
    sa.column("record_sha256", sa.LargeBinary()),
)


def upgrade() -> None:
    op.create_table(
        "manifest",
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("sealed_at", UtcDateTime(), nullable=False),
        sa.Column("snapshots", sa.Integer(), nullable=False),
        sa.Column("first_snapshot_id", sa.Integer(), nullable=False),
        sa.Column("last_snapshot_id", sa.Integer(), nullable=False),
        sa.Column("previous_sha256", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
    )
    op.create_table(
        "resume_point",
        sa.Column("work", sa.String(length=200), primary_key=True),
        sa.Column("reached", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
    )
    with op.batch_alter_table("policy", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tags", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("frame", schema=None) as batch_op:
        batch_op.add_column(sa.Column("packed_crc32", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("deleted_at", UtcDateTime(), nullable=True))
    _change_snapshots()
    connection = op.get_bind()
    _digest_frames(connection)
    _digest_snapshots(connection)
    op.drop_column("snapshot", "headers")


def _change_snapshots() -> None:
    op.add_column("snapshot", sa.Column("packed_headers", sa.LargeBinary(), nullable=False, server_default=""))
    op.add_column("snapshot", sa.Column("headers_base_id", sa.Integer(), nullable=True))
    op.add_column("snapshot", sa.Column("record_sha256", sa.LargeBinary(), nullable=False, server_default=""))
    op.add_column("snapshot", sa.Column("manifest_number", sa.Integer(), nullable=True))
    op.create_index(
        "ix_snapshot_unsealed",
        "snapshot",
        ["id"],
        sqlite_where=sa.text("manifest_number IS NULL"),
        postgresql_where=sa.text("manifest_number IS NULL"),
    )


def _digest_frames(connection: sa.Connection) -> None:
    for number in connection.scalars(sa.select(frame.c.id)).all():
        packed = connection.execute(sa.select(frame.c.packed).where(frame.c.id == number)).scalar_one()
        connection.execute(frame.update().where(frame.c.id == number).values(packed_crc32=crc32(packed)))


def _digest_snapshots(connection: sa.Connection) -> None:
    """As `monitor.archive.records` does; each row's headers are packed whole."""
    rows = sa.select(snapshot, frame.c.sha256, frame.c.size_bytes).join(frame, frame.c.id == snapshot.c.frame_id)
    last = 0
    while found := connection.execute(rows.where(snapshot.c.id > last).order_by(snapshot.c.id).limit(AT_ONCE)).all():
        for row in found:
            line, packed = _line(row)
            values = {"packed_headers": packed, "record_sha256": sha256(line).digest()}
            connection.execute(snapshot.update().where(snapshot.c.id == row.id).values(values))
        last = found[-1].id


def _line(row: Any) -> tuple[bytes, bytes]:
    headers = json.dumps(row.headers, sort_keys=True, separators=(",", ":")).encode()
    parts = [_moment(row.captured_at), row.sha256, row.size_bytes, row.status, row.via, row.url, row.final_url]
    line = json.dumps([*parts, sha256(headers).hexdigest()], separators=(",", ":")).encode()
    packed = zstd.compress(headers)
    return line, crc32(packed).to_bytes(4) + packed


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
