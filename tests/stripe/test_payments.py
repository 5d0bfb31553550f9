"""Debits through Stripe, over HTTP: what is asked, what the answers mean, and one debit for one key."""

import asyncio
from dataclasses import replace

import pytest

from gateways.payments import CollectionAnswer, CollectionStatus
from gateways.stripe_payments import StripePayments
from rules.errors import InDoubt, RefusedForGood, Unreachable
from tests.stripe.builders import (
    CONFIRMED_CARD,
    DECLINED_CARD,
    FAILING_IBAN,
    attempt,
    card,
    intents_of,
    mandate,
)
from tests.stripe.shop import Shop
from tests.stripe.wire import Wire

INTENTS = "/v1/payment_intents"


async def test_card_is_debited_off_session_and_the_intent_is_the_reference(wire: Wire) -> None:
    method = await card(wire)
    answer = await StripePayments(wire.client()).collect(attempt(method))
    (intent,) = await intents_of(wire, method)
    assert answer == CollectionAnswer(CollectionStatus.SUCCEEDED, "", str(intent["id"]))
    assert (intent["amount"], intent["currency"], intent["status"]) == (11900, "eur", "succeeded")


async def test_attempts_key_is_the_idempotency_key_on_the_wire_and_in_the_metadata(
    wire: Wire,
) -> None:
    method = await card(wire)
    await StripePayments(wire.client()).collect(attempt(method))
    (sent,) = wire.posts
    assert (sent.path, sent.key) == (INTENTS, "collect:I1:1")
    assert sent.form == {
        "amount": "11900",
        "currency": "eur",
        "customer": method.provider_customer,
        "payment_method": method.token,
        "allowed_payment_method_types[0]": "card",
        "confirm": "true",
        "off_session": "true",
        "metadata[duely_key]": "collect:I1:1",
        "description": "Invoice I1",
    }


async def test_declined_card_may_be_tried_again(wire: Wire) -> None:
    method = await card(wire, DECLINED_CARD)
    payments = StripePayments(wire.client())
    answer = await payments.collect(attempt(method))
    assert (answer.status, answer.code) == (CollectionStatus.DECLINED_SOFT, "card_declined")
    known = await payments.outcome(attempt(method))
    assert known is not None
    assert (known.status, known.code) == (CollectionStatus.DECLINED_SOFT, "card_declined")


async def test_card_that_its_holder_must_confirm_is_declined_for_good(wire: Wire) -> None:
    method = await card(wire, CONFIRMED_CARD)
    answer = await StripePayments(wire.client()).collect(attempt(method))
    assert (answer.status, answer.code) == (
        CollectionStatus.DECLINED_HARD,
        "authentication_required",
    )


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("insufficient_funds", CollectionStatus.DECLINED_SOFT),
        ("generic_decline", CollectionStatus.DECLINED_SOFT),
        ("stolen_card", CollectionStatus.DECLINED_HARD),
        ("do_not_honor", CollectionStatus.DECLINED_HARD),
        ("authentication_required", CollectionStatus.DECLINED_HARD),
        ("a_word_of_tomorrow", CollectionStatus.DECLINED_HARD),
    ],
)
async def test_reason_of_a_decline_is_the_banks_own(
    wire: Wire, code: str, status: CollectionStatus
) -> None:
    """As Stripe tells it: localstripe knows one reason only."""
    method = await card(wire)
    intent = {"id": "pi_1", "object": "payment_intent", "status": "requires_payment_method"}
    error = {"type": "card_error", "code": "card_declined", "decline_code": code}
    wire.instead = 402, {"error": {**error, "message": "No.", "payment_intent": intent}}
    answer = await StripePayments(wire.client()).collect(attempt(method))
    assert answer == CollectionAnswer(status, code, "pi_1")


async def test_mandate_that_ended_at_stripe_is_declined_and_no_fault_of_ours(wire: Wire) -> None:
    method = await mandate(wire)
    error = {"type": "invalid_request_error", "code": "payment_intent_mandate_invalid"}
    wire.instead = 400, {"error": {**error, "message": "No."}}
    answer = await StripePayments(wire.client()).collect(attempt(method))
    assert (answer.status, answer.code) == (CollectionStatus.DECLINED_HARD, error["code"])


async def test_sepa_debit_that_succeeds_is_known_by_its_reference(wire: Wire) -> None:
    method = await mandate(wire)
    payments = StripePayments(wire.client())
    begun = await payments.collect(attempt(method))
    assert wire.posts[0].form["allowed_payment_method_types[0]"] == "sepa_debit"
    known = await payments.outcome(attempt(method, reference=begun.reference))
    assert known == CollectionAnswer(CollectionStatus.SUCCEEDED, "", begun.reference)


