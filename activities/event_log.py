"""The event log as people read it: every event of an invoice or a customer, not only the timeline's."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from activities.whereabouts import any_ladder
from models.tables import EventRecord
from rules.money import decimal_text


@dataclass(frozen=True)
class Event:
    """The columns of ladder.md, "Files a run reads and writes", with who did it and more words.
    `at` in the policy's zone; amounts are decimals, "" where an event is about no invoice."""

    at: datetime
    customer_id: str
    invoice_number: str
    event: str
    level: int | None
    amount: str
    balance: str
    currency: str
    reference: str
    actor: str
    detail: str


def events_of(session: Session, customer_id: str, invoice: str = "") -> tuple[Event, ...]:
    """All that happened to a customer, or to one of their invoices, in order."""
    ladder = any_ladder(session, customer_id)
    query = select(EventRecord).where(col(EventRecord.customer_id) == customer_id)
    if invoice:
        query = query.where(col(EventRecord.invoice_number) == invoice)
    zone = ladder.zone if ladder else None
    return tuple(
        Event(
            at=one.at.astimezone(zone).replace(microsecond=0),
            customer_id=one.customer_id,
            invoice_number=one.invoice_number,
            event=one.event,
            level=one.level,
            amount=_decimal(one.amount_minor, one.currency),
            balance=_decimal(one.balance_minor, one.currency),
            currency=one.currency,
            reference=one.reference,
            actor=one.actor,
            detail=one.detail,
        )
        for one in session.exec(query.order_by(col(EventRecord.at), col(EventRecord.id)))
    )


def _decimal(minor: int, currency: str) -> str:
    return decimal_text(minor, currency) if currency else ""
