"""A ledger whose customers have mandates: attempts as the core records them, and files made of them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from activities.debit_files import hand_over, make_files, not_written, prepare
from activities.debiting_banks import record_banks
from activities.journal import Journal
from gateways.debit_folder import DebitFolder
from gateways.files import FolderStore
from models import names
from models.tables import (
    AttentionRecord,
    CollectionRecord,
    CollectionRunRecord,
    DebitFileRecord,
    EventRecord,
    InvoiceRecord,
    PaymentMethodRecord,
    PaymentRecord,
    PositionRecord,
)
from rules.clock import REAL_TIME
from rules.consequences import Consequence, Reason
from rules.creditor import Creditor, DebitingBank
from tests.banking.books import Books
from tests.debits.builders import BANK, IBAN

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 3, 4, 7, 0, tzinfo=UTC)
NOON = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)  # 13:30 in Berlin: half an hour before the cut-off
_ENDS = (Consequence.NEW_METHOD, Consequence.STOP_METHOD, Consequence.DECEASED)
DAY = date(2026, 3, 5)  # a Thursday; its file has to be there on the 4th


def creditor(*banks: DebitingBank) -> Creditor:
    return Creditor(
        name="Farbtreu Proof GmbH",
        address=("Musterstraße 12",),
        country="DE",
        tax_id="DE123456789",
        iban="DE89370400440532013000",
        bic="COBADEFFXXX",
        creditor_identifier="DE98ZZZ09999999999",
        sender="a@farbtreu.example",
        reply_to="a@farbtreu.example",
        site_name="Farbtreu Shop",
        banks=banks or (BANK,),
    )


@dataclass(frozen=True)
class Outcome:
    """All that is recorded of one invoice's debit; `asks` says why a person is to act."""

    attempt: CollectionRecord
    run: CollectionRunRecord
    method: PaymentMethodRecord
    balance: int
    asks: tuple[str, ...]


