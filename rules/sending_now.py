"""A notice that a person wants today, not on its planned day: why it may not go (ladder.md, rules 1-3)."""

from collections.abc import Sequence
from datetime import datetime

from rules.case import Facts, is_held
from rules.gathering import first_day_come, going_early, waiting_for
from rules.ladder import Ladder
from rules.policy import StageKind


def refuse_now(cases: Sequence[tuple[Facts, Ladder]], now: datetime) -> str:
    """Why no notice may go to this customer at this moment; "" where one may."""
    if not cases:
        return "the customer has no open invoice, there is nothing to send"
    waiting = waiting_for(StageKind.NOTICE, cases, now)
    if not waiting:
        return _nothing_waits(cases)
    come = first_day_come(waiting, now)
    if not come:
        first = min(invoice.window.first for invoice in waiting)
        return f"no window is open, the next notice may go from {first} on"
    return "" if going_early(waiting, now) else _closed(come[0].ladder, now)


def _nothing_waits(cases: Sequence[tuple[Facts, Ladder]]) -> str:
    if all(is_held(facts, ladder) for facts, ladder in cases):
        return "every open invoice of this customer is held, release one first"
    return "no invoice of this customer waits for a notice"


def _closed(ladder: Ladder, now: datetime) -> str:
    today = ladder.today(now)
    if not ladder.days.works(today):
        following = ladder.days.forward(today)
        return f"{today} is no business day, a notice may go on {following} at the earliest"
    hours = [
        moment.astimezone(ladder.zone)
        for moment in (ladder.opens(today), ladder.closes(today), now)
    ]
    return "notices go from {:%H:%M} to {:%H:%M}, and it is {:%H:%M}".format(*hours)
