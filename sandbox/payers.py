"""Customers who keep their word: what they said on the telephone becomes money at the bank."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from models.tables import HoldRecord, InvoiceRecord
from rules.case import HoldKind, Status
from rules.ladder import Ladder
from rules.ledger import PaymentRow
from sandbox.sample_customers import Says
from sandbox.staff import PROMISED, says_of

# Who pays after what, and how many days after it began.
_PAYS = {
    (HoldKind.PROMISE.value, Says.PROMISES): PROMISED,
    (HoldKind.PROMISE.value, Says.CALL_ME_BACK): PROMISED,
    (HoldKind.CLAIMED_PAID.value, Says.HAS_PAID): timedelta(days=1),
}
_AFTER_A_CREDIT = timedelta(days=2)


def money_due(session: Session, now: datetime, ladder: Ladder) -> Iterator[PaymentRow]:
    """What is paid today of what was promised: whole balances. Booked once, it is due no more."""
    today = ladder.today(now)
    query = (
        select(HoldRecord, InvoiceRecord)
        .join(InvoiceRecord, col(InvoiceRecord.number) == col(HoldRecord.invoice_number))
        .where(col(InvoiceRecord.status) == Status.OPEN.value)
        .order_by(col(HoldRecord.id))
    )
    due = {
        invoice.number: (hold, invoice)
        for hold, invoice in session.exec(query)
        if _is_kept(hold) and ladder.today(_day_of(hold)) <= today
    }
    for hold, invoice in due.values():
        yield PaymentRow(
            payment_id=f"B-{invoice.customer_id}-{invoice.number}-{hold.id}",
            date=today,
            invoice_number=invoice.number,
            currency=invoice.currency,
            amount_minor=invoice.balance_minor,
        )


def _is_kept(hold: HoldRecord) -> bool:
    says = says_of(hold.customer_id)
    if hold.kind == HoldKind.DISPUTE.value:
        return says is Says.DISPUTES_RIGHTLY and hold.ended_at is not None
    return (hold.kind, says) in _PAYS


def _day_of(hold: HoldRecord) -> datetime:
    if hold.ended_at is not None and hold.kind == HoldKind.DISPUTE.value:
        return hold.ended_at + _AFTER_A_CREDIT
    return hold.begins_at + _PAYS[hold.kind, says_of(hold.customer_id)]
