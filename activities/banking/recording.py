"""Take one of the bank's files in: its statements, every movement once, the answers to our orders.

All of a file is one transaction, and rows go straight to the table, so that a file of a hundred
thousand entries needs no more memory than one of a hundred.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import col

from activities.banking.answering import take_answers
from activities.banking.known import Recorded, family_of
from activities.banking.sorting import New, Sorted, Sorter
from activities.journal import Journal
from gateways.statements import read_payment_statuses, read_statements
from models.tables import (
    METADATA,
    BankFileRecord,
    BankStatementRecord,
    EntryState,
    PaymentRecord,
)
from rules.errors import Place
from rules.matching import Rule
from rules.money import Money
from rules.statements import Began, Booking, FileFormat, Statement

_ENTRY = METADATA.tables["bank_entry"]
_BATCH = 500  # movements: below every database's limit of parameters

Heard = Callable[[int], None]
_Name = tuple[int, str]  # a booking of the statement, and the bank's name of its movement


@dataclass
class StatementTaken:
    """What came of one statement. `known` were recorded before, `twice` it says again itself under
    one name of the bank's, `doubtful` of the new ones may be known, `as_one` are single transactions
    of a sum that somebody has dealt with."""

    account: str
    currency: str
    number: str = ""
    is_notification: bool = False
    until: date | None = None
    entries: int = 0
    new: int = 0
    known: int = 0
    twice: int = 0
    doubtful: int = 0
    taken_apart: int = 0
    as_one: int = 0
    total: int = 0
    opening: int | None = None
    closing: int | None = None
    adds_up: bool | None = None
    note: str = ""


@dataclass
class BankFileTaken:
    """What came of one file. `again`: its very bytes were taken before. `strangers`: answers to
    orders, batches and files that we did not send."""

    name: str
    format: FileFormat
    digest: str
    again: bool = False
    statements: list[StatementTaken] = field(default_factory=list)
    answers: int = 0
    strangers: int = 0


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def take_bank_file(
    journal: Journal,
    path: Path,
    form: FileFormat,
    *,
    max_bytes: int,
    heard: Heard = lambda bookings: None,
) -> BankFileTaken:
    """Record a file whole; the same bytes again change nothing. Raises FileMistake, and the
    transaction is to be given up. `heard` is told of bookings as they are recorded."""
    taken = BankFileTaken(str(Place(path.name)), form, digest_of(path))
    if journal.session.get(BankFileRecord, taken.digest) is not None:
        taken.again = True
        return taken
    journal.session.add(
        BankFileRecord(
            digest=taken.digest, name=taken.name, format=form.value, recorded_at=journal.now
        )
    )
    journal.session.flush()
    if form is FileFormat.PAIN002:
        answers = read_payment_statuses(path, max_bytes=max_bytes)
        taken.answers = len(answers)
        taken.strangers = take_answers(journal, taken.digest, answers)
        return taken
    one: _Statement | None = None
    for part in read_statements(path, max_bytes=max_bytes):
        match part:
            case Began():
                one = _Statement(journal, taken, part)
            case Booking():
                assert one is not None, "a booking stands in a statement that has begun"
                one.take(part)
                heard(1)
            case Statement():
                assert one is not None, "only what has begun ends"
                taken.statements.append(one.end(part))
    return taken


class _Statement:
    """One statement being recorded."""

    def __init__(self, journal: Journal, file: BankFileTaken, began: Began) -> None:
        self._journal = journal
        self._file = file
        self._began = began
        self._row = BankStatementRecord(
            file=file.digest, account=began.account, currency=began.currency
        )
        journal.session.add(self._row)
        journal.session.flush()
        assert self._row.id is not None, "the database numbers what it is given"
        self._id = self._row.id
        self._recorded = Recorded(journal.session, began.account, began.currency, self._id)
        self._sorter = Sorter(self._recorded, began.account, began.currency, family_of(file.format))
        self._waiting: list[Booking] = []
        self._movements = 0
        self._told = StatementTaken(began.account, began.currency)

    def take(self, booking: Booking) -> None:
        self._waiting.append(booking)
        self._movements += len(booking.movements)
        if self._movements >= _BATCH:
            self._record_batch()

    def end(self, said: Statement) -> StatementTaken:
        """The statement's own figures, and whether they agree with its entries."""
        self._record_batch()
        row, told = self._row, self._told
        row.identifier, row.number = said.identifier, said.number
        row.since, row.until = said.since, self._until(said)
        row.is_notification = told.is_notification = said.is_notification
        row.entries, row.total_minor = said.entries, said.total
        row.opening_minor, row.closing_minor = said.opening, said.closing
        row.adds_up = said.adds_up
        row.note = told.note = _note(said, until=row.until)
        told.number, told.until = said.number or said.identifier, row.until
        told.entries, told.total = said.entries, said.total
        told.opening, told.closing, told.adds_up = said.opening, said.closing, said.adds_up
        self._journal.session.flush()
        self._journal.session.expunge(row)
        return told

    def _until(self, said: Statement) -> date | None:
        """No statement knows of days to come: a wrong one would let notices go out for years."""
        tomorrow = (self._journal.now + timedelta(days=1)).date()  # in whatever zone the bank is
        return min(said.until, tomorrow) if said.until else None

    def _record_batch(self) -> None:
        if not self._waiting:
            return
        found = self._sorter.sort(self._waiting)
        self._waiting, self._movements = [], 0
        self._tell(found)
        self._take_apart(found)
        paid = _paid_already(self._journal, self._began.currency, found.new)
        rows = [self._entry(one, paid.get(_name(one))) for one in found.new]
        if rows:
            self._journal.session.connection().execute(insert(_ENTRY), rows)
        self._link(paid)

    def _tell(self, found: Sorted) -> None:
        self._told.new += len(found.new)
        self._told.known += found.known
        self._told.twice += found.twice
        self._told.doubtful += sum(one.doubt is not None for one in found.new)
        self._told.taken_apart += len(found.apart)
        self._told.as_one += found.as_one

    def _take_apart(self, found: Sorted) -> None:
        for entry, parts in found.apart:
            self._journal.session.connection().execute(
                update(_ENTRY)
                .where(_ENTRY.c.id == entry)
                .values(
                    state=EntryState.TAKEN_APART.value,
                    unmatched_minor=0,
                    rule="taken_apart",
                    reason=f"Its {parts} single transactions came in {self._file.name}.",
                    decided_at=self._journal.now,
                )
            )

    def _entry(self, new: New, paid: PaymentRecord | None) -> dict[str, Any]:
        one, booking = new.movement, new.booking
        return {
            "statement": self._id,
            "booking": new.number,
            "line": booking.line,
            "account": self._began.account,
            "booked_on": booking.booked_on,
            "value_date": booking.value_date,
            "currency": self._began.currency,
            "amount_minor": one.amount,
            "bank_reference": one.bank_reference,
            "booking_reference": booking.reference,
            "transactions": one.transactions,
            "end_to_end_id": one.end_to_end_id,
            "mandate": one.mandate,
            "batch": one.batch,
            "creditor_references": "\n".join(one.creditor_references),
            "remittance": one.remittance,
            "party_name": one.party.name,
            "party_account": one.party.account,
            "on_behalf_of": one.party.on_behalf_of,
            "return_code": one.return_code,
            "is_return": one.is_return,
            "is_charges": one.is_charges,
            "charges_minor": one.charges,
            "original_minor": one.original.minor if one.original else None,
            "original_currency": one.original.currency if one.original else "",
            "actor": "",
            "recorded_at": self._journal.now,
            **self._standing(new, paid),
        }

    def _standing(self, new: New, paid: PaymentRecord | None) -> dict[str, Any]:
        if paid is not None:
            reason = f"Recorded before as payment {paid.payment_id} of {paid.invoice_number}."
            return self._decided(EntryState.MATCHED, 0, Rule.SAME_MONEY, reason)
        if new.doubt is not None:
            reason = f"It may be the same money as entry {new.doubt.entry} of {new.doubt.file}."
            return self._decided(EntryState.OPEN, new.movement.amount, Rule.MAYBE_SAME, reason)
        if new.movement.amount == 0:
            return self._decided(EntryState.SET_ASIDE, 0, Rule.NOT_OURS, "Its amount is nothing.")
        return {
            "state": EntryState.OPEN.value,
            "unmatched_minor": new.movement.amount,
            "rule": "",
            "reason": "",
            "decided_at": None,
        }

    def _decided(
        self, state: EntryState, unmatched: int, rule: Rule, reason: str
    ) -> dict[str, Any]:
        return {
            "state": state.value,
            "unmatched_minor": unmatched,
            "rule": rule.value,
            "reason": reason,
            "decided_at": self._journal.now,
        }

    def _link(self, paid: dict[_Name, PaymentRecord]) -> None:
        """Each payment of a payments file that the bank has now said too: to its entry."""
        if not paid:
            return
        query = select(_ENTRY.c.booking, _ENTRY.c.bank_reference, _ENTRY.c.id).where(
            _ENTRY.c.statement == self._id,
            _ENTRY.c.bank_reference.in_([name for _, name in paid]),
            _ENTRY.c.rule == Rule.SAME_MONEY.value,
        )
        for booking, name, entry in self._journal.session.connection().execute(query):
            one = paid[booking, name]
            one.entry, one.entry_minor = entry, one.amount_minor
        self._journal.session.flush()


