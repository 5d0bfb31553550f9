"""Which debit is to be announced now, and for which day (domain.md, section 3, "pre-notification")."""

from dataclasses import replace
from datetime import date, datetime

from rules.case import Facts, What, collection_move, next_step
from rules.collecting import Debt, Doing, debit_day, wanted_day
from rules.ladder import Ladder


def day_to_announce(facts: Facts, ladder: Ladder, now: datetime) -> date | None:
    """The day of the debit that an invoice is to announce at `now`, whether a letter that does so
    waits already or not; None where it has none to announce."""
    facts = replace(facts, letter="")
    move = collection_move(facts, ladder, now)
    if facts.run is None or move is None or next_step(facts, ladder, now).what is not What.COLLECT:
        return None
    if move.doing is not Doing.ANNOUNCE or move.at is None or move.at > now:
        return None
    debt = Debt(due_date=facts.due_date, balance=facts.balance, retry_days=ladder.retry_days)
    wanted = wanted_day(facts.run, facts.tries, debt, ladder, now)
    return debit_day(facts.run, wanted, ladder.today(now), ladder, now)
