"""What makes a fault: whose day was missed, which workflow gets nowhere, what counts as seen."""

from datetime import timedelta
from typing import Any

import pytest

from rules.collecting import Cause, CollectionTry, Run, Try
from rules.examination import (
    CustomerState,
    Fault,
    Finding,
    Work,
    is_waiting_for_a_day,
    missing,
    orphaned,
    overdue_collections,
    overdue_stage,
    seen_twice,
    stuck,
)
from rules.policy import Send, StageKind
from tests.rules.builders import MONDAY, SATURDAY, at, collect, invoice, ladder, notice

# Due on a Monday, notice 1 on the same day of the next week, within 09:00 to 17:00.
LADDER = ladder(notice(1, 7, 10), send=Send.EARLY)
THE_DAY = MONDAY + timedelta(days=7)
A_QUARTER = timedelta(minutes=15)


def owing(**more: Any) -> CustomerState:
    return CustomerState(((invoice(), LADDER),), **more)


class TestOverdue:
    def test_day_that_came_a_while_ago_names_the_invoice(self) -> None:
        now = at(THE_DAY, 9, 20)
        late = overdue_stage(owing(), now - A_QUARTER, now)
        assert late is not None
        assert (late.facts.number, late.wanted) == ("1", THE_DAY)

    @pytest.mark.parametrize(("hour", "minute"), [(8, 59), (9, 10), (17, 5)])
    def test_before_within_the_patience_and_after_the_hours_nothing_is(
        self, hour: int, minute: int
    ) -> None:
        now = at(THE_DAY, hour, minute)
        assert overdue_stage(owing(), now - A_QUARTER, now) is None

    def test_weekend_is_no_delay(self) -> None:
        now = at(SATURDAY + timedelta(days=14), 12)
        assert overdue_stage(owing(), now - A_QUARTER, now) is None

    @pytest.mark.parametrize(
        "why", [{"barred": frozenset({StageKind.NOTICE})}, {"has_notice": True}]
    )
    def test_what_waits_for_a_person_or_went_today_is_not(self, why: dict[str, object]) -> None:
        now = at(THE_DAY, 12)
        assert overdue_stage(owing(**why), now - A_QUARTER, now) is None

    def test_try_of_a_debit_that_was_not_made_is(self) -> None:
        with_collect = ladder(collect(2), notice(1, 7, 10))
        now = at(MONDAY, 12)
        cases = [(invoice(), with_collect)]
        assert overdue_collections(cases, now - A_QUARTER, now) == ("1",)

    def test_debit_under_way_is_asked_about_on_its_own_day(self) -> None:
        with_collect = ladder(collect(2), notice(1, 7, 10))
        run = Run(number=1, cause=Cause.DUE, method="M-1-1")
        asked = invoice(tries=(CollectionTry(1, MONDAY, Try.PENDING),), run=run)
        now = at(MONDAY, 12)
        assert overdue_collections([(asked, with_collect)], now - A_QUARTER, now) == ()


class TestAlarm:
    def test_overdue_invoice_waits_for_its_day(self) -> None:
        assert is_waiting_for_a_day(owing(), at(MONDAY + timedelta(days=1), 12))

    def test_invoice_not_yet_overdue_does_not(self) -> None:
        assert not is_waiting_for_a_day(owing(), at(MONDAY, 12))

    def test_customer_whose_stage_waits_for_a_person_does_not(self) -> None:
        barred = owing(barred=frozenset({StageKind.NOTICE}))
        assert not is_waiting_for_a_day(barred, at(THE_DAY, 12))


class TestWorkflows:
    def test_wanted_and_not_running_is_missing(self) -> None:
        assert [one.key for one in missing({"invoice:1", "invoice:2"}, {"invoice:2"})] == [
            "invoice:1"
        ]

    def test_running_for_the_closed_is_orphaned_and_for_nothing_unknown(self) -> None:
        known = {"invoice:1": "", "invoice:2": "settled"}
        found = orphaned({"invoice:1", "invoice:2", "invoice:3"}, known)
        assert [one.place for one in found] == [
            (Fault.ORPHANED, "invoice:2"),
            (Fault.UNKNOWN, "invoice:3"),
        ]

    @pytest.mark.parametrize(
        ("work", "says"),
        [
            (Work("w", task_attempt=3), "its workflow task fails, attempt 3"),
            (Work("w", activities=(("gather", 5, "Odd"),)), "gather is at attempt 5: Odd"),
            (Work("w", activities=(("gather", 9, ""),)), "gather is at attempt 9: no answer"),
        ],
    )
    def test_what_is_tried_again_and_again_is_stuck(self, work: Work, says: str) -> None:
        assert stuck(work) == Finding(Fault.STUCK, "w", says)

    def test_first_attempts_are_not_stuck(self) -> None:
        assert stuck(Work("w", task_attempt=2, activities=(("gather", 4, "Odd"),))) is None


def test_only_what_two_looks_saw_is_found_in_the_words_of_the_second() -> None:
    first = [Finding(Fault.STUCK, "w", "attempt 5"), Finding(Fault.MISSING, "v", "")]
    second = [Finding(Fault.STUCK, "w", "attempt 6"), Finding(Fault.MISSING, "u", "")]
    assert seen_twice(first, second) == (Finding(Fault.STUCK, "w", "attempt 6"),)
