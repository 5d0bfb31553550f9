"""What a day at the call desk begins with: the open tasks in the order that pays, and what else waits.

A number of queries that does not grow with what is open.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func
from sqlmodel import Session, col, select

from activities.facts import ladder_for
from models.tables import (
    AttentionRecord,
    CallItemRecord,
    CallTaskRecord,
    CustomerRecord,
    HoldRecord,
    InvoiceRecord,
    PositionRecord,
    TaskState,
)
from rules.call_order import Owing, place
from rules.case import HoldKind
from rules.days import DAY
from rules.money import Money, totals

A_PAGE = 50  # tasks


@dataclass(frozen=True)
class TaskInBrief:
    """One open task. `due_at` in the policy's zone; `days_overdue` of its oldest invoice; `taken_by`
    "" for nobody."""

    task: str
    customer_id: str
    customer_name: str
    invoices: int
    owed: tuple[Money, ...]
    days_overdue: int
    promises_broken: int
    due_at: datetime
    escalated: bool
    taken_by: str


@dataclass(frozen=True)
class PromiseDue:
    """What a customer promised for today, or for a day whose grace has not passed."""

    customer_id: str
    customer_name: str
    promised_for: date
    owed: tuple[Money, ...]


@dataclass(frozen=True)
class Today:
    """`tasks` are those of one page of `pages`, of `open_tasks` in all; `mine` those somebody took."""

    tasks: tuple[TaskInBrief, ...]
    open_tasks: int
    escalated: int
    pages: int
    attention: int
    promises: tuple[PromiseDue, ...]


def today_at(session: Session, now: datetime, page: int = 1) -> Today:
    """The call desk's day. `page` counts from 1; one that is not there is empty."""
    tasks = sorted(_tasks(session), key=lambda rows: _place(rows, _day(session, rows, now)))
    shown = tasks[max(page - 1, 0) * A_PAGE :][:A_PAGE]
    return Today(
        tasks=tuple(_in_brief(session, rows, now) for rows in shown),
        open_tasks=len(tasks),
        escalated=sum(rows[0].escalated_at is not None for rows in tasks),
        pages=-(-len(tasks) // A_PAGE) or 1,
        attention=_attention(session),
        promises=tuple(_promises(session, now)),
    )


_Task = list[Row[Any]]  # a row for each of its invoices


def _tasks(session: Session) -> list[_Task]:
    query = (
        select(
            CallTaskRecord.task,
            CallTaskRecord.customer_id,
            CallTaskRecord.taken_by,
            CallTaskRecord.escalated_at,
            CustomerRecord.name,
            CallItemRecord.due_at,
            InvoiceRecord.balance_minor,
            InvoiceRecord.currency,
            InvoiceRecord.due_date,
            InvoiceRecord.policy,
            PositionRecord.promises_broken,
        )  # type: ignore[call-overload]  # of more columns than its types foresee
        .join(CallItemRecord, col(CallItemRecord.task) == col(CallTaskRecord.task))
        .join(InvoiceRecord, col(InvoiceRecord.number) == col(CallItemRecord.invoice_number))
        .join(PositionRecord, col(PositionRecord.invoice_number) == col(InvoiceRecord.number))
        .join(CustomerRecord, col(CustomerRecord.customer_id) == col(CallTaskRecord.customer_id))
        .where(
            col(CallTaskRecord.state) == TaskState.OPEN.value, col(CallItemRecord.in_task).is_(True)
        )
    )
    by_task: dict[str, _Task] = defaultdict(list)
    for row in session.exec(query):
        by_task[row.task].append(row)
    return list(by_task.values())


def _day(session: Session, rows: _Task, now: datetime) -> date:
    return ladder_for(session, rows[0].policy).today(now)


def _place(rows: _Task, today: date) -> tuple[bool, int, datetime, str]:
    owing = (
        Owing(
            Money(row.balance_minor, row.currency),
            max((today - row.due_date).days, 0),
            row.promises_broken,
        )
        for row in rows
    )
    due_at = min(row.due_at for row in rows)
    return place(
        owing, escalated=rows[0].escalated_at is not None, due_at=due_at, task=rows[0].task
    )


def _in_brief(session: Session, rows: _Task, now: datetime) -> TaskInBrief:
    first = rows[0]
    ladder = ladder_for(session, first.policy)
    oldest = min(row.due_date for row in rows)
    return TaskInBrief(
        task=first.task,
        customer_id=first.customer_id,
        customer_name=first.name,
        invoices=len(rows),
        owed=totals(Money(row.balance_minor, row.currency) for row in rows),
        days_overdue=max((ladder.today(now) - oldest).days, 0),
        promises_broken=max(row.promises_broken for row in rows),
        due_at=min(row.due_at for row in rows).astimezone(ladder.zone),
        escalated=first.escalated_at is not None,
        taken_by=first.taken_by or "",
    )


def _attention(session: Session) -> int:
    query = select(func.count()).select_from(AttentionRecord)
    return int(session.exec(query.where(col(AttentionRecord.ended_at).is_(None))).one())


def _promises(session: Session, now: datetime) -> list[PromiseDue]:
    """Promises that stand and whose day has come, customer by customer."""
    query = (
        select(
            HoldRecord.customer_id,
            HoldRecord.promised_for,
            InvoiceRecord.balance_minor,
            InvoiceRecord.currency,
            InvoiceRecord.policy,
            CustomerRecord.name,
        )  # type: ignore[call-overload]  # of more columns than its types foresee
        .join(InvoiceRecord, col(InvoiceRecord.number) == col(HoldRecord.invoice_number))
        .join(CustomerRecord, col(CustomerRecord.customer_id) == col(HoldRecord.customer_id))
        .where(
            col(HoldRecord.kind) == HoldKind.PROMISE.value,
            col(HoldRecord.ended_at).is_(None),
            col(HoldRecord.until) > now,
            col(HoldRecord.promised_for) <= now.date() + DAY,  # no zone is further ahead
        )
    )
    due: dict[tuple[date, str, str], list[Money]] = defaultdict(list)
    for row in session.exec(query):
        if row.promised_for <= ladder_for(session, row.policy).today(now):
            owed = Money(row.balance_minor, row.currency)
            due[row.promised_for, row.customer_id, row.name].append(owed)
    return [
        PromiseDue(customer_id, name, day, totals(owed))
        for (day, customer_id, name), owed in sorted(due.items())
    ]
