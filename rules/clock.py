"""The one clock: business time is Temporal's time, shifted and scaled.

In production it is the identity. A replay shifts it (the test server starts at the real now and
cannot go back), the demo scales it. No other code asks the time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Clock:
    """Business time = `origin` + (Temporal's time - `start`) x `scale`.

    `origin` and `start` are aware instants; `scale` is business seconds per Temporal second.
    """

    origin: datetime = _EPOCH
    start: datetime = _EPOCH
    scale: int = 1

    def business(self, temporal: datetime) -> datetime:
        """Business time at an instant of Temporal's time."""
        return self.origin + (temporal - self.start) * self.scale

    def temporal(self, business: datetime) -> datetime:
        """Temporal's time at which business time reaches `business`."""
        return self.start + (business - self.origin) / self.scale


REAL_TIME = Clock()
