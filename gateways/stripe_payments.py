"""Cards and SEPA debits through Stripe: one off-session payment intent for each attempt.

Stripe forgets an idempotency key after a day. So what may have been sent is looked for by our key in
the intents' metadata, and only what is not there is sent, under the same key.
"""

from collections.abc import Iterable

import stripe

from gateways.payments import CollectionAnswer, CollectionRequest, CollectionStatus
from gateways.stripe_money import stripe_amount
from gateways.stripe_web import meaning, unanswered
from rules.card_codes import CARD_REASONS, is_soft
from rules.errors import RefusedForGood
from rules.methods import MethodKind

KEY = "duely_key"  # the metadata that names our attempt
_TYPES = {MethodKind.CARD: "card", MethodKind.MANDATE: "sepa_debit"}
_A_PAGE = 100


class StripePayments:
    """Payments through Stripe's account that the client's key is of."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._intents = client.v1.payment_intents

    async def collect(self, request: CollectionRequest) -> CollectionAnswer:
        """Debits once per key. Raises Unreachable, InDoubt, RefusedForGood."""
        method = request.method
        if not method.token or not method.provider_customer or method.kind not in _TYPES:
            raise RefusedForGood(
                f"method {method.number} lacks its token or the customer at Stripe"
            )
        try:
            intent = await self._intents.create_async(
                _wanted(request), {"idempotency_key": request.key}
            )
        except stripe.CardError as error:
            return _declined(error)
        except stripe.InvalidRequestError as error:
            if error.code in CARD_REASONS:  # such as a mandate that ended there
                return _declined(error)
            raise meaning(error) from None
        except stripe.StripeError as error:
            raise meaning(error) from None
        return answer_of(intent) or CollectionAnswer(CollectionStatus.PENDING, "", intent.id)

    async def outcome(self, request: CollectionRequest) -> CollectionAnswer | None:
        """What became of it, by Stripe's name of it or by ours. Raises Unreachable."""
        try:
            if request.reference:
                return answer_of(await self._intents.retrieve_async(request.reference))
            return await self._found(request)
        except stripe.StripeError as error:
            raise unanswered(error) from None

    async def _found(self, request: CollectionRequest) -> CollectionAnswer | None:
        if not request.method.provider_customer:
            return None  # nothing was ever sent for it
        listed = await self._intents.list_async(
            {"customer": request.method.provider_customer, "limit": _A_PAGE}
        )
        mine = [one async for one in listed.auto_paging_iter() if key_of(one) == request.key]
        return _best(answer_of(one) for one in mine)


def key_of(thing: stripe.PaymentIntent | stripe.Refund) -> str:
    """Our key of an attempt; "" for what is none of ours."""
    return str(thing.metadata.to_dict().get(KEY, "")) if thing.metadata else ""


def answer_of(intent: stripe.PaymentIntent) -> CollectionAnswer | None:
    """What an intent says of its attempt; None where nobody has asked for the money with it."""
    match intent.status:
        case "succeeded":
            return CollectionAnswer(CollectionStatus.SUCCEEDED, "", intent.id)
        case "processing" | "requires_capture":
            return CollectionAnswer(CollectionStatus.PENDING, "", intent.id)
        case "requires_confirmation":
            return None
        case "requires_action":
            return _failed("authentication_required", intent.id)
        case _:
            return _failed(_code(intent), intent.id)


def _best(answers: Iterable[CollectionAnswer | None]) -> CollectionAnswer | None:
    """Of several under one key, the one by which money moves."""
    known = [one for one in answers if one is not None]
    moving = (CollectionStatus.SUCCEEDED, CollectionStatus.PENDING)
    ordered = sorted(known, key=lambda one: one.status not in moving)
    return ordered[0] if ordered else None


def _wanted(request: CollectionRequest) -> stripe.params.PaymentIntentCreateParams:
    wanted: stripe.params.PaymentIntentCreateParams = {
        "amount": stripe_amount(request.amount),
        "currency": request.amount.currency.lower(),
        "customer": request.method.provider_customer,
        "payment_method": request.method.token,
        "allowed_payment_method_types": [_TYPES[request.method.kind]],
        "confirm": True,
        "off_session": True,
        "metadata": {KEY: request.key},
    }
    if request.text:
        wanted["description"] = request.text
    return wanted


def _declined(error: stripe.CardError | stripe.InvalidRequestError) -> CollectionAnswer:
    told = error.error
    intent = getattr(told, "payment_intent", None)
    code = getattr(told, "decline_code", None) or error.code or ""
    return _failed(str(code), intent.id if intent is not None else "")


def _code(intent: stripe.PaymentIntent) -> str:
    error = getattr(intent, "last_payment_error", None)
    if error is None:
        return "canceled"
    return str(getattr(error, "decline_code", None) or getattr(error, "code", None) or "")


def _failed(code: str, reference: str) -> CollectionAnswer:
    status = CollectionStatus.DECLINED_SOFT if is_soft(code) else CollectionStatus.DECLINED_HARD
    return CollectionAnswer(status, code, reference)
