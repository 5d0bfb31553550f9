"""Money is collected by a method on file: the protocol that every bank's or provider's adapter keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from rules.methods import Method, Provider
from rules.money import Money


class CollectionStatus(StrEnum):
    """What the other side says about one attempt."""

    SUCCEEDED = "succeeded"
    DECLINED_SOFT = "declined_soft"  # no funds and the like: another day may bring it
    DECLINED_HARD = "declined_hard"  # no mandate, closed account: never again by this method
    PENDING = "pending"  # under way; `outcome` or word of theirs tells later
    NOT_CONNECTED = "not_connected"  # nobody is connected who could carry it; nothing was asked
    NOT_TAKEN = "not_taken"  # they refused how we asked, which is ours to mend; nothing was debited


@dataclass(frozen=True, kw_only=True)
class CollectionRequest:
    """One attempt to collect one invoice's balance by one method.

    `key` names the attempt for ever: the same key never debits twice. `attempt` counts from 1 for
    this invoice and method. `day` is when the money is to be debited, `today` the business date, as
    a bank in a replay has no clock. `text` is what stands on the payer's statement. `reference` is
    the other side's own name of the attempt, "" while it is not known.
    """

    key: str
    method: Method
    amount: Money
    attempt: int
    day: date
    today: date
    text: str = ""
    reference: str = ""


@dataclass(frozen=True)
class CollectionAnswer:
    """`code` is the other side's own word for a failure (rules/returns.py), `reference` its name of
    the attempt; each "" where it said none. `why` tells a person what was wrong with what we asked.
    Never a name or an account."""

    status: CollectionStatus
    code: str = ""
    reference: str = ""
    why: str = ""


class Payments(Protocol):
    """A way to collect. Both calls may be repeated at will."""

    async def collect(self, request: CollectionRequest) -> CollectionAnswer:
        """Debits once per key; the same key again returns what became of it by `today`.

        Raises Unreachable (nothing was debited) or InDoubt (ask `outcome` with the same key, or
        collect again with it).
        """

    async def outcome(self, request: CollectionRequest) -> CollectionAnswer | None:
        """What became of the attempt by `today`; None: the other side never heard of it.

        Raises Unreachable.
        """


class NoBank:
    """Nobody is connected: what is due goes on with the ladder."""

    async def collect(self, request: CollectionRequest) -> CollectionAnswer:
        return CollectionAnswer(CollectionStatus.NOT_CONNECTED)

    async def outcome(self, request: CollectionRequest) -> CollectionAnswer | None:
        return None


class ByProvider:
    """Each method by whoever carries it."""

    def __init__(self, carriers: Mapping[Provider, Payments]) -> None:
        self._carriers = carriers

    async def collect(self, request: CollectionRequest) -> CollectionAnswer:
        return await self._carrier(request).collect(request)

    async def outcome(self, request: CollectionRequest) -> CollectionAnswer | None:
        return await self._carrier(request).outcome(request)

    def _carrier(self, request: CollectionRequest) -> Payments:
        return self._carriers.get(request.method.provider) or NoBank()
