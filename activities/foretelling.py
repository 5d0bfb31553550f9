"""What would come of a call's outcome: recorded as production records it, looked at, and taken back.

Nothing of it stays and nobody hears of it: the transaction is rolled back to where it began.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from activities.calls import record_call_outcome
from activities.calls_record import items_in
from activities.facts import CaseOf, case_of, open_cases
from activities.holds import end_what_ran_out
from activities.journal import Journal, no_alarms
from activities.whereabouts import day_of_stage
from models.messages import RecordCall
from models.tables import MessageRecord, Trouble
from rules.case import What, next_step
from rules.foretelling import Coming, foretold
from rules.money import Money
from rules.policy import StageKind


@dataclass(frozen=True)
class Fate:
    """What comes next for one invoice, as a sentence."""

    number: str
    owed: Money
    sentence: str


@dataclass(frozen=True)
class Foretold:
    """`refused` is why the outcome makes no sense, `was_done` that the record has it already."""

    refused: str = ""
    was_done: bool = False
    fates: tuple[Fate, ...] = ()


def foretell(session: Session, record: RecordCall, now: datetime) -> Foretold:
    """What an outcome would lead to if nobody pays meanwhile. The record is left as it was."""
    if session.get(MessageRecord, record.key) is not None:
        return Foretold(was_done=True)
    with no_alarms():
        trial = session.begin_nested()
        try:
            return _tried(Journal(session, now, record.clock), record)
        finally:
            trial.rollback()


def _tried(journal: Journal, record: RecordCall) -> Foretold:
    only = record.outcome.invoice_number
    numbers = [i.invoice_number for i in items_in(journal, record.task)]
    answer = record_call_outcome(journal, record)
    if answer.refused:
        return Foretold(refused=answer.refused)
    journal.session.flush()
    concerned = [number for number in numbers if only in ("", number)]
    return Foretold(fates=tuple(_fates(journal, record, concerned)))


def _fates(journal: Journal, record: RecordCall, numbers: Sequence[str]) -> list[Fate]:
    coming = {number: _coming(journal, record, number) for number in numbers}
    ends = {one.at for one in coming.values() if one.what is What.HELD and one.at is not None}
    afterwards: dict[str, Coming] = {}
    for end in sorted(ends):  # time passes: holds run out as they will
        later = replace(journal, now=end)
        end_what_ran_out(later, record.customer_id)
        journal.session.flush()
        for number, one in coming.items():
            if one.at == end:
                afterwards[number] = _coming(later, record, number)
    return [
        Fate(number, _owed(journal, number), foretold(one, afterwards.get(number)))
        for number, one in coming.items()
    ]


def _owed(journal: Journal, number: str) -> Money:
    facts, _ = case_of(journal.session, number, journal.now)
    return Money(facts.balance, facts.currency)


def _coming(journal: Journal, record: RecordCall, number: str) -> Coming:
    """As `next_step` says, with the day that the customer's other invoices give it."""
    case = facts, ladder = case_of(journal.session, number, journal.now)
    following = next_step(facts, ladder, journal.now)
    at = following.at
    if following.what is What.STAGE and following.kind is not None:
        at = _day(journal, case, following.kind)
    elif following.what is What.CALLED:
        items = items_in(journal, record.task)
        at = next((one.due_at for one in items if one.invoice_number == number), None)
    stage = ladder.stage(facts.stage)
    return Coming(
        what=following.what,
        kind=following.kind,
        level=following.level,
        at=at.astimezone(ladder.zone) if at else None,
        held_by=following.held_by,
        asks_first=stage is not None and stage.approval,
    )


def _day(journal: Journal, case: CaseOf, kind: StageKind) -> datetime | None:
    facts, ladder = case
    if kind is StageKind.CALL and journal.troubles(facts.customer_id, Trouble.PHONE):
        return None
    cases = open_cases(journal.session, facts.customer_id, journal.now)
    return day_of_stage(facts, ladder, kind, cases, journal.now)
