"""One run of collecting an invoice: when it is announced, tried, asked about and tried again.

Notice periods are calendar days, gaps between tries and a bank's lead time are days of the stage's
own calendar (TARGET, unless the policy says another). domain.md, section 3, "SEPA direct debit".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from rules.days import DAY, local_moment
from rules.ladder import Ladder

_BEFORE_CUT_OFF = timedelta(hours=1)  # a try for a bank's file is made at the latest


class Try(StrEnum):
    """What is known of one collection try."""

    STARTED = "started"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED_SOFT = "failed_soft"
    FAILED_HARD = "failed_hard"
    REJECTED = "rejected"  # for its form, which is ours to mend: counts for nothing
    WITHDRAWN = "withdrawn"  # it died before the bank had it, and counts for nothing


UNDER_WAY = (Try.STARTED, Try.PENDING)
_COUNTS_FOR_NOTHING = (Try.REJECTED, Try.WITHDRAWN)


class Cause(StrEnum):
    """Why a run began."""

    DUE = "due"  # the ladder's own stage
    NEW_METHOD = "new_method"  # tried at once
    RETURNED = "returned"  # money came back, and its reason allows another try
    BY_HAND = "by_hand"  # a person wanted it: one try, none follows by itself


@dataclass(frozen=True)
class CollectionTry:
    """`number` counts the run's tries from 1. `day` is the day its outcome was known, of one under
    way the day it was made for."""

    number: int
    day: date
    state: Try
    by_hand: bool = False


@dataclass(frozen=True, kw_only=True)
class Run:
    """An open run. `notice_days` 0: nothing is announced. `announced_on`, `day` and `amount` (minor
    units) are what the customer was told, None before. `letter_day` is the day for which the last
    announcement was made that did not go out. The others: as in `CollectionRunRecord`."""

    number: int
    cause: Cause
    method: str
    notice_days: int = 0
    announced_on: date | None = None
    day: date | None = None
    amount: int | None = None
    letter_day: date | None = None
    waits: bool = False
    asked: int = 0
    lead_days: int = 0
    cut_off: time | None = None
    not_before: datetime | None = None


class Doing(StrEnum):
    ANNOUNCE = "announce"
    TRY = "try"
    ASK = "ask"  # what became of the try under way
    WAIT = "wait"  # for a person, who has something to correct


@dataclass(frozen=True)
class Move:
    """What a run does next: `at` a moment (None while it waits), for a debit on `day`."""

    doing: Doing
    at: datetime | None
    day: date | None = None


@dataclass(frozen=True, kw_only=True)
class Debt:
    """What a run is about: `balance` in minor units; `retry_days` the policy's days between tries."""

    due_date: date
    balance: int
    retry_days: tuple[int, ...] = ()


def next_move(
    run: Run, tries: Sequence[CollectionTry], debt: Debt, ladder: Ladder, now: datetime
) -> Move:
    """What is to be done next for an open run, seen from `now`. `tries` are the run's own."""
    under_way = next((one for one in tries if one.state in UNDER_WAY), None)
    if under_way is not None:
        return Move(Doing.ASK, _asking(under_way, ladder, now), under_way.day)
    if run.waits:
        return Move(Doing.WAIT, None)
    wanted = wanted_day(run, tries, debt, ladder, now)
    if run.notice_days == 0:
        return _try(run, feasible_day(run, wanted, ladder, now), ladder, now)
    if run.day is not None and _still_holds(run, run.day, debt, ladder, now):
        return _try(run, run.day, ladder, now)
    return Move(Doing.ANNOUNCE, _announcing(run, wanted, ladder, now))


def wanted_day(
    run: Run, tries: Sequence[CollectionTry], debt: Debt, ladder: Ladder, now: datetime
) -> date:
    """The day the money would be debited on if nothing had to be announced: the due date, or after a
    failure the policy's days later; today where that has passed or a person asks."""
    today = ladder.today(now)
    automatic = _automatic(tries)
    if run.asked:
        return ladder.collect_days.forward(today)
    earliest = ladder.collect_days.forward(max(debt.due_date, today))
    if not automatic:
        return earliest
    gap = debt.retry_days[len(automatic) - 1] if len(automatic) <= len(debt.retry_days) else 1
    return max(ladder.collect_days.add(automatic[-1].day, gap), earliest)


