"""What a starting worker makes sure of: nothing recorded is without its workflow."""

import asyncio

from sqlmodel import Session, col, select
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from activities.database import Database
from activities.post import deliver
from models import names
from models.messages import Case
from models.settings import MailMode
from models.tables import InvoiceRecord, NoticeRecord, NoticeState
from rules.case import Status
from rules.clock import Clock
from rules.errors import UserMistake

_WENT_OUT = (NoticeState.SENDING.value, NoticeState.SENT.value, NoticeState.IN_DOUBT.value)
_AT_ONCE = 20


def refuse_mixed_modes(session: Session, mode: MailMode) -> None:
    """`redirect` is for the weeks before the first real mail: afterwards, what it would count as
    sent never reached the customer. Raises UserMistake."""
    if mode is not MailMode.REDIRECT:
        return
    query = select(NoticeRecord.number).where(
        col(NoticeRecord.state).in_(_WENT_OUT), col(NoticeRecord.mode) == MailMode.SEND.value
    )
    if session.exec(query.limit(1)).first() is not None:
        raise UserMistake(
            "DUELY_MAIL_MODE: redirect is refused, this database has sent notices to customers; "
            "use send or hold, or another database"
        )


async def start_what_is_missing(database: Database, client: Client, clock: Clock) -> int:
    """Deliver what waits, and start every open invoice's workflow that does not run.

    Facts may have been recorded while Temporal was away, or Temporal may have lost its own. Returns
    how many were started. Starting one that runs after all changes nothing.
    """
    await deliver(database, client)
    running = {
        workflow.id
        async for workflow in client.list_workflows(
            f"WorkflowType = '{names.INVOICE_WORKFLOW}' AND ExecutionStatus = 'Running'"
        )
    }
    cases = await database.run(_open_cases)
    missing = [c for c in cases if names.invoice_workflow_id(c[0]) not in running]
    gate = asyncio.Semaphore(_AT_ONCE)

    async def start(invoice_number: str, customer_id: str) -> None:
        async with gate:
            await client.start_workflow(
                names.INVOICE_WORKFLOW,
                Case(invoice_number=invoice_number, customer_id=customer_id, clock=clock),
                id=names.invoice_workflow_id(invoice_number),
                task_queue=names.QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            )

    await asyncio.gather(*(start(*case) for case in missing))
    return len(missing)


def _open_cases(session: Session) -> list[tuple[str, str]]:
    query = select(InvoiceRecord.number, InvoiceRecord.customer_id).where(
        col(InvoiceRecord.status) == Status.OPEN.value
    )
    return [(number, customer) for number, customer in session.exec(query)]
