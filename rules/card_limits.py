"""How often a card may be tried: its scheme's own limits (domain.md, section 3, "Cards").

They count attempts by the same card, however many invoices and methods it stands behind. Days are
of 24 hours and roll, which is never less strict than a scheme's own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.methods import Brand


@dataclass(frozen=True)
class _Limit:
    """At most so many attempts in any window so long."""

    attempts: int
    window: timedelta


_DAY = timedelta(days=1)
_MONTH = timedelta(days=30)
_VISA = (_Limit(20, _MONTH),)
_MASTERCARD = (_Limit(10, _DAY), _Limit(35, _MONTH))
_LIMITS = {Brand.VISA: _VISA, Brand.MASTERCARD: _MASTERCARD, Brand.OTHER: _VISA + _MASTERCARD}


def allowed_from(brand: Brand, attempts: Sequence[datetime], now: datetime) -> datetime | None:
    """From when on a card may be tried once more; None: at once. `attempts` are moments of those that
    were made, in any order; older ones than 30 days may be left out."""
    moment = max(_free(limit, attempts, now) for limit in _LIMITS[brand])
    return moment if moment > now else None


def _free(limit: _Limit, attempts: Sequence[datetime], now: datetime) -> datetime:
    """When the attempt leaves the window that fills it; `now` where it is not full."""
    newest = sorted(attempts, reverse=True)
    if len(newest) < limit.attempts:
        return now
    return max(newest[limit.attempts - 1] + limit.window, now)