def debit_day(run: Run, wanted: date, announced_on: date, ladder: Ladder, now: datetime) -> date:
    """The first day of the calendar that is not before `wanted`, whose notice period has passed and
    for which the bank can still be told."""
    day = max(wanted, announced_on + timedelta(days=run.notice_days))
    return feasible_day(run, ladder.collect_days.forward(day), ladder, now)


def feasible_day(run: Run, day: date, ladder: Ladder, now: datetime) -> date:
    """The day itself, or the first one after it for which it is not too late."""
    day = ladder.collect_days.forward(day)
    while now > _last_moment(run, day, ladder):
        day = ladder.collect_days.forward(day + DAY)
    return day


def submission_day(run: Run, day: date, ladder: Ladder) -> date:
    """The bank's day on which a debit of `day` has to be there."""
    for _ in range(run.lead_days):
        day = ladder.collect_days.back(day - DAY)
    return day


def tries_left(
    run: Run, tries: Sequence[CollectionTry], retry_days: Sequence[int], most: int | None
) -> bool:
    """Whether a soft failure is followed by another try; `most` is how many a reason allows at all."""
    if run.cause is Cause.BY_HAND:
        return False
    allowed = len(retry_days) if most is None else min(len(retry_days), most)
    return len(_automatic(tries)) <= allowed


def _automatic(tries: Sequence[CollectionTry]) -> list[CollectionTry]:
    return [t for t in tries if not t.by_hand and t.state not in _COUNTS_FOR_NOTHING]


def _still_holds(run: Run, day: date, debt: Debt, ladder: Ladder, now: datetime) -> bool:
    """Whether what was announced may still be debited: announced again when amount or date changes."""
    if run.announced_on is None or run.amount != debt.balance:
        return False
    return feasible_day(run, day, ladder, now) == day


def _try(run: Run, day: date, ladder: Ladder, now: datetime) -> Move:
    moment = max(_first_moment(run, day, ladder), now)
    if run.not_before is not None:
        moment = max(moment, run.not_before)
    return Move(Doing.TRY, moment, day)


def _first_moment(run: Run, day: date, ladder: Ladder) -> datetime:
    """When the try for a day is made: at the policy's hour, or before the bank's cut-off."""
    submitted = submission_day(run, day, ladder)
    opens = ladder.opens(submitted)
    if run.cut_off is None:
        return opens
    return min(opens, local_moment(submitted, run.cut_off, ladder.zone) - _BEFORE_CUT_OFF)


def _last_moment(run: Run, day: date, ladder: Ladder) -> datetime:
    submitted = submission_day(run, day, ladder)
    if run.cut_off is None:
        return ladder.closes(submitted)
    return local_moment(submitted, run.cut_off, ladder.zone)


def _announcing(run: Run, wanted: date, ladder: Ladder, now: datetime) -> datetime:
    """The policy's hour of the last business day that is early enough; where that has passed, now,
    or at the next opening. What could not go out on a day is made anew on the next."""
    day = ladder.days.back(wanted - timedelta(days=run.notice_days))
    if run.letter_day is not None:
        day = max(day, ladder.days.add(run.letter_day, 1))
    return ladder.moment(day, now)


def _asking(last: CollectionTry, ladder: Ladder, now: datetime) -> datetime:
    """At once where nobody knows whether the bank has it; else at the first opening, after `now`, of
    a bank's day after the debit's: asked once a day."""
    if last.state is Try.STARTED:
        return now
    today = ladder.today(now)
    day = ladder.collect_days.forward(max(last.day + DAY, today))
    if ladder.opens(day) <= now:
        day = ladder.collect_days.forward(today + DAY)
    return ladder.opens(day)
