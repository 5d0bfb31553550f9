"""Collections: methods on file, runs with their announcements, files to the bank, letters, webhooks"""

import sqlalchemy as sa
from alembic import op

import models.tables.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_COLLECTION = (
    "return_code",
    "returned_on",
    "batch",
    "file",
    "reference",
    "by_hand",
    "method",
    "run",
)
_INDICES = ("state", "reference", "method", "file", "batch")


def upgrade() -> None:
    _add()
    _methods_of_the_ledger()


def _methods_of_the_ledger() -> None:
    """Until now a mandate was a word in an invoice's row: each becomes a method of its customer, and
    what is being collected by it a run."""
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT i.number, i.customer_id, i.mandate, i.recorded_at, p.next_what FROM invoice i"
            " JOIN position p ON p.invoice_number = i.number WHERE i.mandate <> ''"
            " ORDER BY i.recorded_at, i.number"
        )
    ).all()
    known: dict[tuple[str, str], str] = {}
    counts: dict[str, int] = {}
    for row in rows:
        named = (row.customer_id, row.mandate)
        if named not in known:
            counts[row.customer_id] = counts.get(row.customer_id, 0) + 1
            known[named] = f"M-{row.customer_id}-{counts[row.customer_id]}"
            _add_method(connection, known[named], counts[row.customer_id], row)
        _take_up(connection, known[named], row)


def _add_method(connection: sa.Connection, number: str, sequence: int, row: sa.Row[object]) -> None:
    refused = connection.execute(
        sa.text(
            "SELECT 1 FROM collection c JOIN invoice i ON i.number = c.invoice_number"
            " WHERE i.customer_id = :customer AND i.mandate = :mandate"
            " AND c.state = 'failed_hard'"
        ),
        {"customer": row.customer_id, "mandate": row.mandate},
    ).first()
    connection.execute(
        sa.text(
            "INSERT INTO payment_method (number, customer_id, sequence, kind, state, preferred,"
            " provider, reference, iban, bic, holder, scheme, frequency, token,"
            " provider_customer, brand, instrument, notice_days, bank, reason, actor, recorded_at)"
            " VALUES (:number, :customer, :sequence, 'mandate', :state, :preferred, 'bank',"
            " :mandate, '', '', '', 'core', 'recurrent', '', '', 'other', '', 0, '', '', '', :at)"
        ),
        {
            "number": number,
            "customer": row.customer_id,
            "sequence": sequence,
            "state": "refused" if refused else "active",
            "preferred": sequence == 1,
            "mandate": row.mandate,
            "at": row.recorded_at,
        },
    )


def _take_up(connection: sa.Connection, method: str, row: sa.Row[object]) -> None:
    values = {"number": row.number, "customer": row.customer_id, "method": method}
    connection.execute(
        sa.text("UPDATE collection SET method = :method WHERE invoice_number = :number"), values
    )
    state = _state_of_run(connection, row)
    if not state:
        return
    connection.execute(
        sa.text(
            "INSERT INTO collection_run (invoice_number, number, customer_id, method, cause, state,"
            " waits, asked, lead_days, cut_off, begun_at) VALUES (:number, 1, :customer, :method,"
            " 'due', :state, :no, 0, 0, '', :at)"
        ),
        {**values, "state": state, "no": False, "at": row.recorded_at},
    )
    connection.execute(
        sa.text("UPDATE position SET run = 1 WHERE invoice_number = :number"), values
    )


def _state_of_run(connection: sa.Connection, row: sa.Row[object]) -> str:
    """Also what ended has a run: a return of its money, or a later method, asks for it. "": none began."""
    tries = set(
        connection.execute(
            sa.text("SELECT state FROM collection WHERE invoice_number = :number"),
            {"number": row.number},
        ).scalars()
    )
    if row.next_what == "collect" or tries & {"started", "pending"}:
        return "open"
    if "succeeded" in tries:
        return "succeeded"
    return "failed" if tries else ""


