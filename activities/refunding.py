"""What is recorded of refunds: asked for, sent, confirmed, failed; and the credit they take.

Everything here is done under the customer's lock, in the transaction of whoever calls.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from activities import books
from activities.credit import add_line
from activities.facts import ladder_for
from activities.journal import Journal
from models import names
from models.tables import (
    BankEntryRecord,
    CreditRecord,
    InvoiceRecord,
    PaymentRecord,
    RefundRecord,
    Trouble,
)
from models.tables.base import by_text
from rules import refunds as rules
from rules.case import Status
from rules.errors import UserMistake
from rules.ladder import Ladder
from rules.refunds import Account, Payment, ReferenceKind, RefundState

_USES = ("refund", "refund_failed", "set_off", "returned")  # of credit that was paid out or moved


@dataclass(frozen=True)
class Wanted:
    """What a person asks to be paid back. `payment_id` "": of the newest that has enough left.
    `key` names the request: the same one again is the same refund."""

    invoice_number: str
    amount: int
    key: str
    payment_id: str = ""
    reason: str = ""


def request(journal: Journal, wanted: Wanted) -> tuple[RefundRecord, bool]:
    """Record a refund and take its credit; True where it is new.

    Raises UserMistake with why not: nothing is recorded then.
    """
    invoice = journal.session.get_one(InvoiceRecord, wanted.invoice_number)
    journal.lock(invoice.customer_id)
    query = select(RefundRecord).where(col(RefundRecord.request) == wanted.key)
    known = journal.session.exec(query).first()
    if known is not None:
        return _the_same(known, wanted), False
    account = account_of(journal.session, invoice)
    if refused := rules.refuse(account, wanted.amount, wanted.payment_id):
        raise UserMistake(refused)
    refund = _record(journal, invoice, account, wanted)
    _take_credit(journal, invoice, account, refund)
    journal.start_refund(refund)
    return refund, True


def _the_same(known: RefundRecord, wanted: Wanted) -> RefundRecord:
    """Raises UserMistake where the key stands for another refund."""
    same = (known.invoice_number, known.amount_minor) == (wanted.invoice_number, wanted.amount)
    if not same or wanted.payment_id not in ("", known.payment_id):
        raise UserMistake(f"key {wanted.key} names another refund, {known.number}")
    return known


def account_of(session: Session, invoice: InvoiceRecord) -> Account:
    """What was paid on an invoice, and what became of it."""
    lines = select(CreditRecord.reason, CreditRecord.amount_minor).where(
        col(CreditRecord.invoice_number) == invoice.number
    )
    credit, used = 0, 0
    for reason, minor in session.exec(lines):
        credit += minor
        used -= minor if reason in _USES else 0
    query = select(PaymentRecord).where(
        col(PaymentRecord.invoice_number) == invoice.number,
        col(PaymentRecord.source).in_(rules.PAID),
    )
    order = (col(PaymentRecord.recorded_at), by_text(col(PaymentRecord.payment_id)))
    money = list(session.exec(query.order_by(*order)))
    refunds = _refunds_by_payment(session, invoice.number)
    return Account(
        invoice=invoice.number,
        currency=invoice.currency,
        balance=invoice.balance_minor,
        credit=credit,
        paid=sum(one.amount_minor for one in money),
        used=used,
        payments=tuple(
            Payment(
                payment_id=one.payment_id,
                amount=one.amount_minor,
                refunded=sum(refund.amount_minor for refund in refunds[one.payment_id]),
                refunds=tuple(refund.number for refund in refunds[one.payment_id]),
            )
            for one in money
            if one.amount_minor > 0
        ),
        is_open=invoice.status == Status.OPEN,
    )


def _refunds_by_payment(session: Session, invoice_number: str) -> dict[str, list[RefundRecord]]:
    query = select(RefundRecord).where(
        col(RefundRecord.invoice_number) == invoice_number,
        col(RefundRecord.state) != RefundState.FAILED.value,
    )
    found: dict[str, list[RefundRecord]] = defaultdict(list)
    for refund in session.exec(query.order_by(col(RefundRecord.sequence))):
        found[refund.payment_id].append(refund)
    return found


def _record(
    journal: Journal, invoice: InvoiceRecord, account: Account, wanted: Wanted
) -> RefundRecord:
    last = select(func.coalesce(func.max(RefundRecord.sequence), 0)).where(
        col(RefundRecord.customer_id) == invoice.customer_id
    )
    sequence = int(journal.session.exec(last).one()) + 1
    refund = RefundRecord(
        number=names.refund_number(invoice.customer_id, sequence),
        customer_id=invoice.customer_id,
        sequence=sequence,
        request=wanted.key,
        invoice_number=invoice.number,
        payment_id=wanted.payment_id or rules.payment_for(account, wanted.amount),
        currency=invoice.currency,
        amount_minor=wanted.amount,
        reason=wanted.reason,
        actor=journal.actor,
        requested_at=journal.now,
        next_at=journal.now,
    )
    journal.session.add(refund)
    journal.session.flush()
    _log(journal, refund, "refund_requested", wanted.reason)
    return refund


def _take_credit(
    journal: Journal, invoice: InvoiceRecord, account: Account, refund: RefundRecord
) -> None:
    """What a settled invoice keeps is made credit by a credit note first: it stays settled."""
    missing = rules.to_be_credited(account, refund.amount_minor)
    if missing:
        ladder = ladder_for(journal.session, invoice.policy)
        note = books.Money(
            _key_of_note(journal, refund),
            ladder.today(journal.now),
            missing,
            source="credit_note",
            reason=refund.reason,
            event="credited",
        )
        books.book(journal, ladder, invoice, [note])
    _add_line(journal, refund, -refund.amount_minor, "refund", None)


def _key_of_note(journal: Journal, refund: RefundRecord) -> str:
    """Another each time it takes its credit: what was given back may have been spent since."""
    query = select(func.count()).where(col(CreditRecord.refund) == refund.number)
    return f"refund:{refund.number}:{journal.session.exec(query).one()}"


def _add_line(
    journal: Journal, refund: RefundRecord, amount: int, reason: str, entry: int | None
) -> None:
    source = (refund.customer_id, refund.invoice_number, refund.currency)
    add_line(journal, source, amount, reason, refund=refund.number, entry=entry)


def ladder_of_refund(journal: Journal, refund: RefundRecord) -> Ladder:
    invoice = journal.session.get_one(InvoiceRecord, refund.invoice_number)
    return ladder_for(journal.session, invoice.policy)


def confirm(
    journal: Journal,
    refund: RefundRecord,
    reference: str,
    kind: ReferenceKind,
    *,
    on: date,
    at: datetime | None,
) -> None:
    """It was paid back; `at` None where only the day is known. Its proof comes next."""
    refund.state = RefundState.CONFIRMED.value
    refund.reference, refund.reference_kind, refund.code = reference, kind.value, ""
    refund.done_on, refund.done_at, refund.next_at = on, at, None
    journal.end_trouble(Trouble.REFUND, refund.customer_id, refund.number)
    _log(journal, refund, "refund_confirmed", reference)


def fail(journal: Journal, refund: RefundRecord, code: str, entry: int | None = None) -> None:
    """It failed for good: what it took is the customer's credit again, and a person decides."""
    refund.state = RefundState.FAILED.value
    refund.code, refund.next_at = code, None
    _add_line(journal, refund, refund.amount_minor, "refund_failed", entry)
    _log(journal, refund, "refund_failed", code)
    journal.needs_attention(Trouble.REFUND, refund.customer_id, refund.number, "failed")


