"""Holiday calendars by their code, from the `holidays` library."""

import re
from datetime import date
from functools import cache

import holidays

from rules.days import BusinessDays

TARGET = "TARGET"  # the closing days of the euro's payment system
_COUNTRY = re.compile(r"[A-Z]{2}(-\w.*)?")


@cache
def business_days(code: str) -> BusinessDays:
    """The calendar of a country (`DE`), a region (`DE-BW`) or of banks (`TARGET`).

    Raises ValueError with a sentence for any other code.
    """
    try:
        _holidays_of(code, 2026)
    except NotImplementedError as error:
        raise ValueError(
            "expected a calendar that is known: a country such as DE, a region such as DE-BW, "
            f"or TARGET, not {code!r}"
        ) from error
    return BusinessDays(lambda day: day in _holidays_of(code, day.year))


@cache
def _holidays_of(code: str, year: int) -> frozenset[date]:
    """A year's holidays. Raises NotImplementedError, the library's word for an unknown code.

    The library's own lazy calendar marks a year as known before it has filled it: shared between
    threads it may answer "no holiday" on Christmas. A frozen year cannot.
    """
    if code == TARGET:
        return frozenset(holidays.financial_holidays("ECB", years=year))
    if not _COUNTRY.fullmatch(code):
        raise NotImplementedError(code)
    country, _, region = code.partition("-")
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))
