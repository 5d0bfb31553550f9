"""A record to act on: a new database with one invoice each of some customers, at a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from activities.database import Database
from activities.facts import ladder_of
from activities.intake import Taken, record_policy, take_invoices
from activities.journal import Journal
from gateways.policy_files import read_policy
from gateways.toml_files import TomlDocument
from models.settings import HOME
from rules.clock import REAL_TIME
from rules.ledger import CustomerRow, InvoiceRow
from tests.migrated import put

POLICY = HOME / "samples" / "demo.toml"
LADDER = ladder_of(read_policy(POLICY))
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DUE = date(2026, 1, 20)
DAY = timedelta(days=1)


def invoice(customer: str, number: str, *, name: str = "One") -> InvoiceRow:
    owner = CustomerRow(customer, name, "one@example.com", "", "en", "DE")
    return InvoiceRow(owner, number, DUE - 14 * DAY, DUE, "EUR", 9000)


@contextmanager
def record(file: Path, *invoices: InvoiceRow) -> Iterator[tuple[Session, Journal]]:
    """One open transaction on a database with these invoices; committed at the end."""
    database = Database(f"sqlite:///{put(file)}")
    policy = read_policy(POLICY)
    try:
        with database.transaction() as session:
            journal = Journal(session, NOW, REAL_TIME)
            record_policy(journal, policy, TomlDocument.from_path(POLICY).text)
            take_invoices(journal, "a test", invoices, policy.digest, Taken())
            yield session, journal
    finally:
        database.close()
