"""Take a ledger in: rows become recorded facts, each with the message that tells of it.

The same rows again change nothing: an invoice is known by its number and content, a payment by its
id. All of a call is one transaction.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sqlmodel import col, select

from activities import allocating, books, collection_runs, continuing, method_choice, methods
from activities.backlog import Spread, spread_backlog
from activities.banking.recording import BankFileTaken
from activities.banking.taking import Decided
from activities.facts import case_of, ladder_for, note_next
from activities.journal import Journal
from activities.method_intake import MethodsTaken, take_methods
from models.tables import (
    BankEntryRecord,
    CustomerRecord,
    InvoiceLineRecord,
    InvoiceRecord,
    PaymentRecord,
    PolicyRecord,
    PositionRecord,
)
from rules.case import next_step
from rules.collecting import Cause
from rules.errors import FileMistake, Place
from rules.ledger import CustomerRow, InvoiceRow, LedgerFile, PaymentRow
from rules.policy import Policy

_AT_ONCE = 500  # below every database's limit of parameters
_REACHED_BY = ("name", "email", "phone", "language", "country")


@dataclass
class Taken:
    """What an import changed, for the person who ran it."""

    invoices: int = 0
    payments: int = 0
    customers: int = 0
    known: int = 0
    methods: MethodsTaken = field(default_factory=MethodsTaken)
    delivered: bool = False  # whether the workflows were told already
    notes: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)  # customers
    placed: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by customer
    spread: Spread = field(default_factory=Spread)
    bank: list[BankFileTaken] = field(default_factory=list)
    decided: Decided | None = None  # None: no entry of the bank's waited


def take_ledger(
    journal: Journal, files: Sequence[LedgerFile], policy: str, *, per_day: int = 0
) -> Taken:
    """Record every file: invoices first, which bring customers, then how these may be debited, then
    payments; then spread what is long overdue over days of `per_day` customers (0: not spread).
    `policy` is the digest that new invoices are pinned to. Raises FileMistake where a number is
    already recorded with another content."""
    taken = Taken()
    for file in files:
        take_invoices(journal, file.name, file.invoices, policy, taken)
    taken.methods = take_methods(journal, files)
    taken.notes += taken.methods.notes
    payments = [row for file in files for row in file.payments]
    take_payments(journal, payments, taken)
    journal.session.flush()
    ladder = ladder_for(journal.session, policy)
    taken.spread = spread_backlog(journal, ladder, taken.placed, per_day)
    return taken


def record_policy(journal: Journal, policy: Policy, text: str) -> None:
    """Keep a policy by its content; known content is not kept twice."""
    if journal.session.get(PolicyRecord, policy.digest) is None:
        journal.session.add(
            PolicyRecord(
                digest=policy.digest, name=policy.name, content=text, recorded_at=journal.now
            )
        )
        journal.session.flush()


def take_invoices(
    journal: Journal, file: str, rows: Sequence[InvoiceRow], policy: str, taken: Taken
) -> None:
    """Record invoices that are new. `file` names where they stand, for a refusal."""
    journal.lock(*{row.customer.customer_id for row in rows})
    for row in rows:
        _take_invoice(journal, file, row, policy, taken)
    journal.session.flush()


def _take_invoice(journal: Journal, file: str, row: InvoiceRow, policy: str, taken: Taken) -> None:
    known = journal.session.get(InvoiceRecord, row.number)
    if known is not None:
        _take_again(journal, file, known, row, taken)
        return
    _take_customer(journal, row.customer, taken)
    invoice = InvoiceRecord(
        number=row.number,
        customer_id=row.customer.customer_id,
        policy=policy,
        issue_date=row.issue_date,
        due_date=row.due_date,
        currency=row.currency,
        amount_minor=row.amount_minor,
        balance_minor=row.amount_minor,
        document=row.document,
        mandate=row.mandate,
        level_elsewhere=row.level,
        last_notice_elsewhere=row.last_notice_on,
        content=_content(row),
        recorded_at=journal.now,
    )
    _place_on_ladder(journal, file, invoice, row)
    taken.placed[invoice.customer_id].append(invoice.number)
    taken.invoices += 1


def _take_again(
    journal: Journal, file: str, known: InvoiceRecord, row: InvoiceRow, taken: Taken
) -> None:
    if known.content != _content(row):
        raise FileMistake(
            Place(file, row.line, "invoice_number"),
            f"invoice {row.number} is already recorded with another content",
        )
    _take_customer(journal, row.customer, taken)
    taken.known += 1
    began = (known.level_elsewhere, known.last_notice_elsewhere)
    if not continuing.take_up(journal, file, known, row):
        taken.notes.append(
            f"invoice {row.number}: {file}, line {row.line} says level {row.level} of "
            f"{row.last_notice_on}, but its ladder has moved here since and was kept"
        )
    elif (known.level_elsewhere, known.last_notice_elsewhere) != began:
        taken.placed[known.customer_id].append(known.number)


def _content(row: InvoiceRow) -> str:
    """What makes two rows of one number the same invoice. Not its level: that is where other books
    stood on the day of their file."""
    parts = (
        row.customer.customer_id,
        row.number,
        row.issue_date.isoformat(),
        row.due_date.isoformat(),
        row.currency,
        str(row.amount_minor),
    )
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _take_customer(journal: Journal, row: CustomerRow, taken: Taken) -> None:
    """A customer who is known keeps what is recorded; what the file says else is said, once."""
    if row.customer_id in taken.seen:
        return
    taken.seen.add(row.customer_id)
    known = journal.session.get(CustomerRecord, row.customer_id)
    if known is None:
        journal.session.add(
            CustomerRecord(
                customer_id=row.customer_id,
                name=row.name,
                email=row.email,
                phone=row.phone,
                language=row.language,
                country=row.country,
            )
        )
        journal.session.flush()
        taken.customers += 1
        return
    others = [name for name in _REACHED_BY if getattr(known, name) != getattr(row, name)]
    if others:
        what = " and ".join(others)
        taken.notes.append(f"customer {row.customer_id}: another {what} is recorded and was kept")


def _place_on_ladder(journal: Journal, file: str, invoice: InvoiceRecord, row: InvoiceRow) -> None:
    session = journal.session
    ladder = ladder_for(session, invoice.policy)
    if row.mandate:
        methods.method_named(journal, invoice.customer_id, row.mandate)
    method = method_choice.choose_for(journal, ladder, invoice)
    if row.level:
        stage = continuing.stage_in(ladder, file, row, journal.now)
    else:
        stage = ladder.first_stage(with_mandate=method is not None)
    session.add(invoice)
    session.flush()
    session.add(
        InvoiceLineRecord(
            invoice_number=row.number,
            line=1,
            description=row.description,
            amount_minor=row.amount_minor,
        )
    )
    session.add(
        PositionRecord(
            invoice_number=row.number,
            stage=stage,
            anchor=row.last_notice_on or row.due_date,
            level=row.level,
        )
    )
    journal.log(
        "opened",
        invoice,
        at=books.money_moment(journal, ladder),
        amount=row.amount_minor,
    )
    if row.level:
        continuing.log_continued(journal, invoice)
    elif method is not None and ladder.collects:
        session.flush()
        collection_runs.begin(journal, invoice, method, Cause.DUE)
    facts, ladder = case_of(session, invoice.number, journal.now)
    following = next_step(facts, ladder, journal.now)
    note_next(session, facts, ladder, following, journal.now)
    journal.start_invoice(invoice, following.at)


def take_payments(journal: Journal, rows: Sequence[PaymentRow], taken: Taken) -> None:
    """Book payments and returns, those of one invoice and day together, day by day."""
    paid = {row.invoice_number for row in rows}
    journal.lock(*{journal.session.get_one(InvoiceRecord, number).customer_id for number in paid})

    def day_and_invoice(row: PaymentRow) -> tuple[object, str]:
        return (row.date, row.invoice_number)

    said = _said_by_the_bank(journal, rows)
    for (_, number), group in groupby(sorted(rows, key=day_and_invoice), day_and_invoice):
        new = [
            row
            for row in group
            if (row.payment_id, number) not in said
            and journal.session.get(PaymentRecord, row.payment_id) is None
        ]
        if new:
            _book(journal, journal.session.get_one(InvoiceRecord, number), new)
            taken.payments += len(new)
    for first in range(0, len(rows), _AT_ONCE):
        names = [row.payment_id for row in rows[first : first + _AT_ONCE]]
        allocating.same_money(journal, names)


def _said_by_the_bank(journal: Journal, rows: Sequence[PaymentRow]) -> set[tuple[str, str]]:
    """Which of these payments a bank's file brought before: the bank's name of the money, and the
    invoice that it was allocated to."""
    names = [row.payment_id for row in rows]
    found: set[tuple[str, str]] = set()
    for first in range(0, len(names), _AT_ONCE):
        query = (
            select(BankEntryRecord.bank_reference, PaymentRecord.invoice_number)
            .join(PaymentRecord, col(PaymentRecord.entry) == col(BankEntryRecord.id))
            .where(col(BankEntryRecord.bank_reference).in_(names[first : first + _AT_ONCE]))
        )
        found |= set(journal.session.exec(query))
    return found


def _book(journal: Journal, invoice: InvoiceRecord, rows: Sequence[PaymentRow]) -> None:
    moves = [
        books.Money(row.payment_id, max(row.date, invoice.issue_date), row.amount_minor)
        for row in rows
    ]
    allocating.take_money(journal, invoice, moves)
