"""A dunning policy: the ladder as data (ladder.md, "The standard policy")."""

from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from enum import StrEnum

from rules.money import exponent


class StageKind(StrEnum):
    COLLECT = "collect"
    NOTICE = "notice"
    CALL = "call"
    LEGAL = "legal"


class Send(StrEnum):
    """How a customer's day is chosen among the windows (ladder.md, rule 3)."""

    FEWEST = "fewest"
    EARLY = "early"


@dataclass(frozen=True)
class Window:
    """First and last day, both included, in calendar days after the day the window counts from."""

    first: int
    last: int


@dataclass(frozen=True)
class Stage:
    """One step. Fields that its kind does not have stay at their default.

    `pay_within` calendar days; `retry_days` business days between tries; `escalate_after` business
    days a task may lie unworked; `window` is None for `collect` only.
    """

    kind: StageKind
    window: Window | None = None
    level: int = 0
    pay_within: int = 0
    retry_days: tuple[int, ...] = ()
    calendar: str = "TARGET"
    attempts: int = 1
    escalate_after: int = 5
    approval: bool = False


@dataclass(frozen=True)
class Policy:
    """Frozen at import and pinned by content: `digest` is the SHA-256 of the canonical text."""

    name: str
    timezone: str
    business_days: str
    stages: tuple[Stage, ...]
    send: Send = Send.FEWEST
    send_at: time = time(9, 0)
    send_until: time | None = None  # None: the end of the day
    max_message_mb: int = 20
    promise_grace: int = 2
    promise_limit: int = 30
    promises: int = 2
    bank_data_max_age: int = 0
    discount_percent: Decimal = Decimal(0)
    discount_days: int = 0
    small_difference: Decimal = Decimal(0)
    digest: str = field(default="", compare=False)

    def small_difference_in(self, currency: str) -> int:
        """The largest part of a debt that is let go of without asking, in minor units; what is finer
        than the currency counts for nothing."""
        return int(self.small_difference.scaleb(exponent(currency)))
