"""Which booking an entry belongs to, whose debt it pays, what the bank took; accounts out of use"""

import sqlalchemy as sa
from alembic import op

import models.tables.base

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("bank_entry") as batch_op:
        batch_op.add_column(sa.Column("booking", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("on_behalf_of", sa.String(), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("is_charges", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.create_index("ix_bank_entry_day_and_amount", ["booked_on", "amount_minor"])

    op.create_table(
        "retired_account",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("recorded_at", models.tables.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )


def downgrade() -> None:
    op.drop_table("retired_account")
    with op.batch_alter_table("bank_entry") as batch_op:
        batch_op.drop_index("ix_bank_entry_day_and_amount")
        batch_op.drop_column("is_charges")
        batch_op.drop_column("on_behalf_of")
        batch_op.drop_column("booking")
