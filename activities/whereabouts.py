"""Where invoices stand, as a person reads it: balance, holds, the next step and its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from activities.banking.age import waits_since
from activities.facts import CaseOf, case_of, ladder_for, open_cases, stands
from models.tables import (
    AttentionRecord,
    CreditRecord,
    HoldRecord,
    InvoiceRecord,
    PositionRecord,
)
from rules import gathering
from rules.case import Facts, HoldKind, Status, What, is_overdue, next_step
from rules.collecting import Doing
from rules.coming_debits import coming_debit
from rules.gathering import Waiting
from rules.ladder import Ladder
from rules.money import Money
from rules.policy import StageKind
from rules.reasons import StandingHold


@dataclass(frozen=True)
class NextStep:
    """What comes next. `at` in the policy's zone, None where a person or a message decides; `first`
    and `last` are the days of its window. `doing` says what is done about a debit, whose day is
    `debited_on`."""

    what: str
    kind: str = ""
    level: int = 0
    at: datetime | None = None
    first: date | None = None
    last: date | None = None
    doing: str = ""
    debited_on: date | None = None

    @property
    def words(self) -> str:
        """What comes next, in a few words and without its day."""
        if self.doing:
            return _DOING[Doing(self.doing)]
        if self.kind == "" or self.what in _WORDS:
            return _WORDS.get(self.what, self.what)
        return f"{self.kind} {self.level or ''}".strip()

    @property
    def has_day(self) -> bool:
        """Whether `at` is the day on which that happens by itself."""
        return self.at is not None and self.kind != "" and self.what not in _WORDS


_WORDS = {
    "over": "nothing, it is over",
    "held": "nothing while it is held",
    "called": "a person phones",
    "proposed": "a person approves the case",
    "handed_over": "nothing, it is with the lawyer",
    "nothing": "nothing, its ladder has ended",
    "letter": "the customer is told of its debit",
}
_DOING = {
    Doing.ANNOUNCE: "its debit is announced",
    Doing.TRY: "it is debited",
    Doing.ASK: "word of its debit is asked for",
    Doing.WAIT: "a person corrects its debit",
}


@dataclass(frozen=True)
class Whereabouts:
    """One invoice. `level` is the last notice sent, 0 for none; `credit` what was paid too much.
    `bank_data_until`: the day that bank data ends, where it is too old to go on."""

    number: str
    customer_id: str
    status: str
    issue_date: date
    due_date: date
    amount: Money
    balance: Money
    credit: Money
    days_overdue: int
    policy: str
    level: int
    next: NextStep
    held_by: tuple[StandingHold, ...]
    task: str
    proposed_case: str
    handed_over_on: date | None
    needs_attention: tuple[str, ...]
    bank_data_until: date | None = None


def whereabouts_of(session: Session, number: str, now: datetime) -> Whereabouts:
    """One invoice, open or not."""
    invoice = session.get_one(InvoiceRecord, number)
    if invoice.status == Status.OPEN:
        found = whereabouts_of_customer(session, invoice.customer_id, now, only=number)
        return found[0]
    return _told(session, invoice, case_of(session, number, now), None, now)


def whereabouts_of_customer(
    session: Session, customer_id: str, now: datetime, *, only: str = ""
) -> tuple[Whereabouts, ...]:
    """Every invoice of a customer, the open ones first, by due date; or one of the open ones."""
    cases = open_cases(session, customer_id, now)
    days = Days(cases, now)
    told = [
        _told(session, session.get_one(InvoiceRecord, case[0].number), case, days, now)
        for case in cases
        if only in ("", case[0].number)
    ]
    if not only:
        told += [
            _told(session, invoice, case_of(session, invoice.number, now), None, now)
            for invoice in _closed(session, customer_id)
        ]
    return tuple(sorted(told, key=lambda one: (one.status != "open", one.due_date, one.number)))


def _closed(session: Session, customer_id: str) -> Sequence[InvoiceRecord]:
    query = select(InvoiceRecord).where(
        col(InvoiceRecord.customer_id) == customer_id,
        col(InvoiceRecord.status) != Status.OPEN.value,
    )
    return session.exec(query).all()


def _told(
    session: Session,
    invoice: InvoiceRecord,
    case: CaseOf,
    days: "Days | None",
    now: datetime,
) -> Whereabouts:
    facts, ladder = case
    today = ladder.today(now)
    return Whereabouts(
        number=invoice.number,
        customer_id=invoice.customer_id,
        status=invoice.status,
        issue_date=invoice.issue_date,
        due_date=invoice.due_date,
        amount=Money(invoice.amount_minor, invoice.currency),
        balance=Money(invoice.balance_minor, invoice.currency),
        credit=Money(_credit_on(session, invoice.number), invoice.currency),
        days_overdue=(today - invoice.due_date).days if is_overdue(facts, today) else 0,
        policy=ladder.policy.name,
        level=facts.level,
        next=next_of(facts, ladder, days or Days([case], now), now),
        held_by=standing_holds(session, invoice, ladder, now),
        task=facts.task,
        proposed_case=facts.proposed,
        handed_over_on=session.get_one(PositionRecord, invoice.number).handed_over_on,
        needs_attention=tuple(sorted(troubles_of(session, invoice.customer_id, ladder))),
        bank_data_until=waits_since(session, [ladder], today) if is_overdue(facts, today) else None,
    )


def _credit_on(session: Session, number: str) -> int:
    query = select(CreditRecord.amount_minor).where(col(CreditRecord.invoice_number) == number)
    return sum(session.exec(query))


def next_of(facts: Facts, ladder: Ladder, days: "Days", now: datetime) -> NextStep:
    """What comes next for one of a customer's invoices."""
    following = next_step(facts, ladder, now)
    at = following.at
    if following.window is not None and following.kind is not None:
        at = days.of(facts, ladder, following.kind)
    debit = coming_debit(facts, ladder, now) if following.what is What.COLLECT else None
    if debit is not None and debit.doing is Doing.TRY and debit.day is not None:
        at = ladder.opens(debit.day)  # not the day on which a bank is told
    return NextStep(
        what=following.what.value,
        kind=following.kind.value if following.kind else "",
        level=following.level,
        at=at.astimezone(ladder.zone) if at else None,
        first=following.window.first if following.window else None,
        last=following.window.last if following.window else None,
        doing=debit.doing.value if debit else "",
        debited_on=debit.day if debit else None,
    )


