"""The books: money that moves, what is owed after it, and when an invoice is open no more.

The only writer of an invoice's balance and status. Every booking has a key (`payment_id`): the same
one again is not booked (ladder.md, "payment, part").
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select

from activities import calls_record, cases_record, endings_record, replanning
from activities.holds import end_all_holds
from activities.journal import Journal
from models import names
from models.tables import (
    CreditRecord,
    InvoiceRecord,
    PaymentRecord,
    PositionRecord,
    Trouble,
)
from rules import books
from rules.case import Status
from rules.days import midnight
from rules.ladder import Ladder

FORGIVEN = "forgiven"  # the source of what a policy lets go


@dataclass(frozen=True)
class Money:
    """One movement on one invoice; `amount` in minor units, negative for a return.

    `source`, `entry` and `entry_minor`: as in `PaymentRecord`. `event` is its row on the timeline,
    "" for none of its own.
    """

    payment_id: str
    value_date: date
    amount: int
    source: str = "bank"
    reason: str = ""
    event: str = ""
    entry: int | None = None
    entry_minor: int = 0

    @property
    def timeline_event(self) -> str:
        if self.event:
            return self.event
        return "payment_received" if self.amount > 0 else "payment_returned"


def book(
    journal: Journal,
    ladder: Ladder,
    invoice: InvoiceRecord,
    moves: Sequence[Money],
    *,
    at: datetime | None = None,
) -> bool:
    """Book what moved on one invoice together, then see whether it is still owed.

    Payments before returns, each by its id, so that a day's balances do not depend on the order of
    a file. `at` is the moment of the movements on the timeline, where it is not now. True where
    anything was new.
    """
    was_open = invoice.status == Status.OPEN
    fresh = [m for m in moves if journal.session.get(PaymentRecord, m.payment_id) is None]
    for move in sorted(fresh, key=lambda move: (move.amount < 0, move.payment_id)):
        _book_one(journal, ladder, invoice, move, at)
    if fresh:
        _cancel_what_came_back(journal, ladder, invoice, fresh[-1], at)
        _see_what_is_owed(journal, ladder, invoice, was_open=was_open)
        _see_to_what_was_given_up(journal, invoice, fresh)
        replanning.balance_changed(journal, invoice)
    return bool(fresh)


def _book_one(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, move: Money, at: datetime | None
) -> None:
    if move.amount < 0 and move.source != FORGIVEN:
        _forgive_no_more(journal, ladder, invoice, move, at)
    booking = books.book(
        move.amount, balance=invoice.balance_minor, credit=credit_on(journal, invoice.number)
    )
    invoice.balance_minor -= booking.allocated
    journal.session.add(
        PaymentRecord(
            payment_id=move.payment_id,
            invoice_number=invoice.number,
            value_date=move.value_date,
            booked_on=ladder.today(journal.now),
            currency=invoice.currency,
            amount_minor=move.amount,
            allocated_minor=booking.allocated,
            source=move.source,
            reason=move.reason,
            entry=move.entry,
            entry_minor=move.entry_minor,
            actor=journal.actor,
            recorded_at=journal.now,
        )
    )
    journal.session.flush()
    if booking.credited:
        _credit(journal, invoice, move, booking.credited)
    journal.log(
        move.timeline_event,
        invoice,
        at=at or money_moment(journal, ladder),
        amount=abs(move.amount),
        reference=move.payment_id,
    )


def _forgive_no_more(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, move: Money, at: datetime | None
) -> None:
    """A discount was not earned, a small difference is none, where the money went back: an invoice
    that a return leaves owed is owed whole."""
    forgiven = _sum_of(journal, invoice.number, col(PaymentRecord.source) == FORGIVEN)
    if forgiven and -move.amount > credit_on(journal, invoice.number):
        key = f"{move.payment_id}:forgiven"
        undone = Money(key, move.value_date, -forgiven, FORGIVEN, event="forgiven_no_more")
        _book_one(journal, ladder, invoice, undone, at)


def _credit(journal: Journal, invoice: InvoiceRecord, move: Money, amount: int) -> None:
    journal.session.add(
        CreditRecord(
            customer_id=invoice.customer_id,
            invoice_number=invoice.number,
            payment_id=move.payment_id,
            currency=invoice.currency,
            amount_minor=amount,
            recorded_at=journal.now,
        )
    )
    journal.session.flush()


def credit_on(journal: Journal, invoice_number: str) -> int:
    """What was paid too much on an invoice and is still the customer's credit, in minor units."""
    query = select(func.coalesce(func.sum(CreditRecord.amount_minor), 0)).where(
        col(CreditRecord.invoice_number) == invoice_number
    )
    return int(journal.session.exec(query).one())


