"""The whole house at a glance: what is open, overdue, held, and what waits for a person."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from activities.banking.age import oldest_in_use
from activities.facts import ladder_for
from models.tables import (
    AttentionRecord,
    CollectionRunRecord,
    CreditRecord,
    HoldRecord,
    InvoiceRecord,
    OutboxRecord,
    PositionRecord,
    RunState,
)
from rules.case import Status
from rules.ladder import Ladder
from rules.money import Money, totals


@dataclass(frozen=True)
class Overview:
    """Counts of open invoices and what is owed on them, a sum per currency.

    `by_next` counts them by their next stage ("notice 2", "call", "legal"; "debit", "in a call",
    "awaits approval", "with the lawyer", "ladder ended"), `by_level` by the last notice sent.
    `needs_attention` counts by kind. `undelivered` are messages to workflows that wait.
    `bank_data_until` is the newest day of the account in use that is without a statement longest.
    """

    open: int
    overdue: int
    held: int
    owed: tuple[Money, ...]
    owed_overdue: tuple[Money, ...]
    credit: tuple[Money, ...]
    by_next: dict[str, int]
    by_level: dict[int, int]
    needs_attention: dict[str, int]
    undelivered: int
    bank_data_until: date | None = None


def overview(session: Session, now: datetime) -> Overview:
    """As recorded. The number of queries is constant but for one per policy in use."""
    groups = [group for policy in _policies(session) for group in _groups(session, policy, now)]
    overdue = [group for group in groups if group.is_overdue]
    by_next: Counter[str] = Counter()
    by_level: Counter[int] = Counter()
    for group in groups:
        by_next[group.next] += group.count
        by_level[group.level] += group.count
    return Overview(
        open=sum(group.count for group in groups),
        overdue=sum(group.count for group in overdue),
        held=_held(session, now),
        owed=totals(group.owed for group in groups),
        owed_overdue=totals(group.owed for group in overdue),
        credit=_credit(session),
        by_next=dict(sorted(by_next.items())),
        by_level=dict(sorted(by_level.items())),
        needs_attention=_attention(session),
        undelivered=session.exec(select(func.count()).select_from(OutboxRecord)).one(),
        bank_data_until=oldest_in_use(session),
    )


@dataclass(frozen=True)
class _Group:
    """Open invoices that stand alike."""

    next: str
    level: int
    is_overdue: bool
    count: int
    owed: Money


def _policies(session: Session) -> Sequence[str]:
    return session.exec(select(InvoiceRecord.policy).distinct()).all()


def _groups(session: Session, policy: str, now: datetime) -> list[_Group]:
    ladder = ladder_for(session, policy)
    stands_at: tuple[Any, ...] = (
        case((col(InvoiceRecord.due_date) < ladder.today(now), 1), else_=0),
        col(PositionRecord.stage),
        col(PositionRecord.level),
        case((col(PositionRecord.handed_over_on).is_not(None), 1), else_=0),
        case((col(PositionRecord.task) != "", 1), else_=0),
        case((col(PositionRecord.proposed) != "", 1), else_=0),
        case((_collecting(), 1), else_=0),
        col(InvoiceRecord.currency),
    )
    numbered = [column.label(f"c{place}") for place, column in enumerate(stands_at)]
    query = (
        select_columns(*numbered, func.count(), func.sum(InvoiceRecord.balance_minor))
        .join(PositionRecord, col(PositionRecord.invoice_number) == col(InvoiceRecord.number))
        .where(col(InvoiceRecord.policy) == policy, col(InvoiceRecord.status) == Status.OPEN.value)
        .group_by(*numbered)
    )
    return [
        _Group(
            next=_stands(
                ladder, stage, handed_over=gone, in_task=called, proposed=proposed, debit=debit
            ),
            level=level,
            is_overdue=bool(late),
            count=count,
            owed=Money(int(owed), currency),
        )
        for late, stage, level, gone, called, proposed, debit, currency, count, owed in session.execute(
            query
        )
    ]


def _stands(
    ladder: Ladder, stage: int, *, handed_over: int, in_task: int, proposed: int, debit: int
) -> str:
    if handed_over:
        return "with the lawyer"
    if in_task:
        return "in a call"
    if proposed:
        return "awaits approval"
    if debit:
        return "debit"
    following = ladder.stage(stage)
    return f"{following.kind} {following.level or ''}".strip() if following else "ladder ended"


def _collecting() -> ColumnElement[bool]:
    """A debit of it is to come or under way: what its ladder has next waits for that."""
    run = select(CollectionRunRecord.number).where(
        col(CollectionRunRecord.invoice_number) == col(InvoiceRecord.number),
        col(CollectionRunRecord.state) == RunState.OPEN.value,
    )
    return run.exists()


def _held(session: Session, now: datetime) -> int:
    """Open invoices that a hold of theirs or of their customer's stands for."""
    mine = or_(
        col(HoldRecord.invoice_number) == col(InvoiceRecord.number),
        and_(
            col(HoldRecord.invoice_number).is_(None),
            col(HoldRecord.customer_id) == col(InvoiceRecord.customer_id),
        ),
    )
    stands = or_(col(HoldRecord.until).is_(None), col(HoldRecord.until) > now)
    hold = select(HoldRecord.id).where(mine, stands, col(HoldRecord.ended_at).is_(None)).exists()
    query = select(func.count()).select_from(InvoiceRecord)
    return session.exec(query.where(col(InvoiceRecord.status) == Status.OPEN.value, hold)).one()


def _credit(session: Session) -> tuple[Money, ...]:
    """What customers paid too much and is still theirs."""
    currency = col(CreditRecord.currency)
    query = select(currency, func.sum(col(CreditRecord.amount_minor))).group_by(currency)
    sums = (Money(int(minor), code) for code, minor in session.exec(query))
    return totals(one for one in sums if one.minor)


def _attention(session: Session) -> dict[str, int]:
    trouble = col(AttentionRecord.trouble)
    query = (
        select(trouble, func.count())
        .where(col(AttentionRecord.ended_at).is_(None))
        .group_by(trouble)
    )
    return dict(sorted(session.exec(query).all()))
