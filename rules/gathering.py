"""What is due to one customer, brought together: fewest messages, never twice (ladder.md, rules 2-5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rules.case import Facts, is_held, is_overdue, stage_window, wanted_day
from rules.ladder import DayWindow, Ladder
from rules.policy import Stage, StageKind


@dataclass(frozen=True)
class Waiting:
    """One eligible invoice and the days of its next stage."""

    facts: Facts
    ladder: Ladder
    stage: Stage
    window: DayWindow

    @property
    def wanted(self) -> date:
        return wanted_day(self.facts, self.ladder, self.window)

    def moment(self, now: datetime) -> datetime:
        """When this invoice alone would have its stage happen."""
        return self.ladder.moment(self.wanted, now)


def waiting_for(
    kind: StageKind, cases: Iterable[tuple[Facts, Ladder]], now: datetime
) -> tuple[Waiting, ...]:
    """The invoices whose next stage is of a kind and that nothing holds back (rule 2).

    Those not yet overdue are among them: their windows begin after their due date, so that they
    set no day before it.
    """
    found = []
    for facts, ladder in cases:
        stage = ladder.stage(facts.stage)
        if stage is None or stage.kind is not kind or not _is_free(facts, ladder):
            continue
        window = stage_window(facts, ladder, now)
        if window is not None:
            found.append(Waiting(facts, ladder, stage, window))
    return tuple(found)


def _is_free(facts: Facts, ladder: Ladder) -> bool:
    owed = facts.balance > 0 and is_overdue(facts, date.max)
    return owed and not (
        facts.handed_over or facts.task or facts.proposed or is_held(facts, ladder)
    )


def next_moment(waiting: Sequence[Waiting], now: datetime) -> datetime | None:
    """The customer's day and hour: the earliest that any of its invoices asks for (rules 3, 12)."""
    return min((invoice.moment(now) for invoice in waiting), default=None)


def setting_the_day(waiting: Sequence[Waiting], now: datetime) -> Waiting | None:
    """The invoice for whose sake something happens at this moment; None where nothing is due."""
    due = [
        invoice
        for invoice in waiting
        if invoice.wanted <= invoice.ladder.today(now) and invoice.ladder.is_open(now)
    ]
    return min(due, key=lambda invoice: (invoice.wanted, invoice.facts.number), default=None)


def going(waiting: Sequence[Waiting], now: datetime) -> tuple[Waiting, ...]:
    """Everyone that goes along now: all whose first day has come, once someone's day is there."""
    return first_day_come(waiting, now) if setting_the_day(waiting, now) is not None else ()


def first_day_come(waiting: Sequence[Waiting], now: datetime) -> tuple[Waiting, ...]:
    """Those whose window has begun, or has passed."""
    return tuple(w for w in waiting if w.window.first <= w.ladder.today(now))


def going_early(waiting: Sequence[Waiting], now: datetime) -> tuple[Waiting, ...]:
    """Everyone that goes along where a person wants it now: no planned day is waited for, the first
    days and the hours are (rules 1 and 3)."""
    return tuple(w for w in first_day_come(waiting, now) if w.ladder.is_open(now))


def also_open(
    cases: Iterable[tuple[Facts, Ladder]], going_along: Iterable[Waiting], now: datetime
) -> tuple[Facts, ...]:
    """Every other overdue invoice that is neither held nor handed over: listed, not advanced
    (rule 5)."""
    advancing = {waiting.facts.number for waiting in going_along}
    return tuple(
        facts
        for facts, ladder in cases
        if facts.number not in advancing
        and is_overdue(facts, ladder.today(now))
        and not facts.handed_over
        and not is_held(facts, ladder)
    )
