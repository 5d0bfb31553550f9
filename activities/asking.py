"""Ask a workflow to do something, as a person does: an update with a key, answered or refused.

The same key again is the same act: it is done once, however often it is asked (docs/messages.md,
"What every act carries"). Commands and pages alike ask by this.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import ValidationError
from sqlmodel import Session
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from models import names
from models.messages import Act, Answer, CallOutcome, Case, Customer, Refund, TakeTask, Task
from models.tables import CallTaskRecord, MessageRecord, TaskState
from rules.calls import Word, refuse_outcome, refuse_release, refuse_take
from rules.errors import Unreachable, UserMistake

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


def refusal_of_closed(task: CallTaskRecord, act: Act, now: datetime) -> str:
    """Why an act on a closed call task makes no sense: its workflow has ended and says no more. ""
    for a task that is open."""
    if task.state == TaskState.OPEN:
        return ""
    match act:
        case TakeTask():
            return refuse_take(act.by, task.taken_by or "", is_open=False)
        case CallOutcome():
            word = Word(act.outcome, act.day, act.at)
            return refuse_outcome(word, act.invoice_number, about=(), now=now)
        case _:
            return refuse_release(task.taken_by or "")


async def ask(client: Client, wanted: Wanted, patience: float) -> Answer:
    """Have an act done; `patience` in seconds.

    Raises UserMistake with the record's sentence where it is refused, Unreachable where nobody
    answers: what became of the act is then unknown, and the same key asks again.
    """
    workflow, workflow_id = wanted.workflow
    start: WithStartWorkflowOperation[Any, Any] = WithStartWorkflowOperation(
        workflow,
        wanted.start,
        id=workflow_id,
        task_queue=names.QUEUE,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    try:
        answer: Answer = await client.execute_update_with_start_workflow(
            wanted.update,
            wanted.act,
            start_workflow_operation=start,
            id=wanted.act.key,
            result_type=Answer,
            rpc_timeout=timedelta(seconds=patience),
        )
    except WorkflowUpdateFailedError as failed:
        raise UserMistake(getattr(failed.cause, "message", str(failed.cause))) from failed
    except WorkflowUpdateRPCTimeoutOrCancelledError as error:
        raise Unreachable(f"no worker answered within {patience:g} seconds") from error
    except RPCError as error:
        raise Unreachable(f"Temporal did not take it ({error.message})") from error
    return answer