def money_moment(journal: Journal, ladder: Ladder) -> datetime:
    """Where money stands on the timeline: now, in a replay the beginning of its day."""
    if journal.by_day:
        return midnight(ladder.today(journal.now), ladder.zone)
    return journal.now


def _see_what_is_owed(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, *, was_open: bool
) -> None:
    if was_open and invoice.balance_minor == 0:
        _settle(journal, ladder, invoice)
    elif invoice.status == Status.SETTLED and invoice.balance_minor > 0:
        invoice.status = Status.OPEN.value
    position = journal.session.get_one(PositionRecord, invoice.number)
    if position.handed_over_on is not None:
        cases_record.correct(journal, invoice)


def _cancel_what_came_back(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, last: Money, at: datetime | None
) -> None:
    """Nothing is owed on a cancelled invoice, whatever was paid on it before."""
    owed, ended = invoice.balance_minor, Status.CANCELLED.value
    if invoice.status == ended and owed > 0:
        key = f"{last.payment_id}:{ended}"
        _book_one(
            journal,
            ladder,
            invoice,
            Money(key, last.value_date, owed, ended, event=ended),
            at,
        )


def _see_to_what_was_given_up(
    journal: Journal, invoice: InvoiceRecord, moves: Sequence[Money]
) -> None:
    """The ladder of a written-off debt stays ended, also where money comes back: a person decides,
    until it is paid or given up anew (ladder.md, "write-off")."""
    about = Trouble.OWED_AGAIN, invoice.customer_id, invoice.number
    if invoice.status != Status.WRITTEN_OFF:
        return
    if invoice.balance_minor == 0:
        journal.end_trouble(*about)
        endings_record.withdraw(journal, invoice)
    elif any(move.amount < 0 for move in moves):
        journal.needs_attention(*about, "money came back")


def _settle(journal: Journal, ladder: Ladder, invoice: InvoiceRecord) -> None:
    """The ladder ends this day: nothing is owed."""
    invoice.status = Status.SETTLED.value
    _let_go(journal, invoice)
    today = ladder.today(journal.now)
    journal.log(
        "settled",
        invoice,
        at=money_moment(journal, ladder),
        amount=_moved_on(journal, invoice.number, today),
    )


def _let_go(journal: Journal, invoice: InvoiceRecord) -> None:
    """Nothing waits for this invoice any more: not a hold, not a call, not a yes."""
    end_all_holds(journal, invoice)
    calls_record.leave_task(journal, invoice, ended=True)
    cases_record.leave_proposed(journal, invoice)
    endings_record.withdraw(journal, invoice)


def _moved_on(journal: Journal, invoice_number: str, day: date) -> int:
    """The day's payments minus its returns, over-payment included."""
    return _sum_of(journal, invoice_number, col(PaymentRecord.booked_on) == day)


def _sum_of(journal: Journal, invoice_number: str, which: ColumnElement[bool]) -> int:
    query = select(func.coalesce(func.sum(PaymentRecord.amount_minor), 0)).where(
        col(PaymentRecord.invoice_number) == invoice_number, which
    )
    return int(journal.session.exec(query).one())


def end(journal: Journal, ladder: Ladder, invoice: InvoiceRecord, status: Status, key: str) -> None:
    """Write off or cancel what is still owed: the ladder ends, the balance is gone."""
    move = Money(
        payment_id=key,
        value_date=ladder.today(journal.now),
        amount=invoice.balance_minor,
        source=status.value,
        event=status.value,
    )
    invoice.status = status.value
    book(journal, ladder, invoice, [move], at=journal.now)
    _let_go(journal, invoice)
    journal.tell_invoice(invoice, names.RECORD_CHANGED, status.value)
