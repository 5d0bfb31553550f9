"""What one invoice does next (ladder.md, rule 2 and "What moves the ladder")."""

from datetime import date, timedelta
from typing import Any

import pytest

from rules.case import (
    Facts,
    HoldKind,
    Status,
    What,
    is_collecting,
    is_held,
    is_overdue,
    next_step,
    stage_window,
)
from rules.collecting import Cause, CollectionTry, Run, Try
from rules.ladder import Pause
from rules.policy import Send, StageKind
from tests.rules.builders import (
    FRIDAY,
    MONDAY,
    NEXT_MONDAY,
    ONE_DAY,
    SATURDAY,
    STANDARD,
    at,
    call,
    collect,
    hold,
    invoice,
    ladder,
    legal,
    notice,
)

TUESDAY, WEDNESDAY = MONDAY + ONE_DAY, MONDAY + 2 * ONE_DAY
COLLECTING = ladder(collect(3, 5), notice(1, 5, 9))

# Overdue


def test_invoice_is_not_overdue_on_its_due_date() -> None:
    assert not is_overdue(invoice(), MONDAY)


def test_invoice_is_overdue_the_day_after_its_due_date() -> None:
    assert is_overdue(invoice(), TUESDAY)


def test_paid_invoice_is_not_overdue() -> None:
    assert not is_overdue(invoice(balance=0), FRIDAY)


@pytest.mark.parametrize("status", [Status.SETTLED, Status.CANCELLED, Status.WRITTEN_OFF])
def test_invoice_no_longer_open_is_not_overdue(status: Status) -> None:
    assert not is_overdue(invoice(status=status), FRIDAY)


# Over


@pytest.mark.parametrize("status", [Status.SETTLED, Status.CANCELLED, Status.WRITTEN_OFF])
def test_invoice_no_longer_open_is_over(status: Status) -> None:
    assert next_step(invoice(status=status), ladder(), at(FRIDAY)).what is What.OVER


def test_balance_of_nothing_is_over() -> None:
    assert next_step(invoice(balance=0), ladder(), at(FRIDAY)).what is What.OVER


@pytest.mark.parametrize(
    "state",
    [{"handed_over": True}, {"task": "T"}, {"proposed": "P"}, {"holds": (hold(),)}, {"stage": 99}],
)
def test_paid_invoice_is_over_whatever_it_stood_at(state: dict[str, Any]) -> None:
    assert next_step(invoice(balance=0, **state), ladder(), at(FRIDAY)).what is What.OVER


def test_one_cent_left_goes_on() -> None:
    assert next_step(invoice(balance=1), ladder(), at(FRIDAY)).what is What.STAGE


# Waiting for a stage


def test_invoice_before_its_first_notice_waits_with_the_window_from_its_due_date() -> None:
    step = next_step(invoice(), ladder(), at(MONDAY))
    assert (step.what, step.kind, step.level) == (What.STAGE, StageKind.NOTICE, 1)
    assert step.window is not None
    assert step.window.first == MONDAY + 28 * ONE_DAY
    assert step.window.last == MONDAY + 42 * ONE_DAY
    assert step.wanted == step.window.last


def test_early_policy_wants_the_first_day() -> None:
    step = next_step(invoice(), ladder(send=Send.EARLY), at(MONDAY))
    assert step.window is not None
    assert step.wanted == step.window.first


@pytest.mark.parametrize("stage", range(len(STANDARD)))
def test_every_stage_counts_from_the_day_of_the_one_before(stage: int) -> None:
    facts = invoice(due=MONDAY - 100 * ONE_DAY, stage=stage, anchor=MONDAY)
    step = next_step(facts, ladder(), at(TUESDAY))
    window = STANDARD[stage].window
    assert window is not None
    assert step.window is not None
    assert step.kind is STANDARD[stage].kind
    assert step.level == STANDARD[stage].level
    assert step.window.first == MONDAY + timedelta(days=window.first)


def test_invoice_past_the_end_of_its_ladder_does_nothing() -> None:
    step = next_step(invoice(stage=len(STANDARD)), ladder(), at(FRIDAY))
    assert (step.what, step.at, step.wanted) == (What.NOTHING, None, None)


def test_window_that_passed_long_ago_keeps_its_days() -> None:
    step = next_step(invoice(), ladder(), at(MONDAY + 300 * ONE_DAY))
    assert step.wanted == MONDAY + 42 * ONE_DAY


def test_invoice_not_yet_overdue_enlists_no_later_than_its_window_begins() -> None:
    step = next_step(invoice(), ladder(), at(MONDAY))
    assert step.at is not None
    assert step.window is not None
    assert ladder().today(step.at) <= step.window.first


