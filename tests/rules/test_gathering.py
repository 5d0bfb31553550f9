"""Who goes, who is only listed, and who sets the day (ladder.md, rules 2 to 5, 8 and 12)."""

from datetime import date, datetime, time
from typing import Any

import pytest

from rules.case import Facts, HoldKind, Status
from rules.gathering import also_open, going, next_moment, setting_the_day, waiting_for
from rules.ladder import Ladder
from rules.policy import Send, StageKind
from tests.rules.builders import (
    FRIDAY,
    MONDAY,
    NEXT_MONDAY,
    ONE_DAY,
    SATURDAY,
    at,
    call,
    collect,
    hold,
    invoice,
    ladder,
    legal,
    notice,
)

Case = tuple[Facts, Ladder]
TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + n * ONE_DAY for n in (1, 2, 3))

# Windows of 2..4 days: an invoice due on Monday may be reminded from Wednesday to Friday.
SHORT = ladder(notice(1, 2, 4), notice(2, 2, 4), call(2, 4), legal(2, 4))
EARLY = ladder(notice(1, 2, 4), notice(2, 2, 4), call(2, 4), legal(2, 4), send=Send.EARLY)
OUT_OF_THE_WAY: list[dict[str, Any]] = [
    {"holds": (hold(HoldKind.PAUSE),)},
    {"holds": (hold(HoldKind.PROMISE),)},
    {"holds": (hold(HoldKind.CLAIMED_PAID),)},
    {"holds": (hold(HoldKind.DISPUTE),)},
    {"handed_over": True},
    {"task": "T"},
    {"proposed": "P"},
    {"balance": 0},
    {"status": Status.SETTLED},
    {"status": Status.CANCELLED},
    {"status": Status.WRITTEN_OFF},
]


def cases(*facts: Facts, its: Ladder = SHORT) -> list[Case]:
    return [(one, its) for one in facts]


def day(of: list[Case], now: datetime, kind: StageKind = StageKind.NOTICE) -> datetime | None:
    return next_moment(waiting_for(kind, of, now), now)


def gone(of: list[Case], now: datetime, kind: StageKind = StageKind.NOTICE) -> set[str]:
    return {w.facts.number for w in going(waiting_for(kind, of, now), now)}


def listed(of: list[Case], now: datetime) -> set[str]:
    advancing = going(waiting_for(StageKind.NOTICE, of, now), now)
    return {facts.number for facts in also_open(of, advancing, now)}


# Rule 3


def test_customer_without_invoices_has_no_day() -> None:
    assert day([], at(MONDAY)) is None
    assert gone([], at(MONDAY)) == set()


def test_one_invoice_goes_on_its_last_day() -> None:
    alone = cases(invoice())
    assert day(alone, at(MONDAY)) == at(FRIDAY, 9)
    assert gone(alone, at(THURSDAY, 12)) == set()
    assert gone(alone, at(FRIDAY, 9)) == {"1"}


def test_one_invoice_goes_on_its_first_day_under_early() -> None:
    alone = cases(invoice(), its=EARLY)
    assert day(alone, at(MONDAY)) == at(WEDNESDAY, 9)
    assert gone(alone, at(TUESDAY, 12)) == set()
    assert gone(alone, at(WEDNESDAY, 9)) == {"1"}


def test_earliest_last_day_sets_the_day_for_all_whose_first_day_has_come() -> None:
    two = cases(invoice("1"), invoice("2", due=WEDNESDAY))
    assert day(two, at(MONDAY)) == at(FRIDAY, 9)
    assert gone(two, at(FRIDAY, 9)) == {"1", "2"}


def test_invoice_whose_first_day_has_not_come_stays() -> None:
    two = cases(invoice("1"), invoice("2", due=THURSDAY))
    assert gone(two, at(FRIDAY, 9)) == {"1"}
    assert listed(two, at(FRIDAY, 9)) == {"2"}


def test_earliest_first_day_sets_the_day_under_early() -> None:
    two = cases(invoice("1"), invoice("2", due=TUESDAY), its=EARLY)
    assert day(two, at(MONDAY)) == at(WEDNESDAY, 9)
    assert gone(two, at(WEDNESDAY, 9)) == {"1"}


def test_different_levels_go_in_one_notice() -> None:
    second = invoice("2", due=MONDAY - 30 * ONE_DAY, stage=1, anchor=MONDAY, level=1)
    assert gone(cases(invoice("1"), second), at(FRIDAY, 9)) == {"1", "2"}


def test_nobody_goes_before_the_hour_of_the_day() -> None:
    assert gone(cases(invoice()), at(FRIDAY, 8, 59)) == set()


def test_nobody_goes_after_send_until() -> None:
    late = at(FRIDAY, 17, 1)
    assert gone(cases(invoice()), late) == set()
    assert day(cases(invoice()), late) == at(NEXT_MONDAY, 9)


def test_nobody_goes_on_a_weekend_though_all_windows_have_passed() -> None:
    assert gone(cases(invoice(), invoice("2")), at(SATURDAY, 12)) == set()
    assert day(cases(invoice()), at(SATURDAY, 12)) == at(NEXT_MONDAY, 9)


