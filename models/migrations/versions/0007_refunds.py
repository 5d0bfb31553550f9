"""Refunds and their proof; credit that was taken names its refund"""

import sqlalchemy as sa
from alembic import op

from models.tables.base import UtcDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INDEXED = ("customer_id", "entry", "invoice_number", "key", "payment_id", "state")


def upgrade() -> None:
    op.create_table(
        "refund",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("invoice_number", sa.String(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("reference_kind", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("requested_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("creditor", sa.String(), nullable=True),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("mail", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("mail_state", sa.String(), nullable=False),
        sa.Column("mailed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("entry", sa.Integer(), nullable=True),
        sa.Column("came_back_with", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"]),
        sa.ForeignKeyConstraint(["invoice_number"], ["invoice.number"]),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.payment_id"]),
        sa.ForeignKeyConstraint(["creditor"], ["creditor.digest"]),
        sa.ForeignKeyConstraint(["entry"], ["bank_entry.id"]),
        sa.ForeignKeyConstraint(["came_back_with"], ["bank_entry.id"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("request"),
        sa.UniqueConstraint("customer_id", "sequence"),
    )
    for column in _INDEXED:
        op.create_index(f"ix_refund_{column}", "refund", [column])
    with op.batch_alter_table("credit") as batch_op:
        batch_op.add_column(sa.Column("refund", sa.String(), nullable=True))
        batch_op.create_index("ix_credit_refund", ["refund"])
        batch_op.create_foreign_key("fk_credit_refund", "refund", ["refund"], ["number"])


def downgrade() -> None:
    with op.batch_alter_table("credit") as batch_op:
        batch_op.drop_constraint("fk_credit_refund", type_="foreignkey")
        batch_op.drop_index("ix_credit_refund")
        batch_op.drop_column("refund")
    op.drop_table("refund")
