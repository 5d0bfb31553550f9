"""A small ledger in a database that several workers share, and two of them at work at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, datetime
from threading import Event
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlmodel import Session

from activities.database import Database
from activities.intake import Taken, record_policy, take_invoices, take_payments
from activities.journal import Journal
from activities.migrations import migrate
from rules.clock import Clock
from rules.ledger import CustomerRow, InvoiceRow, PaymentRow
from tests.workflows.policies import BRISK, digest_of, parsed

T = TypeVar("T")
U = TypeVar("U")
# Notice 1 of what fell due on Monday 2026-03-02 goes out on this day.
NOTICE_DAY = datetime(2026, 3, 5, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
HEAD_START = 0.2  # seconds in which the second one runs into the first, where nothing stops it


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """One process's way into the database."""
    database = Database(url)
    try:
        migrate(database.engine)
        yield database
    finally:
        database.close()


def journal(session: Session, now: datetime = NOTICE_DAY) -> Journal:
    return Journal(session, now, Clock())


def invoices(*numbers: str, customer: str = "C1") -> list[InvoiceRow]:
    return [
        InvoiceRow(
            customer=CustomerRow(customer, f"Customer {customer}", "c@example.com", "", "en", "DE"),
            number=number,
            issue_date=date(2026, 2, 2),
            due_date=date(2026, 3, 2),
            currency="EUR",
            amount_minor=10_000,
        )
        for number in numbers
    ]


def payment(payment_id: str, number: str, minor: int) -> PaymentRow:
    return PaymentRow(
        payment_id=payment_id,
        date=date(2026, 3, 3),
        invoice_number=number,
        currency="EUR",
        amount_minor=minor,
    )


def take(session: Session, rows: list[InvoiceRow]) -> Taken:
    taken, pen = Taken(), journal(session)
    record_policy(pen, parsed(BRISK), BRISK)
    take_invoices(pen, "the ledger", rows, digest_of(BRISK), taken)
    return taken


def pay(session: Session, *rows: PaymentRow) -> None:
    take_payments(journal(session), rows, Taken())


def overlapping(
    first: tuple[Database, Callable[[Session], T]], second: tuple[Database, Callable[[Session], U]]
) -> tuple[T, U]:
    """Two transactions: the second begins once the first has done its work, before it commits."""
    done = Event()

    def leading() -> T:
        database, work = first
        with database.transaction() as session:
            result = work(session)
            session.flush()
            done.set()
            Event().wait(HEAD_START)
            return result

    def following() -> U:
        database, work = second
        done.wait()
        with database.transaction() as session:
            return work(session)

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.submit(leading), pool.submit(following)
        return one.result(), two.result()


class Post:
    """Takes what is sent to workflows, as a Temporal client does."""

    def __init__(self) -> None:
        self.started: list[str] = []

    async def start_workflow(self, _workflow: str, _start: Any, *, id: str, **_words: Any) -> None:
        self.started.append(id)
