"""A run of collecting: announced early enough, tried on a bank's day, tried again, never in between."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.collecting import (
    Cause,
    CollectionTry,
    Debt,
    Doing,
    Run,
    Try,
    debit_day,
    feasible_day,
    next_move,
    submission_day,
    tries_left,
    wanted_day,
)
from rules.ladder import Ladder
from tests.rules.builders import (
    FRIDAY,
    MONDAY,
    NEXT_MONDAY,
    ONE_DAY,
    SATURDAY,
    at,
    collect,
    ladder,
    many,
    notice,
)

LADDER = ladder(collect(3, 5), notice(1, 28, 42))
RUN = Run(number=1, cause=Cause.DUE, method="M-1-1")
ANNOUNCED = replace(RUN, notice_days=14)
BY_FILE = replace(RUN, lead_days=1, cut_off=time(14, 0))
DEBT = Debt(due_date=MONDAY, balance=10_000, retry_days=(3, 5))


def told(day: date, on: date = MONDAY - 14 * ONE_DAY, amount: int = 10_000) -> Run:
    """A run whose debit of `day` was announced."""
    return replace(ANNOUNCED, announced_on=on, day=day, amount=amount)


def failed(number: int, day: date, state: Try = Try.FAILED_SOFT) -> CollectionTry:
    return CollectionTry(number, day, state)


class TestAnnouncement:
    def test_it_goes_out_on_the_last_business_day_that_is_early_enough(self) -> None:
        move = next_move(ANNOUNCED, (), DEBT, LADDER, at(MONDAY - 40 * ONE_DAY))
        assert (move.doing, move.at) == (Doing.ANNOUNCE, at(MONDAY - 14 * ONE_DAY, 9))

    def test_that_would_fall_on_a_weekend_goes_out_the_friday_before(self) -> None:
        run = replace(ANNOUNCED, notice_days=8)  # a Sunday
        move = next_move(run, (), DEBT, LADDER, at(MONDAY - 40 * ONE_DAY))
        assert move.at == at(MONDAY - 10 * ONE_DAY, 9)

    def test_that_comes_late_moves_the_debit(self) -> None:
        move = next_move(ANNOUNCED, (), DEBT, LADDER, at(FRIDAY, 10))
        assert (move.doing, move.at) == (Doing.ANNOUNCE, at(FRIDAY, 10))
        wanted = wanted_day(ANNOUNCED, (), DEBT, LADDER, at(FRIDAY, 10))
        assert debit_day(ANNOUNCED, wanted, FRIDAY, LADDER, at(FRIDAY, 10)) == FRIDAY + 14 * ONE_DAY

    def test_accepted_leads_to_the_debit_on_its_day(self) -> None:
        move = next_move(told(MONDAY), (), DEBT, LADDER, at(MONDAY - 3 * ONE_DAY))
        assert (move.doing, move.day, move.at) == (Doing.TRY, MONDAY, at(MONDAY, 9))

    def test_of_another_amount_is_made_again(self) -> None:
        less = replace(DEBT, balance=7_000)
        assert next_move(told(MONDAY), (), less, LADDER, at(FRIDAY - 7 * ONE_DAY, 10)).doing is (
            Doing.ANNOUNCE
        )

    def test_of_a_day_that_was_missed_is_made_again(self) -> None:
        late = next_move(told(MONDAY), (), DEBT, LADDER, at(MONDAY, 18))
        assert late.doing is Doing.ANNOUNCE

    def test_that_did_not_go_out_is_made_anew_on_the_next_business_day(self) -> None:
        lapsed = replace(ANNOUNCED, letter_day=FRIDAY)
        move = next_move(lapsed, (), DEBT, LADDER, at(FRIDAY, 12))
        assert (move.doing, move.at) == (Doing.ANNOUNCE, at(NEXT_MONDAY, 9))


class TestFile:
    """A bank that takes files has to have them a day before, before its hour."""

    def test_the_try_is_made_on_the_banks_day_before(self) -> None:
        move = next_move(BY_FILE, (), DEBT, LADDER, at(MONDAY - 9 * ONE_DAY))
        assert (move.doing, move.day, move.at) == (Doing.TRY, MONDAY, at(FRIDAY - 7 * ONE_DAY, 9))

    def test_past_the_cut_off_the_debit_moves_to_the_next_day(self) -> None:
        now = at(FRIDAY - 7 * ONE_DAY, 14) + timedelta(minutes=1)
        move = next_move(BY_FILE, (), DEBT, LADDER, now)
        assert (move.day, move.at) == (MONDAY + ONE_DAY, at(MONDAY, 9))

    def test_a_cut_off_before_the_policys_hour_makes_the_try_earlier(self) -> None:
        early = replace(BY_FILE, cut_off=time(8, 0))
        move = next_move(early, (), DEBT, LADDER, at(MONDAY - 9 * ONE_DAY))
        assert move.at == at(FRIDAY - 7 * ONE_DAY, 7)

    def test_a_lead_over_a_weekend_counts_the_banks_days(self) -> None:
        assert submission_day(replace(BY_FILE, lead_days=2), MONDAY, LADDER) == MONDAY - 4 * ONE_DAY


class TestRetry:
    def test_soft_failure_is_tried_again_on_the_day_its_letter_said(self) -> None:
        run = told(MONDAY + 3 * ONE_DAY, on=MONDAY)
        move = next_move(run, (failed(1, MONDAY),), DEBT, LADDER, at(MONDAY, 12))
        assert (move.doing, move.day) == (Doing.TRY, MONDAY + 3 * ONE_DAY)

    def test_by_hand_uses_up_no_automatic_one(self) -> None:
        tries = (failed(1, MONDAY), CollectionTry(2, MONDAY, Try.FAILED_SOFT, by_hand=True))
        assert tries_left(RUN, tries, (3,), None)
        assert not tries_left(RUN, (*tries, failed(3, FRIDAY)), (3,), None)

    def test_rejected_for_its_form_uses_up_none(self) -> None:
        assert tries_left(RUN, (failed(1, MONDAY, Try.REJECTED),) * 5, (), None)

    def test_a_reason_may_allow_fewer_than_the_policy(self) -> None:
        tries = (failed(1, MONDAY), failed(2, MONDAY), failed(3, MONDAY))
        assert tries_left(RUN, tries, (3, 5, 7), None)
        assert not tries_left(RUN, tries, (3, 5, 7), 2)

    def test_what_a_person_asked_for_alone_is_not_repeated(self) -> None:
        assert not tries_left(replace(RUN, cause=Cause.BY_HAND), (), (3, 5), None)

    def test_a_person_asks_and_it_is_tried_at_once(self) -> None:
        run = replace(RUN, asked=1)
        move = next_move(run, (failed(1, MONDAY),), DEBT, LADDER, at(MONDAY, 12))
        assert (move.doing, move.at) == (Doing.TRY, at(MONDAY, 12))


class TestWaiting:
    def test_what_needs_a_correction_waits_for_a_person(self) -> None:
        move = next_move(replace(RUN, waits=True), (), DEBT, LADDER, at(MONDAY, 12))
        assert (move.doing, move.at) == (Doing.WAIT, None)

    @pytest.mark.parametrize("state", [Try.STARTED, Try.PENDING])
    def test_under_way_is_asked_about_and_nothing_else_is_done(self, state: Try) -> None:
        tries = (CollectionTry(1, MONDAY, state),)
        assert next_move(ANNOUNCED, tries, DEBT, LADDER, at(FRIDAY, 12)).doing is Doing.ASK

    def test_a_card_waits_for_its_schemes_limit(self) -> None:
        run = replace(RUN, not_before=at(FRIDAY, 11))
        assert next_move(run, (), DEBT, LADDER, at(MONDAY, 9)).at == at(FRIDAY, 11)


def _live(run: Run, debt: Debt, on: Ladder, now: datetime) -> tuple[date | None, date, datetime]:
    """From `now` to the try: when it was announced, for which day it was made, and when."""
    for _ in range(10):
        move = next_move(run, (), debt, on, now)
        assert move.at is not None
        assert move.at >= now
        now = move.at
        if move.doing is Doing.TRY:
            assert move.day is not None
            return run.announced_on, move.day, now
        today = on.today(now)
        day = debit_day(run, wanted_day(run, (), debt, on, now), today, on, now)
        run = replace(run, announced_on=today, day=day, amount=debt.balance)
    raise AssertionError("it was announced for ever")


@many
@given(
    notice_days=st.integers(0, 30),
    lead_days=st.integers(0, 3),
    hour=st.none() | st.integers(6, 18),
    begins=st.integers(-60, 30),
    at_hour=st.integers(0, 23),
    closed=st.sets(st.integers(-40, 60), max_size=20),
)
def test_whenever_it_begins_it_is_announced_early_enough_and_debited_on_a_bank_day(
    notice_days: int,
    lead_days: int,
    hour: int | None,
    begins: int,
    at_hour: int,
    closed: set[int],
) -> None:
    shut = {MONDAY + n * ONE_DAY for n in closed}
    on = ladder(collect(3), notice(1, 28, 42), bank_holidays=shut)
    cut_off = time(hour) if hour is not None else None
    run = replace(RUN, notice_days=notice_days, lead_days=lead_days if hour else 0, cut_off=cut_off)
    announced, day, tried = _live(run, DEBT, on, at(MONDAY + begins * ONE_DAY, at_hour))
    assert on.collect_days.works(day)
    assert day >= MONDAY
    assert feasible_day(run, day, on, tried) == day
    if notice_days:
        assert announced is not None
        assert day - announced >= timedelta(days=notice_days)
    else:
        assert announced is None
    if cut_off is None:
        assert on.today(tried) == day
    else:
        assert on.today(tried) <= submission_day(run, day, on)


def test_due_date_that_is_no_bank_day_is_debited_on_the_next() -> None:
    debt = replace(DEBT, due_date=SATURDAY)
    assert _live(RUN, debt, LADDER, at(MONDAY))[1] == NEXT_MONDAY
