"""Holds: recorded when somebody has a reason to wait, ended by a person or by their own day."""

from datetime import date, datetime

from sqlmodel import col, select

from activities import calls_record
from activities.facts import ladder_for, stands
from activities.journal import Journal
from models.tables import HoldRecord, InvoiceRecord, PositionRecord
from models.tables.base import by_text
from rules.case import HoldKind, Status


def begin_hold(
    journal: Journal,
    invoice: InvoiceRecord,
    kind: HoldKind,
    *,
    until: datetime | None,
    reason: str,
    task: str = "",
    promised_for: date | None = None,
) -> None:
    """Hold one invoice; `until` is the instant it ends by itself. An invoice in a call task leaves
    it meanwhile."""
    journal.session.add(
        HoldRecord(
            customer_id=invoice.customer_id,
            invoice_number=invoice.number,
            kind=kind.value,
            begins_at=journal.now,
            until=until,
            task=task,
            promised_for=promised_for,
            reason=reason,
            actor=journal.actor,
        )
    )
    journal.session.flush()
    calls_record.leave_task(journal, invoice, ended=False)
    journal.log("held", invoice, detail=kind.value)


def begin_customer_pause(
    journal: Journal, customer_id: str, *, until: datetime | None, reason: str
) -> None:
    """A customer's pause is a pause of each of their invoices, also of those still to come."""
    journal.session.add(
        HoldRecord(
            customer_id=customer_id,
            kind=HoldKind.PAUSE.value,
            begins_at=journal.now,
            until=until,
            reason=reason,
            actor=journal.actor,
        )
    )
    journal.session.flush()
    for invoice in open_invoices(journal, customer_id):
        calls_record.leave_task(journal, invoice, ended=False)
        journal.log("held", invoice, detail=HoldKind.PAUSE.value)


def open_invoices(journal: Journal, customer_id: str) -> list[InvoiceRecord]:
    query = select(InvoiceRecord).where(
        col(InvoiceRecord.customer_id) == customer_id,
        col(InvoiceRecord.status) == Status.OPEN.value,
    )
    return list(journal.session.exec(query.order_by(by_text(col(InvoiceRecord.number)))))


def standing_holds(
    journal: Journal, customer_id: str, invoice_number: str | None, kind: HoldKind | None = None
) -> list[HoldRecord]:
    """Holds not yet ended: of one invoice alone, or (None) of the customer as a whole."""
    query = select(HoldRecord).where(
        col(HoldRecord.customer_id) == customer_id,
        col(HoldRecord.invoice_number) == invoice_number,
        col(HoldRecord.ended_at).is_(None),
    )
    holds = journal.session.exec(query.order_by(col(HoldRecord.id)))
    return [hold for hold in holds if kind is None or hold.kind == kind.value]


def end_hold(journal: Journal, hold: HoldRecord, at: datetime) -> None:
    """End one hold at an instant, and release every invoice that nothing else holds."""
    hold.ended_at = at
    journal.session.flush()
    if hold.invoice_number is None:
        held = open_invoices(journal, hold.customer_id)
    else:
        held = [journal.session.get_one(InvoiceRecord, hold.invoice_number)]
    for invoice in held:
        _release(journal, invoice, at)


def _release(journal: Journal, invoice: InvoiceRecord, at: datetime) -> None:
    if invoice.status != Status.OPEN:
        return
    others = [
        *standing_holds(journal, invoice.customer_id, invoice.number),
        *standing_holds(journal, invoice.customer_id, None),
    ]
    if any(stands(other, at) for other in others):
        return
    journal.log("released", invoice, at=at)
    calls_record.rejoin_task(journal, invoice)


def end_all_holds(journal: Journal, invoice: InvoiceRecord) -> None:
    """The invoice is open no more: its own holds end without a word."""
    for hold in standing_holds(journal, invoice.customer_id, invoice.number):
        hold.ended_at = journal.now


def end_what_ran_out(journal: Journal, customer_id: str) -> None:
    """End the customer's holds whose own end has passed; a promise among them was broken.

    Safe to repeat: an ended hold is not ended again.
    """
    query = select(HoldRecord).where(
        col(HoldRecord.customer_id) == customer_id,
        col(HoldRecord.ended_at).is_(None),
        col(HoldRecord.until) <= journal.now,
    )
    for hold in journal.session.exec(query.order_by(col(HoldRecord.until), col(HoldRecord.id))):
        assert hold.until is not None
        if hold.kind == HoldKind.PROMISE and hold.invoice_number is not None:
            _promise_broken(journal, hold)
        end_hold(journal, hold, hold.until)


def _promise_broken(journal: Journal, hold: HoldRecord) -> None:
    """A promise made in a call and broken is the failed last attempt (ladder.md, "call outcome")."""
    assert hold.invoice_number is not None
    invoice = journal.session.get_one(InvoiceRecord, hold.invoice_number)
    position = journal.session.get_one(PositionRecord, hold.invoice_number)
    position.promises_broken += 1
    journal.log("promise_broken", invoice, at=hold.until)
    if hold.task:
        ladder = ladder_for(journal.session, invoice.policy)
        calls_record.give_up(journal, ladder, invoice, at=hold.until or journal.now)
