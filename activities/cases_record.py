"""What is recorded of cases for the lawyer: proposed where a person's yes is asked, handed over."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from activities.facts import case_of, ladder_for
from activities.journal import Journal
from models import names
from models.tables import (
    CaseState,
    InvoiceRecord,
    LegalCaseItemRecord,
    LegalCaseRecord,
    PositionRecord,
    Trouble,
)
from rules.case import What, next_step


def hand_over(journal: Journal, invoices: Sequence[InvoiceRecord], at: datetime) -> str:
    """One case of a customer goes to the lawyer: its invoices leave the ladder."""
    record = _open(journal, invoices, CaseState.HANDED_OVER)
    record.handed_over_at = at
    _leave_the_ladder(journal, record.case, invoices, at)
    return record.case


def propose(journal: Journal, invoices: Sequence[InvoiceRecord]) -> str:
    """The policy asks for a person's yes: the case waits, and so do its invoices."""
    record = _open(journal, invoices, CaseState.PROPOSED)
    for invoice in invoices:
        journal.session.get_one(PositionRecord, invoice.number).proposed = record.case
        journal.log("case_proposed", invoice, reference=record.case)
        journal.tell_invoice(invoice, names.RECORD_CHANGED, record.case)
    journal.needs_attention(Trouble.APPROVAL, record.customer_id, record.case)
    return record.case


def approve(journal: Journal, case: str) -> str:
    """A person said yes: what is still open and not held goes. Returns "" or why not."""
    record = journal.session.get(LegalCaseRecord, case)
    if record is None or record.state != CaseState.PROPOSED:
        return f"case {case} awaits no approval"
    invoices = [
        journal.session.get_one(InvoiceRecord, item.invoice_number)
        for item in items_of(journal, case)
    ]
    leaving = [invoice for invoice in invoices if _still_proposed(journal, invoice)]
    for invoice in invoices:
        journal.session.get_one(PositionRecord, invoice.number).proposed = ""
    record.state = (CaseState.HANDED_OVER if leaving else CaseState.WITHDRAWN).value
    record.approved_by, record.handed_over_at = journal.actor, journal.now
    journal.end_trouble(Trouble.APPROVAL, record.customer_id, case)
    _leave_the_ladder(journal, case, leaving, journal.now)
    for invoice in invoices:
        journal.tell_invoice(invoice, names.RECORD_CHANGED, case)
    return ""


def _still_proposed(journal: Journal, invoice: InvoiceRecord) -> bool:
    facts, ladder = case_of(journal.session, invoice.number, journal.now)
    return next_step(facts, ladder, journal.now).what is What.PROPOSED


def _open(journal: Journal, invoices: Sequence[InvoiceRecord], state: CaseState) -> LegalCaseRecord:
    customer_id = invoices[0].customer_id
    query = select(func.coalesce(func.max(LegalCaseRecord.sequence), 0)).where(
        col(LegalCaseRecord.customer_id) == customer_id
    )
    sequence = int(journal.session.exec(query).one()) + 1
    record = LegalCaseRecord(
        case=names.case_number(customer_id, sequence),
        customer_id=customer_id,
        sequence=sequence,
        state=state.value,
        opened_at=journal.now,
    )
    journal.session.add(record)
    journal.session.flush()
    for invoice in invoices:
        journal.session.add(
            LegalCaseItemRecord(
                case=record.case,
                invoice_number=invoice.number,
                balance_minor=invoice.balance_minor,
                currency=invoice.currency,
            )
        )
    return record


def _leave_the_ladder(
    journal: Journal, case: str, invoices: Sequence[InvoiceRecord], at: datetime
) -> None:
    for invoice in invoices:
        position = journal.session.get_one(PositionRecord, invoice.number)
        position.handed_over_on = ladder_for(journal.session, invoice.policy).today(journal.now)
        journal.log("legal_handover", invoice, at=at, amount=invoice.balance_minor, reference=case)
        journal.tell_invoice(invoice, names.STAGE_HAPPENED, case)


def items_of(journal: Journal, case: str) -> list[LegalCaseItemRecord]:
    query = select(LegalCaseItemRecord).where(col(LegalCaseItemRecord.case) == case)
    return list(journal.session.exec(query.order_by(col(LegalCaseItemRecord.invoice_number))))
