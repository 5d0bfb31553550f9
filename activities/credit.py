"""What a customer has with us as credit, and what becomes of it: taken, moved, given back.

Lines are added, never changed: what is taken stands beside what it was taken of.
"""

from sqlalchemy import func
from sqlmodel import Session, col, select

from activities import books
from activities.facts import ladder_for
from activities.journal import Journal
from models import names
from models.tables import CreditRecord, InvoiceRecord, PaymentRecord
from models.tables.base import by_text
from rules.case import Status
from rules.errors import UserMistake
from rules.money import Money
from rules.refunds import shares

_SUM = func.sum(CreditRecord.amount_minor)


def credit_of(session: Session, customer_id: str) -> tuple[Money, ...]:
    """What a customer has as credit, one sum per currency, in the order of their codes."""
    query = (
        select(CreditRecord.currency, _SUM)
        .where(col(CreditRecord.customer_id) == customer_id)
        .group_by(col(CreditRecord.currency))
        .having(_SUM > 0)
        .order_by(by_text(col(CreditRecord.currency)))
    )
    return tuple(Money(int(minor), currency) for currency, minor in session.exec(query))


def all_credit(session: Session) -> list[tuple[str, Money]]:
    """Every customer who has credit, with each sum."""
    customer, currency = col(CreditRecord.customer_id), col(CreditRecord.currency)
    query = (
        select(CreditRecord.customer_id, CreditRecord.currency, _SUM)
        .group_by(customer, currency)
        .having(_SUM > 0)
        .order_by(by_text(customer), by_text(currency))
    )
    return [(one, Money(int(minor), code)) for one, code, minor in session.exec(query)]


def add_line(
    journal: Journal,
    source: tuple[str, str | None, str],
    amount: int,
    reason: str,
    *,
    refund: str | None = None,
    entry: int | None = None,
) -> None:
    """One line of credit. `source`: customer, the invoice it came from, currency; `amount` is below
    0 where it is taken."""
    customer_id, invoice_number, currency = source
    journal.session.add(
        CreditRecord(
            customer_id=customer_id,
            invoice_number=invoice_number,
            entry=entry,
            currency=currency,
            amount_minor=amount,
            reason=reason,
            actor=journal.actor,
            refund=refund,
            recorded_at=journal.now,
        )
    )
    journal.session.flush()


def set_off(journal: Journal, invoice: InvoiceRecord, amount: int | None, key: str) -> Money | None:
    """A person's act: credit of the invoice's customer pays (some of) it. `amount` None: as much as
    there is and is owed. Returns what was moved, None where this `key` moved it already.

    It is no bank's payment, so it is `credit_applied` in the event log and no row of the timeline;
    `settled` is, where it pays the rest. Raises UserMistake with why not.
    """
    journal.lock(invoice.customer_id)
    if journal.session.get(PaymentRecord, key) is not None:
        return None
    stands = _by_source(journal.session, invoice.customer_id, invoice.currency)
    there = sum(minor for _, minor in stands)
    wanted = min(there, invoice.balance_minor) if amount is None else amount
    if refused := _refuse_set_off(invoice, wanted, there):
        raise UserMistake(refused)
    for source, part in shares(stands, wanted):
        add_line(journal, (invoice.customer_id, source, invoice.currency), -part, "set_off")
    ladder = ladder_for(journal.session, invoice.policy)
    today = ladder.today(journal.now)
    money = books.Money(key, today, wanted, source="credit", event="credit_applied")
    books.book(journal, ladder, invoice, [money])
    journal.tell_invoice(invoice, names.PAYMENT_RECORDED, key)
    return Money(wanted, invoice.currency)


def _refuse_set_off(invoice: InvoiceRecord, wanted: int, there: int) -> str:
    balance = Money(invoice.balance_minor, invoice.currency)
    if invoice.status != Status.OPEN:
        return f"nothing is owed on invoice {invoice.number}"
    if there <= 0:
        return f"customer {invoice.customer_id} has no credit in {invoice.currency}"
    if wanted <= 0:
        return "nothing would be moved, expected an amount above 0"
    if wanted > there:
        credit = Money(there, invoice.currency)
        return f"{Money(wanted, invoice.currency)} is more than the customer's credit: {credit}"
    if wanted > balance.minor:
        return f"{Money(wanted, invoice.currency)} is more than is owed: {balance}"
    return ""


def credit_in(session: Session, customer_id: str, currency: str) -> Money:
    """All that a customer has as credit in one currency, whatever it came from."""
    return Money(sum(minor for _, minor in _by_source(session, customer_id, currency)), currency)


def take_back(journal: Journal, customer_id: str, amount: Money, entry: int | None) -> None:
    """Money that was credit went back to its payer: what came for no invoice first. The customer has
    at least `amount`."""
    stands = _by_source(journal.session, customer_id, amount.currency)
    stands.sort(key=lambda line: line[0] is not None)
    for source, part in shares(stands, amount.minor):
        add_line(journal, (customer_id, source, amount.currency), -part, "returned", entry=entry)


def _by_source(session: Session, customer_id: str, currency: str) -> list[tuple[str | None, int]]:
    """A customer's credit in a currency by the invoice it came from, the oldest first."""
    query = (
        select(CreditRecord.invoice_number, _SUM)
        .where(
            col(CreditRecord.customer_id) == customer_id,
            col(CreditRecord.currency) == currency,
        )
        .group_by(col(CreditRecord.invoice_number))
        .having(_SUM > 0)
        .order_by(func.min(CreditRecord.id))
    )
    return [(source, int(minor)) for source, minor in session.exec(query)]
