"""Letters about debits without Temporal: the production activities on a database, at chosen hours.

Days are written as a test reads them, "2026-02-16"; where a desk tells of them, "02-16".
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, select
from temporalio.testing import ActivityEnvironment

from activities import methods
from activities.collector import Collector
from activities.customer_acts import record_customer_act
from activities.database import Database
from activities.facts import case_of
from activities.intake import Taken, record_policy, take_invoices, take_payments
from activities.journal import Journal
from activities.lettering import Letters
from activities.remaining import still_climbing
from activities.steps import noted_step
from activities.workplace import Workplace
from gateways.creditor_file import read_creditor
from gateways.files import FolderStore
from models.messages import Asked, CustomerAct, RecordCustomerAct
from models.settings import HOME, MailMode
from models.tables import (
    AttentionRecord,
    CollectionRunRecord,
    EventRecord,
    LetterRecord,
    PaymentMethodRecord,
)
from rules.clock import REAL_TIME, Clock
from rules.ledger import CustomerRow, InvoiceRow, PaymentRow
from rules.methods import Brand, MethodKind, Wanted
from sandbox.bank import SandboxBank
from tests.commands.record import berlin
from tests.workflows.house import Postman
from tests.workflows.policies import BRISK, digest_of, parsed

Row = TypeVar("Row", bound=SQLModel)
T = TypeVar("T")
IBAN = "DE89370400440532013000"


@dataclass(frozen=True)
class _Room(Workplace):
    """A workplace whose hour the desk says, and whose messages stay in the outbox."""

    hour: datetime = field(kw_only=True)

    async def read(self, clock: Clock, work: Callable[[Journal], T]) -> T:
        def at_the_hour(session: Session) -> T:
            return work(self.journal(session, clock, self.hour))

        return await self.database.run(at_the_hour)

    async def record(self, customer_id: str, clock: Clock, work: Callable[[Journal], T]) -> T:
        return await self.read(clock, work)


class Desk:
    """A customer's letters. `mail.orders` tell the postman what to answer."""

    def __init__(self, url: str, folder: Path) -> None:
        self._database = Database(url)
        self.folder = folder
        self.mail = Postman()
        self.mode = MailMode.SEND
        self.policy = BRISK
        self.store = FolderStore(folder / "documents")
        self.now = berlin("2026-02-02", "09:00")

    def close(self) -> None:
        self._database.close()

    def is_at(self, day: str, hour: str = "09:00") -> None:
        self.now = berlin(day, hour)

    @property
    def work(self) -> Workplace:
        creditor = read_creditor(HOME / "creditor.toml")
        return _Room(self._database, creditor, self.mode, hour=self.now)

    # --- what is on record -----------------------------------------------------------------------

    def invoice(
        self,
        number: str = "I1",
        *,
        customer: str = "C1",
        due: str = "2026-03-02",
        amount: str = "100.00",
        currency: str = "EUR",
        email: str | None = None,
        language: str = "en",
        mandate: str = "MREF-1",
        **method: Any,
    ) -> None:
        """An invoice whose run of collecting begins as it comes in; `method` is what else its mandate
        has: an IBAN and 14 days' notice unless it says otherwise."""
        address = f"{customer.lower()}@example.com" if email is None else email
        row = InvoiceRow(
            customer=CustomerRow(customer, f"Customer {customer}", address, "", language, "DE"),
            number=number,
            issue_date=date(2026, 2, 2),
            due_date=date.fromisoformat(due),
            currency=currency,
            amount_minor=int(Decimal(amount) * 100),
            mandate=mandate,
        )

        def take(journal: Journal) -> None:
            record_policy(journal, parsed(self.policy), self.policy)
            take_invoices(journal, "ledger", [row], digest_of(self.policy), Taken())
            query = select(PaymentMethodRecord).where(PaymentMethodRecord.reference == mandate)
            for name, value in {"iban": IBAN, "notice_days": 14, **method}.items():
                setattr(journal.session.exec(query).one(), name, value)

        self.write(take)

    def card_on_file(self, customer: str = "C1") -> None:
        card = Wanted(kind=MethodKind.CARD, token="pm_1~ok", brand=Brand.VISA)
        self.write(lambda journal: methods.add(journal, customer, card))

    def pay(self, number: str, amount: str, ref: str = "P1") -> None:
        row = PaymentRow(ref, self.now.date(), number, "EUR", int(Decimal(amount) * 100))
        self.write(lambda journal: take_payments(journal, [row], Taken()))

    def pays_in_a_thread(self) -> None:
        """The same while an activity is under way."""
        thread = Thread(target=self.pay, args=("I1", "40.00"))
        thread.start()
        thread.join()

    def write(self, work: Callable[[Journal], T]) -> T:
        return asyncio.run(self.work.read(REAL_TIME, work))

    def act(self, act: CustomerAct, customer: str = "C1") -> str:
        record = RecordCustomerAct(
            customer_id=customer,
            act=act,
            key=f"{act.name}:{self.now.isoformat()}",
            clock=REAL_TIME,
            came_in=self.now,
        )
        return self.write(lambda j: record_customer_act(j, record, self.work)).refused

    # --- what activities do ----------------------------------------------------------------------

    def collect(self, number: str = "I1", customer: str = "C1") -> None:
        """The invoice's workflow comes to the moment of its next move."""
        bank = SandboxBank(self.folder / "bank.db")
        self._do(Collector(self.work, bank).collect(self._asked(number, customer)))

    def send(self, number: str = "I1", customer: str = "C1") -> None:
        """The same, where a letter waits."""
        letters = Letters(self.work, self.store, self.mail)
        self._do(letters.send(self._asked(number, customer)))

    def send_together(self, *numbers: str) -> None:
        """The workflows of several invoices come to it in one moment."""
        letters = Letters(self.work, self.store, self.mail)

        async def together() -> None:
            await asyncio.gather(*(letters.send(self._asked(number, "C1")) for number in numbers))

        self._do(together())

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        async def do() -> None:
            await work

        async def in_an_activity() -> None:
            await ActivityEnvironment().run(do)

        asyncio.run(in_an_activity())

    def _asked(self, number: str, customer: str) -> Asked:
        return Asked(invoice_number=number, customer_id=customer, clock=REAL_TIME)

    # --- what became of it -----------------------------------------------------------------------

    def letters(self) -> list[str]:
        """Every letter, "NUMBER DAY STATE"."""
        return [f"{one.number} {one.day:%m-%d} {one.state}" for one in self.rows(LetterRecord)]

    def announced(self, number: str = "I1") -> tuple[str, str, int] | None:
        """On which day the invoice's debit was announced, for which day, and how much."""
        run = self.run(number)
        if run.announced_on is None or run.day is None or run.amount_minor is None:
            return None
        return f"{run.announced_on:%m-%d}", f"{run.day:%m-%d}", run.amount_minor

    def run(self, number: str = "I1") -> CollectionRunRecord:
        """The last one."""
        return [r for r in self.rows(CollectionRunRecord) if r.invoice_number == number][-1]

    def events(self, *events: str) -> list[str]:
        found = [row for row in self.rows(EventRecord) if row.event in events]
        return [f"{row.invoice_number or ''} {row.event} {row.reference}".strip() for row in found]

    def is_still_climbing(self, number: str = "I1") -> bool:
        """Whether anything comes by itself, as its workflow's next look would note it."""

        def look(journal: Journal) -> bool:
            noted_step(journal.session, *case_of(journal.session, number, self.now), self.now)
            return still_climbing(journal.session)

        return self.write(look)

    def troubles(self) -> list[str]:
        return [one.trouble for one in self.rows(AttentionRecord) if one.ended_at is None]

    def rows(self, table: type[Row]) -> list[Row]:
        def read(session: Session) -> list[Row]:
            return list(session.exec(select(table)))

        return asyncio.run(self._database.run(read))

    def mails(self) -> list[EmailMessage]:
        """What was accepted, or may have been."""
        return [message_from_bytes(one.content, policy=policy.default) for one in self.mail.taken]

    def text(self) -> str:
        """Of the last mail, each run of white space one space."""
        body = self.mails()[-1].get_body(("plain",))
        assert body is not None
        return " ".join(str(body.get_content()).split())
