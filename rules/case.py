"""One invoice's case: the facts recorded about it, and what follows from them next."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from rules.collecting import UNDER_WAY, CollectionTry, Debt, Move, Run, next_move
from rules.days import DAY, midnight
from rules.ladder import DayWindow, Ladder, Pause
from rules.policy import Stage, StageKind


class Status(StrEnum):
    OPEN = "open"
    SETTLED = "settled"
    CANCELLED = "cancelled"
    WRITTEN_OFF = "written_off"


class HoldKind(StrEnum):
    """Why a ladder waits while the debt stays (ladder.md, "held")."""

    PAUSE = "pause"
    PROMISE = "promise"
    CLAIMED_PAID = "claimed_paid"
    DISPUTE = "dispute"


@dataclass(frozen=True)
class Hold:
    """A standing hold. `ends` is the instant it ends by itself, None until somebody ends it."""

    kind: HoldKind
    ends: datetime | None


@dataclass(frozen=True)
class Facts:
    """All that is recorded about one invoice and moves its ladder. Amounts in minor units.

    `stage` is the index of the next stage, `anchor` the day its window counts from, `level` the
    last one sent (0: none). `task` names the call task it is in, `proposed` the case that awaits a
    person's yes. `pauses` are all that ever stood, `holds` those that stand now. `not_before` is
    the first day it may ask for, where a backlog was spread (rules/spreading.py). `run` is the open
    run of collecting it, `tries` are the run's; `letter` names a mail about a debit of it that waits.
    """

    number: str
    customer_id: str
    due_date: date
    currency: str
    amount: int
    balance: int
    status: Status
    stage: int
    anchor: date
    level: int = 0
    handed_over: bool = False
    task: str = ""
    proposed: str = ""
    promises_broken: int = 0
    not_before: date | None = None
    holds: tuple[Hold, ...] = ()
    pauses: tuple[Pause, ...] = ()
    run: Run | None = None
    tries: tuple[CollectionTry, ...] = ()
    letter: str = ""
    has_holds_that_ran_out: bool = False  # their end has come and is not recorded yet


class What(StrEnum):
    """What an invoice does next."""

    OVER = "over"
    HELD = "held"
    COLLECT = "collect"
    LETTER = "letter"
    STAGE = "stage"
    CALLED = "called"
    PROPOSED = "proposed"
    HANDED_OVER = "handed_over"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Next:
    """The next step of one invoice, as the record stands.

    `at`: when to act (COLLECT: announce, try or ask; LETTER: at once; STAGE: when it is overdue, and
    enlists with its customer for the day it has `wanted`; HELD: when the first hold ends), None
    where only a message moves it.
    """

    what: What
    kind: StageKind | None = None
    level: int = 0
    at: datetime | None = None
    window: DayWindow | None = None
    wanted: date | None = None
    held_by: tuple[HoldKind, ...] = field(default=())


def is_over(facts: Facts) -> bool:
    """Paid, cancelled or written off."""
    return facts.status is not Status.OPEN or facts.balance <= 0


def is_overdue(facts: Facts, today: date) -> bool:
    """Open, and today is after the due date."""
    return facts.status is Status.OPEN and facts.balance > 0 and today > facts.due_date


def is_held(facts: Facts, ladder: Ladder) -> bool:
    """Held by a person's word, or by money on its way: a collection not yet at its end."""
    return bool(facts.holds) or is_collecting(facts, ladder)


def is_collecting(facts: Facts, ladder: Ladder) -> bool:
    """Whether a run is open, at the ladder's own stage or wherever else it stands."""
    stage = ladder.stage(facts.stage)
    at_its_stage = stage is not None and stage.kind is StageKind.COLLECT
    return facts.run is not None or at_its_stage


def is_debiting(facts: Facts) -> bool:
    """Whether a debit is under way: what became of it is asked whatever else happens meanwhile, so
    that no money of it is lost and no second debit is made."""
    return any(one.state in UNDER_WAY for one in facts.tries)


def stage_window(facts: Facts, ladder: Ladder, now: datetime) -> DayWindow | None:
    """The days of the invoice's next stage; None where it has none, or it is `collect`."""
    stage = ladder.stage(facts.stage)
    if stage is None or stage.window is None:
        return None
    paused = ladder.paused_days(facts.pauses, facts.anchor, now)
    return ladder.window(stage.window, facts.anchor, due_date=facts.due_date, paused_days=paused)


def wanted_day(facts: Facts, ladder: Ladder, window: DayWindow) -> date:
    """The day the invoice asks for; it may go along with another before (rule 3)."""
    wanted = ladder.wanted_day(window)
    return wanted if facts.not_before is None else max(wanted, facts.not_before)


def next_step(facts: Facts, ladder: Ladder, now: datetime) -> Next:
    """What the record asks of one invoice now (ladder.md, rule 2 and "What moves the ladder")."""
    stage = ladder.stage(facts.stage)
    if facts.letter:
        return Next(What.LETTER, at=now)
    if is_debiting(facts):
        return _collect(facts, ladder, now)
    if is_over(facts):
        return Next(What.OVER)
    if facts.handed_over:
        return Next(What.HANDED_OVER)
    if facts.holds:
        return _held(facts)
    if is_collecting(facts, ladder):
        return _collect(facts, ladder, now)
    if facts.task:
        return Next(What.CALLED, StageKind.CALL)
    if facts.proposed:
        return Next(What.PROPOSED, StageKind.LEGAL)
    if stage is None:
        return Next(What.NOTHING)
    return _waiting(facts, stage, ladder, now)


def _held(facts: Facts) -> Next:
    ends = [hold.ends for hold in facts.holds if hold.ends is not None]
    kinds = tuple(sorted({hold.kind for hold in facts.holds}))
    return Next(What.HELD, at=min(ends, default=None), held_by=kinds)


def _waiting(facts: Facts, stage: Stage, ladder: Ladder, now: datetime) -> Next:
    window = stage_window(facts, ladder, now)
    assert window is not None, "a stage that is not collect has a window"
    overdue = is_overdue(facts, ladder.today(now))
    return Next(
        What.STAGE,
        stage.kind,
        level=stage.level,
        at=None if overdue else midnight(facts.due_date + DAY, ladder.zone),
        window=window,
        wanted=wanted_day(facts, ladder, window),
    )


def _collect(facts: Facts, ladder: Ladder, now: datetime) -> Next:
    """The run's next move; at once where the stage has come and its run has not begun."""
    move = collection_move(facts, ladder, now)
    return Next(What.COLLECT, StageKind.COLLECT, at=move.at if move else now)


def collection_move(facts: Facts, ladder: Ladder, now: datetime) -> Move | None:
    """What the open run does next; None where none is open."""
    if facts.run is None:
        return None
    debt = Debt(due_date=facts.due_date, balance=facts.balance, retry_days=ladder.retry_days)
    return next_move(facts.run, facts.tries, debt, ladder, now)
