"""A backlog, spread: who is long overdue when an import comes is written to over several days.

Rule 8 would send all of it on the first morning. Windows do not move: only the day that a late
invoice may ask for by itself is put off, and with anything else of its customer it goes along.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from rules.case import Facts, is_collecting, is_over, stage_window
from rules.days import DAY, BusinessDays
from rules.ladder import Ladder
from rules.money import Money, exponent, totals


@dataclass(frozen=True)
class Late:
    """One customer of a backlog: the oldest due date among what is late, and what is owed on it."""

    customer_id: str
    due_date: date
    owed: tuple[Money, ...]

    @property
    def place(self) -> tuple[date, Decimal, str]:
        """Who comes first: the oldest debt, then the largest total of one currency. Figures are
        compared as they stand, nothing is converted."""
        sums = (Decimal(m.minor).scaleb(-exponent(m.currency)) for m in totals(self.owed))
        return (self.due_date, -max(sums), self.customer_id)


def first_day(ladder: Ladder, now: datetime) -> date:
    """The first day from `now` on which a stage may still happen."""
    return ladder.today(ladder.moment(ladder.today(now), now))


def is_late(facts: Facts, ladder: Ladder, now: datetime) -> bool:
    """Whether its notice, call or case would happen at the next opening for no other reason than
    that its day has passed. What is to be collected first is judged by the stage after it: a
    refused debit goes on there the same morning."""
    if is_over(facts) or facts.holds or facts.handed_over or facts.task or facts.proposed:
        return False
    if is_collecting(facts, ladder):
        facts = _after_collecting(facts, ladder)
    window = stage_window(facts, ladder, now)
    return window is not None and ladder.wanted_day(window) < first_day(ladder, now)


def _after_collecting(facts: Facts, ladder: Ladder) -> Facts:
    first = ladder.first_stage(with_mandate=False)
    if facts.stage < first:
        facts = replace(facts, stage=first, anchor=facts.due_date)
    return replace(facts, run=None)


def first_mornings(
    late: Iterable[Late],
    *,
    days: BusinessDays,
    first: date,
    per_day: int,
    given: Mapping[date, int],
) -> dict[str, date]:
    """A business day for every customer, at most `per_day` (at least 1) on one, none before `first`.

    `given` says how many have a day already, from imports before: what they left free comes first.
    """
    on = Counter(given)
    day = days.forward(first)
    mornings = {}
    for customer in sorted(late, key=lambda one: one.place):
        while on[day] >= per_day:
            day = days.forward(day + DAY)
        on[day] += 1
        mornings[customer.customer_id] = day
    return mornings
