"""Cases for the lawyer, as somebody who decides about them needs them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from activities.zones import newest_zone
from models.tables import (
    AttentionRecord,
    CaseState,
    CustomerRecord,
    EventRecord,
    InvoiceRecord,
    LegalCaseItemRecord,
    LegalCaseRecord,
    NoticeItemRecord,
    NoticeRecord,
    NoticeState,
    Trouble,
)
from models.tables.base import by_text
from rules.money import Money, totals

A_PAGE = 50
_WENT_OUT = (NoticeState.SENT.value, NoticeState.IN_DOUBT.value)
_OF_A_CASE = ("case_proposed", "case_declined", "legal_handover", "case_corrected", "lawyer_told")


@dataclass(frozen=True)
class CaseRow:
    """One case in the list. `claimed` is what it claims now, `invoices` how many it is about;
    `changed`: the lawyer is to be told of money that moved."""

    case: str
    customer_id: str
    customer_name: str
    state: CaseState
    opened_at: datetime
    handed_over_at: datetime | None
    invoices: int
    claimed: tuple[Money, ...]
    changed: bool


@dataclass(frozen=True)
class CaseInvoice:
    """One invoice of a case: what it claims of it, and what is owed now."""

    number: str
    due_date: date
    total: Money
    claimed: Money
    owed: Money
    changed: bool


@dataclass(frozen=True)
class CaseNotice:
    """A notice that named an invoice of the case."""

    number: str
    day: date
    level: int
    invoices: tuple[str, ...]


@dataclass(frozen=True)
class CaseEvent:
    """What became of the case, invoice by invoice ("" where it is about all of it)."""

    at: datetime
    event: str
    invoice_number: str
    amount: Money | None
    by: str


@dataclass(frozen=True)
class CaseSheet:
    """All of one case; moments in the policy's zone."""

    row: CaseRow
    approved_by: str
    decision: str
    told_by: str
    told_at: datetime | None
    document: str
    items: tuple[CaseInvoice, ...]
    notices: tuple[CaseNotice, ...]
    events: tuple[CaseEvent, ...]
    owed: tuple[Money, ...]


def cases_page(
    session: Session, state: CaseState | None = None, page: int = 1
) -> tuple[list[CaseRow], bool]:
    """A page of cases, those that await a yes first, then the newest; and whether another follows.
    The number of queries is constant."""
    query = select(LegalCaseRecord, CustomerRecord).join(
        CustomerRecord, col(CustomerRecord.customer_id) == col(LegalCaseRecord.customer_id)
    )
    if state is not None:
        query = query.where(col(LegalCaseRecord.state) == state.value)
    order = (
        (col(LegalCaseRecord.state) == CaseState.PROPOSED.value).desc(),
        col(LegalCaseRecord.opened_at).desc(),
        by_text(col(LegalCaseRecord.case)),
    )
    found = session.exec(query.order_by(*order).offset((page - 1) * A_PAGE).limit(A_PAGE + 1)).all()
    return _rows(session, found[:A_PAGE]), len(found) > A_PAGE


def count_by_state(session: Session) -> dict[CaseState, int]:
    state = col(LegalCaseRecord.state)
    found = dict(session.exec(select(state, func.count()).group_by(state)).all())
    return {one: found[one.value] for one in CaseState if one.value in found}


def _rows(
    session: Session, found: Sequence[tuple[LegalCaseRecord, CustomerRecord]]
) -> list[CaseRow]:
    keys = [record.case for record, _ in found]
    sums: dict[str, list[Money]] = {}
    counts: dict[str, int] = {}
    for case, currency, minor, count in session.exec(_sums(keys)):
        sums.setdefault(case, []).append(Money(int(minor), currency))
        counts[case] = counts.get(case, 0) + count
    changed = set(session.exec(_changed(keys)))
    zone = newest_zone(session)
    return [
        CaseRow(
            case=record.case,
            customer_id=customer.customer_id,
            customer_name=customer.name,
            state=CaseState(record.state),
            opened_at=record.opened_at.astimezone(zone),
            handed_over_at=record.handed_over_at.astimezone(zone)
            if record.handed_over_at
            else None,
            invoices=counts.get(record.case, 0),
            claimed=totals(sums.get(record.case, ())),
            changed=record.case in changed and record.state == CaseState.HANDED_OVER,
        )
        for record, customer in found
    ]


def _sums(keys: Sequence[str]) -> Any:
    case, currency = col(LegalCaseItemRecord.case), col(LegalCaseItemRecord.currency)
    return (
        select(case, currency, func.sum(col(LegalCaseItemRecord.balance_minor)), func.count())
        .where(case.in_(keys))
        .group_by(case, currency)
    )


