"""Deliver the messages that were recorded with the facts they tell of.

A fact and its message are written in one transaction, so neither is lost: what a crash or an outage
left undelivered goes out the next time anyone delivers, at the latest when a worker starts.
"""

import asyncio
from collections.abc import Sequence

from sqlmodel import Session, col, select
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from activities.database import Database
from models.messages import Case, Customer, Enlisted, Recorded, Task
from models.names import (
    CALL_WORKFLOW,
    CUSTOMER_WORKFLOW,
    INVOICE_ENLISTED,
    INVOICE_WORKFLOW,
    QUEUE,
)
from models.tables import OutboxRecord

_INPUT: dict[str, type[Case] | type[Customer] | type[Task]] = {
    INVOICE_WORKFLOW: Case,
    CUSTOMER_WORKFLOW: Customer,
    CALL_WORKFLOW: Task,
}
_AT_ONCE = 20  # messages under way together: enough to hide the round trip, few for the server


async def deliver(database: Database, client: Client, customer_id: str | None = None) -> int:
    """Deliver what waits, of one customer or (None) of all; return how many.

    Safe to repeat and to run twice at once: every message says "look at the record", in the order
    it was recorded for each workflow.
    """
    waiting = await database.run(lambda session: _waiting(session, customer_id))
    by_workflow: dict[str, list[OutboxRecord]] = {}
    for message in waiting:
        by_workflow.setdefault(message.workflow_id, []).append(message)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one_workflow(messages: Sequence[OutboxRecord]) -> None:
        async with gate:
            for message in messages:
                await _send(client, message)
            ids = [message.id for message in messages]
            await database.run(lambda session: _mark_delivered(session, ids))

    await asyncio.gather(*(one_workflow(messages) for messages in by_workflow.values()))
    return len(waiting)


def _waiting(session: Session, customer_id: str | None) -> Sequence[OutboxRecord]:
    query = select(OutboxRecord).where(col(OutboxRecord.delivered).is_(False))
    if customer_id is not None:
        query = query.where(col(OutboxRecord.customer_id) == customer_id)
    return session.exec(query.order_by(col(OutboxRecord.id))).all()


def _mark_delivered(session: Session, ids: Sequence[int | None]) -> None:
    for record in session.exec(select(OutboxRecord).where(col(OutboxRecord.id).in_(ids))):
        record.delivered = True


async def _send(client: Client, message: OutboxRecord) -> None:
    start = _INPUT[message.workflow].model_validate_json(message.start)
    payload = Enlisted if message.signal == INVOICE_ENLISTED else Recorded
    await client.start_workflow(
        message.workflow,
        start,
        id=message.workflow_id,
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal=message.signal,
        start_signal_args=[payload.model_validate_json(message.payload)],
    )
