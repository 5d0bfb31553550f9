"""A customer's notices as they were sent, newest first."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from activities.paging import Page, page_of
from models.tables import METADATA, NoticeItemRecord, NoticePartRecord
from rules.money import Money

NOTICES_SHOWN = 25
_NOTICE = METADATA.tables["notice"]


@dataclass(frozen=True)
class NoticeLine:
    """`claims` is the total per currency of its `invoices`; `parts` how many mails it has."""

    number: str
    level: int
    state: str
    mode: str
    day: date
    sent_at: datetime | None
    email: str
    claims: tuple[Money, ...]
    invoices: int
    parts: int
    has_mail: bool


def notices_of(session: Session, customer_id: str, zone: tzinfo, page: int) -> Page[NoticeLine]:
    """One page. Four queries, however many there are."""
    query = select(_NOTICE).where(_NOTICE.c.customer_id == customer_id)
    found = page_of(session, query.order_by(_NOTICE.c.sequence.desc()), page, NOTICES_SHOWN)
    numbers = [row.number for row in found.rows]
    claims, parts = _claims(session, numbers), _parts(session, numbers)
    rows = tuple(
        NoticeLine(
            number=row.number,
            level=row.level,
            state=row.state,
            mode=row.mode,
            day=row.day,
            sent_at=row.sent_at.astimezone(zone) if row.sent_at else None,
            email=row.email,
            claims=tuple(money for money, _ in claims[row.number]),
            invoices=sum(count for _, count in claims[row.number]),
            parts=1 + parts.get(row.number, 0),
            has_mail=bool(row.document),
        )
        for row in found.rows
    )
    return Page(rows, found.number, found.total, found.size)


def _claims(session: Session, numbers: list[str]) -> dict[str, list[tuple[Money, int]]]:
    """By notice: what it claimed in each currency, and on how many invoices."""
    notice, currency = col(NoticeItemRecord.notice_number), col(NoticeItemRecord.currency)
    query = (
        select(notice, currency, func.sum(NoticeItemRecord.balance_minor), func.count())
        .where(notice.in_(numbers))
        .group_by(notice, currency)
    )
    found: dict[str, list[tuple[Money, int]]] = defaultdict(list)
    for number, code, minor, count in session.execute(query):
        found[number].append((Money(int(minor), code), count))
    return found


def _parts(session: Session, numbers: list[str]) -> dict[str, int]:
    notice = col(NoticePartRecord.notice_number)
    query = select(notice, func.count()).where(notice.in_(numbers)).group_by(notice)
    return {row[0]: row[1] for row in session.execute(query)}
