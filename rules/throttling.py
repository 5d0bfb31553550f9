"""How often a password may be tried: slower and slower, and nobody is locked out for ever.

Wrong passwords count for 15 minutes. An account's count everywhere together, but for an address
from which its owner has come in before: that one counts alone, so that a stranger who keeps guessing
slows down strangers only. What is refused here is not tried and does not count.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

REMEMBERED = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=30)  # since somebody last came in from an address
LONGEST_WAIT = timedelta(minutes=1)
FREE_FOR_ACCOUNT = 5  # wrong passwords before waiting begins
FREE_FOR_ADDRESS = 20  # a whole office may stand behind one address
_FIRST_WAIT = timedelta(seconds=2)


def wait_of_account(wrong: Sequence[datetime], now: datetime) -> timedelta:
    """How long until the next try; zero: now. `wrong`: when a wrong password was given."""
    return _wait(wrong, FREE_FOR_ACCOUNT, now)


def wait_of_address(wrong: Sequence[datetime], now: datetime) -> timedelta:
    """The same for everything tried from one address, whichever the account."""
    return _wait(wrong, FREE_FOR_ADDRESS, now)


def _wait(wrong: Sequence[datetime], free: int, now: datetime) -> timedelta:
    """Doubled with each wrong one past the free ones, from the last one on."""
    counted = [at for at in wrong if now - at < REMEMBERED]
    past = len(counted) - free
    if past < 0:
        return timedelta(0)
    pause = min(_FIRST_WAIT * (1 << min(past, 10)), LONGEST_WAIT)
    return max(max(counted) + pause - now, timedelta(0))
