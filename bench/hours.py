"""Moments of made-up days."""

from datetime import date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Europe/Berlin")  # the sample policy's


@cache
def at(day: date, hour: int) -> datetime:
    """An hour of a day in the policy's zone."""
    return datetime.combine(day, time(hour), _ZONE)
