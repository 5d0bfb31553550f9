"""Business days and local times of day (ladder.md, "Words")."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.days import BusinessDays, local_day, local_moment, midnight
from tests.rules.builders import (
    FRIDAY,
    MONDAY,
    NEXT_MONDAY,
    ONE_DAY,
    SATURDAY,
    SUNDAY,
    calendar,
    is_business_day,
    many,
    on_or_after,
    on_or_before,
)

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Santiago",
    "Africa/Cairo",
    "America/Havana",
    "America/Nuuk",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "UTC",
)

days_of_2024 = st.dates(date(2024, 1, 1), date(2024, 12, 31))
holidays_of_2024 = st.frozensets(days_of_2024, max_size=60)

# Business days


def test_weekday_without_holiday_works() -> None:
    assert calendar().works(MONDAY)
    assert calendar().works(FRIDAY)


@pytest.mark.parametrize("day", [SATURDAY, SUNDAY])
def test_weekend_does_not_work(day: date) -> None:
    assert not calendar().works(day)


def test_holiday_on_a_weekday_does_not_work() -> None:
    assert not calendar([MONDAY]).works(MONDAY)


def test_business_day_rolls_to_itself_both_ways() -> None:
    assert calendar().forward(MONDAY) == MONDAY == calendar().back(MONDAY)


def test_saturday_rolls_forward_to_monday_and_back_to_friday() -> None:
    assert calendar().forward(SATURDAY) == NEXT_MONDAY
    assert calendar().back(SATURDAY) == FRIDAY


def test_weekend_beside_holidays_rolls_past_them() -> None:
    days = calendar([FRIDAY, NEXT_MONDAY])
    assert days.forward(SATURDAY) == NEXT_MONDAY + ONE_DAY
    assert days.back(SUNDAY) == FRIDAY - ONE_DAY


def test_adding_no_business_day_is_the_day_itself_even_on_a_weekend() -> None:
    assert calendar().add(SATURDAY, 0) == SATURDAY


def test_adding_one_business_day_on_friday_is_monday() -> None:
    assert calendar().add(FRIDAY, 1) == NEXT_MONDAY


def test_adding_one_business_day_on_saturday_is_monday() -> None:
    assert calendar().add(SATURDAY, 1) == NEXT_MONDAY


@many
@given(days_of_2024, holidays_of_2024)
def test_any_day_rolls_to_the_nearest_business_day_each_way(
    day: date, holidays: frozenset[date]
) -> None:
    days = BusinessDays(lambda day: day in holidays)
    assert days.works(day) == is_business_day(day, holidays)
    assert days.forward(day) == on_or_after(day, holidays)
    assert days.back(day) == on_or_before(day, holidays)


@many
@given(days_of_2024, holidays_of_2024, st.integers(1, 30))
def test_adding_business_days_passes_exactly_as_many(
    day: date, holidays: frozenset[date], count: int
) -> None:
    reached = calendar(holidays).add(day, count)
    passed = [day + timedelta(days=n) for n in range(1, (reached - day).days + 1)]
    assert is_business_day(reached, holidays)
    assert sum(is_business_day(one, holidays) for one in passed) == count


# Local times


@pytest.mark.parametrize(
    ("zone", "day", "wanted", "utc"),
    [
        ("Europe/Berlin", "2024-01-15", "09:00", "2024-01-15T08:00"),
        ("Europe/Berlin", "2024-07-15", "09:00", "2024-07-15T07:00"),
        ("America/New_York", "2024-01-15", "09:00", "2024-01-15T14:00"),
        ("Asia/Kathmandu", "2024-01-15", "09:00", "2024-01-15T03:15"),
        ("Pacific/Apia", "2024-01-15", "09:00", "2024-01-14T20:00"),
    ],
)
def test_ordinary_time_is_that_time(zone: str, day: str, wanted: str, utc: str) -> None:
    check(zone, day, wanted, utc)


@pytest.mark.parametrize(
    ("zone", "day", "wanted", "utc"),
    [
        # Forward 02:00 -> 03:00: the gap's first, a middle and its last minute, and what follows.
        ("Europe/Berlin", "2024-03-31", "01:59", "2024-03-31T00:59"),
        ("Europe/Berlin", "2024-03-31", "02:00", "2024-03-31T01:00"),
        ("Europe/Berlin", "2024-03-31", "02:30", "2024-03-31T01:00"),
        ("Europe/Berlin", "2024-03-31", "02:59", "2024-03-31T01:00"),
        ("Europe/Berlin", "2024-03-31", "03:00", "2024-03-31T01:00"),
        ("Europe/Berlin", "2024-03-31", "03:01", "2024-03-31T01:01"),
        ("America/New_York", "2024-03-10", "02:30", "2024-03-10T07:00"),
        # Half an hour: 02:00 -> 02:30.
        ("Australia/Lord_Howe", "2024-10-06", "02:15", "2024-10-05T15:30"),
        ("Australia/Lord_Howe", "2024-10-06", "02:30", "2024-10-05T15:30"),
        # Days that begin at 01:00.
        ("America/Santiago", "2024-09-08", "00:00", "2024-09-08T04:00"),
        ("America/Santiago", "2024-09-08", "00:30", "2024-09-08T04:00"),
        ("Africa/Cairo", "2024-04-26", "00:00", "2024-04-25T22:00"),
        ("America/Havana", "2024-03-10", "00:30", "2024-03-10T05:00"),
        # The gap reaches to the end of its day.
        ("America/Nuuk", "2024-03-30", "23:30", "2024-03-31T01:00"),
        # 30 December 2011 never was: its times mean the first moment of the 31st.
        ("Pacific/Apia", "2011-12-30", "09:00", "2011-12-30T10:00"),
        ("Pacific/Apia", "2011-12-30", "00:00", "2011-12-30T10:00"),
        ("Pacific/Apia", "2011-12-31", "00:00", "2011-12-30T10:00"),
    ],
)
def test_skipped_time_is_the_first_moment_after_the_gap(
    zone: str, day: str, wanted: str, utc: str
) -> None:
    check(zone, day, wanted, utc)


@pytest.mark.parametrize(
    ("zone", "day", "wanted", "utc"),
    [
        ("Europe/Berlin", "2024-10-27", "02:00", "2024-10-27T00:00"),
        ("Europe/Berlin", "2024-10-27", "02:30", "2024-10-27T00:30"),
        ("Europe/Berlin", "2024-10-27", "03:00", "2024-10-27T02:00"),
        ("America/New_York", "2024-11-03", "01:30", "2024-11-03T05:30"),
        ("Australia/Lord_Howe", "2024-04-07", "01:45", "2024-04-06T14:45"),
        ("America/Santiago", "2024-04-06", "23:30", "2024-04-07T02:30"),
        ("Africa/Cairo", "2024-10-31", "23:30", "2024-10-31T20:30"),
        ("America/Havana", "2024-11-03", "00:00", "2024-11-03T04:00"),
    ],
)
def test_time_that_comes_twice_is_the_first(zone: str, day: str, wanted: str, utc: str) -> None:
    check(zone, day, wanted, utc)


def check(zone: str, day: str, wanted: str, utc: str) -> None:
    found = local_moment(date.fromisoformat(day), time.fromisoformat(wanted), ZoneInfo(zone))
    assert found.astimezone(UTC) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def scanned(day: date, wanted: time, zone: ZoneInfo) -> datetime:
    """The first minute at which the wall clock has reached a local time: a walk along UTC.

    A clock set back does not matter: it had reached the time before.
    """
    target = datetime.combine(day, wanted)
    minute = datetime.combine(day, wanted, tzinfo=UTC) - timedelta(hours=15)
    while minute.astimezone(zone).replace(tzinfo=None) < target:
        minute += timedelta(minutes=15)
    return minute


@many
@given(
    st.sampled_from(ZONES),
    st.dates(date(2011, 12, 20), date(2026, 12, 31)),
    st.integers(0, 95),
)
def test_any_local_time_is_the_moment_the_wall_clock_first_reaches_it(
    zone: str, day: date, quarter: int
) -> None:
    wanted, key = time(quarter // 4, quarter % 4 * 15), ZoneInfo(zone)
    assert local_moment(day, wanted, key).astimezone(UTC) == scanned(day, wanted, key)


@pytest.mark.parametrize("zone", ZONES)
def test_every_midnight_begins_its_day(zone: str) -> None:
    for n in range(3 * 366):
        day = date(2022, 1, 1) + timedelta(days=n)
        begins = midnight(day, ZoneInfo(zone)).astimezone(UTC)
        assert local_day(begins, zone) == day
        assert local_day(begins - timedelta(microseconds=1), zone) == day - ONE_DAY


def test_local_day_of_one_instant_differs_between_zones() -> None:
    instant = datetime(2024, 3, 4, 23, 30, tzinfo=UTC)
    assert local_day(instant, "Europe/Berlin") == date(2024, 3, 5)
    assert local_day(instant, "America/New_York") == date(2024, 3, 4)
