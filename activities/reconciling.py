"""What a starting worker makes sure of: nothing recorded is without its workflow."""

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from activities.database import Database
from activities.debiting_banks import recorded_banks
from activities.post import deliver
from activities.running import running_of
from models import names
from models.messages import Case, DebitFiles, Refund, Task
from models.settings import MailMode
from models.tables import (
    CallTaskRecord,
    InvoiceRecord,
    LetterRecord,
    NoticeRecord,
    NoticeState,
    RefundRecord,
    TaskState,
)
from rules.case import Status
from rules.clock import Clock
from rules.errors import UserMistake
from rules.refunds import RefundState

Start = Case | Task | Refund | DebitFiles
# Notices and letters go through the same states.
_WENT_OUT = (NoticeState.SENDING.value, NoticeState.SENT.value, NoticeState.IN_DOUBT.value)
_AT_ONCE = 20


def refuse_mixed_modes(session: Session, mode: MailMode) -> None:
    """`redirect` is for the weeks before the first real mail: afterwards, what it would count as
    sent never reached the customer. Raises UserMistake."""
    if mode is not MailMode.REDIRECT:
        return
    for table in (NoticeRecord, LetterRecord):
        query = select(table.number).where(
            col(table.state).in_(_WENT_OUT), col(table.mode) == MailMode.SEND.value
        )
        if session.exec(query.limit(1)).first() is not None:
            raise UserMistake(
                "DUELY_MAIL_MODE: redirect is refused, this database has sent mails to customers; "
                "use send or hold, or another database"
            )


async def start_what_is_missing(database: Database, client: Client, clock: Clock) -> int:
    """Deliver what waits, and start the workflow of every open invoice, task and refund, and of every
    bank that takes debits, that has none.

    Facts may have been recorded while Temporal was away, or Temporal may have lost its own. Returns
    how many were started. Starting one that runs after all changes nothing.
    """
    await deliver(database, client)
    running = await running_of(
        client,
        names.INVOICE_WORKFLOW,
        names.CALL_WORKFLOW,
        names.REFUND_WORKFLOW,
        names.DEBIT_FILES_WORKFLOW,
    )
    return await start_those_but(running, database, client, clock)


async def start_those_but(
    running: Collection[str], database: Database, client: Client, clock: Clock
) -> int:
    """Start the workflow of every open invoice, task and refund, and of every bank that takes debits,
    but those whose ids are given."""
    wanted = [
        *await _wanted(names.INVOICE_WORKFLOW, database, open_cases_by_workflow),
        *await _wanted(names.CALL_WORKFLOW, database, open_tasks_by_workflow),
        *await _wanted(names.REFUND_WORKFLOW, database, open_refunds_by_workflow),
        *await _wanted(names.DEBIT_FILES_WORKFLOW, database, banks_by_workflow),
    ]
    missing = [one for one in wanted if one.workflow_id not in running]
    gate = asyncio.Semaphore(_AT_ONCE)

    async def start(one: "_Wanted") -> None:
        async with gate:
            await client.start_workflow(
                one.workflow,
                one.start.model_copy(update={"clock": clock}),
                id=one.workflow_id,
                task_queue=names.QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )

    await asyncio.gather(*(start(one) for one in missing))
    return len(missing)


@dataclass(frozen=True)
class _Wanted:
    workflow: str
    workflow_id: str
    start: Start


async def _wanted(
    workflow: str, database: Database, read: Callable[[Session], dict[str, Start]]
) -> list[_Wanted]:
    found = await database.run(read)
    return [_Wanted(workflow, workflow_id, start) for workflow_id, start in found.items()]


def open_cases_by_workflow(session: Session) -> dict[str, Start]:
    """The input of every workflow that an open invoice needs, by its id."""
    query = select(InvoiceRecord).where(col(InvoiceRecord.status) == Status.OPEN.value)
    return {
        names.invoice_workflow_id(invoice.number): Case(
            invoice_number=invoice.number,
            customer_id=invoice.customer_id,
            amount=invoice.amount_minor,
            currency=invoice.currency,
            due_date=invoice.due_date,
        )
        for invoice in session.exec(query)
    }


def open_tasks_by_workflow(session: Session) -> dict[str, Start]:
    """The same of every open call task."""
    query = select(CallTaskRecord.task, CallTaskRecord.customer_id).where(
        col(CallTaskRecord.state) == TaskState.OPEN.value
    )
    return {
        names.call_workflow_id(task): Task(task=task, customer_id=customer)
        for task, customer in session.exec(query)
    }


def open_refunds_by_workflow(session: Session) -> dict[str, Start]:
    """The same of every refund that has not failed and whose proof has not gone."""
    query = select(RefundRecord.number, RefundRecord.customer_id).where(
        col(RefundRecord.state) != RefundState.FAILED.value, col(RefundRecord.mailed_at).is_(None)
    )
    return {
        names.refund_workflow_id(number): Refund(refund=number, customer_id=customer)
        for number, customer in session.exec(query)
    }


def banks_by_workflow(session: Session) -> dict[str, Start]:
    """The same of every bank of ours that takes debits as files."""
    return {
        names.debit_files_workflow_id(bank): DebitFiles(bank=bank)
        for bank in recorded_banks(session)
    }
