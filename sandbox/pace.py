"""How fast the demo's calendar may run here: a busy or slow machine gets longer days."""

import time

SECONDS_A_DAY = 1.6  # on two cores with nothing else to do
_LONGEST = 1.25  # times as long at most: the story is to stay short
_STEPS = 9_000_000
_SECONDS_FOR_THEM = 0.25  # on such a machine
_A_DAY = 86_400


def scale(slowness: float) -> int:
    """Business seconds per second; `slowness` is 1 on the machine the demo is made for."""
    return round(_A_DAY / (SECONDS_A_DAY * min(max(slowness, 1.0), _LONGEST)))


def slowness() -> float:
    """How many times longer a piece of work takes here than on that machine, now."""
    begun = time.perf_counter()
    total = 0
    for step in range(_STEPS):
        total += step
    return (time.perf_counter() - begun) / _SECONDS_FOR_THEM
