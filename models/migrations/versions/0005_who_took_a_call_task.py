"""Who took a call task, and since when"""

import sqlalchemy as sa
from alembic import op

import models.tables.base

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("call_task") as batch_op:
        batch_op.add_column(sa.Column("taken_by", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column("taken_at", models.tables.base.UtcDateTime(timezone=True), nullable=True)
        )


def downgrade() -> None:
    with op.batch_alter_table("call_task") as batch_op:
        batch_op.drop_column("taken_at")
        batch_op.drop_column("taken_by")
