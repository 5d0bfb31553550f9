"""When an invoice is announced and debited, as the record stands: for whoever asks what comes."""

from dataclasses import dataclass
from datetime import date, datetime

from rules.case import Facts, collection_move
from rules.collecting import Debt, Doing, Move, debit_day, wanted_day
from rules.ladder import Ladder


@dataclass(frozen=True)
class ComingDebit:
    """The next debit of one invoice. `at` is when something is done about it (None: a person acts
    first), `day` when the money is debited, `announced_on` when the customer is told, or was; None
    where nothing has to be announced. `again`: one was made before in this run."""

    method: str
    doing: Doing
    at: datetime | None
    day: date | None
    announced_on: date | None = None
    again: bool = False


def coming_debit(facts: Facts, ladder: Ladder, now: datetime) -> ComingDebit | None:
    """None where no run of collecting is open."""
    move = collection_move(facts, ladder, now)
    if move is None or facts.run is None:
        return None
    announced, day = facts.run.announced_on, move.day
    if move.doing is Doing.ANNOUNCE:
        announced, day = _announced(facts, ladder, move, now)
    return ComingDebit(facts.run.method, move.doing, move.at, day, announced, bool(facts.tries))


def _announced(facts: Facts, ladder: Ladder, move: Move, now: datetime) -> tuple[date, date]:
    """The day of an announcement that has not been made yet, and the debit's by then."""
    assert facts.run is not None, "only an open run is announced"
    assert move.at is not None, "an announcement has its moment"
    debt = Debt(due_date=facts.due_date, balance=facts.balance, retry_days=ladder.retry_days)
    wanted = wanted_day(facts.run, facts.tries, debt, ladder, now)
    told_on = ladder.today(move.at)
    return told_on, debit_day(facts.run, wanted, told_on, ladder, move.at)
