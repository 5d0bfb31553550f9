"""Deliver the messages that were recorded with the facts they tell of.

A fact and its message are written in one transaction, so neither is lost: what a crash or an outage
left undelivered goes out the next time anyone delivers, at the latest when a worker starts.
"""

import asyncio
from collections.abc import Sequence
from functools import partial

from sqlalchemy import delete
from sqlmodel import Session, SQLModel, col, select
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy

from activities.database import Database
from models.messages import Case, Customer, Enlisted, Recorded, Refund, Task
from models.names import (
    CALL_WORKFLOW,
    CUSTOMER_WORKFLOW,
    INVOICE_ENLISTED,
    INVOICE_WORKFLOW,
    QUEUE,
    REFUND_WORKFLOW,
    customer_workflow_id,
)
from models.tables import OutboxRecord

_INPUT: dict[str, type[Case] | type[Customer] | type[Task] | type[Refund]] = {
    INVOICE_WORKFLOW: Case,
    CUSTOMER_WORKFLOW: Customer,
    CALL_WORKFLOW: Task,
    REFUND_WORKFLOW: Refund,
}
_TABLE = SQLModel.metadata.tables["outbox"]
_FORGOTTEN_AT_ONCE = 500  # seconds of work, and below every database's limit of parameters
_AT_ONCE = 20  # messages under way together: enough to hide the round trip, few for the server


async def deliver(database: Database, client: Client, customer_id: str | None = None) -> int:
    """Deliver what waits, of one customer or (None) of all; return how many.

    Safe to repeat and to run twice at once: every message says "look at the record", in the order
    it was recorded for each workflow.
    """
    waiting = await database.run(lambda session: _waiting(session, customer_id))
    await deliver_these(database, client, waiting)
    return len(waiting)


async def deliver_these(
    database: Database, client: Client, messages: Sequence[OutboxRecord]
) -> None:
    """Deliver recorded messages; they are forgotten with the next transaction of this process.

    A retail chain's are thousands: those delivered are forgotten batch by batch, so that an attempt
    whose time was up leaves less for the next, and none is for ever too long.
    """
    for start in range(0, len(messages), _FORGOTTEN_AT_ONCE):
        await _deliver_batch(database, client, messages[start : start + _FORGOTTEN_AT_ONCE])


async def _deliver_batch(
    database: Database, client: Client, messages: Sequence[OutboxRecord]
) -> None:
    by_workflow: dict[str, list[OutboxRecord]] = {}
    for message in messages:
        by_workflow.setdefault(message.workflow_id, []).append(message)
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one_workflow(mine: Sequence[OutboxRecord]) -> None:
        async with gate:
            for message in mine:
                await _send(client, message)

    await asyncio.gather(*(one_workflow(mine) for mine in by_workflow.values()))
    database.later(partial(_forget, ids=[message.id for message in messages]))


def _waiting(session: Session, customer_id: str | None) -> Sequence[OutboxRecord]:
    query = select(OutboxRecord)
    if customer_id is not None:
        query = query.where(col(OutboxRecord.customer_id) == customer_id)
    return session.exec(query.order_by(col(OutboxRecord.id))).all()


def _forget(session: Session, ids: Sequence[int | None]) -> None:
    # What another process is forgetting just now is left to it: nobody waits, in any order.
    free = select(_TABLE.c.id).where(_TABLE.c.id.in_(ids)).with_for_update(skip_locked=True)
    # On the table, not the class: a session would look for them in all that it remembers.
    session.connection().execute(delete(_TABLE).where(_TABLE.c.id.in_(free)))


async def enlist(client: Client, customer: Customer, enlisted: Enlisted) -> None:
    """Tell a customer's workflow directly that an invoice waits for its day."""
    await client.start_workflow(
        CUSTOMER_WORKFLOW,
        customer,
        id=customer_workflow_id(customer.customer_id),
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal=INVOICE_ENLISTED,
        start_signal_args=[enlisted],
    )


async def _send(client: Client, message: OutboxRecord) -> None:
    """Start the workflow where it does not run; a message without a signal does no more."""
    payload = [Recorded.model_validate_json(message.payload)] if message.signal else []
    await client.start_workflow(
        message.workflow,
        _INPUT[message.workflow].model_validate_json(message.start),
        id=message.workflow_id,
        task_queue=QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        start_signal=message.signal or None,
        start_signal_args=payload,
    )
