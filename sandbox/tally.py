"""What has happened so far, read from the record: the demo's counters, and whether more will come."""

from dataclasses import dataclass, field

from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, select

from activities.remaining import still_climbing
from models.tables import (
    AttentionRecord,
    CallTaskRecord,
    InvoiceRecord,
    LegalCaseRecord,
    NoticeRecord,
    NoticeState,
    OutboxRecord,
    PaymentRecord,
)
from models.tables.base import by_text
from rules.case import Status
from rules.money import Money

_ON_ITS_WAY = (NoticeState.MADE.value, NoticeState.SENDING.value, NoticeState.IN_DOUBT.value)
_REAL_MONEY = ("bank", "manual", "collection")


@dataclass(frozen=True)
class Tally:
    """Counts of what is recorded. `at_rest`: nothing is left to do until somebody acts."""

    invoices: int = 0
    notices: int = 0
    calls: int = 0
    cases: int = 0
    settled: int = 0
    attention: int = 0
    money_in: tuple[Money, ...] = ()
    at_rest: bool = False
    message_ids: frozenset[str] = field(default=frozenset(), repr=False)


def tally(session: Session) -> Tally:
    sent = select(NoticeRecord.message_id).where(col(NoticeRecord.state) == NoticeState.SENT.value)
    message_ids = frozenset(session.exec(sent))
    return Tally(
        invoices=_count(session, InvoiceRecord),
        notices=len(message_ids),
        calls=_count(session, CallTaskRecord),
        cases=_count(session, LegalCaseRecord),
        settled=_count(session, InvoiceRecord, status=Status.SETTLED.value),
        attention=_count(session, AttentionRecord, ended_at=None),
        money_in=_money_in(session),
        at_rest=not _something_is_left(session),
        message_ids=message_ids,
    )


def _count(session: Session, table: type[SQLModel], **where: object) -> int:
    query = select(func.count()).select_from(table).filter_by(**where)
    return session.exec(query).one()


def _money_in(session: Session) -> tuple[Money, ...]:
    query = (
        select(PaymentRecord.currency, func.sum(PaymentRecord.amount_minor))
        .where(col(PaymentRecord.source).in_(_REAL_MONEY))
        .group_by(PaymentRecord.currency)
        .order_by(by_text(col(PaymentRecord.currency)))
    )
    return tuple(Money(int(minor), currency) for currency, minor in session.exec(query))


def _something_is_left(session: Session) -> bool:
    """Whether a message, a notice or a case is on its way, or an open invoice still climbs and
    nobody has to act for it first."""
    on_its_way = select(NoticeRecord.number).where(col(NoticeRecord.state).in_(_ON_ITS_WAY))
    unfinished = select(LegalCaseRecord.case).where(col(LegalCaseRecord.document) == "")
    untold = select(OutboxRecord.workflow_id)
    return still_climbing(session) or any(
        session.exec(query.limit(1)).first() is not None
        for query in (on_its_way, unfinished, untold)
    )
