"""A backlog is spread: nobody forgotten, never too many on a day, in order, nobody too early."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from rules.case import Facts, HoldKind, Next, next_step
from rules.gathering import going, next_moment, waiting_for
from rules.ladder import Ladder
from rules.money import Money
from rules.policy import StageKind
from rules.spreading import Late, first_day, first_mornings, is_late
from tests.rules.builders import (
    FRIDAY,
    MONDAY,
    NEXT_MONDAY,
    ONE_DAY,
    SATURDAY,
    at,
    calendar,
    collect,
    hold,
    invoice,
    is_business_day,
    ladder,
    many,
    notice,
    on_or_after,
)

HOLIDAYS = (MONDAY + timedelta(days=9), MONDAY + timedelta(days=10))
LONG_AGO = MONDAY - timedelta(days=100)

money = some.builds(Money, some.integers(1, 10**9), some.sampled_from(["EUR", "GBP", "JPY", "KWD"]))
customers = some.builds(
    Late,
    some.text("abcdef", min_size=1, max_size=3),
    some.dates(date(2023, 1, 1), date(2024, 2, 1)),
    some.lists(money, min_size=1, max_size=3).map(tuple),
)
backlogs = some.lists(customers, max_size=40, unique_by=lambda one: one.customer_id)
firsts = some.integers(0, 20).map(lambda n: MONDAY + timedelta(days=n))
per_days = some.integers(1, 7)


def spread(
    backlog: list[Late], first: date, per_day: int, taken: dict[date, int] | None = None
) -> dict[str, date]:
    return first_mornings(
        backlog, days=calendar(HOLIDAYS), first=first, per_day=per_day, given=taken or {}
    )


class TestMornings:
    @many
    @given(backlogs, firsts, per_days)
    def test_everyone_gets_a_business_day_and_no_day_gets_too_many(
        self, backlog: list[Late], first: date, per_day: int
    ) -> None:
        mornings = spread(backlog, first, per_day)
        assert set(mornings) == {one.customer_id for one in backlog}
        assert all(is_business_day(day, HOLIDAYS) and day >= first for day in mornings.values())
        assert max(Counter(mornings.values()).values(), default=0) <= per_day

    @many
    @given(backlogs, firsts, per_days)
    def test_no_day_is_left_free_before_the_last(
        self, backlog: list[Late], first: date, per_day: int
    ) -> None:
        days = sorted(spread(backlog, first, per_day).values())
        expected: list[date] = []
        day = first
        while len(expected) < len(backlog):
            day = on_or_after(day, HOLIDAYS)
            expected += [day] * min(per_day, len(backlog) - len(expected))
            day += ONE_DAY
        assert days == expected

    @many
    @given(backlogs, firsts, per_days)
    def test_older_debt_is_never_later(
        self, backlog: list[Late], first: date, per_day: int
    ) -> None:
        mornings = spread(backlog, first, per_day)
        for one in backlog:
            for other in backlog:
                if one.due_date < other.due_date:
                    assert mornings[one.customer_id] <= mornings[other.customer_id]

    @many
    @given(backlogs, firsts, per_days, some.integers(0, 40), some.integers(0, 4))
    def test_second_import_goes_on_after_the_days_of_the_first(
        self, backlog: list[Late], first: date, per_day: int, cut: int, later: int
    ) -> None:
        one, two = backlog[:cut], backlog[cut:]
        before = spread(one, first, per_day)
        after = spread(two, first + timedelta(days=later), per_day, dict(Counter(before.values())))
        both = Counter([*before.values(), *after.values()])
        assert max(both.values(), default=0) <= per_day
        assert set(before) | set(after) == {c.customer_id for c in backlog}

    @many
    @given(backlogs, firsts, per_days, some.randoms(use_true_random=False))
    def test_order_of_the_file_changes_nothing(
        self, backlog: list[Late], first: date, per_day: int, random: Random
    ) -> None:
        shuffled = list(backlog)
        random.shuffle(shuffled)
        assert spread(shuffled, first, per_day) == spread(backlog, first, per_day)

    def test_same_age_larger_debt_first_whatever_its_currency(self) -> None:
        backlog = [
            Late("a", LONG_AGO, (Money(50_00, "EUR"),)),
            Late("b", LONG_AGO, (Money(60, "JPY"),)),
            Late("c", LONG_AGO, (Money(30_00, "EUR"), Money(40_00, "EUR"))),
        ]
        mornings = spread(backlog, MONDAY, 1)
        assert sorted(mornings, key=lambda one: mornings[one]) == ["c", "b", "a"]


class TestLate:
    @pytest.mark.parametrize(
        ("now", "first"),
        [
            (at(MONDAY, 8), MONDAY),
            (at(MONDAY, 17), MONDAY),
            (at(FRIDAY, 17, 1), NEXT_MONDAY),
            (at(SATURDAY, 10), NEXT_MONDAY),
        ],
        ids=str,
    )
    def test_first_day_is_the_next_on_which_anything_may_happen(
        self, now: datetime, first: date
    ) -> None:
        assert first_day(ladder(), now) == first

    @pytest.mark.parametrize(
        ("days_ago", "late"), [(41, False), (42, False), (43, True)], ids=["before", "on", "after"]
    )
    def test_only_who_would_go_because_the_day_has_passed_is_late(
        self, days_ago: int, late: bool
    ) -> None:
        tuesday = MONDAY + ONE_DAY
        facts = invoice(due=tuesday - timedelta(days=days_ago))
        assert is_late(facts, ladder(), at(tuesday, 8)) == late

    @pytest.mark.parametrize(
        "changes",
        [
            {"holds": (hold(HoldKind.DISPUTE),)},
            {"handed_over": True},
            {"task": "T"},
            {"proposed": "C"},
            {"balance": 0},
        ],
        ids=str,
    )
    def test_who_waits_for_something_else_is_not_late(self, changes: dict[str, Any]) -> None:
        facts = invoice(due=LONG_AGO, **changes)
        assert not is_late(facts, ladder(), at(MONDAY))

    def test_collection_is_judged_by_the_notice_after_it(self) -> None:
        steps = ladder(collect(3), notice(1, 28, 42))
        assert is_late(invoice(due=LONG_AGO, anchor=LONG_AGO), steps, at(MONDAY))
        fresh = invoice(due=MONDAY - timedelta(days=30))
        assert not is_late(fresh, steps, at(MONDAY))


class TestNotBefore:
    """What the day does to a customer."""

    def test_late_invoice_asks_for_its_morning_and_its_window_stays(self) -> None:
        steps = ladder()
        late = invoice("late", LONG_AGO, anchor=LONG_AGO, not_before=FRIDAY)
        step: Next = next_step(late, steps, at(MONDAY))
        assert step.wanted == FRIDAY
        assert step.window == next_step(invoice("late", LONG_AGO), steps, at(MONDAY)).window
        assert _sends([(late, steps)], MONDAY) == []
        assert _sends([(late, steps)], FRIDAY) == ["late"]

    def test_late_invoice_goes_along_with_another_before_its_morning(self) -> None:
        steps = ladder()
        late = invoice("late", LONG_AGO, anchor=LONG_AGO, not_before=NEXT_MONDAY)
        due = invoice("due", FRIDAY - timedelta(days=42))
        cases = [(late, steps), (due, steps)]
        waiting = waiting_for(StageKind.NOTICE, cases, at(MONDAY))
        assert next_moment(waiting, at(MONDAY)) == at(FRIDAY)
        assert _sends(cases, FRIDAY) == ["due", "late"]

    @many
    @given(some.integers(0, 120), some.integers(0, 20))
    def test_nobody_is_earlier_for_it(self, days_ago: int, put_off: int) -> None:
        steps = ladder()
        due = MONDAY - timedelta(days=days_ago)
        morning = on_or_after(MONDAY + timedelta(days=put_off))
        plain = next_step(invoice(due=due), steps, at(MONDAY)).wanted
        wanted = next_step(invoice(due=due, not_before=morning), steps, at(MONDAY)).wanted
        assert plain is not None
        assert wanted == max(plain, morning)


def _sends(cases: list[tuple[Facts, Ladder]], day: date) -> list[str]:
    waiting = waiting_for(StageKind.NOTICE, cases, at(day))
    return sorted(one.facts.number for one in going(waiting, at(day)))
