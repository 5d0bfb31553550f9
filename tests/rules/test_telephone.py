"""A call's two legs: only forward, and what their ends lead to."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.calls import Outcome
from rules.telephone import LONGEST_TALK, OVER, Leg, LegState, PhoneCall, further

NOW = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def call(employee: LegState, customer: LegState | None = None) -> PhoneCall:
    return PhoneCall(employee=employee, customer=customer, heard_at=NOW)


@given(st.sampled_from(LegState), st.sampled_from(LegState))
def test_leg_that_has_ended_stays_as_it_ended(end: LegState, said: LegState) -> None:
    if end in OVER:
        assert further(end, said) is end
    else:
        assert further(end, said) in (end, said)
        assert further(further(end, said), said) is further(end, said)


def test_call_stands_where_its_newest_leg_stands() -> None:
    assert call(LegState.RINGING).leg is Leg.EMPLOYEE
    rings = call(LegState.IN_PROGRESS, LegState.RINGING)
    assert (rings.leg, rings.state, rings.is_over) == (Leg.CUSTOMER, LegState.RINGING, False)


@pytest.mark.parametrize(
    ("end", "suggested"),
    [
        (LegState.BUSY, Outcome.NO_ANSWER),
        (LegState.NO_ANSWER, Outcome.NO_ANSWER),
        (LegState.COMPLETED, None),
        (LegState.FAILED, None),
        (LegState.CANCELED, None),
    ],
)
def test_end_of_the_customers_leg_opens_the_form(end: LegState, suggested: Outcome | None) -> None:
    ended = call(LegState.IN_PROGRESS, end)
    assert ended.opens_form
    assert ended.suggested is suggested


@pytest.mark.parametrize("end", sorted(OVER))
def test_employee_who_was_not_reached_opens_no_form(end: LegState) -> None:
    ended = call(end)
    assert ended.is_over
    assert not ended.opens_form
    assert ended.suggested is None


def test_call_of_which_nothing_is_heard_is_lost_and_another_may_be_made() -> None:
    rings, talks = call(LegState.RINGING), call(LegState.IN_PROGRESS, LegState.IN_PROGRESS)
    later = NOW + timedelta(minutes=4)
    assert rings.is_under_way(NOW)
    assert rings.is_lost(later)
    assert not rings.is_under_way(later)
    assert talks.is_under_way(later)
    assert talks.is_lost(later + LONGEST_TALK)


def test_call_that_is_over_is_never_lost() -> None:
    assert not call(LegState.IN_PROGRESS, LegState.COMPLETED).is_lost(NOW + timedelta(days=9))
