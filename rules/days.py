"""Business days and local times of day. A calendar comes in as a value that answers one question."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)


class BusinessDays:
    """Monday to Friday without a calendar's holidays (ladder.md, "Words").

    `is_holiday` answers for one date; where it comes from (a country, a region, TARGET) is the
    gateway's business.
    """

    def __init__(self, is_holiday: Callable[[date], bool]) -> None:
        self._is_holiday = is_holiday

    def works(self, day: date) -> bool:
        return day.weekday() < 5 and not self._is_holiday(day)

    def forward(self, day: date) -> date:
        """The day itself where it is a business day, else the next one."""
        while not self.works(day):
            day += DAY
        return day

    def back(self, day: date) -> date:
        """The day itself where it is a business day, else the one before."""
        while not self.works(day):
            day -= DAY
        return day

    def add(self, day: date, business_days: int) -> date:
        """The n-th business day after `day`; 0 is the day itself, business day or not."""
        for _ in range(business_days):
            day = self.forward(day + DAY)
        return day


def local_moment(day: date, at: time, zone: tzinfo) -> datetime:
    """The instant of a local time of `zone`, in UTC.

    A time that a clock change skips means the first moment after the gap; one that comes twice,
    the first (ladder.md, "Words"). In UTC, because Python compares, adds and subtracts by the wall
    clock what is written in one zone: over a clock change it would be an hour out.
    """
    wanted = datetime.combine(day, at, tzinfo=zone)
    instant = wanted.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wanted.replace(tzinfo=None):
        return instant
    return _first_moment_after_gap(wanted, zone)


def _first_moment_after_gap(skipped: datetime, zone: tzinfo) -> datetime:
    """Search between the skipped time read with the offset after the gap and with the one before."""
    before = skipped.replace(fold=1).astimezone(UTC)
    after = skipped.replace(fold=0).astimezone(UTC)
    summer = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == summer:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def midnight(day: date, zone: tzinfo) -> datetime:
    """The moment the local day begins, in UTC."""
    return local_moment(day, time(0, 0), zone)


def local_day(moment: datetime, zone: str) -> date:
    """The day of an instant in a time zone given by its name."""
    return moment.astimezone(ZoneInfo(zone)).date()


def local_text(moment: datetime, zone: str) -> str:
    """`2026-03-05 09:00`: an instant as people of a time zone, given by its name, read it."""
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"
