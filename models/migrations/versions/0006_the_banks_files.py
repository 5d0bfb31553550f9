"""The bank's files: statements, their entries, payers' accounts, answers to our orders"""

import sqlalchemy as sa
from alembic import op

import models.tables.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bank_file",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("recorded_at", models.tables.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "bank_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("identifier", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("opening_minor", sa.BigInteger(), nullable=True),
        sa.Column("closing_minor", sa.BigInteger(), nullable=True),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("is_notification", sa.Boolean(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("adds_up", sa.Boolean(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file"],
            ["bank_file.digest"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("bank_statement") as batch_op:
        batch_op.create_index("ix_bank_statement_account", ["account"])
        batch_op.create_index("ix_bank_statement_file", ["file"])

    op.create_table(
        "payer_account",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("recorded_at", models.tables.base.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customer.customer_id"],
        ),
        sa.PrimaryKeyConstraint("account", "customer_id"),
    )
    op.create_table(
        "payment_status",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("batch", sa.String(), nullable=False),
        sa.Column("instruction", sa.String(), nullable=False),
        sa.Column("order", sa.String(), nullable=False),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file"],
            ["bank_file.digest"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("payment_status") as batch_op:
        batch_op.create_index("ix_payment_status_file", ["file"])
        batch_op.create_index("ix_payment_status_order", ["order"])

    op.create_table(
        "bank_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("value_date", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("bank_reference", sa.String(), nullable=False),
        sa.Column("booking_reference", sa.String(), nullable=False),
        sa.Column("transactions", sa.Integer(), nullable=False),
        sa.Column("end_to_end_id", sa.String(), nullable=False),
        sa.Column("mandate", sa.String(), nullable=False),
        sa.Column("creditor_references", sa.String(), nullable=False),
        sa.Column("remittance", sa.String(), nullable=False),
        sa.Column("party_name", sa.String(), nullable=False),
        sa.Column("party_account", sa.String(), nullable=False),
        sa.Column("return_code", sa.String(), nullable=False),
        sa.Column("is_return", sa.Boolean(), nullable=False),
        sa.Column("charges_minor", sa.BigInteger(), nullable=False),
        sa.Column("original_minor", sa.BigInteger(), nullable=True),
        sa.Column("original_currency", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("unmatched_minor", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("recorded_at", models.tables.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_at", models.tables.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["statement"],
            ["bank_statement.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("bank_entry") as batch_op:
        batch_op.create_index("ix_bank_entry_bank_reference", ["bank_reference"])
        batch_op.create_index("ix_bank_entry_booked_on", ["booked_on"])
        batch_op.create_index("ix_bank_entry_end_to_end_id", ["end_to_end_id"])
        batch_op.create_index("ix_bank_entry_party_account", ["party_account"])
        batch_op.create_index("ix_bank_entry_state", ["state"])
        batch_op.create_index("ix_bank_entry_statement", ["statement"])

    with op.batch_alter_table("credit") as batch_op:
        batch_op.add_column(sa.Column("entry", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("reason", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("actor", sa.String(), nullable=False, server_default=""))
        batch_op.alter_column("invoice_number", existing_type=sa.VARCHAR(), nullable=True)
        batch_op.alter_column("payment_id", existing_type=sa.VARCHAR(), nullable=True)
        batch_op.create_index("ix_credit_entry", ["entry"])
        batch_op.create_foreign_key("fk_credit_entry", "bank_entry", ["entry"], ["id"])

    with op.batch_alter_table("payment") as batch_op:
        batch_op.add_column(sa.Column("entry", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column("entry_minor", sa.BigInteger(), nullable=False, server_default="0")
        )
        batch_op.create_index("ix_payment_entry", ["entry"])
        batch_op.create_foreign_key("fk_payment_entry", "bank_entry", ["entry"], ["id"])


def downgrade() -> None:

    with op.batch_alter_table("payment") as batch_op:
        batch_op.drop_constraint("fk_payment_entry", type_="foreignkey")
        batch_op.drop_index("ix_payment_entry")
        batch_op.drop_column("entry_minor")
        batch_op.drop_column("entry")

    with op.batch_alter_table("credit") as batch_op:
        batch_op.drop_constraint("fk_credit_entry", type_="foreignkey")
        batch_op.drop_index("ix_credit_entry")
        batch_op.alter_column("payment_id", existing_type=sa.VARCHAR(), nullable=False)
        batch_op.alter_column("invoice_number", existing_type=sa.VARCHAR(), nullable=False)
        batch_op.drop_column("actor")
        batch_op.drop_column("reason")
        batch_op.drop_column("entry")

    with op.batch_alter_table("bank_entry") as batch_op:
        batch_op.drop_index("ix_bank_entry_statement")
        batch_op.drop_index("ix_bank_entry_state")
        batch_op.drop_index("ix_bank_entry_party_account")
        batch_op.drop_index("ix_bank_entry_end_to_end_id")
        batch_op.drop_index("ix_bank_entry_booked_on")
        batch_op.drop_index("ix_bank_entry_bank_reference")

    op.drop_table("bank_entry")
    with op.batch_alter_table("payment_status") as batch_op:
        batch_op.drop_index("ix_payment_status_order")
        batch_op.drop_index("ix_payment_status_file")

    op.drop_table("payment_status")
    op.drop_table("payer_account")
    with op.batch_alter_table("bank_statement") as batch_op:
        batch_op.drop_index("ix_bank_statement_file")
        batch_op.drop_index("ix_bank_statement_account")

    op.drop_table("bank_statement")
    op.drop_table("bank_file")
