"""The one clock: business time is Temporal's time, shifted and scaled.

In production it is the identity. A replay shifts it (the test server starts at the real now and
cannot go back), the demo scales it. No other code asks the time.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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
        """Business time at an instant of Temporal's time, in UTC."""
        return self.origin.astimezone(UTC) + _between(self.start, temporal) * self.scale

    def temporal(self, business: datetime) -> datetime:
        """Temporal's time, in UTC, at which business time has reached `business`: rounded up to the
        microsecond, or who sleeps until then would wake before it."""
        ahead = -(_between(self.origin, business) // -self.scale)
        return self.start.astimezone(UTC) + ahead


def _between(earlier: datetime, later: datetime) -> timedelta:
    """Real time: Python would take the wall clock's difference of two instants in one zone."""
    return later.astimezone(UTC) - earlier.astimezone(UTC)


REAL_TIME = Clock()
