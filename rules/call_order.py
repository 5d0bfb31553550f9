"""In which order call tasks pay: what has cost most to wait for comes first.

An invoice weighs what is owed on it times the days it is overdue, as interest would; each broken
promise counts as thirty days more. What nobody worked in time stands on top of everything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from rules.money import Money, exponent

DAYS_OF_A_BROKEN_PROMISE = 30
_MOST_DECIMALS = 4  # of any currency in ISO 4217

SENTENCE = (
    "First what nobody worked in time; then what has cost most to wait for: the amount owed times the "
    "days overdue, each broken promise counted as thirty days more. Amounts of different currencies are "
    "compared as the figures stand."
)


@dataclass(frozen=True)
class Owing:
    """One invoice of a task. `days_overdue` is 0 or more."""

    owed: Money
    days_overdue: int
    promises_broken: int = 0


def weight(invoices: Iterable[Owing]) -> int:
    """Of a task: ten-thousandths of a unit of money times days."""
    return sum(_weight(one) for one in invoices)


def _weight(invoice: Owing) -> int:
    days = invoice.days_overdue + DAYS_OF_A_BROKEN_PROMISE * invoice.promises_broken
    return invoice.owed.minor * _scale(invoice.owed.currency) * days


@cache
def _scale(currency: str) -> int:
    return int(10 ** (_MOST_DECIMALS - exponent(currency)))


def place(
    invoices: Iterable[Owing], *, escalated: bool, due_at: datetime, task: str
) -> tuple[bool, int, datetime, str]:
    """What tasks are sorted by; of equal ones the one due longest comes first."""
    return not escalated, -weight(invoices), due_at, task
