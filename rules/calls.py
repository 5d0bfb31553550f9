"""What can come of a phone call (ladder.md, "call outcome")."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rules.money import Money


class Outcome(StrEnum):
    NO_ANSWER = "no_answer"
    REFUSED = "refused"
    WRONG_NUMBER = "wrong_number"
    PROMISE = "promise"
    PAID = "paid"
    DISPUTE = "dispute"
    CALL_BACK = "call_back"


FAILED = frozenset({Outcome.NO_ANSWER, Outcome.REFUSED})
NOBODY_REACHED = frozenset({Outcome.NO_ANSWER, Outcome.WRONG_NUMBER})


def refuse_outcome(word: "Word", invoice: str, *, about: Collection[str], now: datetime) -> str:
    """Why an outcome makes no sense for a task that is `about` these invoices; "" where it does.

    `invoice` is the one it is said of, "" for all of them.
    """
    if not about or (invoice and invoice not in about):
        what = f"invoice {invoice}" if invoice else "any open invoice"
        return f"the call task is not about {what} any more"
    if word.outcome is Outcome.PROMISE and word.day is None:
        return "a promise needs the promised day"
    if word.outcome is Outcome.CALL_BACK and (word.at is None or word.at <= now):
        return "calling back needs a moment that lies ahead"
    return ""


def refuse_evidence(outcome: Outcome, named: Sequence[str], *, sent: Collection[str]) -> str:
    """Why what was heard about notices makes no sense. `named` are those it is about, `sent` the ones
    that went to the customer."""
    if named and outcome in NOBODY_REACHED:
        return "nobody was reached, so nobody can have said whether a notice arrived"
    if unknown := [number for number in named if number not in sent]:
        return f"no notice {unknown[0]} was sent to this customer"
    if len(set(named)) < len(named):
        return "a notice has arrived or it has not, expected each one once"
    return ""


def refuse_worker(by: str, taken_by: str) -> str:
    """Why somebody may not work a task now: one person at a time does. `taken_by` "" for nobody."""
    return f"the call task is already taken by {taken_by}" if taken_by not in ("", by) else ""


def refuse_take(by: str, taken_by: str, *, is_open: bool) -> str:
    if not is_open:
        return "the call task is closed, nobody is to be phoned"
    if not by:
        return "a call task is taken by somebody, expected a name"
    return refuse_worker(by, taken_by)


def refuse_release(taken_by: str) -> str:
    """Anybody may give a task back, also for a colleague who cannot."""
    return "" if taken_by else "nobody has taken the call task"


@dataclass(frozen=True)
class CallWords:
    """What a call script is filled with: who phones whom, about how much. `notices` are the days of
    those that went out, `oldest_due` None where nothing is owed any more."""

    creditor: str
    customer: str
    language: str
    country: str
    owed: tuple[Money, ...]
    invoices: int
    oldest_due: date | None
    notices: tuple[date, ...]


@dataclass(frozen=True)
class Word:
    """What staff say of one attempt. `day` is the promised day, `at` the moment to call back."""

    outcome: Outcome
    day: date | None = None
    at: datetime | None = None
