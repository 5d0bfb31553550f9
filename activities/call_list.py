"""The open call tasks as whoever phones needs them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from sqlmodel import Session, col, select

from activities.facts import ladder_for
from models.tables import (
    CallItemRecord,
    CallTaskRecord,
    CustomerRecord,
    InvoiceRecord,
    TaskState,
)
from rules.money import Money, totals


@dataclass(frozen=True)
class OpenTask:
    """`due_at` is when the next attempt is due, `attempt` which one it is; moments in the policy's
    zone. `taken_by` "" for nobody."""

    task: str
    customer_id: str
    customer_name: str
    phone: str
    language: str
    invoices: tuple[str, ...]
    owed: tuple[Money, ...]
    attempt: int
    due_at: datetime
    escalated: bool
    taken_by: str
    taken_at: datetime | None


def open_tasks(session: Session) -> tuple[OpenTask, ...]:
    """Every task that is about some invoice now; those due longest come first."""
    query = (
        select(CallTaskRecord, CallItemRecord, InvoiceRecord, CustomerRecord)
        .join(CallItemRecord, col(CallItemRecord.task) == col(CallTaskRecord.task))
        .join(InvoiceRecord, col(InvoiceRecord.number) == col(CallItemRecord.invoice_number))
        .join(CustomerRecord, col(CustomerRecord.customer_id) == col(CallTaskRecord.customer_id))
        .where(
            col(CallTaskRecord.state) == TaskState.OPEN.value, col(CallItemRecord.in_task).is_(True)
        )
    )
    found: dict[str, tuple[CallTaskRecord, CustomerRecord, list[_Item]]] = {}
    for task, item, invoice, customer in session.exec(query):
        found.setdefault(task.task, (task, customer, []))[2].append((item, invoice))
    tasks = [_open_task(session, *one) for one in found.values()]
    return tuple(sorted(tasks, key=lambda one: (one.due_at, one.task)))


def zone_of(session: Session, task: str) -> tzinfo:
    """The time zone of a task: its invoices' policy's."""
    query = select(CallItemRecord.invoice_number).where(col(CallItemRecord.task) == task)
    number = session.exec(query.limit(1)).one()
    return ladder_for(session, session.get_one(InvoiceRecord, number).policy).zone


_Item = tuple[CallItemRecord, InvoiceRecord]


def _open_task(
    session: Session, task: CallTaskRecord, customer: CustomerRecord, items: Sequence[_Item]
) -> OpenTask:
    items = sorted(items, key=lambda pair: pair[1].number)
    zone = ladder_for(session, items[0][1].policy).zone
    return OpenTask(
        task=task.task,
        customer_id=customer.customer_id,
        customer_name=customer.name,
        phone=customer.phone,
        language=customer.language,
        invoices=tuple(invoice.number for _, invoice in items),
        owed=totals(Money(invoice.balance_minor, invoice.currency) for _, invoice in items),
        attempt=max(item.attempts for item, _ in items) + 1,
        due_at=min(item.due_at for item, _ in items).astimezone(zone),
        escalated=task.escalated_at is not None,
        taken_by=task.taken_by or "",
        taken_at=task.taken_at.astimezone(zone) if task.taken_at else None,
    )
