"""What a person decides: notices at once, write-offs with a second yes, cases declined and recalled"""

import sqlalchemy as sa
from alembic import op

import models.tables.base

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    kind = models.tables.base.UtcDateTime(timezone=True)
    return sa.Column(name, kind, nullable=nullable)


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.String(), nullable=False, server_default="")


def upgrade() -> None:
    op.create_table(
        "proposed_ending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("invoice_number", sa.String(), nullable=False),
        sa.Column("ending", sa.String(), nullable=False),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        _moment("proposed_at"),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        _moment("decided_at", nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"]),
        sa.ForeignKeyConstraint(["invoice_number"], ["invoice.number"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_proposed_ending_customer_id", "proposed_ending", ["customer_id"])
    op.create_index("ix_proposed_ending_invoice_number", "proposed_ending", ["invoice_number"])
    op.create_index("ix_proposed_ending_state", "proposed_ending", ["state"])
    with op.batch_alter_table("notice") as batch_op:
        batch_op.add_column(sa.Column("asked_by", sa.String(), nullable=True))
    with op.batch_alter_table("legal_case") as batch_op:
        batch_op.add_column(_text("decision"))
        batch_op.add_column(_moment("declined_at", nullable=True))
        batch_op.add_column(_text("told_by"))
        batch_op.add_column(_moment("told_at", nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("legal_case") as batch_op:
        for name in ("told_at", "told_by", "declined_at", "decision"):
            batch_op.drop_column(name)
    with op.batch_alter_table("notice") as batch_op:
        batch_op.drop_column("asked_by")
    op.drop_table("proposed_ending")
