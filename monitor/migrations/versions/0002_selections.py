"""selections, and volatile blocks that people watch all the same"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.add_column(sa.Column("selection", sa.JSON(), nullable=True))
    with op.batch_alter_table("version_source", schema=None) as batch_op:
        batch_op.add_column(sa.Column("selection", sa.JSON(), nullable=True))
    with op.batch_alter_table("policy", schema=None) as batch_op:
        batch_op.add_column(sa.Column("watched_blocks", sa.JSON(), nullable=False, server_default="[]"))