async def test_sepa_debit_under_way_is_pending_until_its_outcome_is_known(wire: Wire) -> None:
    method = await mandate(wire, FAILING_IBAN)
    payments = StripePayments(wire.client())
    begun = await payments.collect(attempt(method))
    assert begun.status is CollectionStatus.PENDING
    assert await payments.outcome(attempt(method)) == begun
    await asyncio.sleep(0.6)  # localstripe needs half a second
    known = await payments.outcome(attempt(method, reference=begun.reference))
    assert known == CollectionAnswer(
        CollectionStatus.DECLINED_SOFT, "card_declined", begun.reference
    )


async def test_answer_that_is_lost_is_in_doubt_and_asking_finds_the_one_debit(wire: Wire) -> None:
    method = await card(wire)
    payments = StripePayments(wire.client())
    wire.after = "hang up"
    with pytest.raises(InDoubt):
        await payments.collect(attempt(method))
    known = await payments.outcome(attempt(method))
    (intent,) = await intents_of(wire, method)
    assert known == CollectionAnswer(CollectionStatus.SUCCEEDED, "", str(intent["id"]))
    assert len(wire.posts) == 1


async def test_request_that_never_arrived_is_in_doubt_and_asking_finds_nothing(wire: Wire) -> None:
    method = await card(wire)
    payments = StripePayments(wire.client())
    wire.before = "hang up"
    with pytest.raises(InDoubt):
        await payments.collect(attempt(method))
    assert await payments.outcome(attempt(method)) is None
    answer = await payments.collect(attempt(method))
    assert answer.status is CollectionStatus.SUCCEEDED
    assert [sent.key for sent in wire.posts] == ["collect:I1:1"] * 2
    assert len(await intents_of(wire, method)) == 1


async def test_attempts_of_the_same_customer_are_told_apart(wire: Wire) -> None:
    method = await card(wire)
    payments = StripePayments(wire.client())
    first = await payments.collect(attempt(method, "collect:I1:1"))
    second = await payments.collect(attempt(method, "collect:I2:1", amount=500))
    assert await payments.outcome(attempt(method, "collect:I1:1")) == first
    assert await payments.outcome(attempt(method, "collect:I2:1")) == second
    assert await payments.outcome(attempt(method, "collect:I3:1")) is None


async def test_nobody_there_is_unreachable_and_nothing_was_debited(wire: Wire) -> None:
    method = await card(wire)
    wire.url = "http://127.0.0.1:1"
    payments = StripePayments(wire.client())
    with pytest.raises(Unreachable):
        await payments.collect(attempt(method))
    with pytest.raises(Unreachable):
        await payments.outcome(attempt(method))


@pytest.mark.parametrize(
    ("status", "error", "expected"),
    [
        (401, {"message": "Invalid API Key provided: sk_test_*2345"}, Unreachable),
        (403, {"message": "Not for you"}, Unreachable),
        (429, {"code": "rate_limit"}, Unreachable),
        (409, {"code": "idempotency_key_in_use", "type": "idempotency_error"}, InDoubt),
        (400, {"type": "idempotency_error", "message": "other parameters"}, InDoubt),
        (500, {"message": "we do not know"}, InDoubt),
        (400, {"code": "resource_missing", "message": "No such customer: anna"}, RefusedForGood),
        (404, {"message": "Not Found"}, RefusedForGood),
    ],
)
async def test_refusal_asks_for_what_is_right_and_quotes_nothing(
    wire: Wire, status: int, error: dict[str, str], expected: type[Exception]
) -> None:
    method = await card(wire)
    wire.instead = status, {"error": error}
    with pytest.raises(expected) as raised:
        await StripePayments(wire.client()).collect(attempt(method))
    assert f"HTTP {status}" in str(raised.value)
    assert "sk_" not in str(raised.value)
    assert "anna" not in str(raised.value)


async def test_method_without_stripes_names_is_refused_before_anything_is_sent(
    wire: Wire,
) -> None:
    method = replace(await card(wire), token="")
    with pytest.raises(RefusedForGood, match="M-C1-1"):
        await StripePayments(wire.client()).collect(attempt(method))
    assert wire.posts == []


async def test_attempt_whose_answer_was_lost_pays_the_invoice_once(shop: Shop, wire: Wire) -> None:
    """As the activity does it: found on the record, the attempt is asked about before anything."""
    method = await card(wire)
    shop.keeps(method)
    wire.after = "hang up"
    with pytest.raises(InDoubt):
        await shop.stripe.payments.collect(shop.tries())
    request = shop.tries()
    known = await shop.stripe.payments.outcome(request)
    assert known is not None
    assert shop.hears(request, known) == ""
    assert (shop.invoice.balance_minor, len(await intents_of(wire, method))) == (0, 1)