def test_invoice_not_yet_overdue_sets_no_day_before_it_is() -> None:
    today = ladder(notice(1, 0, 0))
    assert day(cases(invoice(), its=today), at(MONDAY, 3)) == at(TUESDAY, 9)
    assert gone(cases(invoice(), its=today), at(MONDAY, 12)) == set()


def test_invoice_that_sets_the_day_is_the_one_that_wanted_it_first() -> None:
    two = cases(invoice("2"), invoice("1", due=THURSDAY))
    now = at(NEXT_MONDAY, 12)
    setter = setting_the_day(waiting_for(StageKind.NOTICE, two, now), now)
    assert setter is not None
    assert setter.facts.number == "2"


def test_nobody_sets_a_day_that_has_not_come() -> None:
    now = at(THURSDAY, 12)
    assert setting_the_day(waiting_for(StageKind.NOTICE, cases(invoice()), now), now) is None


# Rule 8


def test_invoice_that_comes_back_after_its_window_goes_at_once() -> None:
    back = cases(invoice(due=MONDAY - 60 * ONE_DAY))
    assert day(back, at(TUESDAY, 12)) == at(TUESDAY, 12)
    assert gone(back, at(TUESDAY, 12)) == {"1"}


def test_invoice_that_comes_back_takes_along_all_whose_first_day_has_come() -> None:
    back = cases(invoice("1", due=MONDAY - 60 * ONE_DAY), invoice("2"), invoice("3", due=WEDNESDAY))
    assert gone(back, at(THURSDAY, 12)) == {"1", "2"}
    assert listed(back, at(THURSDAY, 12)) == {"3"}


# Held, called, collecting, gone


@pytest.mark.parametrize("state", OUT_OF_THE_WAY)
def test_invoice_out_of_the_way_sets_no_day_and_does_not_go(state: dict[str, Any]) -> None:
    away = invoice("1", due=MONDAY - 60 * ONE_DAY, **state)
    assert day(cases(away), at(FRIDAY, 9)) is None
    assert gone(cases(away), at(FRIDAY, 9)) == set()
    other = invoice("2", due=THURSDAY)  # Saturday to Monday, rolled: Monday
    assert day(cases(away, other), at(FRIDAY, 9)) == at(NEXT_MONDAY, 9)
    assert gone(cases(away, other), at(NEXT_MONDAY, 9)) == {"2"}


def test_invoice_being_collected_sets_no_day_does_not_go_and_is_not_listed() -> None:
    its = ladder(collect(3), notice(1, 2, 4))
    collecting = invoice("1", due=MONDAY - 60 * ONE_DAY)
    assert day(cases(collecting, its=its), at(FRIDAY, 9)) is None
    two = cases(collecting, invoice("2", stage=1), its=its)
    assert gone(two, at(FRIDAY, 9)) == {"2"}
    assert listed(two, at(FRIDAY, 9)) == set()


@pytest.mark.parametrize(
    "state",
    [state for state in OUT_OF_THE_WAY if "task" not in state and "proposed" not in state],
)
def test_held_paid_or_handed_over_invoice_is_not_listed(state: dict[str, Any]) -> None:
    away = invoice("1", due=MONDAY - 60 * ONE_DAY, **state)
    assert listed(cases(away, invoice("2")), at(FRIDAY, 9)) == set()


@pytest.mark.parametrize("state", [{"task": "T", "stage": 2}, {"proposed": "P", "stage": 3}])
def test_called_or_proposed_invoice_is_listed(state: dict[str, Any]) -> None:
    away = invoice("1", due=MONDAY - 60 * ONE_DAY, **state)
    assert listed(cases(away, invoice("2")), at(FRIDAY, 9)) == {"1"}


def test_invoice_waiting_for_a_call_or_for_the_lawyer_is_listed() -> None:
    waiting = [invoice(str(stage), stage=stage, anchor=FRIDAY, level=2) for stage in (2, 3)]
    assert listed(cases(invoice("1"), *waiting), at(FRIDAY, 9)) == {"2", "3"}


def test_invoice_at_the_end_of_its_ladder_is_listed() -> None:
    assert listed(cases(invoice("1"), invoice("2", stage=4)), at(FRIDAY, 9)) == {"2"}


def test_invoice_not_yet_overdue_is_not_listed() -> None:
    today = invoice("2", due=FRIDAY)
    assert listed(cases(invoice("1"), today), at(FRIDAY, 9)) == set()


def test_invoice_overdue_since_today_is_listed() -> None:
    assert listed(cases(invoice("1"), invoice("2", due=THURSDAY)), at(FRIDAY, 9)) == {"2"}


def test_invoice_that_goes_is_not_listed_beside() -> None:
    assert listed(cases(invoice("1"), invoice("2")), at(FRIDAY, 9)) == set()


def test_listed_invoices_alone_make_no_notice() -> None:
    listed_only = cases(invoice("1", stage=2, anchor=FRIDAY), invoice("2", task="T", stage=2))
    assert gone(listed_only, at(FRIDAY, 9)) == set()
    assert day(listed_only, at(FRIDAY, 9)) is None


# Rule 4


