"""Letters about debits on the record: made with what they tell, and found again. Under the customer's
lock, in the transaction of whoever calls."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from sqlalchemy import func
from sqlmodel import col, select

from activities.journal import Journal
from models import names
from models.tables import (
    InvoiceRecord,
    LetterItemRecord,
    LetterKind,
    LetterRecord,
    LetterState,
)
from models.tables.base import by_text

_UNDER_WAY = (LetterState.WAITING.value, LetterState.SENDING.value, LetterState.IN_DOUBT.value)


def make(
    journal: Journal,
    customer_id: str,
    kind: LetterKind,
    day: date,
    items: Sequence[LetterItemRecord],
) -> LetterRecord:
    """Record a letter with what it tells of, and tell each invoice's workflow that it waits."""
    sequence = _next_sequence(journal, customer_id)
    letter = LetterRecord(
        number=names.letter_number(customer_id, sequence),
        customer_id=customer_id,
        sequence=sequence,
        kind=kind.value,
        day=day,
        made_at=journal.now,
    )
    journal.session.add(letter)
    journal.session.flush()
    add(journal, letter, items)
    return letter


def add(journal: Journal, letter: LetterRecord, items: Sequence[LetterItemRecord]) -> None:
    """It tells of these, too. The items' `letter` is filled in here."""
    for item in items:
        item.letter = letter.number
        journal.session.add(item)
    journal.session.flush()
    tell(journal, items)


def _next_sequence(journal: Journal, customer_id: str) -> int:
    query = select(func.coalesce(func.max(LetterRecord.sequence), 0)).where(
        col(LetterRecord.customer_id) == customer_id
    )
    return int(journal.session.exec(query).one()) + 1


def tell(journal: Journal, items: Iterable[LetterItemRecord]) -> None:
    """The workflows of the invoices look at the record again."""
    for item in items:
        invoice = journal.session.get_one(InvoiceRecord, item.invoice_number)
        journal.tell_invoice(invoice, names.RECORD_CHANGED, "letter")


def items_of(journal: Journal, letter: LetterRecord) -> list[LetterItemRecord]:
    query = select(LetterItemRecord).where(col(LetterItemRecord.letter) == letter.number)
    return list(journal.session.exec(query.order_by(by_text(col(LetterItemRecord.invoice_number)))))


def under_way(journal: Journal, invoice_number: str) -> LetterRecord | None:
    """The oldest letter about a debit of the invoice that is not at its end."""
    query = (
        select(LetterRecord)
        .join(LetterItemRecord, col(LetterItemRecord.letter) == col(LetterRecord.number))
        .where(
            col(LetterItemRecord.invoice_number) == invoice_number,
            col(LetterRecord.state).in_(_UNDER_WAY),
        )
    )
    return journal.session.exec(query.order_by(col(LetterRecord.sequence)).limit(1)).first()


def about_failures(journal: Journal, customer_id: str, day: date) -> LetterRecord | None:
    """The customer's letter of a day about debits that failed, as long as it waits."""
    query = select(LetterRecord).where(
        col(LetterRecord.customer_id) == customer_id,
        col(LetterRecord.kind) == LetterKind.FAILED.value,
        col(LetterRecord.state) == LetterState.WAITING.value,
        col(LetterRecord.day) == day,
    )
    return journal.session.exec(query.order_by(col(LetterRecord.sequence))).first()


def names_invoice(journal: Journal, letter: LetterRecord, invoice_number: str) -> bool:
    key = (letter.number, invoice_number)
    return journal.session.get(LetterItemRecord, key) is not None


def leave_out(journal: Journal, letter: LetterRecord, *, but: Collection[str]) -> None:
    """What was to be told of other invoices is not: they were paid before it went."""
    for item in items_of(journal, letter):
        if item.invoice_number not in but:
            journal.session.delete(item)
    journal.session.flush()


def is_told(journal: Journal, key: str, code: str) -> bool:
    """Whether a letter tells, or told, of an attempt's failure for this reason."""
    query = select(LetterItemRecord.letter).where(
        col(LetterItemRecord.key) == key, col(LetterItemRecord.code) == code
    )
    return journal.session.exec(query.limit(1)).first() is not None


def refused(journal: Journal, customer_id: str) -> list[LetterRecord]:
    """Those that no address took, and that nobody has seen to yet."""
    query = select(LetterRecord).where(
        col(LetterRecord.customer_id) == customer_id,
        col(LetterRecord.state) == LetterState.REFUSED.value,
    )
    return list(journal.session.exec(query.order_by(col(LetterRecord.sequence))))
