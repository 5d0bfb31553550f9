"""How long somebody waits who gives wrong passwords."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.throttling import LONGEST_WAIT, wait_of_account, wait_of_address

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def wrong(times: int, *, ago: timedelta = timedelta(0)) -> list[datetime]:
    return [NOW - ago] * times


def test_first_wrong_passwords_cost_nothing() -> None:
    assert wait_of_account(wrong(4), NOW) == timedelta(0)


def test_wait_doubles_with_each_further_one() -> None:
    waits = [wait_of_account(wrong(times), NOW).total_seconds() for times in range(5, 12)]
    assert waits == [2, 4, 8, 16, 32, 60, 60]


def test_wrong_passwords_are_forgotten_after_a_quarter_of_an_hour() -> None:
    assert wait_of_account(wrong(50, ago=timedelta(minutes=15)), NOW) == timedelta(0)


def test_office_behind_one_address_may_try_more_often() -> None:
    assert wait_of_address(wrong(19), NOW) == timedelta(0)
    assert wait_of_address(wrong(20), NOW) > timedelta(0)


@given(st.lists(st.integers(0, 3600)))
def test_nobody_waits_longer_than_a_minute_whatever_was_tried(seconds: list[int]) -> None:
    tried = [NOW - timedelta(seconds=ago) for ago in seconds]
    assert timedelta(0) <= wait_of_account(tried, NOW) <= LONGEST_WAIT
    assert wait_of_account(tried, NOW + LONGEST_WAIT) == timedelta(0)
