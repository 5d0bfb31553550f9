"""What a form on the page of an invoice or a customer does: first foretold, then done.

Either an update to a workflow, or what is recorded here and told to the workflows: money of ours that
moves, under its key (a refund, credit that is set off), and payment methods.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from sqlmodel import Session
from temporalio.service import RPCError

from activities.acts import refusal, standing_of
from activities.asking import Wanted, was_done
from activities.facts import case_of
from activities.foretelling import (
    Foretold,
    Trial,
    foretell_act,
    foretell_customer_act,
    open_numbers,
    tried,
)
from activities.journal import Journal
from activities.post import deliver_these
from activities.workplace import Workplace
from models.messages import Case, Customer, CustomerAct, InvoiceAct, RecordAct, RecordCustomerAct
from models.tables import InvoiceRecord
from rules.case import is_over
from rules.errors import Unreachable, UserMistake
from web.acting import ask
from web.desk import Desk
from web.visit import Visit


class Doing(Protocol):
    """Both raise UserMistake with why not; `do` also Unreachable, where nobody answers."""

    async def foretell(self, visit: Visit) -> Foretold: ...

    async def do(self, visit: Visit) -> bool:
        """False where it was done before, under the same key."""


@dataclass(frozen=True)
class InvoiceUpdate:
    """An act on an invoice, whose workflow is asked."""

    invoice: InvoiceRecord
    act: InvoiceAct

    async def foretell(self, visit: Visit) -> Foretold:
        desk = visit.desk
        _, workflow_id = self._wanted(desk).workflow
        record = RecordAct(
            invoice_number=self.invoice.number,
            customer_id=self.invoice.customer_id,
            act=self.act,
            key=f"{workflow_id}/{self.act.key}",
            came_in=desk.business_now(),
            clock=desk.clock,
        )
        return await desk.database.run(
            lambda session: foretell_act(session, record, desk.business_now())
        )

    async def do(self, visit: Visit) -> bool:
        """Judged by the record first where it is over: its workflow has ended and says no more."""
        wanted = self._wanted(visit.desk)
        if refused := await visit.desk.database.run(lambda s: self._refused(s, wanted, visit.desk)):
            raise UserMistake(refused)
        return await ask(visit, wanted)

    def _refused(self, session: Session, wanted: Wanted, desk: Desk) -> str:
        if was_done(session, wanted):
            return ""
        facts, ladder = case_of(session, self.invoice.number, desk.business_now())
        standing = standing_of(facts, ladder, desk.business_now())
        return refusal(self.act, standing, self.invoice.issue_date) if is_over(facts) else ""

    def _wanted(self, desk: Desk) -> Wanted:
        start = Case(
            invoice_number=self.invoice.number,
            customer_id=self.invoice.customer_id,
            clock=desk.clock,
            amount=self.invoice.amount_minor,
            currency=self.invoice.currency,
            due_date=self.invoice.due_date,
        )
        return Wanted(start, self.act, self.act.name)


@dataclass(frozen=True)
class CustomerUpdate:
    """An act on a customer, whose workflow is asked."""

    customer_id: str
    act: CustomerAct

    async def foretell(self, visit: Visit) -> Foretold:
        desk = visit.desk
        _, workflow_id = self._wanted(desk).workflow
        record = RecordCustomerAct(
            customer_id=self.customer_id,
            act=self.act,
            key=f"{workflow_id}/{self.act.key}",
            came_in=desk.business_now(),
            clock=desk.clock,
        )
        work = Workplace(desk.database, desk.creditor, desk.settings.mode)
        return await desk.database.run(
            lambda session: foretell_customer_act(session, record, desk.business_now(), work)
        )

    async def do(self, visit: Visit) -> bool:
        return await ask(visit, self._wanted(visit.desk))

    def _wanted(self, desk: Desk) -> Wanted:
        start = Customer(customer_id=self.customer_id, clock=desk.clock)
        return Wanted(start, self.act, self.act.name)


@dataclass(frozen=True)
class Booking:
    """What is recorded with `book`, which answers False where that was done before, and raises
    UserMistake with why not. `number` is the invoice it is about, "": all that are open."""

    customer_id: str
    number: str
    book: Callable[[Journal], bool]

    async def foretell(self, visit: Visit) -> Foretold:
        desk = visit.desk
        trial = Trial(self.customer_id, self._concerned, self._tried)
        return await desk.database.run(
            lambda session: tried(session, trial, desk.clock, desk.business_now())
        )

    def _concerned(self, journal: Journal) -> list[str]:
        return [self.number] if self.number else open_numbers(journal, self.customer_id)

    def _tried(self, journal: Journal) -> str:
        try:
            self.book(journal)
        except UserMistake as mistake:
            return str(mistake)
        return ""

    async def do(self, visit: Visit) -> bool:
        desk = visit.desk

        def work(session: Session) -> tuple[bool, Journal]:
            journal = Journal(session, desk.business_now(), desk.clock, visit.username)
            return self.book(journal), journal

        is_new, journal = await desk.database.run(work)
        # What cannot be told now is on the record: a worker tells it when it comes up.
        with suppress(Unreachable, RPCError):
            await deliver_these(desk.database, await desk.temporal(), journal.left)
        return is_new
