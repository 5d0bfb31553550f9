"""What can come of a phone call (ladder.md, "call outcome")."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Outcome(StrEnum):
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong_number"
    PROMISE = "promise"
    PAID = "paid"
    DISPUTE = "dispute"
    CALL_BACK = "call_back"


FAILED = frozenset({Outcome.NO_ANSWER, Outcome.REFUSED})


@dataclass(frozen=True)
class Word:
    """What staff say of one attempt. `day` is the promised day, `at` the moment to call back."""

    outcome: Outcome
    day: date | None = None
    at: datetime | None = None
