"""All that is recorded of one customer, for whoever opens their page. Read in one transaction, by a
number of queries that does not grow with what there is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from activities.credit import credit_of
from activities.facts import CaseOf, ladder_for, open_cases, stands
from activities.happened import Happened, happened
from activities.letter_list import LetterLine, letters_of
from activities.method_list import MethodLine, lines_of
from activities.notice_list import NoticeLine, notices_of
from activities.paging import Page, cut, page_of
from activities.whereabouts import Days, NextStep, next_of
from models.tables import (
    AttentionRecord,
    CallAttemptRecord,
    CallTaskRecord,
    CreditRecord,
    CustomerRecord,
    HoldRecord,
    InvoiceRecord,
    LegalCaseRecord,
    RefundRecord,
)
from models.tables.base import by_text
from rules.case import HoldKind, Status, is_overdue
from rules.money import Money, totals
from rules.reasons import StandingHold

OPEN_SHOWN, CLOSED_SHOWN, LINES_SHOWN = 100, 25, 25


@dataclass(frozen=True)
class Pages:
    """Which page of each long list is wanted."""

    open: int = 1
    closed: int = 1
    notices: int = 1
    letters: int = 1
    events: int = 1


@dataclass(frozen=True)
class OpenInvoice:
    """`level` is the last notice sent, 0 for none."""

    number: str
    due_date: date
    days_overdue: int
    balance: Money
    amount: Money
    level: int
    next: NextStep
    held_by: tuple[StandingHold, ...]
    task: str


@dataclass(frozen=True)
class ClosedInvoice:
    number: str
    due_date: date
    status: str
    amount: Money


@dataclass(frozen=True)
class Parked:
    """What waits for a person, since when."""

    trouble: str
    reference: str
    detail: str
    since: datetime


@dataclass(frozen=True)
class Attempt:
    """One attempt of a call task; `invoice` "" where it was about all of them."""

    task: str
    at: datetime
    invoice: str
    outcome: str
    actor: str
    note: str
    heard: str


@dataclass(frozen=True)
class CallTask:
    task: str
    state: str
    opened_at: datetime
    taken_by: str
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True)
class RefundLine:
    """`has_proof`: it can be downloaded; `mail_state` what is known of the mail that brought it."""

    number: str
    invoice: str
    amount: Money
    state: str
    reference: str
    requested_at: datetime
    has_proof: bool
    mail_state: str


@dataclass(frozen=True)
class CreditLine:
    """`invoice` "" for money that came for no invoice; below 0 where it was taken."""

    at: datetime
    amount: Money
    reason: str
    invoice: str
    refund: str
    actor: str


@dataclass(frozen=True)
class CaseLine:
    case: str
    state: str
    opened_at: datetime
    handed_over_at: datetime | None
    has_papers: bool


@dataclass(frozen=True)
class CustomerSheet:
    """Moments in the zone of the customer's policy. `owed` and `overdue` are sums per currency;
    `paused` is the hold on the whole customer."""

    customer_id: str
    name: str
    email: str
    phone: str
    language: str
    country: str
    today: date
    owed: tuple[Money, ...]
    overdue: tuple[Money, ...]
    credit: tuple[Money, ...]
    paused: StandingHold | None
    parked: tuple[Parked, ...]
    methods: tuple[MethodLine, ...]
    open: Page[OpenInvoice]
    closed: Page[ClosedInvoice]
    notices: Page[NoticeLine]
    letters: Page[LetterLine]
    calls: tuple[CallTask, ...]
    refunds: tuple[RefundLine, ...]
    credit_lines: tuple[CreditLine, ...]
    cases: tuple[CaseLine, ...]
    events: Page[Happened]


def customer_sheet(
    session: Session, customer_id: str, now: datetime, pages: Pages
) -> CustomerSheet | None:
    """None for a key that nothing is recorded under."""
    customer = session.get(CustomerRecord, customer_id)
    if customer is None:
        return None
    cases = open_cases(session, customer_id, now)
    zone = _zone(session, customer_id)
    holds = _holds(session, customer_id, now, zone)
    invoices = _open(cases, holds, now)
    return CustomerSheet(
        customer_id=customer.customer_id,
        name=customer.name,
        email=customer.email,
        phone=customer.phone,
        language=customer.language,
        country=customer.country,
        today=now.astimezone(zone).date(),
        owed=totals(one.balance for one in invoices),
        overdue=totals(one.balance for one in invoices if one.days_overdue),
        credit=credit_of(session, customer_id),
        paused=next(iter(holds.get(None, ())), None),
        parked=_parked(session, customer_id, zone),
        methods=tuple(lines_of(session, customer_id, now.astimezone(zone).date())),
        open=cut(invoices, pages.open, OPEN_SHOWN),
        closed=_closed(session, customer_id, pages.closed),
        notices=notices_of(session, customer_id, zone, pages.notices),
        letters=letters_of(session, customer_id, zone, pages.letters),
        calls=_calls(session, customer_id, zone),
        refunds=_refunds(session, customer_id, zone),
        credit_lines=_credit_lines(session, customer_id, zone),
        cases=_cases(session, customer_id, zone),
        events=happened(session, zone, pages.events, customer=customer_id),
    )


def _zone(session: Session, customer_id: str) -> tzinfo:
    """Of the policy of one of their invoices: it is the customer's."""
    query = select(col(InvoiceRecord.policy)).where(col(InvoiceRecord.customer_id) == customer_id)
    policy = session.execute(query.limit(1)).scalar()
    return ladder_for(session, policy).zone if policy else UTC


