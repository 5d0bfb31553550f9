"""The demo's calendar: as fast as it was made for, slower on a busy machine, never too slow."""

import pytest

from sandbox.pace import scale


@pytest.mark.parametrize(
    ("slowness", "business_seconds"), [(0.5, 54_000), (1.0, 54_000), (1.2, 45_000), (9.0, 43_200)]
)
def test_busy_machine_has_longer_days_up_to_a_limit(slowness: float, business_seconds: int) -> None:
    assert scale(slowness) == business_seconds
