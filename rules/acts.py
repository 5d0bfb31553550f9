"""When an act makes no sense, and the sentence that says why (ladder.md, "What moves the ladder").

Each function answers "" where the act may be done. They are asked twice: by the workflow with what
it last read, and by the activity in the transaction that records the act.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from rules.case import HoldKind


@dataclass(frozen=True)
class Standing:
    """What an act is judged by. Amounts in minor units; days in the policy's time zone."""

    today: date
    is_over: bool
    balance: int
    held_by: Collection[HoldKind]
    handed_over: bool = False
    has_begun: bool = False
    promises_left: int = 0
    promise_limit: int = 0


Refusal = Callable[[Standing], str]


def refuse_pause(standing: Standing, until: date | None) -> str:
    if standing.is_over:
        return "the invoice is no longer open, there is nothing to pause"
    if until is not None and until <= standing.today:
        return f"a pause until {until} would already be over, expected a day after {standing.today}"
    return ""


def refuse_resume(standing: Standing) -> str:
    if HoldKind.PAUSE not in standing.held_by:
        return "the invoice is not paused"
    return ""


def refuse_settle(standing: Standing) -> str:
    return "the invoice is no longer open" if standing.is_over else ""


def refuse_promise(standing: Standing, day: date) -> str:
    last = standing.today + timedelta(days=standing.promise_limit)
    if standing.is_over:
        return "the invoice is no longer open, nothing is left to promise"
    if standing.handed_over:
        return "the invoice is with the lawyer"
    if not standing.today <= day <= last:
        return f"a promise for {day} is refused, expected a day from {standing.today} to {last}"
    if standing.promises_left <= 0:
        return "the customer has broken as many promises as the policy allows"
    return ""


def refuse_dispute(standing: Standing) -> str:
    if standing.is_over:
        return "the invoice is no longer open, there is nothing to dispute"
    if HoldKind.DISPUTE in standing.held_by:
        return "the invoice is disputed already"
    return ""


def refuse_dispute_outcome(standing: Standing, *, upheld: bool, credit: int | None) -> str:
    if HoldKind.DISPUTE not in standing.held_by:
        return "the invoice is not disputed"
    if credit is not None and not upheld:
        return "a rejected dispute credits nothing"
    if credit is not None and credit > standing.balance:
        return "the credit is more than is owed on the invoice"
    return ""


def refuse_due_date(standing: Standing, due_date: date, *, issue_date: date | None = None) -> str:
    if standing.is_over:
        return "the invoice is no longer open"
    if standing.has_begun or standing.handed_over:
        return "the first notice was sent already: a pause or a promise serves, the due date stays"
    if issue_date is not None and due_date < issue_date:
        return f"the due date would lie before the day of issue, {issue_date}"
    return ""


def refuse_collect(standing: Standing) -> str:
    if standing.is_over:
        return "the invoice is no longer open, nothing is left to collect"
    if standing.handed_over:
        return "the invoice is with the lawyer"
    if standing.held_by:
        return "the invoice is held: release it first, then collect"
    return ""


def refuse_ending(standing: Standing) -> str:
    """For a write-off and for a cancellation: also of what is owed again after it was written off."""
    return "the invoice is no longer open" if standing.is_over and not standing.balance else ""
