"""What a command needs at hand: the database, the hour, who asks, and the sentence for what is not
there."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TypeVar

from sqlmodel import Session

from activities.database import Database
from gateways.ledger_fields import shown
from models.settings import load_settings
from models.tables import (
    CallTaskRecord,
    CustomerRecord,
    InvoiceRecord,
    LegalCaseRecord,
    PaymentMethodRecord,
    RefundRecord,
)
from rules.errors import UserMistake
from worker import open_database

T = TypeVar("T")


def now() -> datetime:
    """Business time of a command: production's clock is the real one."""
    return datetime.now(UTC)


def login_name() -> str:
    """Who sits at this terminal, "" where the machine cannot say."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


@contextmanager
def database_at_hand() -> Iterator[Database]:
    """The database that the settings name. Raises Unreachable where it does not answer."""
    database = open_database(load_settings())
    try:
        yield database
    finally:
        database.close()


@contextmanager
def the_record() -> Iterator[Session]:
    """One transaction on the database that the settings name. Raises Unreachable."""
    with database_at_hand() as database, database.transaction() as session:
        yield session


# Each raises UserMistake for a key that nothing is recorded under.


def known_invoice(session: Session, number: str) -> InvoiceRecord:
    return _known(session.get(InvoiceRecord, number), f"no invoice {shown(number)} is recorded")


def known_customer(session: Session, customer_id: str) -> CustomerRecord:
    found = session.get(CustomerRecord, customer_id)
    return _known(found, f"no customer {shown(customer_id)} is recorded")


def known_task(session: Session, task: str) -> CallTaskRecord:
    return _known(session.get(CallTaskRecord, task), f"no call task {shown(task)} is recorded")


def known_refund(session: Session, number: str) -> RefundRecord:
    return _known(session.get(RefundRecord, number), f"no refund {shown(number)} is recorded")


def known_case(session: Session, case: str) -> LegalCaseRecord:
    return _known(session.get(LegalCaseRecord, case), f"no case {shown(case)} is recorded")


def known_method(session: Session, number: str) -> PaymentMethodRecord:
    found = session.get(PaymentMethodRecord, number)
    return _known(found, f"no payment method {shown(number)} is recorded")


def _known(found: T | None, otherwise: str) -> T:
    if found is None:
        raise UserMistake(otherwise)
    return found