def _add() -> None:
    op.create_table(
        "debit_file",
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("bank", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("debits", sa.Integer(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("made_at", models.tables.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("written_at", models.tables.base.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("message"),
    )
    with op.batch_alter_table("debit_file") as batch_op:
        batch_op.create_index("ix_debit_file_bank", ["bank"])

    op.create_table(
        "debiting_bank",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("cut_off", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "webhook_event",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("recorded_at", models.tables.base.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", "event"),
    )
    op.create_table(
        "letter",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("invoice_number", sa.String(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("creditor", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("mail", sa.String(), nullable=False),
        sa.Column("mode", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", models.tables.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("sent_at", models.tables.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["creditor"], ["creditor.digest"]),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"]),
        sa.ForeignKeyConstraint(["invoice_number"], ["invoice.number"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("customer_id", "sequence"),
    )
    with op.batch_alter_table("letter") as batch_op:
        batch_op.create_index("ix_letter_customer_id", ["customer_id"])
        batch_op.create_index("ix_letter_state", ["state"])

    op.create_table(
        "payment_method",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("iban", sa.String(), nullable=False),
        sa.Column("bic", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("frequency", sa.String(), nullable=False),
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("provider_customer", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("instrument", sa.String(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("notice_days", sa.Integer(), nullable=False),
        sa.Column("bank", sa.String(), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("recorded_at", models.tables.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", models.tables.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"]),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("customer_id", "sequence"),
    )
    with op.batch_alter_table("payment_method") as batch_op:
        batch_op.create_index("ix_payment_method_customer_id", ["customer_id"])
        batch_op.create_index("ix_payment_method_instrument", ["instrument"])
        batch_op.create_index("ix_payment_method_reference", ["reference"])
        batch_op.create_index("ix_payment_method_token", ["token"])

    op.create_table(
        "collection_run",
        sa.Column("invoice_number", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("letter", sa.String(), nullable=True),
        sa.Column("announced_on", sa.Date(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("amount_minor", sa.BigInteger(), nullable=True),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("cut_off", sa.String(), nullable=False),
        sa.Column("not_before", models.tables.base.UtcDateTime(timezone=True), nullable=True),
        sa.Column("begun_at", models.tables.base.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", models.tables.base.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.customer_id"]),
        sa.ForeignKeyConstraint(["invoice_number"], ["invoice.number"]),
        sa.ForeignKeyConstraint(["method"], ["payment_method.number"]),
        sa.PrimaryKeyConstraint("invoice_number", "number"),
    )
    with op.batch_alter_table("collection_run") as batch_op:
        batch_op.create_index("ix_collection_run_customer_id", ["customer_id"])
        batch_op.create_index("ix_collection_run_method", ["method"])
        batch_op.create_index("ix_collection_run_state", ["state"])

    op.create_table(
        "letter_item",
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("invoice_number", sa.String(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["invoice_number"], ["invoice.number"]),
        sa.ForeignKeyConstraint(["letter"], ["letter.number"]),
        sa.ForeignKeyConstraint(["method"], ["payment_method.number"]),
        sa.PrimaryKeyConstraint("letter", "invoice_number"),
    )
    with op.batch_alter_table("letter_item") as batch_op:
        batch_op.create_index("ix_letter_item_invoice_number", ["invoice_number"])

    with op.batch_alter_table("bank_entry") as batch_op:
        batch_op.add_column(sa.Column("batch", sa.String(), server_default="", nullable=False))
        batch_op.create_index("ix_bank_entry_batch", ["batch"])

    with op.batch_alter_table("collection") as batch_op:
        batch_op.add_column(sa.Column("run", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("method", sa.String(), nullable=True))
        batch_op.add_column(
            sa.Column("by_hand", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(sa.Column("reference", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("file", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("batch", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("returned_on", sa.Date(), nullable=True))
        batch_op.add_column(
            sa.Column("return_code", sa.String(), server_default="", nullable=False)
        )
        batch_op.create_index("ix_collection_batch", ["batch"])
        batch_op.create_index("ix_collection_file", ["file"])
        batch_op.create_index("ix_collection_method", ["method"])
        batch_op.create_index("ix_collection_reference", ["reference"])
        batch_op.create_index("ix_collection_state", ["state"])
        batch_op.create_foreign_key("fk_collection_file", "debit_file", ["file"], ["message"])
        batch_op.create_foreign_key(
            "fk_collection_method", "payment_method", ["method"], ["number"]
        )

    with op.batch_alter_table("position") as batch_op:
        batch_op.add_column(sa.Column("run", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("position") as batch_op:
        batch_op.drop_column("run")
    with op.batch_alter_table("collection") as batch_op:
        batch_op.drop_constraint("fk_collection_file", type_="foreignkey")
        batch_op.drop_constraint("fk_collection_method", type_="foreignkey")
        for name in _INDICES:
            batch_op.drop_index(f"ix_collection_{name}")
        for name in _COLLECTION:
            batch_op.drop_column(name)
    with op.batch_alter_table("bank_entry") as batch_op:
        batch_op.drop_index("ix_bank_entry_batch")
        batch_op.drop_column("batch")
    for table in ("letter_item", "collection_run", "payment_method", "letter", "webhook_event"):
        op.drop_table(table)
    for table in ("debiting_bank", "debit_file"):
        op.drop_table(table)