def _name(new: New) -> _Name:
    return (new.number, new.movement.bank_reference)


def _paid_already(
    journal: Journal, currency: str, new: Iterable[New]
) -> dict[_Name, PaymentRecord]:
    """Payments that a payments file brought under the bank's name and amount of a new movement: by
    that name, each for the first movement of it."""
    by_name: dict[str, New] = {}
    for one in new:
        if one.movement.bank_reference and one.doubt is None:
            by_name.setdefault(one.movement.bank_reference, one)
    if not by_name:
        return {}
    query = select(PaymentRecord).where(
        col(PaymentRecord.payment_id).in_(by_name),
        col(PaymentRecord.entry).is_(None),
        col(PaymentRecord.source) == "bank",
    )
    return {
        _name(by_name[paid.payment_id]): paid
        for paid in journal.session.scalars(query)
        if paid.amount_minor == by_name[paid.payment_id].movement.amount
        and paid.currency == currency
    }


def _note(said: Statement, *, until: date | None) -> str:
    """What was found wrong, the reader's words first."""
    ahead = f"It speaks of {said.until}, a day to come." if said.until != until else ""
    return " ".join(words for words in (said.note, ahead, _balance(said)) if words)


def _balance(said: Statement) -> str:
    if said.adds_up is not False or said.opening is None or said.closing is None:
        return ""
    if said.balances_differ:
        return "Its balances are of another currency."
    leads = Money(said.opening + said.total, said.currency)
    return (
        f"Opening balance and entries make {leads}, it says {Money(said.closing, said.currency)}."
    )