class Days:
    """When the stages of a customer's open invoices happen, as the record stands: with the others
    where an invoice's first day has come by then, else on the day it asks for itself (ladder.md,
    rules 3 and 4). Each kind of stage is gathered once for all of them."""

    def __init__(self, cases: Sequence[CaseOf], now: datetime) -> None:
        self._cases = cases
        self._now = now
        self._gathered: dict[StageKind, tuple[dict[str, Waiting], datetime | None]] = {}

    def of(self, facts: Facts, ladder: Ladder, kind: StageKind) -> datetime | None:
        if kind not in self._gathered:
            waiting = gathering.waiting_for(kind, self._cases, self._now)
            by_number = {one.facts.number: one for one in waiting}
            self._gathered[kind] = by_number, gathering.next_moment(waiting, self._now)
        by_number, together = self._gathered[kind]
        mine = by_number.get(facts.number)
        if mine is None or together is None:
            return None
        goes_along = mine.window.first <= ladder.today(together)
        return together if goes_along else mine.moment(self._now)


def day_of_stage(
    facts: Facts, ladder: Ladder, kind: StageKind, cases: Sequence[CaseOf], now: datetime
) -> datetime | None:
    """When one invoice's stage happens; see `Days`."""
    return Days(cases, now).of(facts, ladder, kind)


def standing_holds(
    session: Session, invoice: InvoiceRecord, ladder: Ladder, now: datetime
) -> tuple[StandingHold, ...]:
    """The invoice's own and its customer's, the oldest first."""
    if invoice.status != Status.OPEN:
        return ()
    query = select(HoldRecord).where(
        col(HoldRecord.customer_id) == invoice.customer_id, col(HoldRecord.ended_at).is_(None)
    )
    return tuple(
        StandingHold(
            kind=HoldKind(hold.kind),
            since=ladder.today(hold.begins_at),
            ends=ladder.today(hold.until) if hold.until else None,
            whole_customer=hold.invoice_number is None,
            reason=hold.reason,
            by=hold.actor,
        )
        for hold in session.exec(query.order_by(col(HoldRecord.id)))
        if hold.invoice_number in (None, invoice.number) and stands(hold, now)
    )


def troubles_of(session: Session, customer_id: str, ladder: Ladder) -> dict[str, date]:
    """What waits for a person at a customer, and since when."""
    query = select(AttentionRecord).where(
        col(AttentionRecord.customer_id) == customer_id, col(AttentionRecord.ended_at).is_(None)
    )
    found: dict[str, date] = {}
    for one in session.exec(query.order_by(col(AttentionRecord.id))):
        found.setdefault(one.trouble, ladder.today(one.begins_at))
    return found


def any_ladder(session: Session, customer_id: str) -> Ladder | None:
    """The ladder of one of a customer's invoices: its zone is the customer's."""
    query = select(InvoiceRecord.policy).where(col(InvoiceRecord.customer_id) == customer_id)
    policy = session.exec(query.limit(1)).first()
    return ladder_for(session, policy) if policy else None
