"""A ledger in a database, and the import that brings the bank's files to it. Temporal is away."""

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from activities.database import Database
from activities.importing import Importer
from activities.intake import Taken, record_policy, take_invoices, take_payments
from activities.journal import Journal
from gateways.files import FolderStore
from models.tables import METADATA, BankEntryRecord, EntryState, InvoiceRecord
from rules.clock import REAL_TIME
from rules.ledger import CustomerRow, InvoiceRow, PaymentRow
from tests.workflows.policies import PATIENT, digest_of, parsed

NOW = datetime(2026, 3, 4, 8, 0, tzinfo=ZoneInfo("Europe/Berlin"))


async def _nobody() -> NoReturn:
    raise AssertionError("Temporal is not asked")


class Books:
    """`take` imports files into a database that was migrated; the rest reads what became of them."""

    def __init__(self, url: str, folder: Path) -> None:
        self.database = Database(url)
        self.importer = Importer(
            database=lambda: self.database,
            client=_nobody,
            store=FolderStore(folder / "documents"),
            policy=(parsed(PATIENT), PATIENT),
            clock=REAL_TIME,
            max_bytes=10**6,
            statement_max=10**9,
        )

    def invoice(
        self, number: str, amount: int = 10_000, customer: str = "C1", *, currency: str = "EUR"
    ) -> None:
        row = InvoiceRow(
            customer=CustomerRow(customer, f"Customer {customer}", "c@example.com", "", "en", "DE"),
            number=number,
            issue_date=date(2026, 2, 2),
            due_date=date(2026, 3, 2),
            currency=currency,
            amount_minor=amount,
        )
        with self.database.transaction() as session:
            journal = self.journal(session)
            record_policy(journal, parsed(PATIENT), PATIENT)
            take_invoices(journal, "ledger", [row], digest_of(PATIENT), Taken())

    def pay(self, payment_id: str, number: str, amount: int) -> None:
        """A row of a payments file."""
        row = PaymentRow(payment_id, date(2026, 3, 3), number, "EUR", amount)
        with self.database.transaction() as session:
            take_payments(self.journal(session), [row], Taken())

    def journal(self, session: Session) -> Journal:
        return Journal(session, NOW, REAL_TIME, "anna")

    def take(self, *paths: Path) -> Taken:
        return self.importer.record(paths, NOW)

    def entries(self) -> list[BankEntryRecord]:
        with self.database.transaction() as session:
            query = select(BankEntryRecord).order_by(col(BankEntryRecord.id))
            return list(session.scalars(query))

    def states(self) -> Counter[str]:
        return Counter(one.state for one in self.entries())

    def amounts(self) -> list[int]:
        """Of all entries that count, sorted."""
        apart = EntryState.TAKEN_APART
        return sorted(one.amount_minor for one in self.entries() if one.state != apart)

    def balance(self, number: str) -> int:
        with self.database.transaction() as session:
            return session.get_one(InvoiceRecord, number).balance_minor

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.database.transaction() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in METADATA.tables.items()
            }
