"""Telephone calls made by click, and the numbers of those who click"""

import sqlalchemy as sa
from alembic import op

import models.tables.base

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = models.tables.base.UtcDateTime(timezone=True)
    op.create_table(
        "phone_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("called_by", sa.String(), nullable=False),
        sa.Column("sid", sa.String(), nullable=False),
        sa.Column("employee_state", sa.String(), nullable=False),
        sa.Column("customer_state", sa.String(), nullable=False),
        sa.Column("in_doubt", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("heard_at", moment, nullable=False),
        sa.Column("answered_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"]),
        sa.ForeignKeyConstraint(["task"], ["call_task.task"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("phone_call") as batch_op:
        batch_op.create_index("ix_phone_call_customer_id", ["customer_id"])
        batch_op.create_index("ix_phone_call_task", ["task"])
    with op.batch_alter_table("staff_user") as batch_op:
        batch_op.add_column(sa.Column("phone", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("staff_user") as batch_op:
        batch_op.drop_column("phone")
    op.drop_table("phone_call")
