"""The ladder of one policy on its calendar: which days, which hours (ladder.md, "When within the window")."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from rules.days import DAY, BusinessDays, local_moment, midnight
from rules.policy import Policy, Send, Stage, StageKind, Window


@dataclass(frozen=True)
class DayWindow:
    """First and last day of one stage, rolled to business days, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Pause:
    """A pause from one instant to another; `ends` None while it stands without an end."""

    begins: datetime
    ends: datetime | None

    def stands_at(self, moment: datetime) -> bool:
        return self.begins <= moment and (self.ends is None or moment < self.ends)


@dataclass(frozen=True)
class Ladder:
    """A policy with its calendars and time zone at hand. All days are days of `zone`."""

    policy: Policy
    days: BusinessDays
    collect_days: BusinessDays
    zone: tzinfo

    def today(self, now: datetime) -> date:
        return now.astimezone(self.zone).date()

    def stage(self, index: int) -> Stage | None:
        """The stage at a position; None past the end of the ladder."""
        stages = self.policy.stages
        return stages[index] if index < len(stages) else None

    @property
    def collects(self) -> bool:
        """Whether the policy collects by itself at all."""
        return any(stage.kind is StageKind.COLLECT for stage in self.policy.stages)

    @property
    def retry_days(self) -> tuple[int, ...]:
        """Days of the collection calendar between tries; () where the policy has no `collect`."""
        collect = (stage for stage in self.policy.stages if stage.kind is StageKind.COLLECT)
        return next((stage.retry_days for stage in collect), ())

    def first_stage(self, *, with_mandate: bool) -> int:
        """Where a new invoice stands: `collect` is for customers with a valid mandate."""
        stages = self.policy.stages
        skips = bool(stages) and stages[0].kind is StageKind.COLLECT and not with_mandate
        return 1 if skips else 0

    def after_notice(self, level: int) -> int | None:
        """Where an invoice stands once the notice of a level was sent; None where the policy has no
        such level."""
        stages = enumerate(self.policy.stages)
        notices = (n for n, s in stages if s.kind is StageKind.NOTICE and s.level == level)
        found = next(notices, None)
        return None if found is None else found + 1

    def opens(self, day: date) -> datetime:
        """The policy's hour of a day: from then on stages happen."""
        return local_moment(day, self.policy.send_at, self.zone)

    def closes(self, day: date) -> datetime:
        """The last moment of a day at which a stage may happen (`send_until`, included)."""
        if self.policy.send_until is None:
            return midnight(day + DAY, self.zone) - timedelta(microseconds=1)
        return local_moment(day, self.policy.send_until, self.zone)

    def is_open(self, now: datetime) -> bool:
        """Whether a stage may happen at this very moment."""
        day = self.today(now)
        return self.days.works(day) and self.opens(day) <= now <= self.closes(day)

    def moment(self, wanted: date, now: datetime, days: BusinessDays | None = None) -> datetime:
        """When a stage wanted on a day happens, seen from `now`.

        The policy's hour of the day, on the next business day where it is none. A day that has
        passed means now, while this day's hours last, else the next business day (rule 8).
        """
        days = days or self.days
        today = self.today(now)
        day = days.forward(max(wanted, today))
        if day == today and now > self.closes(today):
            day = days.forward(today + DAY)
        return max(self.opens(day), now)

    def window(
        self, window: Window, anchor: date, *, due_date: date, paused_days: int = 0
    ) -> DayWindow:
        """The days of a stage whose window counts from `anchor` (rules 1 and 2, "pause").

        Moved by the paused days, then rolled; never before the day after the due date, never the
        last before the first.
        """
        start = anchor + timedelta(days=window.first + paused_days)
        end = anchor + timedelta(days=window.last + paused_days)
        first = self.days.forward(max(start, due_date + DAY))
        return DayWindow(first, max(first, self.days.back(end)))

    def wanted_day(self, window: DayWindow) -> date:
        """The day an invoice asks for: its last under `fewest`, its first under `early` (rule 3)."""
        return window.last if self.policy.send is Send.FEWEST else window.first

    def paused_days(self, pauses: Iterable[Pause], anchor: date, now: datetime) -> int:
        """Days after `anchor`, until now, on which a pause stood at the policy's hour; each once."""
        today = self.today(now)
        days: set[date] = set()
        for pause in pauses:
            day = max(anchor + DAY, self.today(pause.begins))
            end = min(today, self.today(pause.ends)) if pause.ends else today
            while day <= end:
                if self.opens(day) <= now and pause.stands_at(self.opens(day)):
                    days.add(day)
                day += DAY
        return len(days)

    def pay_by(self, stage: Stage, sent: date) -> date:
        """The date a notice gives to pay by (rule 9): rolled back, or forward where that is not
        after the sending day."""
        by = self.days.back(sent + timedelta(days=stage.pay_within))
        return by if by > sent else self.days.forward(sent + DAY)


def end_of_hours(send_at: time, send_until: time | None) -> time | None:
    """The default of `send_until`: 17:00, or the end of the day where `send_at` is not before it."""
    default = time(17, 0)
    if send_until is None and send_at < default:
        return default
    return send_until
