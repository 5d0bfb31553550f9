"""Business time and Temporal's: one the other's inverse, in any zone and at any speed."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from rules.clock import REAL_TIME, Clock
from tests.rules.builders import BERLIN, many

MICROSECOND = timedelta(microseconds=1)
ZONE = ZoneInfo(BERLIN)
WINTER = datetime(2024, 1, 15, tzinfo=ZONE)
SUMMER = datetime(2024, 7, 15, tzinfo=ZONE)
START = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)

utc_instants = st.integers(0, 10**15).map(
    lambda us: datetime(2000, 1, 1, tzinfo=UTC) + us * MICROSECOND
)
# Of a gap no instant is drawn: what a clock change skips is no instant in any zone.
instants = st.builds(
    lambda instant, zone: instant.astimezone(zone), utc_instants, st.sampled_from([UTC, ZONE])
)
scales = st.sampled_from([1, 60, 3_600, 86_400, 7 * 86_400])
clocks = st.builds(Clock, instants, instants, scales)


@many
@given(instants)
def test_production_clock_is_the_identity(instant: datetime) -> None:
    assert REAL_TIME.business(instant) == instant
    assert REAL_TIME.temporal(instant) == instant


def test_shifted_clock_begins_at_its_origin() -> None:
    clock = Clock(origin=WINTER, start=START)
    assert clock.business(START) == WINTER
    assert clock.business(START + timedelta(days=3)) == WINTER + timedelta(days=3)
    assert clock.temporal(WINTER) == START


def test_scaled_clock_makes_a_day_of_a_second() -> None:
    clock = Clock(origin=WINTER.astimezone(UTC), start=START, scale=86_400)
    assert clock.business(START + timedelta(seconds=3)) == WINTER + timedelta(days=3)
    assert clock.temporal(WINTER + timedelta(days=3)) == START + timedelta(seconds=3)


def test_origin_written_in_a_zone_counts_real_hours_over_a_clock_change() -> None:
    """A replay's first day is a local midnight; the wall clock would be an hour out in summer."""
    clock = Clock(origin=WINTER, start=START)
    real = SUMMER.astimezone(UTC) - WINTER.astimezone(UTC)
    assert clock.temporal(SUMMER).astimezone(UTC) - START == real
    assert clock.business(START + real).astimezone(UTC) == SUMMER.astimezone(UTC)


@many
@given(clocks, st.integers(0, 10**9))
def test_how_instants_are_written_does_not_matter(clock: Clock, seconds: int) -> None:
    """A clock that travelled in a message has its instants in UTC or at a fixed offset."""
    sent = Clock(clock.origin.astimezone(UTC), clock.start.astimezone(UTC), clock.scale)
    instant = sent.start + timedelta(seconds=seconds) / clock.scale
    moment = sent.origin + timedelta(seconds=seconds)
    for zone in (UTC, ZONE):
        here, there = clock.business(instant.astimezone(zone)), sent.business(instant)
        assert here.astimezone(UTC) == there.astimezone(UTC)
        here, there = clock.temporal(moment.astimezone(zone)), sent.temporal(moment)
        assert here.astimezone(UTC) == there.astimezone(UTC)


@many
@given(clocks, instants)
def test_time_at_which_business_time_reaches_a_moment_is_the_first(
    clock: Clock, moment: datetime
) -> None:
    reached = clock.temporal(moment).astimezone(UTC)
    assert clock.business(reached) >= moment.astimezone(UTC)
    assert clock.business(reached - MICROSECOND) < moment.astimezone(UTC)


@many
@given(clocks, st.integers(-(10**12), 10**12))
def test_temporal_time_survives_the_way_there_and_back(clock: Clock, microseconds: int) -> None:
    instant = clock.start.astimezone(UTC) + microseconds * MICROSECOND / clock.scale
    assert clock.temporal(clock.business(instant)) == instant


@many
@given(clocks, utc_instants, st.integers(0, 10**9))
def test_business_time_passes_as_many_times_faster_as_the_scale_says(
    clock: Clock, instant: datetime, milliseconds: int
) -> None:
    clock = Clock(clock.origin, instant, clock.scale)
    passed = timedelta(milliseconds=milliseconds) / clock.scale
    real = clock.business(instant + passed).astimezone(UTC) - clock.business(instant)
    assert real == passed * clock.scale
