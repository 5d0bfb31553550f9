"""How far pauses move a window (ladder.md, "pause until D / resume")."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.case import stage_window
from rules.days import midnight
from rules.ladder import Pause
from tests.rules.builders import (
    BERLIN,
    FRIDAY,
    MONDAY,
    NEXT_MONDAY,
    ONE_DAY,
    at,
    invoice,
    ladder,
    many,
    notice,
)

TUESDAY, WEDNESDAY, THURSDAY = (MONDAY + n * ONE_DAY for n in (1, 2, 3))
LATER = MONDAY + 60 * ONE_DAY


def paused(*pauses: Pause, anchor: date = MONDAY, now: datetime | None = None) -> int:
    return ladder().paused_days(pauses, anchor, now or at(LATER, 12))


def until(begins: datetime, day: date) -> Pause:
    """A pause until a day, which ends as that day begins."""
    return Pause(begins, midnight(day, ZoneInfo(BERLIN)))


def test_no_pause_moves_nothing() -> None:
    assert paused() == 0


def test_pause_until_a_day_does_not_count_that_day() -> None:
    assert paused(until(at(TUESDAY, 8), FRIDAY)) == 3  # Tuesday, Wednesday, Thursday


def test_pause_that_begins_after_the_hour_does_not_count_its_day() -> None:
    assert paused(until(at(TUESDAY, 9, 1), FRIDAY)) == 2


def test_pause_that_begins_at_the_hour_counts_its_day() -> None:
    assert paused(until(at(TUESDAY, 9, 0), FRIDAY)) == 3


def test_pause_between_two_hours_counts_nothing() -> None:
    assert paused(Pause(at(TUESDAY, 9, 1), at(WEDNESDAY, 8, 59))) == 0


def test_pause_resumed_at_the_hour_does_not_count_that_day() -> None:
    assert paused(Pause(at(TUESDAY, 8), at(WEDNESDAY, 9, 0))) == 1


def test_pause_resumed_just_after_the_hour_counts_that_day() -> None:
    assert paused(Pause(at(TUESDAY, 8), at(WEDNESDAY, 9, 1))) == 2


def test_weekend_days_count_like_any_other() -> None:
    assert paused(until(at(FRIDAY, 8), NEXT_MONDAY)) == 3


def test_overlapping_pauses_count_once() -> None:
    one = until(at(TUESDAY, 8), THURSDAY)
    other = until(at(WEDNESDAY, 8), FRIDAY)
    assert paused(one, other) == paused(other, one) == 3


def test_same_pause_twice_counts_once() -> None:
    pause = until(at(TUESDAY, 8), FRIDAY)
    assert paused(pause, pause) == 3


def test_pauses_apart_add_up() -> None:
    assert paused(until(at(TUESDAY, 8), WEDNESDAY), until(at(THURSDAY, 8), FRIDAY)) == 2


def test_pause_before_the_day_the_window_counts_from_moves_nothing() -> None:
    assert paused(until(at(TUESDAY, 8), FRIDAY), anchor=FRIDAY) == 0


def test_pause_on_the_day_the_window_counts_from_is_not_counted() -> None:
    assert paused(until(at(TUESDAY, 8), FRIDAY), anchor=TUESDAY) == 2


def test_pause_across_the_day_the_window_counts_from_counts_what_comes_after() -> None:
    assert paused(until(at(TUESDAY, 8), FRIDAY), anchor=WEDNESDAY) == 1


def test_standing_pause_counts_up_to_the_last_hour_passed() -> None:
    standing = Pause(at(TUESDAY, 8), None)
    assert paused(standing, now=at(THURSDAY, 8, 59)) == 2
    assert paused(standing, now=at(THURSDAY, 9, 0)) == 3


def test_pause_still_to_come_moves_nothing_yet() -> None:
    assert paused(until(at(THURSDAY, 8), FRIDAY), now=at(WEDNESDAY, 12)) == 0


def test_window_already_begun_is_moved_too() -> None:
    facts = invoice(pauses=(until(at(THURSDAY, 8), FRIDAY + 3 * ONE_DAY),))
    its = ladder(notice(1, 2, 8))  # from Wednesday on: begun when the pause begins
    window = stage_window(facts, its, at(LATER, 12))
    assert window is not None
    # Four days (Thursday to Sunday): 2..8 becomes 6..12, Sunday to Saturday, rolled.
    assert (window.first, window.last) == (NEXT_MONDAY, NEXT_MONDAY + 4 * ONE_DAY)


def test_pause_before_the_next_stages_anchor_does_not_move_its_window() -> None:
    facts = invoice(stage=1, anchor=FRIDAY, pauses=(until(at(TUESDAY, 8), FRIDAY),))
    window = stage_window(facts, ladder(notice(1, 2, 8), notice(2, 14, 21)), at(LATER, 12))
    assert window is not None
    assert window.first == FRIDAY + 14 * ONE_DAY


def test_hour_after_a_clock_change_is_the_local_hour() -> None:
    # Berlin, 31 March 2024: 09:00 is 07:00 UTC, no longer 08:00.
    sunday = date(2024, 3, 31)
    pause = Pause(
        datetime(2024, 3, 31, 6, 30, tzinfo=UTC), datetime(2024, 3, 31, 7, 30, tzinfo=UTC)
    )
    assert paused(pause, anchor=sunday - ONE_DAY) == 1


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_pause_of_whole_days_counts_each_at_any_hour(hour: int) -> None:
    its = ladder(send_at=time(hour, 0), send_until=None)
    pause = until(midnight(TUESDAY, its.zone), FRIDAY)
    assert its.paused_days([pause], MONDAY, at(LATER, 12)) == 3


# Against a walk from day to day

minutes = st.integers(0, 90 * 24 * 60).map(lambda m: at(date(2024, 3, 1), 0) + m * ONE_DAY / 1440)


@st.composite
def pauses(draw: st.DrawFn) -> Pause:
    begins = draw(minutes)
    if draw(st.booleans()):
        length = draw(st.integers(0, 40 * 24 * 60))
        return Pause(begins, begins + timedelta(minutes=length))
    if draw(st.booleans()):
        return Pause(begins, None)
    begun = begins.astimezone(ZoneInfo(BERLIN)).date()
    return until(begins, begun + timedelta(days=draw(st.integers(1, 30))))


@many
@given(
    st.lists(pauses(), max_size=5),
    st.dates(date(2024, 2, 20), date(2024, 5, 20)),
    minutes,
    st.sampled_from([time(0, 0), time(9, 0), time(17, 30), time(23, 45)]),
)
def test_any_pauses_count_each_day_on_which_one_stands_at_the_hour(
    drawn: list[Pause], anchor: date, now: datetime, send_at: time
) -> None:
    expected = 0
    for n in range(1, 200):
        hour = datetime.combine(anchor + n * ONE_DAY, send_at, tzinfo=ZoneInfo(BERLIN))
        hour = hour.astimezone(UTC)
        stands = [p for p in drawn if p.begins <= hour and (p.ends is None or hour < p.ends)]
        expected += bool(stands) and hour <= now
    its = ladder(send_at=send_at, send_until=None)
    assert its.paused_days(drawn, anchor, now) == expected


@many
@given(
    st.lists(pauses(), max_size=4), st.dates(date(2024, 2, 20), date(2024, 5, 20)), minutes, minutes
)
def test_paused_days_never_become_fewer(
    drawn: list[Pause], anchor: date, one: datetime, other: datetime
) -> None:
    before, after = sorted((one, other))
    its = ladder()
    assert its.paused_days(drawn, anchor, before) <= its.paused_days(drawn, anchor, after)
