"""The bank's entries as a person at the console looks through them, a page at a time."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select

from activities.banking.narrowing import candidates
from models.tables import (
    BankEntryRecord,
    BankFileRecord,
    BankStatementRecord,
    CreditRecord,
    EntryState,
    PaymentRecord,
)
from models.tables.base import by_text
from rules.matching import Candidate
from rules.money import Money

A_PAGE = 50


@dataclass(frozen=True)
class Row:
    """One entry on the list; `unmatched` is what of `amount` is nobody's yet."""

    id: int
    booked_on: date
    amount: Money
    unmatched: Money
    party: str
    text: str
    reason: str


@dataclass(frozen=True)
class Given:
    """What of an entry went where: to an invoice or to a customer's credit."""

    invoice_number: str
    customer_id: str
    amount: Money


@dataclass(frozen=True)
class EntrySheet:
    """One entry with all that the bank said, and where its money is."""

    row: Row
    value_date: date
    account: str
    party_account: str
    bank_reference: str
    end_to_end_id: str
    is_return: bool
    state: EntryState
    decided_by: str
    file: str
    given: tuple[Given, ...]

    @property
    def is_open(self) -> bool:
        return self.state is EntryState.OPEN


@dataclass(frozen=True)
class StatementRow:
    """One statement as it was imported; `adds_up` None where it gives no balances."""

    file: str
    format: str
    account: str
    since: date | None
    until: date | None
    entries: int
    total: Money
    closing: Money | None
    adds_up: bool | None
    note: str
    is_notification: bool


def count_open(session: Session) -> int:
    query = select(func.count()).select_from(BankEntryRecord)
    return session.exec(query.where(col(BankEntryRecord.state) == EntryState.OPEN.value)).one()


def open_page(session: Session, page: int = 1) -> tuple[list[Row], bool]:
    """A page of the list, the oldest first, and whether another follows. One query."""
    query = (
        select(BankEntryRecord)
        .where(col(BankEntryRecord.state) == EntryState.OPEN.value)
        .order_by(col(BankEntryRecord.booked_on), col(BankEntryRecord.id))
    )
    found = session.exec(query.offset((page - 1) * A_PAGE).limit(A_PAGE + 1)).all()
    return [_row(one) for one in found[:A_PAGE]], len(found) > A_PAGE


def _row(one: BankEntryRecord) -> Row:
    texts = (*one.creditor_references.splitlines(), *one.remittance.splitlines())
    return Row(
        id=one.id or 0,
        booked_on=one.booked_on,
        amount=Money(one.amount_minor, one.currency),
        unmatched=Money(one.unmatched_minor, one.currency),
        party=one.party_name,
        text=" ".join(texts),
        reason=one.reason,
    )


def entry_sheet(session: Session, entry_id: int) -> EntrySheet | None:
    """None for one that is not recorded. The number of queries is constant."""
    entry = session.get(BankEntryRecord, entry_id)
    if entry is None:
        return None
    file = session.exec(
        select(BankFileRecord.name)
        .join(BankStatementRecord, col(BankStatementRecord.file) == col(BankFileRecord.digest))
        .where(col(BankStatementRecord.id) == entry.statement)
    ).one()
    return EntrySheet(
        row=_row(entry),
        value_date=entry.value_date,
        account=entry.account,
        party_account=entry.party_account,
        bank_reference=entry.bank_reference,
        end_to_end_id=entry.end_to_end_id,
        is_return=entry.is_return,
        state=EntryState(entry.state),
        decided_by=entry.actor,
        file=file,
        given=(*_paid(session, entry), *_credited(session, entry)),
    )


def _paid(session: Session, entry: BankEntryRecord) -> list[Given]:
    query = select(PaymentRecord).where(col(PaymentRecord.entry) == entry.id)
    found = session.exec(query.order_by(by_text(col(PaymentRecord.payment_id))))
    return [
        Given(one.invoice_number, "", Money(one.entry_minor or one.amount_minor, entry.currency))
        for one in found
    ]


def _credited(session: Session, entry: BankEntryRecord) -> list[Given]:
    """What is a customer's credit without any invoice."""
    query = select(CreditRecord).where(
        col(CreditRecord.entry) == entry.id, col(CreditRecord.invoice_number).is_(None)
    )
    found = session.exec(query.order_by(col(CreditRecord.id)))
    return [Given("", one.customer_id, Money(one.amount_minor, one.currency)) for one in found]


def candidates_for(session: Session, entry_id: int) -> tuple[Candidate, ...]:
    """What an entry on the list may pay, the likeliest first."""
    entry = session.get(BankEntryRecord, entry_id)
    if entry is None or entry.state != EntryState.OPEN:
        return ()
    return candidates(session, entry)


def statements_page(session: Session, page: int = 1) -> tuple[list[StatementRow], bool]:
    """The newest first, and whether another page follows. One query."""
    query = (
        select(BankStatementRecord, BankFileRecord)
        .join(BankFileRecord, col(BankFileRecord.digest) == col(BankStatementRecord.file))
        .order_by(col(BankStatementRecord.id).desc())
    )
    found = session.exec(query.offset((page - 1) * A_PAGE).limit(A_PAGE + 1)).all()
    return [_statement(*one) for one in found[:A_PAGE]], len(found) > A_PAGE


def _statement(one: BankStatementRecord, file: BankFileRecord) -> StatementRow:
    closing = one.closing_minor
    return StatementRow(
        file=file.name,
        format=file.format,
        account=one.account,
        since=one.since,
        until=one.until,
        entries=one.entries,
        total=Money(one.total_minor, one.currency),
        closing=None if closing is None else Money(closing, one.currency),
        adds_up=one.adds_up,
        note=one.note,
        is_notification=one.is_notification,
    )
