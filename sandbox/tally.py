"""What has happened so far, read from the record: the demo's counters, and whether more will come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, select

from activities.remaining import still_climbing
from models.tables import (
    AttentionRecord,
    CallTaskRecord,
    HoldRecord,
    InvoiceRecord,
    LegalCaseRecord,
    LetterRecord,
    LetterState,
    NoticeItemRecord,
    NoticeRecord,
    NoticeState,
    OutboxRecord,
    PaymentRecord,
    TaskState,
)
from models.tables.base import by_text
from rules.case import Status
from rules.money import Money
from sandbox.debits import Debits, debits_of

_ON_ITS_WAY = (NoticeState.MADE.value, NoticeState.SENDING.value, NoticeState.IN_DOUBT.value)
_UNSENT = (LetterState.WAITING.value, LetterState.SENDING.value)
_REAL_MONEY = ("bank", "manual", "collection")


@dataclass(frozen=True)
class Tally:
    """Counts of what is recorded. `levels`: notices by their level; `reminded`: invoices that
    advanced in them. `at_rest`: nothing is left to do until somebody acts."""

    invoices: int = 0
    debits: Debits = field(default_factory=Debits)
    levels: Mapping[int, int] = field(default_factory=dict)
    reminded: int = 0
    calls: int = 0
    calls_open: int = 0
    cases: int = 0
    held: int = 0
    settled: int = 0
    attention: int = 0
    money_in: tuple[Money, ...] = ()
    at_rest: bool = False
    message_ids: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def notices(self) -> int:
        return sum(self.levels.values())

    @property
    def saved(self) -> int:
        """Messages that one for each invoice would have taken besides."""
        return self.reminded - self.notices


def tally(session: Session) -> Tally:
    sent = select(NoticeRecord).where(col(NoticeRecord.state) == NoticeState.SENT.value)
    notices = session.exec(sent).all()
    levels = [notice.level for notice in notices]
    return Tally(
        invoices=_count(session, InvoiceRecord),
        debits=debits_of(session),
        levels={level: levels.count(level) for level in sorted(set(levels))},
        reminded=_reminded(session),
        calls=_count(session, CallTaskRecord),
        calls_open=_count(session, CallTaskRecord, state=TaskState.OPEN.value),
        cases=_count(session, LegalCaseRecord),
        held=_held(session),
        settled=_count(session, InvoiceRecord, status=Status.SETTLED.value),
        attention=_count(session, AttentionRecord, ended_at=None),
        money_in=_money_in(session),
        at_rest=not _something_is_left(session),
        message_ids=frozenset([*(notice.message_id for notice in notices), *_letters(session)]),
    )


def _letters(session: Session) -> Sequence[str]:
    """Message-IDs of what was written about debits."""
    query = select(LetterRecord.message_id)
    return session.exec(query.where(col(LetterRecord.state) == LetterState.SENT.value)).all()


def _count(session: Session, table: type[SQLModel], **where: object) -> int:
    query = select(func.count()).select_from(table).filter_by(**where)
    return session.exec(query).one()


def _held(session: Session) -> int:
    """Open invoices for which the ladder waits."""
    query = (
        select(func.count(func.distinct(col(HoldRecord.invoice_number))))
        .join(InvoiceRecord, col(InvoiceRecord.number) == col(HoldRecord.invoice_number))
        .where(col(HoldRecord.ended_at).is_(None), col(InvoiceRecord.status) == Status.OPEN.value)
    )
    return session.exec(query).one()


def _reminded(session: Session) -> int:
    query = (
        select(func.count())
        .select_from(NoticeItemRecord)
        .join(NoticeRecord, col(NoticeRecord.number) == col(NoticeItemRecord.notice_number))
        .where(
            col(NoticeRecord.state) == NoticeState.SENT.value,
            col(NoticeItemRecord.advances).is_(True),
        )
    )
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
    """Whether a message, a mail or a case is on its way, or an open invoice still climbs and
    nobody has to act for it first."""
    on_its_way = select(NoticeRecord.number).where(col(NoticeRecord.state).in_(_ON_ITS_WAY))
    unfinished = select(LegalCaseRecord.case).where(col(LegalCaseRecord.document) == "")
    unsent = select(LetterRecord.number).where(col(LetterRecord.state).in_(_UNSENT))
    untold = select(OutboxRecord.workflow_id)
    return still_climbing(session) or any(
        session.exec(query.limit(1)).first() is not None
        for query in (on_its_way, unfinished, unsent, untold)
    )
