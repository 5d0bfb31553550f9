"""Money is paid back: the protocol that every acquirer's or bank's adapter keeps."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from rules.money import Money
from rules.refunds import ReferenceKind


class RefundStatus(StrEnum):
    """What the other side says about one attempt."""

    SUCCEEDED = "succeeded"
    PENDING = "pending"  # under way; `outcome` tells later
    DECLINED_SOFT = "declined_soft"  # out of service and the like: another day may bring it
    DECLINED_HARD = "declined_hard"  # closed account, unknown payment: never this way
    BY_HAND = "by_hand"  # no machine can do it: a person does


@dataclass(frozen=True, kw_only=True)
class RefundRequest:
    """One attempt to pay back (some of) one payment.

    `key` names the attempt for ever: the same key never pays twice. `attempt` counts from 1 for this
    refund. `today` is the business date, as a bank in a test has no clock. `provider_reference` is a
    provider's own name of the payment, "" where none collected it.
    """

    key: str
    payment_id: str
    amount: Money
    attempt: int
    today: date
    provider_reference: str = ""


@dataclass(frozen=True)
class RefundAnswer:
    """`reference` names a refund that succeeded: an acquirer's ARN, or a bank's or provider's own.
    `code` is the other side's word for a failure; never a name or an account."""

    status: RefundStatus
    reference: str = ""
    kind: ReferenceKind = ReferenceKind.BANK
    code: str = ""


class Refunds(Protocol):
    """A way to pay back. Both calls may be repeated at will."""

    async def refund(self, request: RefundRequest) -> RefundAnswer:
        """Pays once per key; the same key again returns what became of it by `today`.

        Raises Unreachable (nothing was paid), InDoubt (ask `outcome` with the same key, or refund
        again with it) or RefusedForGood (nothing was paid, and it never will be this way).
        """

    async def outcome(self, request: RefundRequest) -> RefundAnswer | None:
        """What became of the attempt by `today`; None: the other side never heard of it.

        Raises Unreachable.
        """


class NoRefunds:
    """Nobody is connected who pays back: every refund is a person's task."""

    async def refund(self, request: RefundRequest) -> RefundAnswer:
        return RefundAnswer(RefundStatus.BY_HAND)

    async def outcome(self, request: RefundRequest) -> RefundAnswer | None:
        return None


class ByOrigin:
    """What a provider collected goes back by it, everything else by `others`."""

    def __init__(self, provider: Refunds, others: Refunds) -> None:
        self._provider = provider
        self._others = others

    async def refund(self, request: RefundRequest) -> RefundAnswer:
        return await self._way(request).refund(request)

    async def outcome(self, request: RefundRequest) -> RefundAnswer | None:
        return await self._way(request).outcome(request)

    def _way(self, request: RefundRequest) -> Refunds:
        return self._provider if request.provider_reference else self._others
