"""An index by customer and status: what somebody owes is read at every step and on every page"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_invoice_customer_id_status", "invoice", ["customer_id", "status"])
    op.drop_index("ix_invoice_customer_id", "invoice")


def downgrade() -> None:
    op.create_index("ix_invoice_customer_id", "invoice", ["customer_id"])
    op.drop_index("ix_invoice_customer_id_status", "invoice")
