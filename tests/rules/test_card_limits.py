"""The card schemes' limits: never more attempts by one card than its scheme allows."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.card_limits import allowed_from
from rules.methods import Brand

NOW = datetime(2026, 3, 30, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MONTH = timedelta(days=30)
MOST = {
    Brand.VISA: ((20, MONTH),),
    Brand.MASTERCARD: ((10, DAY), (35, MONTH)),
    Brand.OTHER: ((10, DAY), (20, MONTH)),
}


def once_a_day(times: int) -> list[datetime]:
    return [NOW - DAY * place for place in range(1, times + 1)]


@pytest.mark.parametrize(
    ("brand", "attempts", "expected"),
    [
        (Brand.VISA, [], None),
        (Brand.VISA, once_a_day(19), None),
        (Brand.VISA, once_a_day(20), NOW + 10 * DAY),
        (Brand.VISA, [NOW] * 20, NOW + MONTH),
        (Brand.VISA, [NOW - MONTH] * 20, None),
        (Brand.MASTERCARD, [NOW - DAY / 2] * 9, None),
        (Brand.MASTERCARD, [NOW - DAY / 2] * 10, NOW + DAY / 2),
        (Brand.MASTERCARD, [NOW - DAY] * 10, None),
        (Brand.MASTERCARD, [NOW - 2 * DAY] * 34, None),
        (Brand.MASTERCARD, [NOW - 2 * DAY] * 35, NOW + 28 * DAY),
        (Brand.OTHER, [NOW - DAY / 2] * 10, NOW + DAY / 2),
        (Brand.OTHER, once_a_day(20), NOW + 10 * DAY),
    ],
)
def test_card_at_its_limit_waits_until_the_window_has_room(
    brand: Brand, attempts: Sequence[datetime], expected: datetime | None
) -> None:
    assert allowed_from(brand, attempts, NOW) == expected


gaps = st.lists(st.integers(0, 60 * 60 * 24 * 2), max_size=80)


@given(st.sampled_from(Brand), gaps)
def test_card_tried_whenever_it_is_allowed_never_passes_a_limit(
    brand: Brand, gaps: list[int]
) -> None:
    now, made = NOW, list[datetime]()
    for gap in gaps:
        now += timedelta(seconds=gap)
        now = allowed_from(brand, made, now) or now
        made.append(now)
    for most, window in MOST[brand]:
        assert all(sum(at - window < other <= at for other in made) <= most for at in made)


@given(st.sampled_from(Brand), gaps)
def test_moment_it_names_is_allowed_and_the_one_before_is_not(
    brand: Brand, gaps: list[int]
) -> None:
    attempts = [NOW - timedelta(seconds=gap) for gap in gaps]
    moment = allowed_from(brand, attempts, NOW)
    if moment is not None:
        assert allowed_from(brand, attempts, moment) is None
        assert allowed_from(brand, attempts, moment - timedelta(seconds=1)) == moment


@given(gaps)
def test_unknown_brand_waits_as_long_as_the_strictest(gaps: list[int]) -> None:
    attempts = [NOW - timedelta(seconds=gap) for gap in gaps]
    waits = {brand: allowed_from(brand, attempts, NOW) or NOW for brand in Brand}
    assert waits[Brand.OTHER] == max(waits.values())
