"""Which debits stand in a bank's next file: all that have to be there today, and nothing that is not
owed, wanted or allowed any more. Everything here is done in the transaction that makes the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from activities import method_choice, replanning
from activities.facts import ladder_for, stands
from activities.journal import Journal
from gateways.calendars import TARGET, business_days
from gateways.pain008 import LONGEST_NAME, LONGEST_TEXT
from gateways.sepa_text import sepa_text
from models import names
from models.tables import (
    CollectionRecord,
    CollectionRunRecord,
    CustomerRecord,
    HoldRecord,
    InvoiceRecord,
    PaymentMethodRecord,
    Trouble,
)
from rules import debit_files, methods
from rules.case import Status
from rules.collecting import UNDER_WAY, Try
from rules.creditor import Creditor, DebitingBank
from rules.methods import MethodKind, Provider
from rules.money import Money

_Held = tuple[str, str | None]  # a customer, and one invoice or all
_AT_ONCE = 500  # below every database's limit of parameters
_REFUSED = (Try.FAILED_SOFT, Try.FAILED_HARD, Try.REJECTED, Try.WITHDRAWN)


@dataclass(frozen=True)
class Waiting:
    """One attempt that no file has, with its invoice, its method and whose account it is."""

    attempt: CollectionRecord
    invoice: InvoiceRecord
    method: PaymentMethodRecord
    customer: CustomerRecord

    @property
    def holder(self) -> str:
        return self.method.holder or self.customer.name


def waiting(session: Session, creditor: Creditor, bank: DebitingBank) -> list[Waiting]:
    """Every attempt that waits for a file of this bank, whenever that is; by its key."""
    query = (
        select(CollectionRecord, InvoiceRecord, PaymentMethodRecord, CustomerRecord)
        .join(InvoiceRecord, col(InvoiceRecord.number) == col(CollectionRecord.invoice_number))
        .join(PaymentMethodRecord, col(PaymentMethodRecord.number) == col(CollectionRecord.method))
        .join(CustomerRecord, col(CustomerRecord.customer_id) == col(InvoiceRecord.customer_id))
        .where(
            col(CollectionRecord.state).in_([state.value for state in UNDER_WAY]),
            col(CollectionRecord.file).is_(None),
            col(PaymentMethodRecord.provider) == Provider.BANK.value,
            col(PaymentMethodRecord.kind) == MethodKind.MANDATE.value,
            col(PaymentMethodRecord.iban) != "",
        )
    )
    found = (Waiting(*row) for row in session.exec(query))
    mine = [one for one in found if creditor.bank(one.method.bank) == bank]
    return sorted(mine, key=lambda one: one.attempt.key)


def is_due(one: Waiting, bank: DebitingBank, today: date) -> bool:
    """Whether it has to be at the bank today, or had to before."""
    target = business_days(TARGET)
    return debit_files.submission_day(one.attempt.day, bank.lead_days, target) <= today


def chosen(journal: Journal, creditor: Creditor, bank: DebitingBank, today: date) -> list[Waiting]:
    """What the file of today has. What may not be debited any more is taken back, and its case goes on;
    what cannot stand in a file waits for a person."""
    locked = {one.customer.customer_id for one in _due(journal, creditor, bank, today)}
    journal.lock(*locked)
    held = _held(journal, locked)
    found = []
    for one in _due(journal, creditor, bank, today):
        if one.customer.customer_id not in locked:
            continue  # recorded since: it may be taken back at this very moment
        if _is_still_wanted(one, bank, today) and not _held_by(one) & held:
            if why := _why_not(one, creditor):
                journal.needs_attention(
                    Trouble.COLLECTION, one.invoice.customer_id, one.invoice.number, why
                )
            else:
                found.append(one)
        else:
            _take_back(journal, one, bank)
    return found


def _take_back(journal: Journal, one: Waiting, bank: DebitingBank) -> None:
    """The next try is planned by what the bank wants now: a run that began before the creditor's file
    was changed would be too late every day."""
    key = (one.attempt.invoice_number, one.attempt.run)
    run = journal.session.get_one(CollectionRunRecord, key)
    ours = ladder_for(journal.session, one.invoice.policy).zone
    cut_off = debit_files.cut_off_in(ours, bank.cut_off, ZoneInfo(bank.timezone))
    run.lead_days, run.cut_off = bank.lead_days, f"{cut_off:%H:%M}"
    replanning.never_made(journal, one.attempt)
    journal.tell_invoice(one.invoice, names.RECORD_CHANGED, "collect")


def _due(journal: Journal, creditor: Creditor, bank: DebitingBank, today: date) -> list[Waiting]:
    return [one for one in waiting(journal.session, creditor, bank) if is_due(one, bank, today)]


def _held(journal: Journal, customers: set[str]) -> set[_Held]:
    """What persons hold of these customers: an invoice, or (None) everything."""
    names = sorted(customers)
    found: set[_Held] = set()
    for first in range(0, len(names), _AT_ONCE):
        query = select(HoldRecord).where(
            col(HoldRecord.customer_id).in_(names[first : first + _AT_ONCE]),
            col(HoldRecord.ended_at).is_(None),
        )
        holds = (hold for hold in journal.session.exec(query) if stands(hold, journal.now))
        found |= {(hold.customer_id, hold.invoice_number) for hold in holds}
    return found


def _held_by(one: Waiting) -> set[_Held]:
    customer = one.invoice.customer_id
    return {(customer, None), (customer, one.invoice.number)}


def _is_still_wanted(one: Waiting, bank: DebitingBank, today: date) -> bool:
    """Whether what was recorded is still so: owed, allowed, and not too late for the day that the
    customer was told."""
    is_open = one.invoice.status == Status.OPEN
    if not is_open or one.invoice.balance_minor < one.attempt.amount_minor:
        return False
    first = debit_files.first_day(today, bank.lead_days, business_days(TARGET))
    method = method_choice.method_of(one.method)
    return one.attempt.day >= first and not methods.why_not(method, one.attempt.day)


def _why_not(one: Waiting, creditor: Creditor) -> str:
    """By what the file would say: a name of which no sign is SEPA's would be none, and no file at all."""
    return debit_files.why_not(
        amount=Money(one.attempt.amount_minor, one.attempt.currency),
        mandate=one.method.reference,
        signed_on=one.method.signed_on,
        holder=sepa_text(one.holder, LONGEST_NAME),
        text=sepa_text(text_of(one, creditor), LONGEST_TEXT),
    )


def text_of(one: Waiting, creditor: Creditor) -> str:
    """What stands on the payer's statement, in whatever language they read."""
    return f"{one.invoice.number} {creditor.site}"


def used_before(session: Session, chosen: Sequence[Waiting]) -> set[str]:
    """Of their methods those with a debit in a file that was not refused before its money moved."""
    numbers = sorted({one.method.number for one in chosen})
    found: set[str] = set()
    for first in range(0, len(numbers), _AT_ONCE):
        query = select(CollectionRecord.method).where(
            col(CollectionRecord.method).in_(numbers[first : first + _AT_ONCE]),
            col(CollectionRecord.file).is_not(None),
            col(CollectionRecord.state).not_in([state.value for state in _REFUSED]),
        )
        found |= {method for method in session.exec(query) if method is not None}
    return found
