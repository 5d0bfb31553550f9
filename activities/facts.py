"""Read what is recorded about invoices into the values the rules judge by."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from gateways.calendars import business_days
from gateways.policy_files import policy_from_text
from models.tables import (
    CollectionRecord,
    HoldRecord,
    InvoiceRecord,
    PolicyRecord,
    PositionRecord,
)
from models.tables.base import by_text
from rules.case import CollectionTry, Facts, Hold, HoldKind, Next, Status, Try
from rules.ladder import Ladder, Pause
from rules.policy import Policy, StageKind

CaseOf = tuple[Facts, Ladder]


def ladder_of(policy: Policy) -> Ladder:
    """The policy with its calendars and its zone."""
    collect = (stage for stage in policy.stages if stage.kind is StageKind.COLLECT)
    calendar = next((stage.calendar for stage in collect), "TARGET")
    return Ladder(
        policy,
        business_days(policy.business_days),
        business_days(calendar),
        ZoneInfo(policy.timezone),
    )


_KEPT: dict[str, Ladder] = {}


def ladder_for(session: Session, digest: str) -> Ladder:
    """The ladder of a pinned policy. Kept by its content's digest, which never means another."""
    if digest not in _KEPT:
        record = session.get_one(PolicyRecord, digest)
        _KEPT[digest] = ladder_of(policy_from_text(record.content, record.name))
    return _KEPT[digest]


# Asked at every step of every customer, so each is put together once.
_OPEN = (
    select(InvoiceRecord, PositionRecord)
    .join(PositionRecord, col(PositionRecord.invoice_number) == col(InvoiceRecord.number))
    .where(
        col(InvoiceRecord.customer_id) == bindparam("customer_id"),
        col(InvoiceRecord.status) == Status.OPEN.value,
    )
    .order_by(by_text(col(InvoiceRecord.number)))
)
_HOLDS = (
    select(HoldRecord)
    .where(col(HoldRecord.customer_id) == bindparam("customer_id"))
    .order_by(col(HoldRecord.id))
)


def case_of(session: Session, invoice_number: str, now: datetime) -> CaseOf:
    """One invoice's case, open or not."""
    invoice = session.get_one(InvoiceRecord, invoice_number)
    position = session.get_one(PositionRecord, invoice_number)
    return _cases(session, [(invoice, position)], invoice.customer_id, now)[0]


def open_cases(session: Session, customer_id: str, now: datetime) -> list[CaseOf]:
    """All open cases of a customer, by invoice number."""
    found = session.exec(_OPEN, params={"customer_id": customer_id}).all()
    return _cases(session, found, customer_id, now)


def _cases(
    session: Session,
    found: Sequence[tuple[InvoiceRecord, PositionRecord]],
    customer_id: str,
    now: datetime,
) -> list[CaseOf]:
    holds = _holds(session, customer_id)
    tries = _tries(session, [invoice for invoice, _ in found])
    cases = []
    for invoice, position in found:
        mine = [*holds[None], *holds[invoice.number]]
        facts = _facts(invoice, position, mine, tries[invoice.number], now)
        cases.append((facts, ladder_for(session, invoice.policy)))
    return cases


def _holds(session: Session, customer_id: str) -> dict[str | None, list[HoldRecord]]:
    """By invoice; under None those of the customer, which hold every invoice."""
    holds: dict[str | None, list[HoldRecord]] = defaultdict(list)
    for hold in session.exec(_HOLDS, params={"customer_id": customer_id}):
        holds[hold.invoice_number].append(hold)
    return holds


def _tries(
    session: Session, invoices: Iterable[InvoiceRecord]
) -> dict[str, list[CollectionRecord]]:
    tries: dict[str, list[CollectionRecord]] = defaultdict(list)
    for invoice in invoices:
        if invoice.mandate:
            query = select(CollectionRecord).where(
                col(CollectionRecord.invoice_number) == invoice.number
            )
            tries[invoice.number] += session.exec(query.order_by(col(CollectionRecord.attempt)))
    return tries


def _facts(
    invoice: InvoiceRecord,
    position: PositionRecord,
    holds: Sequence[HoldRecord],
    tries: Sequence[CollectionRecord],
    now: datetime,
) -> Facts:
    return Facts(
        number=invoice.number,
        customer_id=invoice.customer_id,
        due_date=invoice.due_date,
        currency=invoice.currency,
        amount=invoice.amount_minor,
        balance=invoice.balance_minor,
        status=Status(invoice.status),
        stage=position.stage,
        anchor=position.anchor,
        level=position.level,
        handed_over=position.handed_over_on is not None,
        task=position.task,
        proposed=position.proposed,
        promises_broken=position.promises_broken,
        not_before=position.not_before,
        holds=tuple(Hold(HoldKind(h.kind), h.until) for h in holds if stands(h, now)),
        pauses=tuple(
            Pause(h.begins_at, h.ended_at or h.until) for h in holds if h.kind == HoldKind.PAUSE
        ),
        tries=tuple(CollectionTry(t.attempt, t.known_on or t.day, Try(t.state)) for t in tries),
        has_holds_that_ran_out=any(
            h.ended_at is None and h.until is not None and h.until <= now for h in holds
        ),
    )


def note_next(
    session: Session, facts: Facts, ladder: Ladder, following: Next, now: datetime
) -> datetime | None:
    """Note beside the position what comes next, for those who watch; answer when: a stage on the
    day it asks for."""
    wanted = following.wanted
    moment = ladder.moment(wanted, now) if wanted is not None else following.at
    position = session.get_one(PositionRecord, facts.number)
    position.next_what = following.what.value
    position.next_kind = following.kind.value if following.kind else ""
    position.next_at = moment
    return moment


def stands(hold: HoldRecord, now: datetime) -> bool:
    """Whether a hold stands: nobody ended it, and its own end has not come."""
    return hold.ended_at is None and (hold.until is None or now < hold.until)