@pytest.mark.parametrize(("kind", "stage"), [(StageKind.CALL, 2), (StageKind.LEGAL, 3)])
def test_calls_and_cases_gather_by_the_same_rule(kind: StageKind, stage: int) -> None:
    one = invoice("1", due=MONDAY - 30 * ONE_DAY, stage=stage, anchor=MONDAY)
    other = invoice("2", due=MONDAY - 30 * ONE_DAY, stage=stage, anchor=WEDNESDAY)
    third = invoice("3", due=MONDAY - 30 * ONE_DAY, stage=stage, anchor=THURSDAY)
    three = cases(one, other, third)
    assert day(three, at(MONDAY), kind) == at(FRIDAY, 9)
    assert gone(three, at(THURSDAY, 12), kind) == set()
    assert gone(three, at(FRIDAY, 9), kind) == {"1", "2"}


def test_each_kind_gathers_only_its_own() -> None:
    mixed = cases(invoice("1"), invoice("2", stage=2), invoice("3", stage=3))
    assert gone(mixed, at(FRIDAY, 9), StageKind.NOTICE) == {"1"}
    assert gone(mixed, at(FRIDAY, 9), StageKind.CALL) == {"2"}
    assert gone(mixed, at(FRIDAY, 9), StageKind.LEGAL) == {"3"}


def test_call_falls_due_while_another_task_runs() -> None:
    running, due = invoice("1", stage=2, task="T"), invoice("2", stage=2)
    assert gone(cases(running, due), at(FRIDAY, 9), StageKind.CALL) == {"2"}


# Rule 12


def two_policies(one: Ladder, other: Ladder, *, due: date = MONDAY) -> list[Case]:
    return [(invoice("1"), one), (invoice("2", due=due), other)]


def test_each_policy_brings_its_own_last_day_and_the_earliest_sets_day_and_hour() -> None:
    later = ladder(notice(1, 2, 9), send_at=time(7, 0))
    both = two_policies(ladder(notice(1, 2, 4), send_at=time(10, 0)), later)
    assert day(both, at(MONDAY)) == at(FRIDAY, 10)
    assert gone(both, at(FRIDAY, 9, 59)) == set()
    assert gone(both, at(FRIDAY, 10)) == {"1", "2"}


def test_early_policy_beside_a_fewest_one_brings_its_first_day() -> None:
    both = two_policies(SHORT, ladder(notice(1, 3, 9), send=Send.EARLY))
    assert day(both, at(MONDAY)) == at(THURSDAY, 9)
    assert gone(both, at(THURSDAY, 9)) == {"1", "2"}


def test_earlier_hour_of_the_same_day_sets_the_hour() -> None:
    both = two_policies(ladder(notice(1, 2, 4), send_at=time(14, 0)), SHORT)
    assert day(both, at(MONDAY)) == at(FRIDAY, 9)
    assert gone(both, at(FRIDAY, 9)) == {"1", "2"}


def test_earlier_instant_sets_the_hour_across_zones() -> None:
    new_york = ladder(notice(1, 2, 4), zone="America/New_York", send_at=time(8, 0))
    both = two_policies(SHORT, new_york)  # Friday 08:00 there is 14:00 in Berlin
    assert day(both, at(MONDAY)) == at(FRIDAY, 9)
    auckland = ladder(notice(1, 2, 4), zone="Pacific/Auckland", send_at=time(8, 0))
    both = two_policies(SHORT, auckland)
    assert day(both, at(MONDAY)) == at(FRIDAY, 8, zone="Pacific/Auckland")
    # Friday in Auckland is still Thursday in Berlin: its first day, Wednesday, has come.
    assert gone(both, at(FRIDAY, 8, zone="Pacific/Auckland")) == {"1", "2"}


def test_first_day_is_a_day_of_the_invoices_own_zone() -> None:
    auckland = ladder(notice(1, 2, 4), zone="Pacific/Auckland", send_at=time(8, 0))
    one_day = ladder(notice(1, 4, 4))
    both = [(invoice("1"), one_day), (invoice("2"), auckland)]
    # 08:00 on Friday in Auckland is Thursday evening in Berlin: Friday has not come there.
    assert gone(both, at(FRIDAY, 8, zone="Pacific/Auckland")) == {"2"}
    assert listed(both, at(FRIDAY, 8, zone="Pacific/Auckland")) == {"1"}


def test_two_calendars_each_roll_their_own_dates() -> None:
    friday_off = ladder(notice(1, 2, 4), holidays=[FRIDAY])
    both = two_policies(SHORT, friday_off)
    assert day(both, at(MONDAY)) == at(THURSDAY, 9)
    assert gone(both, at(THURSDAY, 9)) == {"1", "2"}


def test_missed_day_of_one_policy_leaves_the_day_to_the_other() -> None:
    morning = ladder(notice(1, 2, 4), send_until=time(12, 0))
    both = two_policies(morning, SHORT, due=THURSDAY)
    # Friday 13:00: the first is over for today and wants Monday, as the other does.
    assert day(both, at(FRIDAY, 13)) == at(NEXT_MONDAY, 9)
    assert gone(both, at(FRIDAY, 13)) == set()