def test_released_pause_has_moved_the_window() -> None:
    pause = Pause(at(TUESDAY, 8), at(TUESDAY + 10 * ONE_DAY, 8))
    step = next_step(invoice(pauses=(pause,)), ladder(), at(FRIDAY + 20 * ONE_DAY))
    assert step.window is not None
    assert step.window.first == MONDAY + 38 * ONE_DAY


def test_promise_and_dispute_that_ended_do_not_move_the_window() -> None:
    """Their holds are gone from the facts, and only pauses are kept."""
    assert stage_window(invoice(), ladder(), at(FRIDAY)) == stage_window(
        invoice(promises_broken=1), ladder(), at(FRIDAY + 90 * ONE_DAY)
    )


# Held


@pytest.mark.parametrize("kind", list(HoldKind))
def test_any_hold_holds(kind: HoldKind) -> None:
    facts = invoice(holds=(hold(kind),))
    step = next_step(facts, ladder(), at(FRIDAY))
    assert (step.what, step.at, step.held_by) == (What.HELD, None, (kind,))
    assert is_held(facts, ladder())


def test_hold_with_an_end_is_looked_at_again_then() -> None:
    facts = invoice(holds=(hold(HoldKind.PAUSE, at(FRIDAY)),))
    assert next_step(facts, ladder(), at(MONDAY)).at == at(FRIDAY)


def test_several_holds_are_looked_at_again_when_the_first_ends() -> None:
    pause, promise = hold(HoldKind.PAUSE, at(FRIDAY)), hold(HoldKind.PROMISE, at(WEDNESDAY))
    step = next_step(invoice(holds=(pause, promise, hold())), ladder(), at(MONDAY))
    assert step.at == at(WEDNESDAY)
    assert set(step.held_by) == {HoldKind.PAUSE, HoldKind.PROMISE, HoldKind.DISPUTE}


def test_hold_goes_before_a_running_call_and_a_proposed_case() -> None:
    for task, proposed in (("T", ""), ("", "P")):
        facts = invoice(stage=3, holds=(hold(),), task=task, proposed=proposed)
        assert next_step(facts, ladder(), at(FRIDAY)).what is What.HELD


def test_hold_goes_before_a_collection() -> None:
    assert next_step(invoice(holds=(hold(),)), COLLECTING, at(MONDAY, 3)).what is What.HELD


# Called, proposed, handed over


def test_invoice_in_a_call_task_waits_for_the_call() -> None:
    step = next_step(invoice(stage=3, task="T"), ladder(), at(FRIDAY))
    assert (step.what, step.kind, step.at) == (What.CALLED, StageKind.CALL, None)


def test_proposed_invoice_waits_for_a_persons_yes() -> None:
    step = next_step(invoice(stage=4, proposed="P"), ladder(), at(FRIDAY))
    assert (step.what, step.kind, step.at) == (What.PROPOSED, StageKind.LEGAL, None)


def test_invoice_handed_over_has_no_further_stage() -> None:
    step = next_step(invoice(stage=4, handed_over=True), ladder(), at(FRIDAY))
    assert (step.what, step.at, step.wanted) == (What.HANDED_OVER, None, None)


def test_money_that_comes_back_after_handover_brings_no_stage() -> None:
    facts = invoice(stage=4, handed_over=True, balance=10_000, anchor=MONDAY)
    assert next_step(facts, ladder(), at(FRIDAY + 90 * ONE_DAY)).what is What.HANDED_OVER


def test_money_that_comes_back_goes_on_at_the_recorded_position() -> None:
    facts = invoice(due=MONDAY - 60 * ONE_DAY, stage=1, anchor=MONDAY, level=1)
    step = next_step(facts, ladder(), at(MONDAY + 30 * ONE_DAY))
    assert (step.what, step.level) == (What.STAGE, 2)
    assert step.wanted == MONDAY + 21 * ONE_DAY


# Collecting


def collecting(*tries: tuple[date, Try], due: date = MONDAY, **changes: Any) -> Facts:
    made = tuple(CollectionTry(n, day, state) for n, (day, state) in enumerate(tries, 1))
    run = Run(number=1, cause=Cause.DUE, method="M-1-1")
    return invoice(**{"due": due, "tries": made, "run": run, **changes})


def test_collection_is_tried_on_the_due_date() -> None:
    step = next_step(collecting(), COLLECTING, at(MONDAY - 9 * ONE_DAY))
    assert (step.what, step.kind, step.at) == (What.COLLECT, StageKind.COLLECT, at(MONDAY, 9))


def test_collection_due_on_a_weekend_is_tried_on_the_next_bank_day() -> None:
    step = next_step(collecting(due=SATURDAY), COLLECTING, at(MONDAY))
    assert step.at == at(NEXT_MONDAY, 9)


