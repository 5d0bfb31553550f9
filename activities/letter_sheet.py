"""A letter about debits as it was sent: which debits, and its mail."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from activities.facts import ladder_for
from models.tables import (
    CustomerRecord,
    InvoiceRecord,
    LetterItemRecord,
    LetterRecord,
    PaymentMethodRecord,
)
from models.tables.base import by_text
from rules.money import Money


@dataclass(frozen=True)
class LetterDebit:
    """One debit in it. `day` is when it is debited, of a failed one when again, None for never;
    `method` is its number, `reference` its mandate's."""

    invoice: str
    amount: Money
    day: date | None
    method: str
    reference: str
    code: str


@dataclass(frozen=True)
class LetterSheet:
    """`mail` finds it in the store, "" before it is written. Moments in the zone of its policy."""

    number: str
    customer_id: str
    customer_name: str
    kind: str
    state: str
    reason: str
    mode: str
    day: date
    sent_at: datetime | None
    email: str
    mail: str
    debits: tuple[LetterDebit, ...]


def letter_sheet(session: Session, number: str) -> LetterSheet | None:
    """None for a number that is not recorded."""
    letter = session.get(LetterRecord, number)
    if letter is None:
        return None
    debits = _debits(session, number)
    invoice = session.get_one(InvoiceRecord, debits[0].invoice)
    zone = ladder_for(session, invoice.policy).zone
    return LetterSheet(
        number=letter.number,
        customer_id=letter.customer_id,
        customer_name=session.get_one(CustomerRecord, letter.customer_id).name,
        kind=letter.kind,
        state=letter.state,
        reason=letter.reason,
        mode=letter.mode,
        day=letter.day,
        sent_at=letter.sent_at.astimezone(zone) if letter.sent_at else None,
        email=letter.email,
        mail=letter.mail,
        debits=debits,
    )


def _debits(session: Session, number: str) -> tuple[LetterDebit, ...]:
    query = (
        select(LetterItemRecord, col(PaymentMethodRecord.reference))
        .join(PaymentMethodRecord, col(PaymentMethodRecord.number) == col(LetterItemRecord.method))
        .where(col(LetterItemRecord.letter) == number)
        .order_by(by_text(col(LetterItemRecord.invoice_number)))
    )
    return tuple(
        LetterDebit(
            invoice=item.invoice_number,
            amount=Money(item.amount_minor, item.currency),
            day=item.day,
            method=item.method,
            reference=reference,
            code=item.code,
        )
        for item, reference in session.execute(query)
    )
