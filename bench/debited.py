"""What is recorded of a customer who is debited: a mandate, and of each invoice that came due a debit
that failed, with the letter that said so."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from bench.debts import Debt
from bench.hours import at
from bench.papers import MAIL
from bench.rows import Rows
from models import names
from models.tables import (
    CollectionRecord,
    CollectionRunRecord,
    LetterItemRecord,
    LetterKind,
    LetterRecord,
    LetterState,
    PaymentMethodRecord,
    RunState,
)
from rules.collecting import Cause, Try
from rules.methods import MethodKind

_REASON = "AM04"


def write_debits(
    rows: Rows, customer_id: str, creditor: str, debts: Sequence[Debt], today: date
) -> frozenset[str]:
    """The numbers of the invoices that were debited."""
    method = names.method_number(customer_id, 1)
    by_day: dict[date, list[Debt]] = defaultdict(list)
    for debt in debts:
        if debt.invoice.due < today and (debt.paid_on is None or debt.paid_on > debt.invoice.due):
            by_day[debt.invoice.due].append(debt)
    _method(rows, customer_id, method, today)
    for sequence, day in enumerate(sorted(by_day), 1):
        letter = names.letter_number(customer_id, sequence)
        _letter(rows, customer_id, letter, sequence, day, creditor)
        for debt in by_day[day]:
            _debit(rows, customer_id, method, debt)
            _item(rows, letter, method, debt)
    return frozenset(debt.invoice.number for some in by_day.values() for debt in some)


def _method(rows: Rows, customer_id: str, method: str, today: date) -> None:
    rows.add(
        PaymentMethodRecord,
        number=method,
        customer_id=customer_id,
        sequence=1,
        kind=MethodKind.MANDATE.value,
        preferred=True,
        reference=f"MND-{customer_id}",
        iban="DE02500105170137075030",
        signed_on=today.replace(year=today.year - 1, day=1),
        notice_days=5,
        recorded_at=at(today.replace(year=today.year - 1, day=1), 9),
    )


def _debit(rows: Rows, customer_id: str, method: str, debt: Debt) -> None:
    number, day = debt.invoice.number, debt.invoice.due
    rows.add(
        CollectionRunRecord,
        invoice_number=number,
        number=1,
        customer_id=customer_id,
        method=method,
        cause=Cause.DUE.value,
        state=RunState.FAILED.value,
        begun_at=at(debt.invoice.issued, 9),
        ended_at=at(day, 9),
    )
    rows.add(
        CollectionRecord,
        key=names.collection_key(number, 1),
        invoice_number=number,
        attempt=1,
        method=method,
        day=day,
        known_on=day,
        amount_minor=debt.invoice.amount,
        currency=debt.invoice.currency,
        state=Try.FAILED_SOFT.value,
        code=_REASON,
        started_at=at(day, 9),
        ended_at=at(day, 9),
    )


def _letter(
    rows: Rows, customer_id: str, letter: str, sequence: int, day: date, creditor: str
) -> None:
    rows.add(
        LetterRecord,
        number=letter,
        customer_id=customer_id,
        sequence=sequence,
        kind=LetterKind.FAILED.value,
        state=LetterState.SENT.value,
        day=day,
        creditor=creditor,
        email=f"ap@{customer_id.lower()}.example",
        message_id=f"<{letter}@creditor.example>",
        mail=MAIL,
        made_at=at(day, 9),
        sent_at=at(day, 9),
    )


def _item(rows: Rows, letter: str, method: str, debt: Debt) -> None:
    rows.add(
        LetterItemRecord,
        letter=letter,
        invoice_number=debt.invoice.number,
        run=1,
        method=method,
        amount_minor=debt.invoice.amount,
        currency=debt.invoice.currency,
        key=names.collection_key(debt.invoice.number, 1),
        code=_REASON,
    )
