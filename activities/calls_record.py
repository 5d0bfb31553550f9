"""What is recorded of call tasks: who is in one, how often they were tried, when a call is over."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from activities.facts import ladder_for
from activities.journal import Journal
from models import names
from models.tables import (
    CallItemRecord,
    CallTaskRecord,
    InvoiceRecord,
    PositionRecord,
    TaskState,
    Trouble,
)
from models.tables.base import by_text
from rules.ladder import Ladder


def open_task(journal: Journal, invoices: Sequence[InvoiceRecord], at: datetime) -> str:
    """Open one task about several invoices of a customer; its first attempt is due at once."""
    customer_id = invoices[0].customer_id
    sequence = _next_sequence(journal, customer_id)
    task = names.task_number(customer_id, sequence)
    journal.session.add(
        CallTaskRecord(task=task, customer_id=customer_id, sequence=sequence, opened_at=at)
    )
    journal.session.flush()
    for invoice in invoices:
        journal.session.add(CallItemRecord(task=task, invoice_number=invoice.number, due_at=at))
        journal.session.get_one(PositionRecord, invoice.number).task = task
        journal.log("call_opened", invoice, at=at, amount=invoice.balance_minor, reference=task)
    journal.tell_task(customer_id, task)
    return task


def _next_sequence(journal: Journal, customer_id: str) -> int:
    query = select(func.coalesce(func.max(CallTaskRecord.sequence), 0)).where(
        col(CallTaskRecord.customer_id) == customer_id
    )
    return int(journal.session.exec(query).one()) + 1


def items_in(journal: Journal, task: str) -> list[CallItemRecord]:
    """The invoices a task is about now: not those that left it."""
    query = select(CallItemRecord).where(
        col(CallItemRecord.task) == task, col(CallItemRecord.in_task).is_(True)
    )
    return list(journal.session.exec(query.order_by(by_text(col(CallItemRecord.invoice_number)))))


def leave_task(
    journal: Journal, invoice: InvoiceRecord, *, ended: bool, at: datetime | None = None
) -> None:
    """An invoice leaves its task: meanwhile, while it is held, or because its call has ended (then
    a later task counts its attempts anew)."""
    position = journal.session.get_one(PositionRecord, invoice.number)
    if not position.task:
        return
    task = position.task
    item = journal.session.get_one(CallItemRecord, (task, invoice.number))
    item.in_task = False
    if ended:
        position.task = ""
        journal.log("call_closed", invoice, at=at, reference=task)
    journal.session.flush()
    if not items_in(journal, task):
        _close(journal, task)


def free(task: CallTaskRecord) -> None:
    """Nobody works it: whoever comes may take it."""
    task.taken_by = task.taken_at = None


def _close(journal: Journal, task: str) -> None:
    record = journal.session.get_one(CallTaskRecord, task)
    if record.state == TaskState.OPEN:
        record.state = TaskState.CLOSED.value
        record.closed_at = journal.now
        free(record)
        journal.end_trouble(Trouble.UNWORKED, record.customer_id, task)
        journal.tell_task(record.customer_id, task)


def rejoin_task(journal: Journal, invoice: InvoiceRecord) -> None:
    """A released invoice comes back to its task, its attempts kept."""
    position = journal.session.get_one(PositionRecord, invoice.number)
    if not position.task:
        return
    ladder = ladder_for(journal.session, invoice.policy)
    item = journal.session.get_one(CallItemRecord, (position.task, invoice.number))
    item.in_task = True
    item.due_at = max(item.due_at, ladder.moment(ladder.today(journal.now), journal.now))
    task = journal.session.get_one(CallTaskRecord, position.task)
    task.state = TaskState.OPEN.value
    task.closed_at = None
    journal.tell_task(task.customer_id, task.task)


def fail_attempt(
    journal: Journal, ladder: Ladder, invoice: InvoiceRecord, item: CallItemRecord, at: datetime
) -> None:
    """One attempt failed: the next is due after the policy's business days, or it was the last."""
    stage = ladder.stage(journal.session.get_one(PositionRecord, invoice.number).stage)
    assert stage is not None, "an invoice in a call task stands at a call stage"
    item.attempts += 1
    if item.attempts >= stage.attempts:
        give_up(journal, ladder, invoice, at=at)
        return
    gap = stage.retry_days[item.attempts - 1]
    item.due_at = ladder.opens(ladder.days.add(ladder.today(at), gap))


def give_up(journal: Journal, ladder: Ladder, invoice: InvoiceRecord, *, at: datetime) -> None:
    """The last attempt failed: the next window counts from this day (ladder.md, rule 2)."""
    leave_task(journal, invoice, ended=True, at=at)
    position = journal.session.get_one(PositionRecord, invoice.number)
    position.stage += 1
    position.anchor = ladder.today(at)
    position.not_before = None
    journal.tell_invoice(invoice, names.STAGE_HAPPENED, "call")
