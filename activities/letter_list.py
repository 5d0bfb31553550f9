"""Letters about debits as they were sent, newest first: a customer's, and one invoice's."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import Session

from activities.paging import Page, page_of
from models.tables import METADATA
from rules.money import Money

LETTERS_SHOWN = 25
_LETTER = METADATA.tables["letter"]
_ITEM = METADATA.tables["letter_item"]


@dataclass(frozen=True)
class LetterLine:
    """`amounts` is the total per currency of the debits it tells of, `invoices` how many they are;
    `reason` says why it is void or refused."""

    number: str
    kind: str
    state: str
    mode: str
    reason: str
    day: date
    sent_at: datetime | None
    email: str
    amounts: tuple[Money, ...]
    invoices: int


def letters_of(session: Session, customer_id: str, zone: tzinfo, page: int) -> Page[LetterLine]:
    """One page. Three queries, however many there are."""
    query = select(_LETTER).where(_LETTER.c.customer_id == customer_id)
    found = page_of(session, query.order_by(_LETTER.c.sequence.desc()), page, LETTERS_SHOWN)
    lines = _lines(session, found.rows, zone)
    return Page(lines, found.number, found.total, found.size)


def letters_about(session: Session, invoice_number: str, zone: tzinfo) -> tuple[LetterLine, ...]:
    """The newest that named the invoice."""
    query = (
        select(_LETTER)
        .join(_ITEM, _ITEM.c.letter == _LETTER.c.number)
        .where(_ITEM.c.invoice_number == invoice_number)
        .order_by(_LETTER.c.sequence.desc())
    )
    return _lines(session, session.execute(query.limit(LETTERS_SHOWN)).all(), zone)


def _lines(session: Session, rows: Sequence[Row[Any]], zone: tzinfo) -> tuple[LetterLine, ...]:
    amounts = _amounts(session, [row.number for row in rows]) if rows else {}
    return tuple(
        LetterLine(
            number=row.number,
            kind=row.kind,
            state=row.state,
            mode=row.mode,
            reason=row.reason,
            day=row.day,
            sent_at=row.sent_at.astimezone(zone) if row.sent_at else None,
            email=row.email,
            amounts=tuple(money for money, _ in amounts[row.number]),
            invoices=sum(count for _, count in amounts[row.number]),
        )
        for row in rows
    )


def _amounts(session: Session, numbers: list[str]) -> dict[str, list[tuple[Money, int]]]:
    """By letter: how much in each currency, and of how many invoices."""
    query = (
        select(_ITEM.c.letter, _ITEM.c.currency, func.sum(_ITEM.c.amount_minor), func.count())
        .where(_ITEM.c.letter.in_(numbers))
        .group_by(_ITEM.c.letter, _ITEM.c.currency)
    )
    found: dict[str, list[tuple[Money, int]]] = defaultdict(list)
    for letter, code, minor, count in session.execute(query):
        found[letter].append((Money(int(minor), code), count))
    return found
