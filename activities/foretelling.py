"""What would come of an act: recorded as production records it, looked at, and taken back.

Nothing of it stays and nobody hears of it: the transaction is rolled back to where it began.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from activities.acts import record_act
from activities.calls import record_call_outcome
from activities.calls_record import items_in
from activities.customer_acts import record_customer_act
from activities.facts import CaseOf, case_of, open_cases
from activities.holds import end_what_ran_out
from activities.journal import Journal, no_alarms
from activities.whereabouts import Days
from activities.workplace import Workplace
from models.messages import RecordAct, RecordCall, RecordCustomerAct
from models.tables import MessageRecord, Trouble
from rules.case import What, next_step
from rules.clock import Clock
from rules.coming_debits import coming_debit
from rules.foretelling import Coming, foretold
from rules.money import Money
from rules.policy import StageKind

FORETOLD = 25  # of a customer's open invoices, those due longest


@dataclass(frozen=True)
class Fate:
    """What comes next for one invoice, as a sentence."""

    number: str
    owed: Money
    sentence: str


@dataclass(frozen=True)
class Foretold:
    """`refused` is why the act makes no sense, `was_done` that the record has it already; `more`
    how many further invoices it concerns."""

    refused: str = ""
    was_done: bool = False
    fates: tuple[Fate, ...] = ()
    more: int = 0


def foretell(session: Session, record: RecordCall, now: datetime) -> Foretold:
    """What a call's outcome would lead to if nobody pays meanwhile. The record is left as it was."""

    def concerned(journal: Journal) -> list[str]:
        only = record.outcome.invoice_number
        numbers = [item.invoice_number for item in items_in(journal, record.task)]
        return [number for number in numbers if only in ("", number)]

    if session.get(MessageRecord, record.key) is not None:
        return Foretold(was_done=True)
    trial = Trial(record.customer_id, concerned, lambda j: record_call_outcome(j, record).refused)
    return tried(session, trial, record.clock, now)


def foretell_act(session: Session, record: RecordAct, now: datetime) -> Foretold:
    """The same of an act on one invoice."""
    if session.get(MessageRecord, record.key) is not None:
        return Foretold(was_done=True)
    trial = Trial(
        record.customer_id,
        lambda _: [record.invoice_number],
        lambda journal: record_act(journal, record).refused,
    )
    return tried(session, trial, record.clock, now)


def foretell_customer_act(
    session: Session, record: RecordCustomerAct, now: datetime, work: Workplace
) -> Foretold:
    """The same of an act on a customer, for every open invoice of theirs."""
    if session.get(MessageRecord, record.key) is not None:
        return Foretold(was_done=True)
    trial = Trial(
        record.customer_id,
        lambda journal: open_numbers(journal, record.customer_id),
        lambda journal: record_customer_act(journal, record, work).refused,
    )
    return tried(session, trial, record.clock, now)


def open_numbers(journal: Journal, customer_id: str) -> list[str]:
    """A customer's open invoices, those due longest first."""
    cases = open_cases(journal.session, customer_id, journal.now)
    return [facts.number for facts, _ in sorted(cases, key=lambda case: case[0].due_date)]


@dataclass(frozen=True)
class Trial:
    """Something done for a moment. `concerned` are the invoices it is about, read before it; `do`
    answers "" or why not."""

    customer_id: str
    concerned: Callable[[Journal], Sequence[str]]
    do: Callable[[Journal], str]


def tried(session: Session, trial: Trial, clock: Clock, now: datetime) -> Foretold:
    """What a trial leads to; the record is left as it was."""
    with no_alarms():
        nested = session.begin_nested()
        try:
            return _tried(Journal(session, now, clock), trial)
        finally:
            nested.rollback()


def _tried(journal: Journal, trial: Trial) -> Foretold:
    numbers = trial.concerned(journal)
    if refused := trial.do(journal):
        return Foretold(refused=refused)
    journal.session.flush()
    fates = _fates(journal, trial.customer_id, numbers[:FORETOLD])
    return Foretold(fates=tuple(fates), more=max(0, len(numbers) - FORETOLD))


def _fates(journal: Journal, customer_id: str, numbers: Sequence[str]) -> list[Fate]:
    look = _Look(journal, customer_id)
    coming = {number: look.at(number) for number in numbers}
    owed = {number: look.owed(number) for number in numbers}
    ends = {one.at for one in coming.values() if one.what is What.HELD and one.at is not None}
    afterwards: dict[str, Coming] = {}
    for end in sorted(ends):  # time passes: holds run out as they will
        later = replace(journal, now=end)
        end_what_ran_out(later, customer_id)
        journal.session.flush()
        look = _Look(later, customer_id)
        afterwards |= {number: look.at(number) for number in numbers if coming[number].at == end}
    return [
        Fate(number, owed[number], foretold(one, afterwards.get(number)))
        for number, one in coming.items()
    ]


class _Look:
    """A customer's invoices at one hour: what `next_step` says of each, with the day that the others
    give it."""

    def __init__(self, journal: Journal, customer_id: str) -> None:
        cases = open_cases(journal.session, customer_id, journal.now)
        self._journal = journal
        self._cases = {facts.number: (facts, ladder) for facts, ladder in cases}
        self._days = Days(cases, journal.now)
        self._no_phone = bool(journal.troubles(customer_id, Trouble.PHONE))

    def _case(self, number: str) -> CaseOf:
        """One that is open no more is read by itself."""
        if number not in self._cases:
            self._cases[number] = case_of(self._journal.session, number, self._journal.now)
        return self._cases[number]

    def owed(self, number: str) -> Money:
        facts, _ = self._case(number)
        return Money(facts.balance, facts.currency)

    def at(self, number: str) -> Coming:
        facts, ladder = self._case(number)
        following = next_step(facts, ladder, self._journal.now)
        at = following.at
        if following.what is What.STAGE and following.kind is not None:
            nobody = following.kind is StageKind.CALL and self._no_phone
            at = None if nobody else self._days.of(facts, ladder, following.kind)
        elif following.what is What.CALLED:
            items = items_in(self._journal, facts.task)
            at = next((one.due_at for one in items if one.invoice_number == number), None)
        stage = ladder.stage(facts.stage)
        return Coming(
            what=following.what,
            kind=following.kind,
            level=following.level,
            at=at.astimezone(ladder.zone) if at else None,
            held_by=following.held_by,
            asks_first=stage is not None and stage.approval,
            debit=coming_debit(facts, ladder, self._journal.now),
        )