class DebitBooks(Books):
    """`debit` records an attempt that waits; `write` has the bank's file made and handed over."""

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(url, folder)
        self.creditor = creditor()

    def begin(self, folder: Path) -> None:
        """With a database that has nothing in it yet, and folders of its own."""
        self.creditor = creditor()
        self.store = FolderStore(folder / "documents")
        self.outbox = folder / "bank"
        self.outbox.mkdir()
        self.folder = DebitFolder(self.outbox)
        with self.database.transaction() as session:
            record_banks(self.at(session, NOON), self.creditor.banks)

    def mandate(self, customer: str = "C1", **values: Any) -> str:
        """A mandate of a customer who has an invoice; its number."""
        with self.database.transaction() as session:
            sequence = 1 + len(
                session.exec(
                    select(PaymentMethodRecord.number).where(
                        col(PaymentMethodRecord.customer_id) == customer
                    )
                ).all()
            )
            number = names.method_number(customer, sequence)
            known: dict[str, Any] = {
                "kind": "mandate",
                "reference": f"MANDATE-{customer}-{sequence}",
                "iban": IBAN,
                "signed_on": date(2025, 1, 2),
                "notice_days": 0,
                "recorded_at": MORNING,
            }
            session.add(
                PaymentMethodRecord(
                    number=number, customer_id=customer, sequence=sequence, **(known | values)
                )
            )
        return number

    def debit(self, invoice: str, method: str, *, day: date = DAY, **values: Any) -> str:
        """An attempt of all that is owed, by the first open run of the invoice; its key."""
        with self.database.transaction() as session:
            owed = session.get_one(InvoiceRecord, invoice)
            run = self._run(session, owed, method)
            attempts = session.exec(
                select(CollectionRecord).where(col(CollectionRecord.invoice_number) == invoice)
            ).all()
            attempt = len(attempts) + 1
            known: dict[str, Any] = {
                "key": names.collection_key(invoice, attempt),
                "invoice_number": invoice,
                "attempt": attempt,
                "run": run,
                "method": method,
                "day": day,
                "amount_minor": owed.balance_minor,
                "currency": owed.currency,
                "state": "pending",
                "started_at": MORNING,
            }
            record = CollectionRecord(**(known | values))
            session.add(record)
            return record.key

    def _run(self, session: Session, invoice: InvoiceRecord, method: str) -> int:
        position = session.get_one(PositionRecord, invoice.number)
        if (
            position.run
            and session.get_one(CollectionRunRecord, (invoice.number, position.run)).state == "open"
        ):
            return position.run
        position.run += 1
        session.add(
            CollectionRunRecord(
                invoice_number=invoice.number,
                number=position.run,
                customer_id=invoice.customer_id,
                method=method,
                cause="due",
                lead_days=1,
                cut_off="14:00",
                begun_at=MORNING,
            )
        )
        session.flush()
        return position.run

    def sent(self, message: str) -> str:
        """A file under another name than ours."""
        with self.database.transaction() as session:
            session.add(
                DebitFileRecord(
                    message=message,
                    bank="house",
                    sequence=1,
                    scheme="core",
                    day=DAY,
                    debits=1,
                    total_minor=1,
                    currency="EUR",
                    document="",
                    made_at=MORNING,
                    written_at=MORNING,
                )
            )
        return message

    def debited(self, *invoices: str, amount: int = 10_000) -> list[str]:
        """Invoices of a customer each, debited by a mandate each; the attempts' keys."""
        keys = []
        for number in invoices:
            customer = f"C-{number}"
            self.invoice(number, amount, customer)
            keys.append(self.debit(number, self.mandate(customer)))
        return keys

    def write(self, now: datetime = NOON, bank: DebitingBank = BANK) -> list[Path]:
        """Make the file, hand it over; what lies in the bank's folder."""
        with self.database.transaction() as session:
            make_files(self.at(session, now), self.creditor, bank, self.store)
        self.hand_over(now, bank)
        return self.files()

    def hand_over(self, now: datetime = NOON, bank: DebitingBank = BANK) -> None:
        with self.database.transaction() as session:
            waiting = not_written(self.at(session, now), bank.name)
        for message in waiting:
            with self.database.transaction() as session:
                prepare(self.at(session, now), message, self.store, self.folder)
            with self.database.transaction() as session:
                hand_over(self.at(session, now), message, self.folder)

    def files(self) -> list[Path]:
        """What the bank's software sees."""
        return sorted(path for path in self.outbox.iterdir() if not path.name.startswith("."))

    def at(self, session: Session, now: datetime) -> Journal:
        return Journal(session, now, REAL_TIME)

    def attempt(self, key: str) -> CollectionRecord:
        with self.database.transaction() as session:
            return session.get_one(CollectionRecord, key)

    def outcome(self, invoice: str) -> Outcome:
        """Of the only debit of an invoice that `debited` made."""
        return Outcome(
            attempt=self.attempt(names.collection_key(invoice, 1)),
            run=self.run(invoice),
            method=self.method(f"M-C-{invoice}-1"),
            balance=self.balance(invoice),
            asks=tuple(one.detail for one in self.troubles() if one.reference == invoice),
        )

    def run(self, invoice: str) -> CollectionRunRecord:
        """The invoice's last run."""
        with self.database.transaction() as session:
            number = session.get_one(PositionRecord, invoice).run
            return session.get_one(CollectionRunRecord, (invoice, number))

    def method(self, number: str) -> PaymentMethodRecord:
        with self.database.transaction() as session:
            return session.get_one(PaymentMethodRecord, number)

    def debit_files(self) -> list[DebitFileRecord]:
        with self.database.transaction() as session:
            query = select(DebitFileRecord).order_by(col(DebitFileRecord.sequence))
            return list(session.exec(query))

    def events(self, name: str) -> list[EventRecord]:
        with self.database.transaction() as session:
            return list(session.exec(select(EventRecord).where(col(EventRecord.event) == name)))

    def payments(self, invoice: str) -> list[PaymentRecord]:
        with self.database.transaction() as session:
            query = select(PaymentRecord).where(col(PaymentRecord.invoice_number) == invoice)
            return list(session.exec(query.order_by(col(PaymentRecord.amount_minor).desc())))

    def troubles(self) -> list[AttentionRecord]:
        """What waits for a person."""
        with self.database.transaction() as session:
            query = select(AttentionRecord).where(col(AttentionRecord.ended_at).is_(None))
            return list(session.exec(query))


def assert_follows(found: Outcome, reason: Reason) -> None:
    """What the table of reasons says, on the record: the debt stands; it is tried again, waits for a
    person, or is over; its method goes on or has ended; and who is asked."""
    assert found.balance == found.attempt.amount_minor
    waits = reason.consequence in (Consequence.CORRECT, Consequence.OUR_FAULT)
    goes_on = waits or reason.consequence is Consequence.RETRY
    assert (found.run.state, found.run.waits) == ("open" if goes_on else "failed", waits)
    assert found.method.state == ("refused" if reason.consequence in _ENDS else "active")
    asks = waits or reason.consequence is Consequence.DECEASED
    assert found.asks == ((reason.words,) if asks else ())
