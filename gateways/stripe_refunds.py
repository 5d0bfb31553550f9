"""Refunds of what was collected through Stripe, found again by our key in their metadata."""

from typing import Any

import stripe

from gateways.refunds import RefundAnswer, RefundRequest, RefundStatus
from gateways.stripe_money import stripe_amount
from gateways.stripe_payments import KEY, key_of
from gateways.stripe_web import meaning, unanswered
from rules.refunds import ReferenceKind, reference_kind

_A_PAGE = 100
# Another day may bring these; any other failure is for good (docs.stripe.com/refunds, "Failed").
_SOFT = ("insufficient_funds", "balance_insufficient", "charge_not_yet_refundable")


class StripeRefunds:
    """Refunds through Stripe's account that the client's key is of."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._refunds = client.v1.refunds

    async def refund(self, request: RefundRequest) -> RefundAnswer:
        """Pays once per key. Raises Unreachable, InDoubt, RefusedForGood."""
        try:
            made = await self._refunds.create_async(
                {
                    "payment_intent": request.provider_reference,
                    "amount": stripe_amount(request.amount),
                    "metadata": {KEY: request.key},
                },
                {"idempotency_key": request.key},
            )
        except stripe.InvalidRequestError as error:
            if error.code in _SOFT:
                return RefundAnswer(RefundStatus.DECLINED_SOFT, code=error.code or "")
            raise meaning(error) from None
        except stripe.StripeError as error:
            raise meaning(error) from None
        return answer_of(made)

    async def outcome(self, request: RefundRequest) -> RefundAnswer | None:
        """What became of it, found among the payment's refunds. Raises Unreachable."""
        try:
            listed = await self._refunds.list_async(
                {"payment_intent": request.provider_reference, "limit": _A_PAGE}
            )
            async for one in listed.auto_paging_iter():
                if key_of(one) == request.key:
                    return answer_of(one)
        except stripe.StripeError as error:
            raise unanswered(error) from None
        return None


def answer_of(refund: stripe.Refund) -> RefundAnswer:
    """What Stripe says of a refund. One that is paid back without an ARN has Stripe's own name: a
    card's follows days later, a bank transfer has none."""
    match refund.status:
        case "succeeded":
            arn = _arn(refund)
            kind = reference_kind(arn) if arn else ReferenceKind.PROVIDER
            return RefundAnswer(RefundStatus.SUCCEEDED, arn or refund.id, kind)
        case "pending" | "requires_action":
            return RefundAnswer(RefundStatus.PENDING)
        case _:
            code = str(getattr(refund, "failure_reason", None) or refund.status or "")
            soft = code in _SOFT
            status = RefundStatus.DECLINED_SOFT if soft else RefundStatus.DECLINED_HARD
            return RefundAnswer(status, code=code)


def _arn(refund: stripe.Refund) -> str:
    details: Any = getattr(refund, "destination_details", None)
    card: Any = getattr(details, "card", None)
    known = getattr(card, "reference_status", None) == "available"
    of_acquirer = getattr(card, "reference_type", None) == "acquirer_reference_number"
    return str(card.reference or "") if known and of_acquirer else ""
