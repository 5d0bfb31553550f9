"""Two workers, or a worker and an import, at one customer at once: as if one after the other."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session, select

from activities.database import Database
from activities.engines import Alone, wait_for_turn
from activities.gathering import Gathering
from activities.workplace import Workplace
from gateways.creditor_file import read_creditor
from models.messages import AskedCustomer
from models.settings import HOME
from models.tables import InvoiceRecord, NoticeItemRecord, NoticeRecord, PaymentRecord
from tests.database.ledger import invoices, journal, opened, overlapping, pay, payment, take


@pytest.fixture
def two(database_url: str) -> Iterator[tuple[Database, Database]]:
    """Two processes' ways into one database, with two customers in it."""
    with opened(database_url) as one, opened(database_url) as other:
        with one.transaction() as session:
            take(session, [*invoices("I1", "I2"), *invoices("J1", customer="C2")])
        yield one, other


def gather(database: Database, session: Session) -> str:
    work = Workplace(database, read_creditor(HOME / "creditor.toml"))
    return Gathering(journal(session), AskedCustomer(customer_id="C1"), work).gather().notice


def test_customer_gathered_twice_at_once_gets_one_notice(two: tuple[Database, Database]) -> None:
    one, other = two
    made = overlapping((one, lambda s: gather(one, s)), (other, lambda s: gather(other, s)))
    assert made == ("N-C1-1", "N-C1-1")
    with one.transaction() as session:
        assert [n.number for n in session.exec(select(NoticeRecord))] == ["N-C1-1"]


def test_payments_of_one_invoice_at_once_are_both_booked(two: tuple[Database, Database]) -> None:
    one, other = two
    overlapping(
        (one, lambda s: pay(s, payment("P1", "I1", 3_000))),
        (other, lambda s: pay(s, payment("P2", "I1", 2_000))),
    )
    with one.transaction() as session:
        assert session.get_one(InvoiceRecord, "I1").balance_minor == 5_000


def test_same_payment_at_once_is_booked_once(two: tuple[Database, Database]) -> None:
    one, other = two
    overlapping(
        (one, lambda s: pay(s, payment("P1", "I1", 3_000))),
        (other, lambda s: pay(s, payment("P1", "I1", 3_000))),
    )
    with one.transaction() as session:
        assert [p.payment_id for p in session.exec(select(PaymentRecord))] == ["P1"]
        assert session.get_one(InvoiceRecord, "I1").balance_minor == 7_000


def test_notice_claims_what_a_payment_left_that_came_just_before(
    two: tuple[Database, Database],
) -> None:
    one, other = two
    overlapping(
        (one, lambda s: pay(s, payment("P1", "I1", 10_000))),
        (other, lambda s: gather(other, s)),
    )
    with one.transaction() as session:
        assert session.get_one(InvoiceRecord, "I1").status == "settled"
        assert [item.invoice_number for item in session.exec(select(NoticeItemRecord))] == ["I2"]


def test_what_was_read_before_the_lock_is_read_anew(two: tuple[Database, Database]) -> None:
    one, other = two

    def read_then_lock(session: Session) -> int:
        before = session.get_one(InvoiceRecord, "I1").balance_minor
        journal(session).lock("C1")
        return before - session.get_one(InvoiceRecord, "I1").balance_minor

    def paid(session: Session) -> int:
        pay(session, payment("P1", "I1", 3_000))
        return 0

    _, difference = overlapping((one, paid), (other, read_then_lock))
    # SQLite's second transaction begins after the first: it has nothing to read anew.
    assert difference == (0 if one.is_sqlite else 3_000)


def test_several_customers_are_locked_in_one_order(two: tuple[Database, Database]) -> None:
    """Each the other way round: without an order, each would wait for the other."""
    one, other = two

    def some(session: Session, *rows: tuple[str, str]) -> None:
        pay(session, *(payment(payment_id, number, 1_000) for payment_id, number in rows))

    overlapping(
        (one, lambda s: some(s, ("P1", "I1"), ("P2", "J1"))),
        (other, lambda s: some(s, ("P3", "J1"), ("P4", "I1"))),
    )
    with one.transaction() as session:
        assert session.get_one(InvoiceRecord, "I1").balance_minor == 8_000
        assert session.get_one(InvoiceRecord, "J1").balance_minor == 8_000


def test_same_new_invoices_imported_twice_at_once_are_taken_once(database_url: str) -> None:
    def imported(session: Session) -> tuple[int, int]:
        wait_for_turn(session.connection(), Alone.IMPORTING)
        taken = take(session, invoices("I1", "I2"))
        return taken.invoices, taken.known

    with opened(database_url) as one, opened(database_url) as other:
        assert overlapping((one, imported), (other, imported)) == ((2, 0), (0, 2))
