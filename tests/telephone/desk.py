"""A call task and a telephone that does as it is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlmodel import Session, select

from activities.calls_record import open_task
from activities.dialling import Dialling
from activities.intake import Taken, record_policy, take_invoices
from activities.journal import Journal
from activities.phone_calls import CallView, Click, call_view
from gateways.telephone import Dial
from gateways.twilio_callbacks import Status
from models.tables import CallTaskRecord, CustomerRecord, EventRecord, InvoiceRecord
from rules.clock import REAL_TIME
from rules.ledger import CustomerRow, InvoiceRow
from rules.telephone import Leg, LegState
from tests.database.ledger import NOTICE_DAY, journal, opened
from tests.telephone.scripted_twilio import CUSTOMER, EMPLOYEE, SID
from tests.workflows.policies import BRISK, digest_of, parsed

T = TypeVar("T")
TASK = "T-C1-1"


@dataclass
class Exchange:
    """A telephone: it raises `trouble`, or takes every call; `dialled` is what it was asked for."""

    trouble: Exception | None = None
    dialled: list[Dial] = field(default_factory=list)
    rings: bool = True

    async def ring(self, dial: Dial) -> str:
        self.dialled.append(dial)
        if self.trouble is not None:
            raise self.trouble
        return SID


class Desk:
    """Customer C1 with one invoice in one open call task. `now` is the hour of all that is done."""

    def __init__(self, database_url: str, exchange: Exchange) -> None:
        self.now: datetime = NOTICE_DAY
        self._opened = opened(database_url)
        self.database = self._opened.__enter__()
        self.dialling = Dialling(self.database, exchange, REAL_TIME)
        self.write(_open)

    def write(self, work: Callable[[Journal], T]) -> T:
        with self.database.transaction() as session:
            return work(journal(session, self.now))

    def read(self, work: Callable[[Session], T]) -> T:
        with self.database.transaction() as session:
            return work(session)

    def change(self, **customer: str) -> None:
        """Of the customer's record."""

        def changed(session: Session) -> None:
            record = session.get_one(CustomerRecord, "C1")
            for name, value in customer.items():
                setattr(record, name, value)

        self.read(changed)

    def take(self, by: str) -> None:
        """The task is somebody's."""

        def taken(session: Session) -> None:
            session.get_one(CallTaskRecord, TASK).taken_by = by

        self.read(taken)

    async def click(self, key: str = "k1", by: str = "anna", task: str = TASK) -> int:
        return await self.dialling.call(Click(task=task, key=key, by=by, number=EMPLOYEE), self.now)

    async def say(
        self,
        leg: Leg,
        state: LegState,
        *,
        call: int = 1,
        sid: str = SID,
        seconds: int | None = None,
    ) -> bool:
        """The provider tells of a leg, a second after the last word."""
        self.now += timedelta(seconds=1)
        return await self.dialling.hear(Status(call, leg, state, sid, self.now, seconds), self.now)

    def view(self, call: int = 1) -> CallView:
        found = self.read(lambda session: call_view(session, call, self.now))
        assert found is not None
        return found

    def events(self) -> list[str]:
        """What was logged of calls, "event: detail"."""
        found = self.read(lambda session: session.exec(select(EventRecord)).all())
        mine = [one for one in found if one.event.startswith(("phone_", "message_ignored"))]
        return [f"{one.event}: {one.detail}" for one in sorted(mine, key=lambda one: one.id or 0)]

    def close(self) -> None:
        self._opened.__exit__(None, None, None)


@contextmanager
def desk(database_url: str, exchange: Exchange | None = None) -> Iterator[Desk]:
    here = Desk(database_url, exchange or Exchange())
    try:
        yield here
    finally:
        here.close()


def _open(journal: Journal) -> None:
    row = InvoiceRow(
        customer=CustomerRow("C1", "Customer C1", "c@example.com", CUSTOMER, "de", "DE"),
        number="I1",
        issue_date=date(2026, 2, 2),
        due_date=date(2026, 3, 2),
        currency="EUR",
        amount_minor=10_000,
    )
    record_policy(journal, parsed(BRISK), BRISK)
    take_invoices(journal, "ledger", [row], digest_of(BRISK), Taken())
    open_task(journal, [journal.session.get_one(InvoiceRecord, "I1")], journal.now)
