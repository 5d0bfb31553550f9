"""Going live beside other books: where a ladder was begun elsewhere, and a backlog's days"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("level_elsewhere", sa.Integer(), nullable=False, server_default="0")
        )
        batch_op.add_column(sa.Column("last_notice_elsewhere", sa.Date(), nullable=True))
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.add_column(sa.Column("not_before", sa.Date(), nullable=True))
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_morning", sa.Date(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_customer_first_morning"), ["first_morning"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("customer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_customer_first_morning"))
        batch_op.drop_column("first_morning")
    with op.batch_alter_table("position", schema=None) as batch_op:
        batch_op.drop_column("not_before")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_column("last_notice_elsewhere")
        batch_op.drop_column("level_elsewhere")
