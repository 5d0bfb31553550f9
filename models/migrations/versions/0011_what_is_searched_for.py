"""What the console searches by: folded numbers and names, and amounts"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from rules.searching import name_key, number_key

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_AT_ONCE = 5_000
_AMOUNTS = (("invoice", "amount_minor"), ("invoice", "balance_minor"), ("payment", "amount_minor"))


def upgrade() -> None:
    for table in ("customer", "invoice"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(
                sa.Column("search_key", sa.String(), nullable=False, server_default="")
            )
    _fill("customer", "customer_id", "name", lambda row: name_key(row.name, row.customer_id))
    _fill("invoice", "number", "number", lambda row: number_key(row.number))
    op.create_index("ix_invoice_search_key", "invoice", ["search_key", "number"])
    for table, column in _AMOUNTS:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _fill(table: str, key: str, read: str, made: Callable[[Any], str]) -> None:
    """What was recorded before is found as well."""
    rows = sa.table(table, *(sa.column(name) for name in {key, read, "search_key"}))
    connection = op.get_bind()
    known = connection.execute(sa.select(rows.c[key], rows.c[read])).all()
    written = (
        rows.update()
        .where(rows.c[key] == sa.bindparam("key"))
        .values(search_key=sa.bindparam("made"))
    )
    for start in range(0, len(known), _AT_ONCE):
        some = known[start : start + _AT_ONCE]
        connection.execute(written, [{"key": getattr(r, key), "made": made(r)} for r in some])


def downgrade() -> None:
    for table, column in _AMOUNTS:
        op.drop_index(f"ix_{table}_{column}", table)
    op.drop_index("ix_invoice_search_key", "invoice")
    for table in ("customer", "invoice"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("search_key")