def _holds(
    session: Session, customer_id: str, now: datetime, zone: tzinfo
) -> dict[str | None, list[StandingHold]]:
    """Those that stand, by invoice; under None the whole customer's."""
    query = select(HoldRecord).where(
        col(HoldRecord.customer_id) == customer_id, col(HoldRecord.ended_at).is_(None)
    )
    found: dict[str | None, list[StandingHold]] = defaultdict(list)
    for hold in session.execute(query.order_by(col(HoldRecord.id))).scalars():
        if stands(hold, now):
            found[hold.invoice_number].append(_standing(hold, zone))
    return found


def _standing(hold: HoldRecord, zone: tzinfo) -> StandingHold:
    return StandingHold(
        kind=HoldKind(hold.kind),
        since=hold.begins_at.astimezone(zone).date(),
        ends=hold.until.astimezone(zone).date() if hold.until else None,
        whole_customer=hold.invoice_number is None,
        reason=hold.reason,
        by=hold.actor,
    )


def _open(
    cases: Sequence[CaseOf], holds: dict[str | None, list[StandingHold]], now: datetime
) -> list[OpenInvoice]:
    """The one due longest comes first."""
    days = Days(cases, now)
    found = []
    for facts, ladder in cases:
        today = ladder.today(now)
        found.append(
            OpenInvoice(
                number=facts.number,
                due_date=facts.due_date,
                days_overdue=(today - facts.due_date).days if is_overdue(facts, today) else 0,
                balance=Money(facts.balance, facts.currency),
                amount=Money(facts.amount, facts.currency),
                level=facts.level,
                next=next_of(facts, ladder, days, now),
                held_by=(*holds.get(None, ()), *holds.get(facts.number, ())),
                task=facts.task,
            )
        )
    return sorted(found, key=lambda one: (one.due_date, one.number))


def _closed(session: Session, customer_id: str, page: int) -> Page[ClosedInvoice]:
    query = select(
        *_columns(InvoiceRecord.number, InvoiceRecord.due_date, InvoiceRecord.status),
        *_columns(InvoiceRecord.amount_minor, InvoiceRecord.currency),
    ).where(
        col(InvoiceRecord.customer_id) == customer_id,
        col(InvoiceRecord.status) != Status.OPEN.value,
    )
    ordered = query.order_by(col(InvoiceRecord.due_date).desc(), by_text(InvoiceRecord.number))
    found = page_of(session, ordered, page, CLOSED_SHOWN)
    rows = (
        ClosedInvoice(r.number, r.due_date, r.status, Money(r.amount_minor, r.currency))
        for r in found.rows
    )
    return Page(tuple(rows), found.number, found.total, found.size)