def take_again(journal: Journal, refund: RefundRecord) -> str:
    """A refund that failed takes its credit once more; "" or why it cannot."""
    invoice = journal.session.get_one(InvoiceRecord, refund.invoice_number)
    account = account_of(journal.session, invoice)
    if refused := rules.refuse(account, refund.amount_minor, refund.payment_id):
        return refused
    _take_credit(journal, invoice, account, refund)
    refund.document = refund.mail = refund.mail_state = ""
    refund.mailed_at = refund.creditor = refund.entry = refund.came_back_with = None
    refund.state = RefundState.REQUESTED.value
    return ""


def left_the_bank(journal: Journal, refund: RefundRecord, entry_id: int) -> str:
    """A debit on our account shows it leaving: that confirms what no answer has confirmed.

    Safe to repeat. "" or why a person has to say what the debit is: it left twice, or counts as
    failed, so that its credit was given back and still stands.
    """
    journal.lock(refund.customer_id)
    if refund.entry not in (None, entry_id):
        return f"refund {refund.number} left the account already, with entry {refund.entry}"
    is_new, refund.entry = refund.entry is None, entry_id
    if refund.state == RefundState.FAILED and refund.came_back_with is None:
        if is_new:
            journal.needs_attention(
                Trouble.REFUND, refund.customer_id, refund.number, "left after it failed"
            )
        return f"refund {refund.number} left the account though it had failed"
    if is_new:
        _note_it_left(journal, refund, entry_id)
    return ""


def _note_it_left(journal: Journal, refund: RefundRecord, entry_id: int) -> None:
    """One that came back before, in an earlier file, stays failed."""
    _name_entry(journal, refund, entry_id)
    if refund.state == RefundState.FAILED:
        return
    if refund.state != RefundState.CONFIRMED:
        entry = journal.session.get_one(BankEntryRecord, entry_id)
        reference = entry.bank_reference or refund.key
        confirm(journal, refund, reference, ReferenceKind.BANK, on=entry.booked_on, at=None)
    journal.tell_refund(refund)


def _name_entry(journal: Journal, refund: RefundRecord, entry_id: int) -> None:
    """The credit it took last is what the bank's debit paid."""
    query = select(CreditRecord).where(
        col(CreditRecord.refund) == refund.number, col(CreditRecord.reason) == "refund"
    )
    line = journal.session.exec(query.order_by(col(CreditRecord.id).desc())).first()
    assert line is not None, "every refund took its credit"
    line.entry = entry_id


def came_back(journal: Journal, refund: RefundRecord, entry_id: int, code: str) -> str:
    """The money is on our account again: the refund failed after all. Safe to repeat.

    "" or why a person has to say what it is: it came back twice, or had failed before."""
    journal.lock(refund.customer_id)
    if refund.came_back_with is not None:
        again = refund.came_back_with == entry_id
        return "" if again else f"refund {refund.number} came back already"
    if refund.state == RefundState.FAILED:
        return f"refund {refund.number} came back though it had failed"
    refund.came_back_with = entry_id
    fail(journal, refund, code, entry_id)
    journal.tell_refund(refund)
    return ""


def _log(journal: Journal, refund: RefundRecord, event: str, detail: str) -> None:
    invoice = journal.session.get_one(InvoiceRecord, refund.invoice_number)
    journal.log(event, invoice, amount=refund.amount_minor, reference=refund.number, detail=detail)
