"""A record made without Temporal: facts written down as the activities write them, at chosen hours.

Days are written as a test reads them, "2026-03-05"; money as "60.00".
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from activities import calls, methods, notices_record, refunds
from activities.acts import record_act
from activities.customer_acts import record_customer_act
from activities.gathering import Gathering
from activities.intake import Taken, record_policy, take_invoices, take_payments
from activities.journal import Journal
from activities.workplace import Workplace
from gateways.creditor_file import read_creditor
from models.messages import (
    AskedCustomer,
    CallOutcome,
    CustomerAct,
    Gathered,
    InvoiceAct,
    RecordAct,
    RecordCall,
    RecordCustomerAct,
    RecordRefundAct,
    RecordTaskAct,
    RefundAct,
    TaskAct,
)
from models.settings import HOME, Settings
from models.tables import InvoiceRecord, NoticePartRecord, NoticeRecord, NoticeState, Trouble
from rules.clock import REAL_TIME
from rules.days import local_moment
from rules.ledger import CustomerRow, InvoiceRow, PaymentRow
from rules.methods import MethodKind, Wanted
from tests.workflows.policies import PATIENT, digest_of, parsed
from worker import open_database

BERLIN = ZoneInfo("Europe/Berlin")


def berlin(day: str, hour: str = "10:00") -> datetime:
    return local_moment(date.fromisoformat(day), time.fromisoformat(hour), BERLIN)


class Record:
    """A database, and a hand that writes in it; `now` is the hour it writes at."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.now = berlin("2026-03-02")
        self.policy = PATIENT  # of invoices that come in
        self.limit: Decimal | None = None  # over which giving up needs another person
        self._database = open_database(Settings(database_url=self.url))
        self._work = Workplace(self._database, read_creditor(HOME / "creditor.toml"))

    def close(self) -> None:
        self._database.close()

    def invoice(
        self,
        number: str = "I1",
        due: str = "2026-03-02",
        amount: str = "100.00",
        *,
        customer: str = "C1",
        currency: str = "EUR",
        email: str | None = None,
        name: str | None = None,
    ) -> None:
        address = f"{customer.lower()}@example.com" if email is None else email
        row = InvoiceRow(
            customer=CustomerRow(
                customer, name or f"Customer {customer}", address, "+49 1", "en", "DE"
            ),
            number=number,
            issue_date=date(2026, 2, 2),
            due_date=date.fromisoformat(due),
            currency=currency,
            amount_minor=_minor(amount),
        )
        with self.writing() as journal:
            record_policy(journal, parsed(self.policy), self.policy)
            take_invoices(journal, "ledger", [row], digest_of(self.policy), Taken())

    def many(self, count: int) -> None:
        """So many more open invoices of customer C1, due on the days of March."""
        rows = [
            InvoiceRow(
                customer=CustomerRow("C1", "", "", "", "", ""),
                number=f"M{place:03}",
                issue_date=date(2026, 2, 2),
                due_date=date(2026, 3, 2 + place % 20),
                currency="EUR",
                amount_minor=10000,
            )
            for place in range(count)
        ]
        with self.writing() as journal:
            take_invoices(journal, "ledger", rows, digest_of(self.policy), Taken())

    def pay(self, amount: str, number: str = "I1", ref: str = "P1") -> None:
        row = PaymentRow(ref, self.now.date(), number, "EUR", _minor(amount))
        with self.writing() as journal:
            take_payments(journal, [row], Taken())

    def act(self, act: InvoiceAct, number: str = "I1") -> str:
        with self.writing() as journal:
            customer_id = journal.session.get_one(InvoiceRecord, number).customer_id
            key = f"invoice:{number}/{act.key or uuid4()}"
            record = RecordAct(
                invoice_number=number,
                customer_id=customer_id,
                act=act,
                key=key,
                came_in=self.now,
            )
            return record_act(journal, record, self.limit).refused

    def customer_act(self, act: CustomerAct, customer: str = "C1") -> str:
        with self.writing() as journal:
            key = f"customer:{customer}/{act.key or uuid4()}"
            record = RecordCustomerAct(customer_id=customer, act=act, key=key, came_in=self.now)
            return record_customer_act(journal, record, self._work).refused

    def task_act(self, act: TaskAct, task: str = "T-C1-1") -> str:
        with self.writing() as journal:
            key = f"call:{task}/{act.key or uuid4()}"
            record = RecordTaskAct(task=task, customer_id="C1", act=act, key=key, came_in=self.now)
            return calls._record_task_act(journal, record).refused

    def method(self, customer: str = "C1", **fields: Any) -> str:
        """A payment method put on file, a mandate where nothing else is said; its number."""
        wanted = Wanted(**{"kind": MethodKind.MANDATE, **fields})
        with self.writing() as journal:
            return methods.add(journal, customer, wanted).number

    def call(self, outcome: CallOutcome, task: str = "T-C1-1") -> str:
        with self.writing() as journal:
            key = f"call:{task}/{outcome.key or uuid4()}"
            record = RecordCall(
                task=task, customer_id="C1", outcome=outcome, key=key, came_in=self.now
            )
            return calls.record_call_outcome(journal, record).refused

    def refund_act(self, act: RefundAct, refund: str = "F-C1-1") -> str:
        with self.writing() as journal:
            key = f"refund:{refund}/{act.key or uuid4()}"
            record = RecordRefundAct(
                refund=refund, customer_id="C1", act=act, key=key, came_in=self.now
            )
            return refunds._record_act(journal, record).refused

    def gather(self, day: str, hour: str = "09:00", customer: str = "C1") -> Gathered:
        """What is due then is made."""
        self.now = berlin(day, hour)
        with self.writing() as journal:
            return Gathering(journal, AskedCustomer(customer_id=customer), self._work).gather()

    def send(self, day: str, customer: str = "C1", state: NoticeState = NoticeState.SENT) -> str:
        """The notice that is due then is made and sent; its number."""
        number = self.gather(day, customer=customer).notice
        with self.writing() as journal:
            notice = journal.session.get_one(NoticeRecord, number)
            if state is NoticeState.LAPSED:
                notices_record.lapse(journal, notice, "not accepted within the hours of its day")
            else:
                notices_record.count_as_sent(journal, notice, state)
        return number

    def part(self, notice: str, part: int, state: NoticeState) -> None:
        """A further mail of a notice, and what became of it."""
        with self.writing() as journal:
            journal.session.add(
                NoticePartRecord(
                    notice_number=notice,
                    part=part,
                    state=state.value,
                    message_id=f"<{notice}.{part}>",
                    document=f"mail/{notice}.{part}.eml",
                )
            )

    def trouble(self, trouble: Trouble, customer: str = "C1") -> None:
        with self.writing() as journal:
            journal.needs_attention(trouble, customer)

    @contextmanager
    def writing(self) -> Iterator[Journal]:
        """One transaction, with a journal of this hour."""
        with self._database.transaction() as session:
            yield Journal(session, self.now, REAL_TIME)


def _minor(amount: str) -> int:
    return int(Decimal(amount) * 100)
