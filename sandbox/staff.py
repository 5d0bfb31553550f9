"""Stand-in staff at the telephone: they work each attempt when it is due, and say what they heard."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from models.messages import Act, CallOutcome
from models.names import call_workflow_id
from models.tables import CallItemRecord, CallTaskRecord, TaskState
from rules.calls import Outcome
from rules.ladder import Ladder
from sandbox.sample_customers import CUSTOMERS, Says

NAME = "ben"
PROMISED = timedelta(days=3)
_CALLED_BACK = timedelta(days=1)
_IN_EVERY_TASK = (Says.PROMISES, Says.CALL_ME_BACK, Says.HAS_PAID, Says.WRONG_NUMBER)


@dataclass(frozen=True)
class Saying:
    """What somebody of the company says to a workflow: an update, or an engineer's signal."""

    workflow_id: str
    name: str
    act: Act
    as_signal: bool = False


def calls_due(session: Session, now: datetime, ladder: Ladder) -> Iterator[Saying]:
    """One outcome for each open task with a due attempt; `now` is business time."""
    query = (
        select(CallTaskRecord, CallItemRecord)
        .join(CallItemRecord, col(CallItemRecord.task) == col(CallTaskRecord.task))
        .where(
            col(CallTaskRecord.state) == TaskState.OPEN.value,
            col(CallItemRecord.in_task).is_(True),
            col(CallItemRecord.due_at) <= now,
        )
        .order_by(col(CallTaskRecord.task), col(CallItemRecord.invoice_number))
    )
    due = {task.task: (task, item) for task, item in session.exec(query)}
    for task, item in due.values():
        called_back = item.due_at > task.opened_at
        outcome = heard(_says(task), called_back=called_back, now=now, today=ladder.today(now))
        yield Saying(call_workflow_id(task.task), "outcome", outcome)


def says_of(customer_id: str) -> Says:
    """Of a customer who is none of the sample's nobody answers."""
    customer = CUSTOMERS.get(customer_id)
    return customer.says if customer else Says.NOTHING


def _says(task: CallTaskRecord) -> Says:
    says = says_of(task.customer_id)
    return says if task.sequence == 1 or says in _IN_EVERY_TASK else Says.NOTHING


def heard(says: Says, *, called_back: bool, now: datetime, today: date) -> CallOutcome:
    """What comes of a call; `called_back`: it is not the first one of its task."""
    promise = CallOutcome(
        outcome=Outcome.PROMISE, day=today + PROMISED, by=NAME, reason="by transfer"
    )
    match says:
        case Says.PROMISES | Says.PROMISES_IN_VAIN:
            return promise
        case Says.CALL_ME_BACK if called_back:
            return promise
        case Says.CALL_ME_BACK:
            return CallOutcome(outcome=Outcome.CALL_BACK, at=now + _CALLED_BACK, by=NAME)
        case Says.HAS_PAID:
            return CallOutcome(outcome=Outcome.PAID, by=NAME, reason="the bank has it")
        case Says.DISPUTES_RIGHTLY | Says.DISPUTES_WRONGLY:
            return CallOutcome(outcome=Outcome.DISPUTE, by=NAME, reason="colours are off")
        case Says.WRONG_NUMBER:
            return CallOutcome(outcome=Outcome.WRONG_NUMBER, by=NAME)
        case Says.NOTHING:
            return CallOutcome(outcome=Outcome.NO_ANSWER, by=NAME)