def test_collection_goes_by_the_banks_calendar_not_the_policys() -> None:
    banks = ladder(collect(), notice(1, 5, 9), holidays=[TUESDAY], bank_holidays=[MONDAY])
    assert next_step(collecting(), banks, at(MONDAY, 3)).at == at(TUESDAY, 9)


def test_collection_that_comes_late_is_tried_at_once() -> None:
    assert next_step(collecting(), COLLECTING, at(WEDNESDAY, 12)).at == at(WEDNESDAY, 12)
    assert next_step(collecting(), COLLECTING, at(WEDNESDAY, 18)).at == at(WEDNESDAY + ONE_DAY, 9)


def test_started_try_is_asked_about_at_once() -> None:
    facts = collecting((MONDAY, Try.STARTED))
    assert next_step(facts, COLLECTING, at(MONDAY, 20)).at == at(MONDAY, 20)


def test_pending_try_is_asked_about_on_the_next_bank_day() -> None:
    facts = collecting((FRIDAY, Try.PENDING), due=FRIDAY)
    assert next_step(facts, COLLECTING, at(FRIDAY, 9)).at == at(NEXT_MONDAY, 9)


def test_pending_try_is_asked_about_again_the_day_after() -> None:
    facts = collecting((MONDAY, Try.PENDING))
    assert next_step(facts, COLLECTING, at(WEDNESDAY, 9)).at == at(WEDNESDAY + ONE_DAY, 9)


def test_soft_failure_is_tried_again_after_the_policys_business_days() -> None:
    once = collecting((MONDAY, Try.FAILED_SOFT))
    assert next_step(once, COLLECTING, at(MONDAY, 10)).at == at(MONDAY + 3 * ONE_DAY, 9)
    twice = collecting((MONDAY, Try.FAILED_SOFT), (FRIDAY, Try.FAILED_SOFT))
    assert next_step(twice, COLLECTING, at(FRIDAY, 10)).at == at(FRIDAY + 7 * ONE_DAY, 9)


def test_retry_skips_bank_holidays() -> None:
    banks = ladder(collect(1), notice(1, 5, 9), bank_holidays=[TUESDAY])
    facts = collecting((MONDAY, Try.FAILED_SOFT))
    assert next_step(facts, banks, at(MONDAY, 10)).at == at(WEDNESDAY, 9)


@pytest.mark.parametrize("state", [Try.STARTED, Try.PENDING, Try.FAILED_SOFT])
def test_collection_under_way_is_held(state: Try) -> None:
    facts = collecting((MONDAY, state))
    assert is_collecting(facts, COLLECTING)
    assert is_held(facts, COLLECTING)


def test_announced_collection_is_held() -> None:
    assert is_held(collecting(), COLLECTING)


def test_ladder_after_a_collection_counts_from_the_due_date() -> None:
    facts = collecting((MONDAY, Try.FAILED_HARD), stage=1, run=None)
    assert not is_held(facts, COLLECTING)
    window = stage_window(facts, COLLECTING, at(FRIDAY))
    assert window is not None
    assert window.first == NEXT_MONDAY  # Saturday, five days after the due date, rolled
    assert window.last == MONDAY + 9 * ONE_DAY


def test_collect_stage_has_no_window() -> None:
    assert stage_window(collecting(), COLLECTING, at(FRIDAY)) is None


def test_position_past_the_end_has_no_window() -> None:
    assert stage_window(invoice(stage=2), ladder(call(1, 2), legal(1, 2)), at(FRIDAY)) is None


@pytest.mark.parametrize("state", [Try.STARTED, Try.PENDING])
@pytest.mark.parametrize(
    "change", [{"holds": (hold(),)}, {"balance": 0}, {"status": Status.CANCELLED}]
)
def test_debit_under_way_is_asked_about_whatever_happens_meanwhile(
    state: Try, change: dict[str, Any]
) -> None:
    facts = collecting((MONDAY, state), **change)
    assert next_step(facts, COLLECTING, at(WEDNESDAY, 3)).what is What.COLLECT


def test_debit_that_failed_is_not_tried_again_on_a_held_or_paid_invoice() -> None:
    held = collecting((MONDAY, Try.FAILED_SOFT), holds=(hold(),))
    assert next_step(held, COLLECTING, at(FRIDAY, 12)).what is What.HELD
    paid = collecting((MONDAY, Try.FAILED_SOFT), balance=0)
    assert next_step(paid, COLLECTING, at(FRIDAY, 12)).what is What.OVER


def test_pending_try_of_yesterday_is_asked_about_at_todays_hour() -> None:
    facts = collecting((MONDAY, Try.PENDING))
    assert next_step(facts, COLLECTING, at(TUESDAY, 3)).at == at(TUESDAY, 9)