def _columns(*columns: Any) -> list[Any]:
    return [col(column) for column in columns]


def _parked(session: Session, customer_id: str, zone: tzinfo) -> tuple[Parked, ...]:
    query = select(AttentionRecord).where(
        col(AttentionRecord.customer_id) == customer_id, col(AttentionRecord.ended_at).is_(None)
    )
    found = session.execute(query.order_by(col(AttentionRecord.id))).scalars()
    return tuple(
        Parked(one.trouble, one.reference, one.detail, one.begins_at.astimezone(zone))
        for one in found
    )


def _calls(session: Session, customer_id: str, zone: tzinfo) -> tuple[CallTask, ...]:
    """The newest tasks, each with its attempts."""
    query = (
        select(CallTaskRecord)
        .where(col(CallTaskRecord.customer_id) == customer_id)
        .order_by(col(CallTaskRecord.sequence).desc())
        .limit(LINES_SHOWN)
    )
    tasks = session.execute(query).scalars().all()
    attempts = attempts_in(session, [task.task for task in tasks], zone)
    return tuple(
        CallTask(
            task=task.task,
            state=task.state,
            opened_at=task.opened_at.astimezone(zone),
            taken_by=task.taken_by or "",
            attempts=tuple(one for one in attempts if one.task == task.task),
        )
        for task in tasks
    )


def attempts_in(session: Session, tasks: Sequence[str], zone: tzinfo) -> tuple[Attempt, ...]:
    """What came of each attempt in these tasks, in the order they were made."""
    query = select(CallAttemptRecord).where(col(CallAttemptRecord.task).in_(tasks))
    return tuple(
        Attempt(
            task=one.task,
            at=one.at.astimezone(zone),
            invoice=one.invoice_number,
            outcome=one.outcome,
            actor=one.actor,
            note=one.note,
            heard=one.heard,
        )
        for one in session.execute(query.order_by(col(CallAttemptRecord.id))).scalars()
    )


def _refunds(session: Session, customer_id: str, zone: tzinfo) -> tuple[RefundLine, ...]:
    query = (
        select(RefundRecord)
        .where(col(RefundRecord.customer_id) == customer_id)
        .order_by(col(RefundRecord.sequence).desc())
        .limit(LINES_SHOWN)
    )
    return tuple(refund_line(one, zone) for one in session.execute(query).scalars())


def refund_line(one: RefundRecord, zone: tzinfo) -> RefundLine:
    return RefundLine(
        number=one.number,
        invoice=one.invoice_number,
        amount=Money(one.amount_minor, one.currency),
        state=one.state,
        reference=one.reference,
        requested_at=one.requested_at.astimezone(zone),
        has_proof=bool(one.document),
        mail_state=one.mail_state,
    )


def _credit_lines(session: Session, customer_id: str, zone: tzinfo) -> tuple[CreditLine, ...]:
    query = (
        select(CreditRecord)
        .where(col(CreditRecord.customer_id) == customer_id)
        .order_by(col(CreditRecord.id).desc())
        .limit(LINES_SHOWN)
    )
    return tuple(
        CreditLine(
            at=one.recorded_at.astimezone(zone),
            amount=Money(one.amount_minor, one.currency),
            reason=one.reason,
            invoice=one.invoice_number or "",
            refund=one.refund or "",
            actor=one.actor,
        )
        for one in session.execute(query).scalars()
    )


def _cases(session: Session, customer_id: str, zone: tzinfo) -> tuple[CaseLine, ...]:
    query = (
        select(LegalCaseRecord)
        .where(col(LegalCaseRecord.customer_id) == customer_id)
        .order_by(col(LegalCaseRecord.sequence).desc())
        .limit(LINES_SHOWN)
    )
    return tuple(
        CaseLine(
            case=one.case,
            state=one.state,
            opened_at=one.opened_at.astimezone(zone),
            handed_over_at=one.handed_over_at.astimezone(zone) if one.handed_over_at else None,
            has_papers=bool(one.document),
        )
        for one in session.execute(query).scalars()
    )
