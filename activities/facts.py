"""Read what is recorded about invoices into the values the rules judge by."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BindParameter, Row, Select, bindparam, case, select
from sqlalchemy.exc import NoResultFound
from sqlmodel import Session

from gateways.calendars import business_days
from gateways.policy_files import policy_from_text
from models.tables import (
    METADATA,
    HoldRecord,
    LetterState,
    PolicyRecord,
    PositionRecord,
    RunState,
)
from models.tables.base import by_text
from rules.case import Facts, Hold, HoldKind, Next, Status
from rules.collecting import Cause, CollectionTry, Run, Try
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
    *(_INVOICE.c[name] for name in ("amount_minor", "balance_minor", "status")),
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
_RUN = METADATA.tables["collection_run"]
_METHOD = METADATA.tables["payment_method"]
_LETTER = METADATA.tables["letter"]
_RUNS = (
    select(
        _RUN,
        _METHOD.c.notice_days,
        case((_LETTER.c.state == LetterState.VOID.value, _LETTER.c.day)).label("letter_day"),
    )
    .join_from(_RUN, _METHOD, _METHOD.c.number == _RUN.c.method)
    .outerjoin(_LETTER, _LETTER.c.number == _RUN.c.letter)
    .where(_RUN.c.customer_id == _CUSTOMER, _RUN.c.state == RunState.OPEN.value)
)
_TRIES = (
    select(_TRY)
    .join_from(_TRY, _RUN, _RUN.c.invoice_number == _TRY.c.invoice_number)
    .where(
        _RUN.c.customer_id == _CUSTOMER,
        _RUN.c.state == RunState.OPEN.value,
        _RUN.c.number == _TRY.c.run,
    )
    .order_by(_TRY.c.attempt)
)
_LETTER_ITEM = METADATA.tables["letter_item"]
_LETTERS = (
    select(_LETTER_ITEM.c.invoice_number, _LETTER_ITEM.c.letter)
    .join_from(_LETTER_ITEM, _LETTER, _LETTER.c.number == _LETTER_ITEM.c.letter)
    .where(
        _LETTER.c.customer_id == _CUSTOMER,
        _LETTER.c.state.in_(
            (LetterState.WAITING.value, LetterState.SENDING.value, LetterState.IN_DOUBT.value)
        ),
    )
    .order_by(_LETTER.c.sequence.desc())
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
    collecting = _collecting(session, found, customer_id)
    cases = []
    for row in found:
        mine = [*holds.get(None, ()), *holds.get(row.number, ())]
        facts = _facts(row, mine, collecting, now)
        cases.append((facts, ladder_for(session, row.policy)))
    return cases


@dataclass(frozen=True)
class _Collecting:
    """What is recorded of a customer's collections that are not at their end, by invoice."""

    runs: dict[str, Run]
    tries: dict[str | None, list[Row[Any]]]
    letters: dict[str, str]


_NOTHING = _Collecting({}, {}, {})


def _collecting(session: Session, found: Sequence[Row[Any]], customer_id: str) -> _Collecting:
    """Most customers have nothing on file: nothing is asked for about them."""
    if not any(row.run for row in found):
        return _NOTHING
    runs = {row.invoice_number: _run(row) for row in _read(session, _RUNS, customer_id=customer_id)}
    tries = _by_invoice(_read(session, _TRIES, customer_id=customer_id)) if runs else {}
    letters = {
        row.invoice_number: row.letter for row in _read(session, _LETTERS, customer_id=customer_id)
    }
    return _Collecting(runs, tries, letters)


def _run(row: Row[Any]) -> Run:
    return Run(
        number=row.number,
        cause=Cause(row.cause),
        method=row.method,
        notice_days=row.notice_days,
        announced_on=row.announced_on,
        day=row.day,
        amount=row.amount_minor,
        letter_day=row.letter_day,
        waits=row.waits,
        asked=row.asked,
        lead_days=row.lead_days,
        cut_off=time.fromisoformat(row.cut_off) if row.cut_off else None,
        not_before=row.not_before,
    )


def _tries(rows: Sequence[Row[Any]]) -> tuple[CollectionTry, ...]:
    return tuple(_try(number, row) for number, row in enumerate(rows, start=1))


def _try(number: int, row: Row[Any]) -> CollectionTry:
    """One whose money went back is a failure of the day it did."""
    if row.returned_on is not None:
        return CollectionTry(number, row.returned_on, Try.FAILED_SOFT, row.by_hand)
    return CollectionTry(number, row.known_on or row.day, Try(row.state), row.by_hand)


def _by_invoice(found: Sequence[Row[Any]]) -> dict[str | None, list[Row[Any]]]:
    """Under None stands what is about the customer as a whole: it holds every invoice."""
    by_invoice: dict[str | None, list[Row[Any]]] = defaultdict(list)
    for row in found:
        by_invoice[row.invoice_number].append(row)
    return by_invoice


def _facts(
    case: Row[Any], holds: Sequence[Row[Any]], collecting: _Collecting, now: datetime
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
        run=collecting.runs.get(case.number),
        tries=_tries(collecting.tries.get(case.number, ())),
        letter=collecting.letters.get(case.number, ""),
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
