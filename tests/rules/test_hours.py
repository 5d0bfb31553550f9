"""The hours of a day in which stages happen, and what becomes of a day that has passed (rules 1, 8)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.days import BusinessDays
from rules.ladder import Ladder, end_of_hours
from tests.rules.builders import (
    BERLIN,
    FRIDAY,
    MONDAY,
    NEXT_MONDAY,
    ONE_DAY,
    SATURDAY,
    at,
    calendar,
    is_business_day,
    ladder,
    many,
    on_or_after,
)

MICROSECOND = timedelta(microseconds=1)
TUESDAY = MONDAY + ONE_DAY

# The default of send_until


def test_hours_that_begin_before_five_end_at_five() -> None:
    assert end_of_hours(time(9, 0), None) == time(17, 0)
    assert end_of_hours(time(16, 59), None) == time(17, 0)


def test_hours_that_begin_after_five_end_with_the_day() -> None:
    assert end_of_hours(time(17, 1), None) is None
    assert end_of_hours(time(20, 0), None) is None


def test_explicit_end_of_hours_stays() -> None:
    assert end_of_hours(time(9, 0), time(12, 0)) == time(12, 0)
    assert end_of_hours(time(18, 0), time(19, 0)) == time(19, 0)


# Open or not


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (at(MONDAY, 9, 0) - MICROSECOND, False),
        (at(MONDAY, 9, 0), True),
        (at(MONDAY, 12, 0), True),
        (at(MONDAY, 17, 0), True),
        (at(MONDAY, 17, 0) + MICROSECOND, False),
        (at(SATURDAY, 12, 0), False),
    ],
)
def test_hours_are_open_from_send_at_to_send_until_of_business_days(
    moment: datetime, is_open: bool
) -> None:
    assert ladder().is_open(moment) is is_open


def test_holiday_is_not_open() -> None:
    assert not ladder(holidays=[MONDAY]).is_open(at(MONDAY, 12))


def test_hours_without_an_end_are_open_until_midnight() -> None:
    late = ladder(send_at=time(20, 0), send_until=None)
    assert late.is_open(at(MONDAY, 23, 59))
    assert not late.is_open(at(TUESDAY, 0, 0))


def test_hours_are_those_of_the_policys_zone() -> None:
    new_york = ladder(zone="America/New_York")
    assert not new_york.is_open(at(MONDAY, 9, 0))
    assert new_york.is_open(at(MONDAY, 9, 0, zone="America/New_York"))
    # Friday evening in New York is Saturday in UTC, and still Friday.
    assert ladder(zone="America/New_York", send_until=None).is_open(
        datetime.combine(SATURDAY, time(1, 0), tzinfo=UTC)
    )


# The moment of a wanted day


def test_day_ahead_means_its_hour() -> None:
    assert ladder().moment(FRIDAY, at(MONDAY, 12)) == at(FRIDAY, 9)


def test_day_ahead_that_is_no_business_day_means_the_next() -> None:
    assert ladder().moment(SATURDAY, at(MONDAY, 12)) == at(NEXT_MONDAY, 9)


def test_today_before_the_hour_means_the_hour() -> None:
    assert ladder().moment(MONDAY, at(MONDAY, 3)) == at(MONDAY, 9)


def test_today_within_the_hours_means_now() -> None:
    assert ladder().moment(MONDAY, at(MONDAY, 11, 30)) == at(MONDAY, 11, 30)


def test_today_at_send_until_means_now() -> None:
    assert ladder().moment(MONDAY, at(MONDAY, 17)) == at(MONDAY, 17)


def test_today_after_send_until_means_the_next_business_day() -> None:
    assert ladder().moment(MONDAY, at(MONDAY, 17, 1)) == at(TUESDAY, 9)
    assert ladder().moment(FRIDAY, at(FRIDAY, 17, 1)) == at(NEXT_MONDAY, 9)


def test_passed_day_on_a_business_day_before_the_hour_means_that_hour() -> None:
    assert ladder().moment(MONDAY - 9 * ONE_DAY, at(MONDAY, 3)) == at(MONDAY, 9)


def test_passed_day_on_a_business_day_within_the_hours_means_now() -> None:
    assert ladder().moment(MONDAY - 9 * ONE_DAY, at(MONDAY, 16, 59)) == at(MONDAY, 16, 59)


def test_passed_day_after_send_until_means_the_next_business_day() -> None:
    assert ladder().moment(MONDAY, at(FRIDAY, 18)) == at(NEXT_MONDAY, 9)


def test_passed_day_on_a_weekend_means_the_next_business_day() -> None:
    assert ladder().moment(MONDAY, at(SATURDAY, 12)) == at(NEXT_MONDAY, 9)


def test_passed_day_on_a_holiday_means_the_next_business_day() -> None:
    assert ladder(holidays=[FRIDAY]).moment(MONDAY, at(FRIDAY, 12)) == at(NEXT_MONDAY, 9)


def test_collection_rolls_on_its_own_calendar() -> None:
    bank = calendar([MONDAY])
    assert ladder().moment(MONDAY, at(MONDAY, 3), bank) == at(TUESDAY, 9)
    assert ladder(holidays=[MONDAY]).moment(MONDAY, at(MONDAY, 3), calendar()) == at(MONDAY, 9)


# Clock changes


def test_hour_that_a_clock_change_skips_is_the_first_after_the_gap() -> None:
    sunday = date(2024, 3, 31)
    night = ladder(send_at=time(2, 30), send_until=time(5, 0))
    assert night.opens(sunday) == datetime(2024, 3, 31, 1, 0, tzinfo=UTC)


def test_last_moment_before_a_skipped_midnight_is_of_the_day_before() -> None:
    # Cairo's Friday 26 April 2024 began at 01:00, at 22:00 UTC on Thursday.
    cairo = ladder(zone="Africa/Cairo", send_at=time(18, 0), send_until=None)
    last = cairo.closes(date(2024, 4, 25)).astimezone(UTC)
    assert last == datetime(2024, 4, 25, 22, 0, tzinfo=UTC) - MICROSECOND


def test_last_moment_of_a_day_whose_last_hour_comes_twice_is_in_the_second() -> None:
    # Cairo's Thursday 31 October 2024 had 23:00 to 24:00 twice and ended at 22:00 UTC.
    cairo = ladder(zone="Africa/Cairo", send_at=time(18, 0), send_until=None)
    last = cairo.closes(date(2024, 10, 31)).astimezone(UTC)
    assert last == datetime(2024, 10, 31, 22, 0, tzinfo=UTC) - MICROSECOND
    assert cairo.is_open(datetime(2024, 10, 31, 21, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    "zone", [BERLIN, "Africa/Cairo", "America/Santiago", "America/Havana", "Australia/Lord_Howe"]
)
def test_days_without_an_end_of_hours_close_with_their_last_moment(zone: str) -> None:
    late = ladder(zone=zone, send_at=time(18, 0), send_until=None)
    for n in range(366):
        day = date(2024, 1, 1) + n * ONE_DAY
        last = late.closes(day).astimezone(UTC)
        assert (late.today(last), late.today(last + MICROSECOND)) == (day, day + ONE_DAY)


class SundaysToo(BusinessDays):
    def works(self, day: date) -> bool:
        return True


def test_answers_do_not_depend_on_the_zone_now_is_written_in() -> None:
    # 02:10 comes twice on 27 October 2024 in Berlin; the second is 01:10 UTC, after the hour.
    zone = ZoneInfo(BERLIN)
    sundays_too = ladder(send_at=time(2, 30), send_until=time(5, 0))
    opens = sundays_too.opens(date(2024, 10, 27))
    second = datetime(2024, 10, 27, 1, 10, tzinfo=UTC)
    local = second.astimezone(zone)
    assert opens.astimezone(UTC) < second
    days = SundaysToo(lambda day: False)
    every_day = Ladder(sundays_too.policy, days, days, zone)
    assert every_day.is_open(second)
    assert every_day.is_open(local)
    wanted = date(2024, 10, 27)
    assert every_day.moment(wanted, local).astimezone(UTC) == second


@many
@given(
    st.integers(0, 365 * 24 * 60).map(lambda m: at(date(2024, 1, 1), 0) + timedelta(minutes=m)),
    st.dates(date(2024, 1, 1), date(2025, 1, 31)),
    st.frozensets(st.dates(date(2024, 1, 1), date(2025, 1, 31)), max_size=80),
    st.sampled_from([BERLIN, "America/New_York", "America/Santiago", "Africa/Cairo"]),
    st.sampled_from([(9, 17), (0, 1), (18, None), (23, None)]),
)
def test_any_moment_is_the_first_open_one_from_now_on_and_from_the_wanted_day_on(
    now: datetime, wanted: date, off: frozenset[date], zone: str, hours: tuple[int, int | None]
) -> None:
    begin, end = hours
    until = time(end, 0) if end is not None else None
    its = ladder(zone=zone, send_at=time(begin, 0), send_until=until, holidays=off)
    moment = its.moment(wanted, now)
    day = its.today(moment)
    assert moment >= now
    assert day >= wanted
    assert is_business_day(day, off)
    assert its.is_open(moment)
    earliest = on_or_after(max(wanted, its.today(now)), off)
    missed = earliest == its.today(now) and now > its.closes(earliest)
    assert day == (on_or_after(earliest + ONE_DAY, off) if missed else earliest)
    assert moment == max(now, its.opens(day))
