"""A whole house for one test: the production worker on a server that skips time, and one driver.

Days are written as a test reads them, "2026-03-05"; where a house tells of them, "03-05". Money is
written "60.00". Nothing here asserts by itself except that no workflow failed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlmodel import Session, SQLModel, select
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import (
    Client,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from activities import refunding
from activities.copying import copied_database
from activities.intake import Taken, record_policy, take_invoices, take_ledger, take_payments
from activities.planning import Plan, Rehearsal
from activities.post import deliver
from activities.reconciling import refuse_mixed_modes
from activities.refunding import Wanted
from activities.registration import add
from activities.timeline import EVENTS
from gateways.mail import Mail, RedirectedMail
from gateways.payments import Payments
from gateways.refunds import Refunds
from gateways.staff import NobodyAnswers, Staff
from models import names
from models.messages import Customer, Refund
from models.settings import HOME, Documents, MailMode, Settings
from models.tables import (
    AttentionRecord,
    CallTaskRecord,
    CreditRecord,
    EventRecord,
    InvoiceRecord,
    LegalCaseItemRecord,
    PositionRecord,
    RefundRecord,
)
from plugin import house_plugin
from rules.clock import Clock
from rules.days import local_moment, midnight
from rules.errors import InDoubt
from rules.ledger import CustomerRow, InvoiceRow, LedgerFile, PaymentRow
from rules.money import decimal_text
from sandbox.bank import SandboxBank
from sandbox.refunds import SandboxRefunds
from sandbox.server import binary, kept
from sandbox.skipping import Busy, jump
from tests.migrated import put
from tests.workflows.policies import BRISK, digest_of, parsed
from worker import WORKFLOWS, Adapters, furnish

T = TypeVar("T")
Row = TypeVar("Row", bound=SQLModel)
BERLIN = ZoneInfo("Europe/Berlin")
PATIENCE = 20.0  # seconds; a jump takes a fraction of one


@dataclass
class Postman:
    """A mail gateway that does as it is told: each word of `orders` answers one try, then all is
    accepted. A word is an exception to raise; `taken` keeps what was accepted or may have been."""

    orders: list[Exception | None] = field(default_factory=list)
    taken: list[Any] = field(default_factory=list)
    tried: int = 0

    async def deliver(self, mail: Any) -> None:
        self.tried += 1
        word = self.orders.pop(0) if self.orders else None
        if word is None or isinstance(word, InDoubt):
            self.taken.append(mail)
        if word is not None:
            raise word

    async def close(self) -> None:
        return


class House:
    """`async with House(tmp_path) as house`. Time stands still except in `at`."""

    def __init__(
        self,
        folder: Path,
        *,
        policy: str = BRISK,
        begins: str = "2026-02-02",
        mail: Mail | None = None,
        bank: Payments | None = None,
        staff: Staff | None = None,
        mail_mode: str = "send",
        documents: Documents = Documents.NONE,
        restarts: bool = False,
        database: str = "",
        refunds: Refunds | None = None,
    ) -> None:
        self._folder = folder
        self._database_url = database or f"sqlite:///{put(folder / 'duely.db')}"
        self._policy = policy
        self._begins = date.fromisoformat(begins)
        self.mail = mail or Postman()
        self.bank = bank or SandboxBank(folder / "bank.db")
        self._staff = staff or NobodyAnswers()
        self._refunds = refunds or SandboxRefunds(folder / "refunds.db")
        self._mode = mail_mode
        self._documents = documents
        self._busy = Busy()
        self._restarts = restarts

    # --- open and close --------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        program = kept(
            binary("temporal-test-server"), log=self._folder / "server.log", folder=self._folder
        )
        self._environment = await WorkflowEnvironment.start_time_skipping(
            test_server_existing_path=str(program), plugins=[house_plugin()]
        )
        await add(self.client)
        started = await self._environment.get_current_time()
        self._clock = Clock(
            origin=midnight(self._begins, BERLIN), start=started.replace(microsecond=0)
        )
        await self._open(self._mode)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                await self._nothing_failed()
        finally:
            await self._close()
            await self._environment.shutdown()

    def _settings(self, mail_mode: str) -> Settings:
        return Settings(
            database_url=self._database_url,
            documents_dir=self._folder / "documents",
            creditor=HOME / "creditor.toml",
            mail_mode=mail_mode,
        )

    async def _open(self, mail_mode: str) -> None:
        settings = self._settings(mail_mode)
        mail = self.mail
        if settings.mode is MailMode.REDIRECT:
            mail = RedirectedMail(mail, settings.redirect_to)
        adapters = Adapters(
            mail=mail,
            payments=self.bank,
            staff=self._staff,
            refunds=self._refunds,
            debit_files=settings.debit_files,
        )
        self._rooms = furnish(settings, adapters=adapters, documents=self._documents, fast=True)
        self.database = self._rooms.workplace.database
        await self.database.run(
            lambda session: refuse_mixed_modes(session, self._rooms.workplace.mode)
        )
        self._worker = Worker(
            self.client,
            task_queue=names.QUEUE,
            workflows=WORKFLOWS,
            activities=self._rooms.activities(),
            # In production a mistake of ours waits for the next release; a test is to see it.
            workflow_failure_exception_types=[Exception],
            interceptors=[self._busy],
            # A worker that is to be followed by another keeps nothing in memory, or the server
            # would wait for it; every step then replays its history.
            max_cached_workflows=0 if self._restarts else 1000,
        )
        # Hundreds of tests share a process: to collect its garbage may take the two seconds after which
        # the SDK takes a workflow for deadlocked.
        assert self._worker._workflow_worker is not None, "it runs workflows"
        self._worker._workflow_worker._deadlock_timeout_seconds = None
        await self._worker.__aenter__()

    async def _close(self) -> None:
        if self._worker.is_running:
            await self._worker.shutdown()
        await self._rooms.close()

    async def restart(self, *, mail_mode: str = "send") -> None:
        """The worker ends, and another one starts with the same database."""
        await self._close()
        await self._open(mail_mode)

    @asynccontextmanager
    async def at_rest(self) -> AsyncIterator[Settings]:
        """The worker has ended and the database is free for others; then another one starts."""
        await self._close()
        yield self._settings(self._mode)
        await self._open(self._mode)

    @property
    def client(self) -> Client:
        return self._environment.client

    async def _nothing_failed(self) -> None:
        for workflow_id in await self._read(_workflow_ids):
            try:
                status = await self._status(workflow_id)
            except RPCError as error:
                if error.status is not RPCStatusCode.NOT_FOUND:
                    raise
                continue  # never started
            fine = (WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED)
            assert status in fine, f"{workflow_id} is {status.name}"

    async def _status(self, workflow_id: str) -> WorkflowExecutionStatus:
        """Asked without the SDK's `describe`, which cannot read this server's answer: an attribute
        that is not shown any more stays in it as null."""
        described = await self.client.workflow_service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(
                namespace=self.client.namespace,
                execution=WorkflowExecution(workflow_id=workflow_id),
            )
        )
        return WorkflowExecutionStatus(described.workflow_execution_info.status)

    # --- time ------------------------------------------------------------------------------------

    async def at(self, day: str, hour: str = "00:05") -> None:
        """Time passes until then, and everything that is due meanwhile happens."""
        moment = local_moment(date.fromisoformat(day), time.fromisoformat(hour), BERLIN)
        wait = self._clock.temporal(moment) - await self._environment.get_current_time()
        assert wait > timedelta(0), f"{day} {hour} has passed"
        async with asyncio.timeout(PATIENCE):  # an activity that fails for ever stops the clock
            await jump(self._environment, wait, self._busy)

    async def settle_down(self) -> None:
        """A second passes: what was just told has been read and answered."""
        await jump(self._environment, timedelta(seconds=1), self._busy)

    async def now(self) -> datetime:
        return self._clock.business(await self._environment.get_current_time())

    # --- what is recorded from outside -----------------------------------------------------------

    async def invoice(
        self,
        number: str,
        due: str = "2026-03-02",
        amount: str = "100.00",
        *,
        customer: str = "C1",
        mandate: str = "",
        email: str | None = None,
        currency: str = "EUR",
        policy: str | None = None,
        document: str = "",
    ) -> None:
        """An invoice of today comes in. `document` is the store's key of its original PDF."""
        text = policy or self._policy
        address = f"{customer.lower()}@example.com" if email is None else email
        row = InvoiceRow(
            customer=CustomerRow(customer, f"Customer {customer}", address, "", "en", "DE"),
            number=number,
            issue_date=(await self.now()).astimezone(BERLIN).date(),
            due_date=date.fromisoformat(due),
            currency=currency,
            amount_minor=_minor(amount),
            mandate=mandate,
            document=document,
        )

        def take(journal: Any) -> None:
            record_policy(journal, parsed(text), text)
            take_invoices(journal, "the ledger", [row], digest_of(text), Taken())

        await self.record(take)

    async def take(
        self, files: Sequence[LedgerFile], *, per_day: int = 0, policy: str | None = None
    ) -> Taken:
        """Ledger files come in, as an import brings them."""
        text = policy or self._policy
        taken = []

        def take(journal: Any) -> None:
            record_policy(journal, parsed(text), text)
            taken.append(take_ledger(journal, files, digest_of(text), per_day=per_day))

        await self.record(take)
        return taken[0]

    async def plan(self, files: Sequence[LedgerFile], *, per_day: int = 0) -> Plan:
        """What the first morning would bring, were they taken now into a new database."""
        rehearsal = Rehearsal(
            policy=parsed(self._policy),
            policy_text=self._policy,
            clock=self._clock,
            now=await self.now(),
            backlog_per_day=per_day,
        )
        with copied_database("sqlite://") as copy:
            work = replace(self._rooms.workplace, database=copy())
            return await copy().run(lambda session: rehearsal.plan(session, work, files))

    async def pay(self, number: str, amount: str, ref: str = "P1") -> None:
        """Money comes in, or goes back where `amount` is negative; its workflow has seen it."""
        await self.pay_unseen(number, amount, ref)
        await self.settle_down()

    async def pay_unseen(self, number: str, amount: str, ref: str = "P1") -> None:
        """The same, and the test goes on while the workflow may still be busy with it."""
        row = PaymentRow(
            payment_id=ref,
            date=(await self.now()).astimezone(BERLIN).date(),
            invoice_number=number,
            currency="EUR",
            amount_minor=_minor(amount),
        )
        await self.record(lambda journal: take_payments(journal, [row], Taken()))

    async def refund(self, number: str, amount: str, payment: str = "", key: str = "") -> str:
        """A person asks for money to be paid back; its number."""
        asked = Wanted(number, _minor(amount), key or str(uuid4()), payment)
        made = []
        await self.record(lambda journal: made.append(refunding.request(journal, asked)[0].number))
        return made[0]

    async def on_refund(
        self, work: Callable[[Any, RefundRecord], object], of: str = "F-C1-1"
    ) -> None:
        """What the intake of a bank's file does with a refund."""

        def act(journal: Any) -> None:
            work(journal, journal.session.get_one(RefundRecord, of))

        await self.record(act)

    async def record(self, work: Callable[[Any], None]) -> None:
        now = await self.now()
        place = self._rooms.workplace
        await self.database.run(lambda s: work(place.journal(s, self._clock, now)))
        await deliver(self.database, self.client)

    # --- messages --------------------------------------------------------------------------------

    def _invoice(self, number: str) -> WorkflowHandle[Any, Any]:
        return self.client.get_workflow_handle(names.invoice_workflow_id(number))

    async def _customer(self, customer_id: str) -> WorkflowHandle[Any, Any]:
        return await self.client.start_workflow(
            names.CUSTOMER_WORKFLOW,
            Customer(customer_id=customer_id, clock=self._clock),
            id=names.customer_workflow_id(customer_id),
            task_queue=names.QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )

    async def signal(self, number: str, name: str, *payload: Any) -> None:
        """As an engineer types it."""
        await self._invoice(number).signal(name, args=payload)
        await self.settle_down()

    async def ask(self, number: str, act: str, **said: Any) -> str:
        """A person's act on an invoice; the reason where it is refused, else ""."""
        return await _update(self._invoice(number), act, said)

    async def ask_customer(self, customer_id: str, act: str, **said: Any) -> str:
        return await _update(await self._customer(customer_id), act, said)

    async def call(self, outcome: str, task: str = "T-C1-1", **said: Any) -> str:
        """What came of a call."""
        handle = self.client.get_workflow_handle(names.call_workflow_id(task))
        return await _update(handle, "outcome", {"outcome": outcome, **said})

    async def ask_task(self, act: str, task: str = "T-C1-1", **said: Any) -> str:
        """Somebody takes a call task, or gives it back."""
        handle = self.client.get_workflow_handle(names.call_workflow_id(task))
        return await _update(handle, act, said)

    async def ask_refund(self, act: str, refund: str = "F-C1-1", **said: Any) -> str:
        """What a person says of a refund, whose workflow is started where it has ended."""
        handle: WorkflowHandle[Any, Any] = await self.client.start_workflow(
            names.REFUND_WORKFLOW,
            Refund(refund=refund, customer_id="C1", clock=self._clock),
            id=names.refund_workflow_id(refund),
            task_queue=names.QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        return await _update(handle, act, said)

    # --- what became of it -----------------------------------------------------------------------

    async def story(self, *events: str, of: str = "") -> list[str]:
        """The timeline, "DAY INVOICE EVENT [LEVEL]"; only some events, only of one invoice."""
        rows = await self.rows(EventRecord)
        shown = events or EVENTS
        found = [r for r in rows if r.event in shown and of in ("", r.invoice_number)]
        return [_told(row) for row in sorted(found, key=_place)]

    async def money(self, *events: str) -> list[str]:
        """The same as "DAY INVOICE EVENT AMOUNT BALANCE"."""
        rows = [row for row in await self.rows(EventRecord) if row.event in events]
        return [
            f"{_day(row)} {row.invoice_number} {row.event} "
            f"{decimal_text(row.amount_minor, row.currency)} "
            f"{decimal_text(row.balance_minor, row.currency)}"
            for row in sorted(rows, key=_place)
        ]

    async def hours(self, event: str) -> list[str]:
        """When an event stands on the timeline, "DAY HH:MM"."""
        rows = [row for row in await self.rows(EventRecord) if row.event == event]
        return [row.at.astimezone(BERLIN).strftime("%m-%d %H:%M") for row in rows]

    async def remarks(self, event: str) -> list[str]:
        """What the event log says in words about each event of a kind."""
        return [row.detail for row in await self.rows(EventRecord) if row.event == event]

    async def troubles(self) -> list[str]:
        """What needs attention now."""
        return [r.trouble for r in await self.rows(AttentionRecord) if r.ended_at is None]

    async def balance(self, number: str) -> str:
        invoice = await self.get(InvoiceRecord, number)
        return decimal_text(invoice.balance_minor, invoice.currency)

    async def status(self, number: str) -> str:
        return (await self.get(InvoiceRecord, number)).status

    async def position(self, number: str) -> PositionRecord:
        return await self.get(PositionRecord, number)

    async def credit(self) -> str:
        return decimal_text(sum(r.amount_minor for r in await self.rows(CreditRecord)), "EUR")

    async def claimed_in_cases(self) -> list[str]:
        """What each case for the lawyer claims, "CASE INVOICE BALANCE"."""
        return [
            f"{r.case} {r.invoice_number} {decimal_text(r.balance_minor, r.currency)}"
            for r in await self.rows(LegalCaseItemRecord)
        ]

    async def rows(self, table: type[Row]) -> list[Row]:
        """Every row of a table, in the order it was written."""
        return await self._read(lambda session: list(session.exec(select(table))))

    async def get(self, table: type[Row], key: str) -> Row:
        return await self._read(lambda session: session.get_one(table, key))

    async def _read(self, work: Callable[[Session], T]) -> T:
        return await self.database.run(work)

    async def runs(self, number: str) -> bool:
        """Whether the invoice's workflow is running."""
        status = await self._status(names.invoice_workflow_id(number))
        return status is WorkflowExecutionStatus.RUNNING


async def _update(handle: WorkflowHandle[Any, Any], name: str, said: dict[str, Any]) -> str:
    try:
        await handle.execute_update(name, said, id=str(uuid4()))
    except WorkflowUpdateFailedError as failed:
        return str(failed.cause)
    return ""


def _workflow_ids(session: Session) -> Collection[str]:
    """Of every workflow that may have been started."""
    invoices = session.exec(select(InvoiceRecord.number, InvoiceRecord.customer_id)).all()
    tasks = session.exec(select(CallTaskRecord.task)).all()
    refunds = session.exec(select(RefundRecord.number)).all()
    return [
        *(names.refund_workflow_id(number) for number in refunds),
        *(names.invoice_workflow_id(number) for number, _ in invoices),
        *sorted({names.customer_workflow_id(customer) for _, customer in invoices}),
        *(names.call_workflow_id(task) for task in tasks),
    ]


def _minor(amount: str) -> int:
    return int(Decimal(amount) * 100)


def _day(row: EventRecord) -> str:
    return row.at.astimezone(BERLIN).strftime("%m-%d")


def _told(row: EventRecord) -> str:
    words = [_day(row), row.invoice_number, row.event]
    return " ".join(words if row.level is None else [*words, str(row.level)])


def _place(row: EventRecord) -> tuple[datetime, str, str, int]:
    assert row.id is not None
    return row.at, row.customer_id, row.invoice_number, row.id
