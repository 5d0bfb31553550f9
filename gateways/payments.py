"""Money is collected on a mandate: the protocol that every bank's adapter keeps."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from rules.money import Money


class CollectionStatus(StrEnum):
    """What a bank says about one attempt."""

    SUCCEEDED = "succeeded"
    DECLINED_SOFT = "declined_soft"  # no funds and the like: another day may bring it
    DECLINED_HARD = "declined_hard"  # no mandate, closed account: never again on this mandate
    PENDING = "pending"  # under way; `outcome` tells later


@dataclass(frozen=True, kw_only=True)
class CollectionRequest:
    """One attempt to collect one invoice's balance.

    `key` names the attempt for ever: the same key never debits twice. `attempt` counts from 1 for
    this invoice and mandate. `today` is the business date, as a bank in a replay has no clock.
    """

    key: str
    mandate: str
    amount: Money
    attempt: int
    today: date


@dataclass(frozen=True)
class CollectionAnswer:
    """`code` is the bank's own word, empty where it said none; never a name or an account."""

    status: CollectionStatus
    code: str = ""


class Payments(Protocol):
    """A way to collect. Both calls may be repeated at will."""

    async def collect(self, request: CollectionRequest) -> CollectionAnswer:
        """Debits once per key; the same key again returns what became of it by `today`.

        Raises Unreachable (nothing was debited) or InDoubt (ask `outcome` with the same key, or
        collect again with it).
        """

    async def outcome(self, key: str, today: date) -> CollectionAnswer | None:
        """What became of the attempt by `today`; None: the bank never heard of it.

        Raises Unreachable.
        """


class NoBank:
    """No bank is connected: every attempt is declined for good, and the ladder goes on."""

    async def collect(self, request: CollectionRequest) -> CollectionAnswer:
        return CollectionAnswer(CollectionStatus.DECLINED_HARD, "no_bank")

    async def outcome(self, key: str, today: date) -> CollectionAnswer | None:
        return None
