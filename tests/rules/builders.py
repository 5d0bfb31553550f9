"""Ladders, invoices and moments for the tests of the rules, and a calendar written a second time.

What a test expects comes from `ladder.md` and from the functions under "The calendar, once more",
never from the code it tests.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import settings

from rules.case import Facts, Hold, HoldKind, Status
from rules.days import BusinessDays
from rules.ladder import Ladder
from rules.policy import Policy, Send, Stage, StageKind, Window

BERLIN = "Europe/Berlin"
ONE_DAY = timedelta(days=1)
MONDAY = date(2024, 3, 4)  # no holiday near it in these tests, and no clock change that week
FRIDAY, SATURDAY, SUNDAY = (MONDAY + timedelta(days=n) for n in (4, 5, 6))
NEXT_MONDAY = MONDAY + timedelta(days=7)

many = settings(deadline=None, derandomize=True, max_examples=100, database=None)


def notice(level: int, first: int, last: int, *, pay_within: int = 10) -> Stage:
    return Stage(StageKind.NOTICE, Window(first, last), level=level, pay_within=pay_within)


def call(first: int, last: int) -> Stage:
    return Stage(StageKind.CALL, Window(first, last))


def legal(first: int, last: int) -> Stage:
    return Stage(StageKind.LEGAL, Window(first, last))


def collect(*retry_days: int) -> Stage:
    return Stage(StageKind.COLLECT, retry_days=retry_days)


STANDARD = (notice(1, 28, 42), notice(2, 14, 21), notice(3, 14, 21), call(14, 21), legal(7, 14))


def ladder(
    *stages: Stage,
    zone: str = BERLIN,
    send: Send = Send.FEWEST,
    send_at: time = time(9, 0),
    send_until: time | None = time(17, 0),
    holidays: Collection[date] = (),
    bank_holidays: Collection[date] = (),
) -> Ladder:
    """A policy of these stages (the standard ones where none is given) on weekdays but holidays."""
    policy = Policy(
        name="test",
        timezone=zone,
        business_days="XX",
        stages=stages or STANDARD,
        send=send,
        send_at=send_at,
        send_until=send_until,
    )
    return Ladder(policy, calendar(holidays), calendar(bank_holidays), ZoneInfo(zone))


def calendar(holidays: Collection[date] = ()) -> BusinessDays:
    return BusinessDays(lambda day: day in holidays)


def invoice(number: str = "1", due: date = MONDAY, **changes: Any) -> Facts:
    """An open invoice of 100.00 EUR before its first stage."""
    facts = Facts(
        number=number,
        customer_id="C",
        due_date=due,
        currency="EUR",
        amount=10_000,
        balance=10_000,
        status=Status.OPEN,
        stage=0,
        anchor=due,
    )
    return replace(facts, **changes)


def hold(kind: HoldKind = HoldKind.DISPUTE, ends: datetime | None = None) -> Hold:
    return Hold(kind, ends)


def at(day: date, hour: int = 9, minute: int = 0, *, zone: str = BERLIN) -> datetime:
    """A local time as every caller gives it: an instant in UTC."""
    return datetime.combine(day, time(hour, minute), tzinfo=ZoneInfo(zone)).astimezone(UTC)


# The calendar, once more


def is_business_day(day: date, holidays: Collection[date] = ()) -> bool:
    return day.isoweekday() not in (6, 7) and day not in holidays


def on_or_after(day: date, holidays: Collection[date] = ()) -> date:
    return next(
        found
        for found in (day + timedelta(days=n) for n in range(400))
        if is_business_day(found, holidays)
    )


def on_or_before(day: date, holidays: Collection[date] = ()) -> date:
    return next(
        found
        for found in (day - timedelta(days=n) for n in range(400))
        if is_business_day(found, holidays)
    )


def rolled(
    window: Window, anchor: date, due: date, holidays: Collection[date] = (), *, moved: int = 0
) -> tuple[date, date]:
    """ladder.md, rule 1, as a list of the days in the window rather than as arithmetic."""
    begin = anchor + timedelta(days=window.first + moved)
    end = anchor + timedelta(days=window.last + moved)
    first = on_or_after(max(begin, due + ONE_DAY), holidays)
    inside = [
        first + timedelta(days=n)
        for n in range((end - first).days + 1)
        if is_business_day(first + timedelta(days=n), holidays)
    ]
    return first, max(inside, default=first)