def _changed(keys: Sequence[str]) -> Any:
    return (
        select(LegalCaseItemRecord.case)
        .join(
            AttentionRecord,
            col(AttentionRecord.reference) == col(LegalCaseItemRecord.invoice_number),
        )
        .where(
            col(LegalCaseItemRecord.case).in_(keys),
            col(AttentionRecord.trouble) == Trouble.HANDED_OVER_CHANGED.value,
            col(AttentionRecord.ended_at).is_(None),
        )
    )


def case_sheet(session: Session, case: str) -> CaseSheet | None:
    """None for a case that is not recorded. The number of queries is constant."""
    query = (
        select(LegalCaseRecord, CustomerRecord)
        .join(CustomerRecord, col(CustomerRecord.customer_id) == col(LegalCaseRecord.customer_id))
        .where(col(LegalCaseRecord.case) == case)
    )
    found = session.exec(query).first()
    if found is None:
        return None
    record, _ = found
    (row,) = _rows(session, [found])
    about = _about(session, case)
    zone = newest_zone(session)
    items = _items(session, about, record)
    return CaseSheet(
        row=row,
        approved_by=record.approved_by,
        decision=record.decision,
        told_by=record.told_by,
        told_at=record.told_at.astimezone(zone) if record.told_at else None,
        document=record.document,
        items=items,
        notices=_notices(session, case),
        events=_events(session, record, zone),
        owed=totals(item.owed for item in items),
    )


_About = Sequence[tuple[LegalCaseItemRecord, InvoiceRecord]]


def _about(session: Session, case: str) -> _About:
    query = (
        select(LegalCaseItemRecord, InvoiceRecord)
        .join(InvoiceRecord, col(InvoiceRecord.number) == col(LegalCaseItemRecord.invoice_number))
        .where(col(LegalCaseItemRecord.case) == case)
    )
    return session.exec(query.order_by(by_text(col(InvoiceRecord.number)))).all()


def _items(session: Session, about: _About, record: LegalCaseRecord) -> tuple[CaseInvoice, ...]:
    troubles = select(AttentionRecord.reference).where(
        col(AttentionRecord.customer_id) == record.customer_id,
        col(AttentionRecord.trouble) == Trouble.HANDED_OVER_CHANGED.value,
        col(AttentionRecord.ended_at).is_(None),
    )
    changed = set(session.exec(troubles))
    return tuple(
        CaseInvoice(
            number=invoice.number,
            due_date=invoice.due_date,
            total=Money(invoice.amount_minor, invoice.currency),
            claimed=Money(item.balance_minor, item.currency),
            owed=Money(invoice.balance_minor, invoice.currency),
            changed=invoice.number in changed,
        )
        for item, invoice in about
    )


def _notices(session: Session, case: str) -> tuple[CaseNotice, ...]:
    query = (
        select(NoticeRecord, NoticeItemRecord.invoice_number)
        .join(NoticeItemRecord, col(NoticeItemRecord.notice_number) == col(NoticeRecord.number))
        .join(
            LegalCaseItemRecord,
            col(LegalCaseItemRecord.invoice_number) == col(NoticeItemRecord.invoice_number),
        )
        .where(col(LegalCaseItemRecord.case) == case, col(NoticeRecord.state).in_(_WENT_OUT))
        .order_by(col(NoticeRecord.sequence), by_text(col(NoticeItemRecord.invoice_number)))
    )
    named: dict[str, tuple[NoticeRecord, list[str]]] = {}
    for notice, number in session.exec(query):
        named.setdefault(notice.number, (notice, []))[1].append(number)
    return tuple(
        CaseNotice(notice.number, notice.day, notice.level, tuple(numbers))
        for notice, numbers in named.values()
    )


def _events(session: Session, case: LegalCaseRecord, zone: tzinfo) -> tuple[CaseEvent, ...]:
    """Looked for among the customer's: no index leads from a reference to its events."""
    query = select(EventRecord).where(
        col(EventRecord.customer_id) == case.customer_id,
        col(EventRecord.reference) == case.case,
        col(EventRecord.event).in_(_OF_A_CASE),
    )
    return tuple(
        CaseEvent(
            at=one.at.astimezone(zone),
            event=one.event,
            invoice_number=one.invoice_number,
            amount=Money(one.amount_minor, one.currency) if one.currency else None,
            by=one.actor,
        )
        for one in session.exec(query.order_by(col(EventRecord.id)))
    )
