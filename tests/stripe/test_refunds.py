"""What was collected through Stripe goes back by it, once for each key."""

from datetime import date
from typing import Any

import pytest

from activities import refunding
from activities.refunds import _begin, _end
from gateways.refunds import ByOrigin, NoRefunds, RefundAnswer, RefundRequest, RefundStatus
from gateways.stripe_payments import StripePayments
from gateways.stripe_refunds import StripeRefunds
from models.messages import RefundAsked
from models.tables import RefundRecord
from rules.errors import InDoubt, RefusedForGood, Unreachable
from rules.money import Money
from rules.refunds import ReferenceKind, RefundState
from tests.stripe.builders import attempt, card
from tests.stripe.shop import Shop
from tests.stripe.wire import Wire

ARN = "74537604221431003881865"
KEY = "refund:F-C1-1:1"


async def paid(wire: Wire) -> RefundRequest:
    """A payment of 119.00 through Stripe, 20.50 of which are to go back."""
    answer = await StripePayments(wire.client()).collect(attempt(await card(wire)))
    wire.sent.clear()
    return RefundRequest(
        key=KEY,
        payment_id="collect:I1:1",
        amount=Money(2050, "EUR"),
        attempt=1,
        today=date(2026, 3, 2),
        provider_reference=answer.reference,
    )


async def refunds_of(wire: Wire, request: RefundRequest) -> list[dict[str, Any]]:
    found = await wire.ask(f"/v1/refunds?payment_intent={request.provider_reference}")
    return list(found["data"])


async def test_refund_is_of_the_payments_intent_and_stripes_name_is_the_reference(
    wire: Wire,
) -> None:
    request = await paid(wire)
    answer = await StripeRefunds(wire.client()).refund(request)
    (made,) = await refunds_of(wire, request)
    assert made["amount"] == 2050
    assert answer == RefundAnswer(RefundStatus.SUCCEEDED, made["id"], ReferenceKind.PROVIDER)


async def test_refunds_key_is_the_idempotency_key_on_the_wire_and_in_the_metadata(
    wire: Wire,
) -> None:
    request = await paid(wire)
    await StripeRefunds(wire.client()).refund(request)
    (sent,) = wire.posts
    assert (sent.path, sent.key) == ("/v1/refunds", KEY)
    assert sent.form == {
        "payment_intent": request.provider_reference,
        "amount": "2050",
        "metadata[duely_key]": KEY,
    }


async def test_answer_that_is_lost_is_found_by_its_key_and_nothing_is_paid_twice(
    wire: Wire,
) -> None:
    request, refunds = await paid(wire), StripeRefunds(wire.client())
    assert await refunds.outcome(request) is None
    wire.after = "hang up"
    with pytest.raises(InDoubt):
        await refunds.refund(request)
    known = await refunds.outcome(request)
    (made,) = await refunds_of(wire, request)
    assert known == RefundAnswer(RefundStatus.SUCCEEDED, made["id"], ReferenceKind.PROVIDER)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"status": "pending"}, RefundAnswer(RefundStatus.PENDING)),
        (
            {"status": "failed", "failure_reason": "lost_or_stolen_card"},
            RefundAnswer(RefundStatus.DECLINED_HARD, code="lost_or_stolen_card"),
        ),
        (
            {"status": "failed", "failure_reason": "insufficient_funds"},
            RefundAnswer(RefundStatus.DECLINED_SOFT, code="insufficient_funds"),
        ),
        ({"status": "canceled"}, RefundAnswer(RefundStatus.DECLINED_HARD, code="canceled")),
        (
            {
                "status": "succeeded",
                "destination_details": {"card": {"reference_status": "pending"}},
            },
            RefundAnswer(RefundStatus.SUCCEEDED, "re_1", ReferenceKind.PROVIDER),
        ),
        (
            {
                "status": "succeeded",
                "destination_details": {
                    "card": {
                        "reference": ARN,
                        "reference_status": "available",
                        "reference_type": "acquirer_reference_number",
                    }
                },
            },
            RefundAnswer(RefundStatus.SUCCEEDED, ARN, ReferenceKind.ARN),
        ),
    ],
)
async def test_answer_is_what_stripe_says_of_the_refund(
    wire: Wire, told: dict[str, Any], expected: RefundAnswer
) -> None:
    """As Stripe tells it: localstripe's refunds succeed at once, and have no ARN."""
    wire.instead = 200, {"id": "re_1", "object": "refund", "metadata": {}, **told}
    request = RefundRequest(
        key=KEY,
        payment_id="collect:I1:1",
        amount=Money(1, "EUR"),
        attempt=1,
        today=date(2026, 3, 2),
        provider_reference="pi_1",
    )
    assert await StripeRefunds(wire.client()).refund(request) == expected


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (400, {"code": "charge_already_refunded"}, RefusedForGood),
        (500, {"message": "we do not know"}, InDoubt),
        (429, {"code": "rate_limit"}, Unreachable),
    ],
)
async def test_refusal_asks_for_what_is_right(
    wire: Wire, status: int, error: dict[str, str], expected: type[Exception]
) -> None:
    request = await paid(wire)
    wire.instead = status, {"error": error}
    with pytest.raises(expected):
        await StripeRefunds(wire.client()).refund(request)


