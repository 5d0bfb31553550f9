"""Ask a workflow to do something, as a person does: an update with a key, answered or refused.

The key is made once per command and printed where no answer came, so that the same act can be asked
again and is done once (docs/messages.md, "What every act carries").
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import uuid4

from pydantic import ValidationError
from sqlmodel import Session
from temporalio.client import (
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from commands.at_hand import login_name
from commands.printing import say
from models import names
from models.messages import Act, Case, Customer, Refund, Task
from models.tables import MessageRecord
from rules.errors import Unreachable, UserMistake
from worker import connect

A = TypeVar("A", bound=Act)


@dataclass(frozen=True)
class Said:
    """What every act carries: who, under which key, why."""

    by: str
    key: str
    reason: str = ""

    def of(self, act: Callable[..., A], **fields: Any) -> A:
        """The act with these fields. Raises UserMistake for one that it cannot have."""
        try:
            return act(by=self.by, key=self.key, reason=self.reason, **fields)
        except ValidationError as error:
            first = error.errors()[0]
            name = str(first["loc"][0]).replace("_", "-")
            raise UserMistake(f"{name}: {first['msg'].lower()}") from error


def said(by: str, key: str, reason: str = "") -> Said:
    """Where left out: the login name, and a key that no other act has."""
    return Said(by or login_name(), key or str(uuid4()), reason)


@dataclass(frozen=True)
class Wanted:
    """An act for one workflow, which is started with `start` where it does not run."""

    start: Case | Customer | Task | Refund
    act: Act
    update: str

    @property
    def workflow(self) -> tuple[str, str]:
        """Its type and its id."""
        match self.start:
            case Case():
                number = self.start.invoice_number
                return names.INVOICE_WORKFLOW, names.invoice_workflow_id(number)
            case Customer():
                customer_id = self.start.customer_id
                return names.CUSTOMER_WORKFLOW, names.customer_workflow_id(customer_id)
            case Task():
                return names.CALL_WORKFLOW, names.call_workflow_id(self.start.task)
            case Refund():
                return names.REFUND_WORKFLOW, names.refund_workflow_id(self.start.refund)


def was_done(session: Session, wanted: Wanted) -> bool:
    """Whether the record has this very act already. Raises UserMistake where it was refused then,
    or where its key was another's."""
    _, workflow_id = wanted.workflow
    taken = session.get(MessageRecord, f"{workflow_id}/{wanted.act.key}")
    if taken is None:
        return False
    if taken.name != str(getattr(wanted.act, "name", "call_outcome")):
        raise UserMistake(f"key {wanted.act.key} names another act, expected one of its own")
    if taken.refused:
        raise UserMistake(taken.refused)
    return True


def ask(wanted: Wanted, patience: float, done: str) -> None:
    """Have an act done and say so: `done`, a sentence.

    Raises UserMistake with the record's sentence where it is refused, Unreachable where nobody
    answers; what became of the act is then unknown, and its key is in the sentence.
    """
    asyncio.run(_ask(wanted, patience))
    say(done)


def say_it_was_done(wanted: Wanted) -> None:
    say(f"That was done already under key {wanted.act.key}; nothing was changed.")


async def _ask(wanted: Wanted, patience: float) -> None:
    client = await connect()
    workflow, workflow_id = wanted.workflow
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        workflow,
        wanted.start,
        id=workflow_id,
        task_queue=names.QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    unknown = f"the outcome is unknown, repeat it with --key {wanted.act.key}"
    try:
        await client.execute_update_with_start_workflow(
            wanted.update,
            wanted.act,
            start_workflow_operation=start,
            id=wanted.act.key,
            rpc_timeout=timedelta(seconds=patience),
        )
    except WorkflowUpdateFailedError as failed:
        raise UserMistake(getattr(failed.cause, "message", str(failed.cause))) from failed
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        raise Unreachable(f"no worker answered within {patience:g} seconds: {unknown}") from error
    except RPCError as error:
        raise Unreachable(f"Temporal did not take it ({error.message}): {unknown}") from error
