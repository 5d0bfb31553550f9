"""Indices for what is read at every step and on every page: what a customer owes, what an invoice is in"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_ITEMS = ("notice_item", "call_item", "legal_case_item")


def upgrade() -> None:
    op.create_index("ix_invoice_customer_id_status", "invoice", ["customer_id", "status"])
    op.drop_index("ix_invoice_customer_id", "invoice")
    for table in _ITEMS:
        op.create_index(f"ix_{table}_invoice_number", table, ["invoice_number"])


def downgrade() -> None:
    for table in _ITEMS:
        op.drop_index(f"ix_{table}_invoice_number", table)
    op.create_index("ix_invoice_customer_id", "invoice", ["customer_id"])
    op.drop_index("ix_invoice_customer_id_status", "invoice")
