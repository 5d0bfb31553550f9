"""Read what is recorded about invoices into the values the rules judge by."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Row, Select, bindparam, select
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session

from gateways.calendars import business_days
from gateways.policy_files import policy_from_text
from models.tables import METADATA, HoldRecord, PolicyRecord, PositionRecord
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


_INVOICE = METADATA.tables["invoice"]
_POSITION = METADATA.tables["position"]
_HOLD = METADATA.tables["hold"]
_TRY = METADATA.tables["collection"]
_CUSTOMER: BindParameter[str] = bindparam("customer_id")
# Asked at every step of every customer, so each is put together once, and answers with plain rows.
_CASE = select(
    *(_INVOICE.c[name] for name in ("number", "customer_id", "policy", "due_date", "currency")),
    *(_INVOICE.c[name] for name in ("amount_minor", "balance_minor", "status", "mandate")),
    *(column for column in _POSITION.c if column.name != "invoice_number"),
).join_from(_INVOICE, _POSITION, _POSITION.c.invoice_number == _INVOICE.c.number)
_ONE = _CASE.where(_INVOICE.c.number == bindparam("number"))
_OPEN = _CASE.where(
    _INVOICE.c.customer_id == _CUSTOMER, _INVOICE.c.status == Status.OPEN.value
).order_by(by_text(_INVOICE.c.number))
_ITEM = METADATA.tables["notice_item"]
_NAMED = _CASE.join(_ITEM, _ITEM.c.invoice_number == _INVOICE.c.number).where(
    _ITEM.c.notice_number == bindparam("notice")
)
_HOLDS = select(_HOLD).where(_HOLD.c.customer_id == _CUSTOMER).order_by(_HOLD.c.id)
_TRIES = (
    select(_TRY)
    .join_from(_TRY, _INVOICE, _INVOICE.c.number == _TRY.c.invoice_number)
    .where(_INVOICE.c.customer_id == _CUSTOMER)
    .order_by(_TRY.c.attempt)
)


def case_of(session: Session, invoice_number: str, now: datetime) -> CaseOf:
    """One invoice's case, open or not. Raises NoResultFound for a number that is not recorded."""
    found = _read(session, _ONE, number=invoice_number)
    if not found:
        raise NoResultFound(f"no invoice {invoice_number} is recorded")
    return _cases(session, found, found[0].customer_id, now)[0]


def open_cases(session: Session, customer_id: str, now: datetime) -> list[CaseOf]:
    """All open cases of a customer, by invoice number."""
    return _cases(session, _read(session, _OPEN, customer_id=customer_id), customer_id, now)


def cases_in_notice(
    session: Session, notice: str, customer_id: str, now: datetime
) -> dict[str, CaseOf]:
    """Every case that a notice named, open or not, by its invoice's number."""
    found = _cases(session, _read(session, _NAMED, notice=notice), customer_id, now)
    return {facts.number: (facts, ladder) for facts, ladder in found}


def _read(session: Session, query: Select[Any], **values: str) -> Sequence[Row[Any]]:
    """Rows as they stand, with what this transaction has changed; nobody changes them."""
    session.flush()
    return session.connection().execute(query, values).all()


def _cases(
    session: Session, found: Sequence[Row[Any]], customer_id: str, now: datetime
) -> list[CaseOf]:
    holds = _by_invoice(_read(session, _HOLDS, customer_id=customer_id))
    tries = (
        _by_invoice(_read(session, _TRIES, customer_id=customer_id))
        if any(row.mandate for row in found)
        else {}
    )
    cases = []
    for row in found:
        mine = [*holds.get(None, ()), *holds.get(row.number, ())]
        facts = _facts(row, mine, tries.get(row.number, ()), now)
        cases.append((facts, ladder_for(session, row.policy)))
    return cases


def _by_invoice(found: Sequence[Row[Any]]) -> dict[str | None, list[Row[Any]]]:
    """Under None stands what is about the customer as a whole: it holds every invoice."""
    by_invoice: dict[str | None, list[Row[Any]]] = defaultdict(list)
    for row in found:
        by_invoice[row.invoice_number].append(row)
    return by_invoice


def _facts(
    case: Row[Any], holds: Sequence[Row[Any]], tries: Sequence[Row[Any]], now: datetime
) -> Facts:
    return Facts(
        number=case.number,
        customer_id=case.customer_id,
        due_date=case.due_date,
        currency=case.currency,
        amount=case.amount_minor,
        balance=case.balance_minor,
        status=Status(case.status),
        stage=case.stage,
        anchor=case.anchor,
        level=case.level,
        handed_over=case.handed_over_on is not None,
        task=case.task,
        proposed=case.proposed,
        promises_broken=case.promises_broken,
        not_before=case.not_before,
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


def stands(hold: HoldRecord | Row[Any], now: datetime) -> bool:
    """Whether a hold stands: nobody ended it, and its own end has not come."""
    return hold.ended_at is None and (hold.until is None or now < hold.until)