async def test_account_without_money_pays_back_another_day(wire: Wire) -> None:
    request = await paid(wire)
    wire.instead = 400, {"error": {"code": "balance_insufficient", "message": "No."}}
    answer = await StripeRefunds(wire.client()).refund(request)
    assert answer == RefundAnswer(RefundStatus.DECLINED_SOFT, code="balance_insufficient")


async def test_what_no_provider_collected_is_paid_back_by_hand(wire: Wire) -> None:
    request = RefundRequest(
        key=KEY, payment_id="P1", amount=Money(1, "EUR"), attempt=1, today=date(2026, 3, 2)
    )
    refunds = ByOrigin(StripeRefunds(wire.client()), NoRefunds())
    assert (await refunds.refund(request)).status is RefundStatus.BY_HAND
    assert await refunds.outcome(request) is None
    assert wire.sent == []


async def test_collected_payment_is_paid_back_by_its_own_intent_and_told_of(shop: Shop) -> None:
    """From the request on the record to the word of Stripe that has the workflow ask."""
    shop.keeps(await card(shop.wire))
    await shop.collects()
    asked = RefundAsked(refund="F-C1-1", customer_id="C1")
    with shop.record.writing() as journal:
        wanted = refunding.Wanted("I1", 2050, "refund:I1/1", shop.attempt.key, "goods came back")
        refunding.request(journal, wanted)
    with shop.record.writing() as journal:
        begun = _begin(journal, asked)
    assert begun is not None
    assert begun.request.provider_reference == shop.attempt.reference
    shop.told.clear()
    answer = await shop.stripe.refunds.refund(begun.request)
    told: dict[str, Any] = {"id": answer.reference, "object": "refund", "status": "succeeded"}
    told["metadata"] = {"duely_key": begun.request.key}
    assert await shop.hears_of("refund.updated", told) == "is asked about"
    assert shop.told == ["refund:F-C1-1"]
    with shop.record.writing() as journal:
        _end(journal, asked, begun.request.key, answer)
    (refund,) = shop.rows(RefundRecord)
    assert (refund.state, refund.reference) == (RefundState.CONFIRMED, answer.reference)
    assert refund.reference_kind == ReferenceKind.PROVIDER
    charge: dict[str, Any] = {"id": "ch_1", "object": "charge", "currency": "eur"}
    charge |= {"payment_intent": shop.attempt.reference, "amount_refunded": 2050}
    assert await shop.hears_of("charge.refunded", charge, event="evt_3") == "nothing to do"
    failed = told | {"status": "failed"}
    await shop.hears_of("refund.failed", failed, event="evt_2")
    assert shop.events("needs_attention") == ["refund"]
