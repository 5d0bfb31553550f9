"""Mandates: one that was refused for good is never tried again (ladder.md, "collection failed, hard")."""

from sqlmodel import col, select

from activities.journal import Journal
from models import names
from models.tables import CollectionRecord, InvoiceRecord, PositionRecord
from rules.case import Status, Try
from rules.ladder import Ladder
from rules.policy import StageKind


def may_be_collected(journal: Journal, invoice: InvoiceRecord) -> bool:
    """Whether the invoice names a mandate that its customer's bank has not refused for good."""
    if not invoice.mandate:
        return False
    query = (
        select(CollectionRecord.key)
        .join(InvoiceRecord, col(InvoiceRecord.number) == col(CollectionRecord.invoice_number))
        .where(
            col(InvoiceRecord.customer_id) == invoice.customer_id,
            col(InvoiceRecord.mandate) == invoice.mandate,
            col(CollectionRecord.state) == Try.FAILED_HARD.value,
        )
    )
    return journal.session.exec(query.limit(1)).first() is None


def give_up(journal: Journal, ladder: Ladder, refused: InvoiceRecord) -> None:
    """Every other invoice that waits to be collected from this mandate goes on with its ladder."""
    query = (
        select(InvoiceRecord, PositionRecord)
        .join(PositionRecord, col(PositionRecord.invoice_number) == col(InvoiceRecord.number))
        .where(
            col(InvoiceRecord.customer_id) == refused.customer_id,
            col(InvoiceRecord.mandate) == refused.mandate,
            col(InvoiceRecord.number) != refused.number,
            col(InvoiceRecord.status) == Status.OPEN.value,
        )
    )
    for invoice, position in journal.session.exec(query):
        stage = ladder.stage(position.stage)
        if (
            stage is not None
            and stage.kind is StageKind.COLLECT
            and not _under_way(journal, invoice)
        ):
            position.stage = ladder.first_stage(with_mandate=False)
            position.anchor = invoice.due_date
            journal.tell_invoice(invoice, names.RECORD_CHANGED, "mandate")


def _under_way(journal: Journal, invoice: InvoiceRecord) -> bool:
    query = select(CollectionRecord.key).where(
        col(CollectionRecord.invoice_number) == invoice.number,
        col(CollectionRecord.state).in_([Try.STARTED.value, Try.PENDING.value]),
    )
    return journal.session.exec(query.limit(1)).first() is not None
