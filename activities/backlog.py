"""The backlog of an import: who is long overdue gets a first morning (rules/spreading.py)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlmodel import Session, col

from activities.facts import CaseOf, note_next, open_cases
from activities.journal import Journal
from models.tables import CustomerRecord, PositionRecord
from rules.case import next_step
from rules.ladder import Ladder
from rules.money import Money
from rules.spreading import Late, first_day, first_mornings, is_late


@dataclass(frozen=True)
class Spread:
    """How many customers of this import's backlog got which day; `first` is the first there was."""

    per_day: int = 0
    first: date | None = None
    days: Mapping[date, int] = field(default_factory=dict)

    @property
    def held_back(self) -> int:
        """How many wait for a later day than the first."""
        return sum(number for day, number in self.days.items() if day != self.first)


def spread_backlog(
    journal: Journal, ladder: Ladder, placed: Mapping[str, Sequence[str]], per_day: int
) -> Spread:
    """Give a first morning to every customer with late invoices among those just `placed`, by
    customer. One who has a day ahead keeps it. `ladder` has the calendar; `per_day` 0: all at once.
    """
    if per_day == 0:
        return Spread()
    late = _late_cases(journal, placed)
    first = first_day(ladder, journal.now)
    kept = _days_ahead(journal.session, late, first)
    mornings = first_mornings(
        [_as_late(customer, cases) for customer, cases in late.items() if customer not in kept],
        days=ladder.days,
        first=first,
        per_day=per_day,
        given=_given(journal.session, first),
    )
    for customer, cases in late.items():
        _put_off(journal, customer, cases, {**kept, **mornings}[customer])
    return Spread(per_day, first, dict(sorted(Counter(mornings.values()).items())))


def _late_cases(journal: Journal, placed: Mapping[str, Sequence[str]]) -> dict[str, list[CaseOf]]:
    late = {}
    for customer, numbers in placed.items():
        mine = set(numbers)
        cases = [
            (facts, ladder)
            for facts, ladder in open_cases(journal.session, customer, journal.now)
            if facts.number in mine and is_late(facts, ladder, journal.now)
        ]
        if cases:
            late[customer] = cases
    return late


def _days_ahead(session: Session, customers: Iterable[str], first: date) -> dict[str, date]:
    found = {}
    for customer in customers:
        morning = session.get_one(CustomerRecord, customer).first_morning
        if morning is not None and morning >= first:
            found[customer] = morning
    return found


def _given(session: Session, first: date) -> dict[date, int]:
    """How many customers have each day from `first` on."""
    day = col(CustomerRecord.first_morning)
    query = sa.select(day, sa.func.count()).where(day >= first).group_by(day)
    return {row[0]: row[1] for row in session.execute(query)}


def _as_late(customer: str, cases: Sequence[CaseOf]) -> Late:
    return Late(
        customer,
        min(facts.due_date for facts, _ in cases),
        tuple(Money(facts.balance, facts.currency) for facts, _ in cases),
    )


def _put_off(journal: Journal, customer: str, cases: Sequence[CaseOf], morning: date) -> None:
    session = journal.session
    session.get_one(CustomerRecord, customer).first_morning = morning
    for facts, _ in cases:
        session.get_one(PositionRecord, facts.number).not_before = morning
    session.flush()
    for facts, ladder in open_cases(session, customer, journal.now):
        note_next(session, facts, ladder, next_step(facts, ladder, journal.now), journal.now)
