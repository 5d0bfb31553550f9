"""A telephone call made by click: two legs, what is said of each, and what it leads to.

The employee is rung first, then the customer. A provider says of each leg how far it has come, late,
twice and out of order; a leg only ever goes forward, so that the order of what is said changes
nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rules.calls import Outcome


class Leg(StrEnum):
    EMPLOYEE = "employee"
    CUSTOMER = "customer"


class LegState(StrEnum):
    """How far one leg has come."""

    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELED = "canceled"


OVER = frozenset(
    {
        LegState.COMPLETED,
        LegState.BUSY,
        LegState.NO_ANSWER,
        LegState.FAILED,
        LegState.CANCELED,
    }
)
_ON_THE_WAY = (LegState.QUEUED, LegState.RINGING, LegState.IN_PROGRESS)

# Nothing is heard of a call for this long: its end was lost on the way, and another may be made.
_RINGS_AT_MOST = timedelta(minutes=3)
LONGEST_TALK = timedelta(hours=1)


def further(known: LegState | None, said: LegState) -> LegState:
    """How far a leg has come once this is said of it: never back, and its first end stays."""
    if known is None:
        return said
    return said if _progress(said) > _progress(known) else known


def _progress(state: LegState) -> int:
    return len(_ON_THE_WAY) if state in OVER else _ON_THE_WAY.index(state)


@dataclass(frozen=True, kw_only=True)
class PhoneCall:
    """One call as its record says. `customer` is None until that leg has begun; `heard_at` is when
    something was last heard of it."""

    employee: LegState
    customer: LegState | None
    heard_at: datetime

    @property
    def leg(self) -> Leg:
        """The leg that says where the call stands."""
        return Leg.EMPLOYEE if self.customer is None else Leg.CUSTOMER

    @property
    def state(self) -> LegState:
        return self.employee if self.customer is None else self.customer

    @property
    def is_over(self) -> bool:
        return self.state in OVER

    def is_lost(self, now: datetime) -> bool:
        """Not over, and nothing was heard of it for longer than such a call can last."""
        talking = LegState.IN_PROGRESS in (self.employee, self.customer)
        patience = LONGEST_TALK + _RINGS_AT_MOST if talking else _RINGS_AT_MOST
        return not self.is_over and now > self.heard_at + patience

    def is_under_way(self, now: datetime) -> bool:
        return not self.is_over and not self.is_lost(now)

    @property
    def opens_form(self) -> bool:
        """The customer's leg has ended: somebody says now what came of it."""
        return self.customer in OVER

    @property
    def suggested(self) -> Outcome | None:
        """The outcome the form opens with; None: empty, as a person knows better."""
        nobody = self.customer in (LegState.BUSY, LegState.NO_ANSWER)
        return Outcome.NO_ANSWER if nobody else None
