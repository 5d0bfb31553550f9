"""Money that a provider tells of: debits that succeeded or failed, money that went back, and came again.

Everything here is done in the transaction of whoever calls, under the customer's lock.
"""

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, select

from activities import allocating, collecting
from activities.books import Money as Movement
from activities.facts import ladder_for
from activities.journal import Journal
from activities.method_setup import NOT_OURS
from gateways.payments import CollectionAnswer, CollectionStatus
from gateways.stripe_events import DebitTold, MoneyGivenBack, MoneyTaken
from models.tables import (
    CollectionRecord,
    InvoiceRecord,
    PaymentMethodRecord,
    PaymentRecord,
    RefundRecord,
    Trouble,
)
from rules.collecting import Try
from rules.methods import Provider
from rules.money import Money
from rules.refunds import RefundState

NOTHING = "nothing to do"
_PAID_BACK = (RefundState.SENT, RefundState.CONFIRMED)


def debit_told(journal: Journal, word: DebitTold) -> str:
    """What became of an attempt; the log tells of it only where it contradicts what is known."""
    record = attempt_of(journal, word.reference, word.key)
    if record is None:
        return NOT_OURS
    invoice = _locked_invoice(journal, record)
    if not _is_carried(journal, record):
        return NOT_OURS
    if record.reference not in ("", word.reference):
        return _for_a_person(
            journal, invoice, f"{word.reference} is a second debit of {record.key}"
        )
    if word.answer.status is CollectionStatus.SUCCEEDED and not _is_of(record, word.money):
        return _for_a_person(journal, invoice, f"{word.money} was debited with {record.key}")
    ignored = collecting.hear(journal, record.key, word.answer)
    if ignored and word.answer.code not in ("", record.code):
        journal.log("webhook_ignored", invoice, reference=record.key, detail=ignored)
    return ignored or word.answer.status.value


def money_taken(journal: Journal, word: MoneyTaken) -> str:
    """Booked once, by the dispute's name. That it had succeeded may not have been told yet."""
    record = attempt_of(journal, word.reference)
    if record is None:
        return NOT_OURS
    invoice = _locked_invoice(journal, record)
    if journal.session.get(PaymentRecord, word.dispute) is not None:
        return NOTHING
    if word.money.currency != record.currency:
        return _for_a_person(journal, invoice, f"{word.money} of {record.key} went back")
    if record.state != Try.SUCCEEDED:
        succeeded = CollectionAnswer(CollectionStatus.SUCCEEDED, "", word.reference)
        collecting.hear(journal, record.key, succeeded)
    _book(journal, invoice, word.dispute, -word.money.minor, "payment_returned")
    collecting.came_back(journal, record.key, word.code, _today(journal, invoice))
    return "money went back"


def money_given_back(journal: Journal, word: MoneyGivenBack) -> str:
    """A dispute that was won. Where it is not known that the money had gone, nothing moved."""
    record = attempt_of(journal, word.reference)
    if record is None:
        return NOT_OURS
    invoice = _locked_invoice(journal, record)
    key = f"{word.dispute}:won"
    if journal.session.get(PaymentRecord, key) is not None:
        return NOTHING
    if journal.session.get(PaymentRecord, word.dispute) is None:
        _book(journal, invoice, word.dispute, -word.money.minor, "payment_returned")
    _book(journal, invoice, key, word.money.minor, "payment_received")
    return "money is ours again"


def _book(journal: Journal, invoice: InvoiceRecord, key: str, amount: int, event: str) -> None:
    today = _today(journal, invoice)
    move = Movement(key, today, amount, source="collection", event=event)
    allocating.take_money(journal, invoice, [move])


def refunded_there(
    journal: Journal, reference: str, refunded: Money, ours: Sequence[RefundRecord]
) -> str:
    """More than we asked for was paid back of a payment, at the provider itself: our books do not
    know, and a person has to say what it was."""
    record = attempt_of(journal, reference)
    if record is None:
        return NOT_OURS
    invoice = _locked_invoice(journal, record)
    asked = sum(one.amount_minor for one in ours if one.state in _PAID_BACK)
    if refunded == Money(asked, record.currency):
        return NOTHING
    what = f"{refunded} of {record.key} was paid back at the provider"
    return _for_a_person(journal, invoice, what)


def attempt_of(journal: Journal, reference: str, key: str = "") -> CollectionRecord | None:
    """The attempt of that key, else the one that the provider knows by that reference."""
    found = journal.session.get(CollectionRecord, key) if key else None
    if found is not None or not reference:
        return found
    query = select(CollectionRecord).where(col(CollectionRecord.reference) == reference)
    return journal.session.exec(query).first()


def _locked_invoice(journal: Journal, record: CollectionRecord) -> InvoiceRecord:
    invoice = journal.session.get_one(InvoiceRecord, record.invoice_number)
    journal.lock(invoice.customer_id)
    return invoice


def _is_carried(journal: Journal, record: CollectionRecord) -> bool:
    """Whether the provider was ever asked for it: whose key is named may be a bank's debit."""
    method = journal.session.get(PaymentMethodRecord, record.method) if record.method else None
    return method is not None and method.provider == Provider.STRIPE


def _is_of(record: CollectionRecord, money: Money) -> bool:
    return money == Money(record.amount_minor, record.currency)


def _for_a_person(journal: Journal, invoice: InvoiceRecord, what: str) -> str:
    journal.log("webhook_ignored", invoice, detail=what)
    journal.needs_attention(Trouble.COLLECTION, invoice.customer_id, invoice.number, what)
    return "a person decides"


def _today(journal: Journal, invoice: InvoiceRecord) -> date:
    return ladder_for(journal.session, invoice.policy).today(journal.now)
