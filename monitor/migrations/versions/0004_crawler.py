"""what the crawler has to remember: schedules, hosts, runs, why a fetch failed, where a source moved"""

import sqlalchemy as sa
from alembic import op

from monitor.database import UtcDateTime

revision = "0004"
down_revision = "0003"


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default="")


def upgrade() -> None:
    with op.batch_alter_table("policy", schema=None) as batch_op:
        batch_op.add_column(_text("cron"))
        batch_op.add_column(_text("time_zone"))
        batch_op.add_column(sa.Column("adaptive", sa.Boolean(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("adapted_seconds", sa.Integer(), nullable=True))
        batch_op.add_column(_text("next_check_reason"))
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.add_column(_text("language"))
        batch_op.add_column(_text("moved_to"))
        batch_op.add_column(sa.Column("browser_tested_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("source_fetch", schema=None) as batch_op:
        batch_op.add_column(_text("failure"))
        batch_op.add_column(_text("moved_to"))
        batch_op.add_column(_text("canonical_url"))
        batch_op.add_column(_text("language"))
    op.create_table(
        "host",
        sa.Column("name", sa.String(length=300), primary_key=True),
        sa.Column("next_allowed_at", UtcDateTime(), nullable=False),
        sa.Column("crawl_delay_seconds", sa.Float(), nullable=False),
        sa.Column("backoff_until", UtcDateTime(), nullable=True),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("began_at", UtcDateTime(), nullable=False, index=True),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.Column("stats", sa.JSON(), nullable=False),
    )
