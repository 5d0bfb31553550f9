"""The days of a stage: rolled, and never where they must not lie (ladder.md, rule 1)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.policy import Send, StageKind, Window
from tests.rules.builders import (
    FRIDAY,
    MONDAY,
    NEXT_MONDAY,
    ONE_DAY,
    STANDARD,
    call,
    collect,
    is_business_day,
    ladder,
    many,
    notice,
    rolled,
)

dates = st.dates(date(2023, 12, 1), date(2024, 12, 31))
holidays = st.frozensets(dates, max_size=80)
windows = st.tuples(st.integers(0, 60), st.integers(0, 30)).map(lambda w: Window(w[0], w[0] + w[1]))


def window_of(
    first: int, last: int, *, off: tuple[date, ...] = (), due: date = MONDAY
) -> tuple[date, date]:
    found = ladder(holidays=off).window(Window(first, last), due, due_date=due)
    return found.first, found.last


def test_window_of_business_days_stays() -> None:
    assert window_of(1, 4) == (MONDAY + ONE_DAY, FRIDAY)


def test_first_day_on_a_weekend_rolls_forward() -> None:
    assert window_of(5, 9) == (NEXT_MONDAY, NEXT_MONDAY + 2 * ONE_DAY)


def test_last_day_on_a_weekend_rolls_back() -> None:
    assert window_of(2, 6) == (MONDAY + 2 * ONE_DAY, FRIDAY)


def test_days_on_holidays_roll_too() -> None:
    off = (MONDAY + ONE_DAY, FRIDAY)
    assert window_of(1, 4, off=off) == (MONDAY + 2 * ONE_DAY, FRIDAY - ONE_DAY)


def test_window_of_one_weekend_is_the_monday_after() -> None:
    assert window_of(5, 6) == (NEXT_MONDAY, NEXT_MONDAY)


def test_window_of_holidays_only_is_the_next_business_day() -> None:
    off = tuple(MONDAY + n * ONE_DAY for n in range(1, 5))
    assert window_of(1, 4, off=off) == (NEXT_MONDAY, NEXT_MONDAY)


def test_window_from_the_due_date_itself_begins_the_day_after() -> None:
    assert window_of(0, 3) == (MONDAY + ONE_DAY, MONDAY + 3 * ONE_DAY)


def test_window_of_the_due_date_alone_is_the_business_day_after() -> None:
    assert window_of(0, 0) == (MONDAY + ONE_DAY, MONDAY + ONE_DAY)
    assert window_of(0, 0, due=FRIDAY) == (NEXT_MONDAY, NEXT_MONDAY)


def test_window_that_counts_from_a_stage_counts_from_its_day() -> None:
    found = ladder().window(Window(14, 21), MONDAY, due_date=MONDAY - 40 * ONE_DAY)
    assert (found.first, found.last) == (MONDAY + 14 * ONE_DAY, FRIDAY + 14 * ONE_DAY + 3 * ONE_DAY)


def test_paused_days_move_both_days_before_they_roll() -> None:
    found = ladder().window(Window(2, 4), MONDAY, due_date=MONDAY, paused_days=3)
    # Wednesday..Friday become Saturday..Monday, and only then roll.
    assert (found.first, found.last) == (NEXT_MONDAY, NEXT_MONDAY)


@many
@given(windows, dates, holidays, st.integers(0, 40), st.integers(0, 20))
def test_any_window_is_the_business_days_in_it(
    window: Window, due: date, off: frozenset[date], later: int, moved: int
) -> None:
    anchor = due + timedelta(days=later)
    found = ladder(holidays=off).window(window, anchor, due_date=due, paused_days=moved)
    assert (found.first, found.last) == rolled(window, anchor, due, off, moved=moved)
    assert due < found.first <= found.last
    assert is_business_day(found.first, off)
    assert is_business_day(found.last, off)
    assert found.first >= anchor + timedelta(days=window.first + moved)


def test_fewest_wants_the_last_day_and_early_the_first() -> None:
    window = ladder().window(Window(1, 3), MONDAY, due_date=MONDAY)
    assert ladder().wanted_day(window) == window.last
    assert ladder(send=Send.EARLY).wanted_day(window) == window.first


# Positions on the ladder


def test_stage_past_the_end_is_none() -> None:
    assert ladder().stage(len(STANDARD)) is None


def test_stages_come_in_the_order_of_the_policy() -> None:
    kinds = [stage.kind for stage in STANDARD]
    assert kinds == [StageKind.NOTICE] * 3 + [StageKind.CALL, StageKind.LEGAL]
    assert [ladder().stage(n) for n in range(5)] == list(STANDARD)


def test_customer_with_a_mandate_begins_at_collect() -> None:
    assert ladder(collect(), notice(1, 5, 9)).first_stage(with_mandate=True) == 0


def test_customer_without_a_mandate_begins_after_collect() -> None:
    assert ladder(collect(), notice(1, 5, 9)).first_stage(with_mandate=False) == 1


@pytest.mark.parametrize("with_mandate", [True, False])
def test_ladder_without_collect_begins_at_its_first_stage(with_mandate: bool) -> None:
    assert ladder(call(3, 5)).first_stage(with_mandate=with_mandate) == 0


# The date to pay by (rule 9)


def test_pay_by_on_a_business_day_stays() -> None:
    assert ladder().pay_by(notice(1, 28, 42, pay_within=3), MONDAY) == MONDAY + 3 * ONE_DAY


def test_pay_by_on_a_weekend_rolls_back() -> None:
    assert ladder().pay_by(notice(1, 28, 42, pay_within=6), MONDAY) == FRIDAY


def test_pay_by_that_would_roll_back_to_the_sending_day_rolls_forward() -> None:
    assert ladder().pay_by(notice(1, 28, 42, pay_within=2), FRIDAY) == NEXT_MONDAY


def test_pay_by_that_would_roll_back_before_a_letter_sent_on_sunday_rolls_forward() -> None:
    sunday = FRIDAY + 2 * ONE_DAY
    off = ladder(holidays=[NEXT_MONDAY])
    assert off.pay_by(notice(1, 28, 42, pay_within=1), sunday) == NEXT_MONDAY + ONE_DAY


@many
@given(st.integers(1, 30), dates, holidays)
def test_any_pay_by_is_the_last_business_day_within_or_the_first_after(
    within: int, sent: date, off: frozenset[date]
) -> None:
    by = ladder(holidays=off).pay_by(notice(1, 40, 50, pay_within=within), sent)
    inside = [
        sent + timedelta(days=n)
        for n in range(1, within + 1)
        if is_business_day(sent + timedelta(days=n), off)
    ]
    beyond = (sent + timedelta(days=n) for n in range(within + 1, 400))
    expected = inside[-1] if inside else next(d for d in beyond if is_business_day(d, off))
    assert by == expected
    assert by > sent
