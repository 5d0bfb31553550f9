"""One customer's day, tried on a copy of the database with the code that production runs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from activities import calls_record, cases_record, notices_record
from activities.facts import CaseOf, case_of, open_cases
from activities.gathering import Gathering
from activities.journal import Journal
from activities.workplace import Workplace
from models.messages import AskedCustomer, Gathered
from models.settings import MailMode
from models.tables import (
    CaseState,
    CustomerRecord,
    LegalCaseRecord,
    NoticeRecord,
    NoticeState,
)
from rules.case import Facts, What, next_step, stage_window, wanted_day
from rules.clock import Clock
from rules.collecting import Doing
from rules.coming_debits import ComingDebit, coming_debit
from rules.ladder import Ladder
from rules.money import Money, totals
from rules.policy import StageKind


class Kind(StrEnum):
    ANNOUNCEMENT = "announcement"  # of debits to come
    DEBIT = "debit"
    NOTICE = "notice"
    CALL = "call"
    CASE = "case"
    PROPOSED_CASE = "proposed_case"  # it waits for a person's yes


@dataclass(frozen=True)
class Concerned:
    """One invoice in it. `level` is the one it reaches, of one only listed the last one sent."""

    number: str
    due_date: date
    balance: Money
    level: int
    advances: bool
    why: str


@dataclass(frozen=True)
class Happening:
    """One thing that happens to one customer. `to` is the address or the telephone number."""

    kind: Kind
    customer_id: str
    name: str
    to: str
    at: datetime
    invoices: tuple[Concerned, ...]
    reference: str = ""
    level: int = 0
    pay_by: date | None = None

    @property
    def claims(self) -> tuple[Money, ...]:
        return totals(invoice.balance for invoice in self.invoices)


class Morning:
    """What a day brings, customer by customer. `ladder` says where days begin and end."""

    def __init__(
        self, session: Session, work: Workplace, clock: Clock, ladder: Ladder, day: date
    ) -> None:
        self._session = session
        self._work = work
        self._clock = clock
        self._ladder = ladder
        self._day = day

    def of(self, customer_id: str, begins: datetime) -> list[Happening]:
        """Look at the customer whenever its workflow would, from `begins` to the end of the day."""
        customer = self._session.get_one(CustomerRecord, customer_id)
        found = self._debits(customer, begins)
        at: datetime | None = begins
        while at is not None and self._ladder.today(at) <= self._day:
            journal = self._work.journal(self._session, self._clock, at)
            asked = AskedCustomer(customer_id=customer_id, planned=at, clock=self._clock)
            gathered = Gathering(journal, asked, self._work).gather()
            self._session.flush()
            known = {one.reference for one in found}
            new = self._made(journal, customer, gathered)
            found += [one for one in new if one.reference not in known]
            following = self._send(journal, asked, gathered)
            at = following if following is not None and following > at else None
        return found

    def _send(self, journal: Journal, asked: AskedCustomer, gathered: Gathered) -> datetime | None:
        """The notice is accepted at once; when the customer is looked at next."""
        moments = [gathered.next_at]
        if gathered.notice and self._work.mode is not MailMode.HOLD:
            notice = self._session.get_one(NoticeRecord, gathered.notice)
            notices_record.count_as_sent(journal, notice, NoticeState.SENT)
            self._session.flush()
            moments.append(Gathering(journal, asked, self._work).next_look())
        return min((moment for moment in moments if moment is not None), default=None)

    def _debits(self, customer: CustomerRecord, at: datetime) -> list[Happening]:
        """Each debit made that day, and what is announced, in one mail."""
        found, announced, told_at = [], [], at
        for facts, ladder in open_cases(self._session, customer.customer_id, at):
            step, debit = next_step(facts, ladder, at), coming_debit(facts, ladder, at)
            if step.what is not What.COLLECT or not step.at or ladder.today(step.at) > self._day:
                continue
            one = self._concerned(facts, 0, advances=True, why=_debited(facts, debit))
            if debit is not None and debit.doing is Doing.ANNOUNCE:
                announced.append(one)
                told_at = max(told_at, step.at)
            elif debit is None or debit.doing is Doing.TRY:
                reference = f"debit:{facts.number}"
                found.append(_happening(Kind.DEBIT, customer, "", step.at, [one], reference))
        if announced:
            mail = (Kind.ANNOUNCEMENT, customer, customer.email, told_at)
            found.insert(0, _happening(*mail, announced, f"announcement:{customer.customer_id}"))
        return found

    def _made(
        self, journal: Journal, customer: CustomerRecord, gathered: Gathered
    ) -> list[Happening]:
        found = [self._notice(journal, customer, gathered.notice)] if gathered.notice else []
        for task in gathered.tasks:
            numbers = [item.invoice_number for item in calls_record.items_in(journal, task)]
            invoices = self._all(numbers, journal.now)
            found.append(
                _happening(Kind.CALL, customer, customer.phone, journal.now, invoices, task)
            )
        for case in self._opened_cases(customer, journal.now):
            numbers = [item.invoice_number for item in cases_record.items_of(journal, case.case)]
            kind = Kind.PROPOSED_CASE if case.state == CaseState.PROPOSED else Kind.CASE
            invoices = self._all(numbers, journal.now)
            found.append(_happening(kind, customer, "", journal.now, invoices, case.case))
        return found

    def _notice(self, journal: Journal, customer: CustomerRecord, number: str) -> Happening:
        record = self._session.get_one(NoticeRecord, number)
        invoices = []
        for item in notices_record.items_of(journal, number):
            case = case_of(self._session, item.invoice_number, journal.now)
            why = self._why(case, journal.now) if item.advances else "also open, only listed"
            invoices.append(self._concerned(case[0], item.level, advances=item.advances, why=why))
        return Happening(
            kind=Kind.NOTICE,
            customer_id=customer.customer_id,
            name=customer.name,
            to=record.email,
            at=journal.now,
            invoices=tuple(invoices),
            reference=number,
            level=record.level,
            pay_by=record.pay_by,
        )

    def _opened_cases(self, customer: CustomerRecord, at: datetime) -> Iterable[LegalCaseRecord]:
        query = select(LegalCaseRecord).where(
            col(LegalCaseRecord.customer_id) == customer.customer_id,
            col(LegalCaseRecord.opened_at) == at,
        )
        return self._session.exec(query.order_by(col(LegalCaseRecord.sequence))).all()

    def _all(self, numbers: Sequence[str], at: datetime) -> list[Concerned]:
        cases = [case_of(self._session, number, at) for number in numbers]
        return [
            self._concerned(case[0], case[0].level, advances=True, why=self._why(case, at))
            for case in cases
        ]

    @staticmethod
    def _concerned(facts: Facts, level: int, *, advances: bool, why: str) -> Concerned:
        balance = Money(facts.balance, facts.currency)
        return Concerned(facts.number, facts.due_date, balance, level, advances, why)

    def _why(self, case: CaseOf, at: datetime) -> str:
        """Since when, and what makes this its day."""
        facts, ladder = case
        window = stage_window(facts, ladder, at)
        assert window is not None, "what goes has a window"
        planned, today = ladder.wanted_day(window), ladder.today(at)
        if wanted_day(facts, ladder, window) > today:
            reason = f"goes along, its window is open since {window.first}"
        elif planned < today:
            reason = f"its day, {planned}, has passed"
        else:
            reason = "this is its day"
        return f"{_since(facts, ladder)}; {reason}"


def _debited(facts: Facts, debit: ComingDebit | None) -> str:
    if debit is None or debit.day is None:
        return f"due since {facts.due_date}"
    if debit.doing is Doing.ANNOUNCE:
        return f"due on {facts.due_date}; to be debited by {debit.method} on {debit.day}"
    return f"due on {facts.due_date}; debited by {debit.method}, for {debit.day}"


def _since(facts: Facts, ladder: Ladder) -> str:
    """What the window counts from."""
    before = ladder.stage(facts.stage - 1) if facts.stage > 0 else None
    if before is not None and before.kind is StageKind.NOTICE:
        return f"notice {facts.level} was sent on {facts.anchor}"
    if before is not None and before.kind is StageKind.CALL:
        return f"the last call failed on {facts.anchor}"
    return f"due since {facts.due_date}"


def _happening(
    kind: Kind,
    customer: CustomerRecord,
    to: str,
    at: datetime,
    invoices: Sequence[Concerned],
    reference: str,
) -> Happening:
    return Happening(kind, customer.customer_id, customer.name, to, at, tuple(invoices), reference)
