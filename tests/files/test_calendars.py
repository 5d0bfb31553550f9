"""Calendars by their code, as `check_timeline.py` takes them."""

import csv
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest

from gateways.calendars import business_days

CLOSING_DAYS = (
    Path(__file__).parents[3] / "shared" / "data" / "rates" / "target_closing_days_2013_2027.csv"
)


@pytest.mark.skipif(not CLOSING_DAYS.exists(), reason="the shared data is not beside this tree")
def test_target_is_closed_on_the_days_the_central_bank_published() -> None:
    with CLOSING_DAYS.open(newline="", encoding="utf-8") as file:
        closed = {date.fromisoformat(row["date"]) for row in csv.DictReader(file)}
    target = business_days("TARGET")
    first = date(2013, 1, 1)
    every_day = [first + timedelta(n) for n in range((date(2028, 1, 1) - first).days)]
    assert [day for day in every_day if target.works(day)] == [
        day for day in every_day if day.weekday() < 5 and day not in closed
    ]


@pytest.mark.parametrize("code", ["DE", "DE-BW", "GB-ENG", "US", "LT", "CH-ZH", "TR"])
def test_calendar_is_the_librarys_own_across_years(code: str) -> None:
    """Year by year or in one go: an observed holiday may fall into the year before."""
    country, _, region = code.partition("-")
    free = holidays.country_holidays(country, subdiv=region or None)
    first = date(2019, 12, 1)
    for day in (first + timedelta(n) for n in range(1200)):
        assert business_days(code).works(day) == (day.weekday() < 5 and day not in free)


def test_epiphany_is_free_in_stuttgart_only() -> None:
    epiphany = date(2026, 1, 6)
    assert business_days("DE").works(epiphany)
    assert not business_days("DE-BW").works(epiphany)


def test_labour_day_of_banks_is_no_business_day() -> None:
    assert business_days("TARGET").forward(date(2026, 5, 1)) == date(2026, 5, 4)


def test_same_code_is_one_calendar() -> None:
    assert business_days("DE") is business_days("DE")


@pytest.mark.parametrize(
    "code",
    ["", "de", "XX", "DE-XX", "DE-", "DEU", "Germany", "ECB", "target", "HolidayBase", "DE "],
)
def test_unknown_code_is_refused_with_what_was_expected(code: str) -> None:
    with pytest.raises(ValueError, match="a country such as DE, a region such as DE-BW, or TARGET"):
        business_days(code)
