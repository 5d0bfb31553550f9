"""What waits for a person, as somebody who sees to it needs it: by kind, the oldest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from activities.banking.open_entries import count_open
from activities.zones import newest_zone
from models.tables import (
    AttentionRecord,
    CustomerRecord,
    LegalCaseItemRecord,
    LegalCaseRecord,
    ProposalState,
    ProposedEndingRecord,
    Trouble,
)
from rules.money import Money

OF_A_KIND = 10  # shown of each kind, where all kinds are
A_PAGE = 50


@dataclass(frozen=True)
class Proposal:
    """Somebody wants a debt given up: `ending` is written_off or cancelled."""

    ending: str
    owed: Money
    by: str
    reason: str


@dataclass(frozen=True)
class Parked:
    """One thing that waits. `reference` is what it is about, `case` the case of an invoice whose
    money moved after the handover."""

    id: int
    trouble: Trouble
    customer_id: str
    customer_name: str
    email: str
    phone: str
    reference: str
    detail: str
    since: datetime
    case: str = ""
    proposal: Proposal | None = None


@dataclass(frozen=True)
class ParkedPage:
    """`counts` of all kinds that have something; `parked` those shown, by kind; `entries` of the
    bank's are on the list besides; `more` says whether another page follows."""

    counts: dict[Trouble, int]
    parked: dict[Trouble, tuple[Parked, ...]]
    entries: int
    more: bool = False


def parked_page(session: Session, kind: Trouble | None = None, page: int = 1) -> ParkedPage:
    """All kinds with their oldest, or one page of one kind. The number of queries is constant."""
    found = _of_one_kind(session, kind, page) if kind else _oldest_of_each(session)
    more = kind is not None and len(found) > A_PAGE
    told = _told(session, found[:A_PAGE] if kind else found)
    by_kind: dict[Trouble, list[Parked]] = {}
    for one in told:
        by_kind.setdefault(one.trouble, []).append(one)
    shown = {trouble: tuple(by_kind[trouble]) for trouble in Trouble if trouble in by_kind}
    return ParkedPage(_counts(session), shown, count_open(session), more)


def parked_of(session: Session, parked_id: int) -> AttentionRecord | None:
    """What waits, or waited, under this number."""
    return session.get(AttentionRecord, parked_id)


_Found = Sequence[tuple[AttentionRecord, CustomerRecord]]
_WAITING: Any = (
    select(AttentionRecord, CustomerRecord)
    .join(CustomerRecord, col(CustomerRecord.customer_id) == col(AttentionRecord.customer_id))
    .where(col(AttentionRecord.ended_at).is_(None))
)
_OLDEST_FIRST = (col(AttentionRecord.begins_at), col(AttentionRecord.id))


def _counts(session: Session) -> dict[Trouble, int]:
    trouble = col(AttentionRecord.trouble)
    query = select(trouble, func.count()).where(col(AttentionRecord.ended_at).is_(None))
    found = dict(session.exec(query.group_by(trouble)).all())
    return {one: found[one.value] for one in Trouble if one.value in found}


def _of_one_kind(session: Session, kind: Trouble, page: int) -> _Found:
    """One more than a page has, so that it is known whether another follows."""
    query = _WAITING.where(col(AttentionRecord.trouble) == kind.value).order_by(*_OLDEST_FIRST)
    found: _Found = session.exec(query.offset((page - 1) * A_PAGE).limit(A_PAGE + 1)).all()
    return found


def _oldest_of_each(session: Session) -> _Found:
    place = func.row_number().over(
        partition_by=col(AttentionRecord.trouble), order_by=_OLDEST_FIRST
    )
    numbered = (
        select(col(AttentionRecord.id), place.label("place"))
        .where(col(AttentionRecord.ended_at).is_(None))
        .subquery()
    )
    query = _WAITING.join(numbered, numbered.c.id == col(AttentionRecord.id)).where(
        numbered.c.place <= OF_A_KIND
    )
    found: _Found = session.exec(query.order_by(*_OLDEST_FIRST)).all()
    return found


def _told(session: Session, found: _Found) -> list[Parked]:
    zone = newest_zone(session)
    cases = _cases_of(session, _references(found, Trouble.HANDED_OVER_CHANGED))
    proposals = _proposals(session, _references(found, Trouble.WRITE_OFF))
    return [
        Parked(
            id=one.id or 0,
            trouble=Trouble(one.trouble),
            customer_id=customer.customer_id,
            customer_name=customer.name,
            email=customer.email,
            phone=customer.phone,
            reference=one.reference,
            detail=one.detail,
            since=one.begins_at.astimezone(zone),
            case=cases.get(one.reference, "") if one.trouble == Trouble.HANDED_OVER_CHANGED else "",
            proposal=proposals.get(one.reference) if one.trouble == Trouble.WRITE_OFF else None,
        )
        for one, customer in found
    ]


def _references(found: _Found, kind: Trouble) -> set[str]:
    return {one.reference for one, _ in found if one.trouble == kind}


def _cases_of(session: Session, invoices: Iterable[str]) -> dict[str, str]:
    """The last case that each invoice went to the lawyer with."""
    query = (
        select(LegalCaseItemRecord.invoice_number, LegalCaseRecord.case)
        .join(LegalCaseRecord, col(LegalCaseRecord.case) == col(LegalCaseItemRecord.case))
        .where(
            col(LegalCaseItemRecord.invoice_number).in_(sorted(invoices)),
            col(LegalCaseRecord.handed_over_at).is_not(None),
        )
        .order_by(col(LegalCaseRecord.handed_over_at))
    )
    return dict(session.exec(query).all())


def _proposals(session: Session, invoices: Iterable[str]) -> dict[str, Proposal]:
    query = select(ProposedEndingRecord).where(
        col(ProposedEndingRecord.invoice_number).in_(sorted(invoices)),
        col(ProposedEndingRecord.state) == ProposalState.PROPOSED.value,
    )
    return {
        one.invoice_number: Proposal(
            one.ending, Money(one.balance_minor, one.currency), one.proposed_by, one.reason
        )
        for one in session.exec(query)
    }
