"""What Stripe tells us: taken once where its signature is right and fresh, with what it moves."""

import asyncio
from datetime import date
from typing import Any

import pytest

from models.tables import (
    AttentionRecord,
    CreditRecord,
    PaymentMethodRecord,
    PaymentRecord,
    RefundRecord,
    WebhookEventRecord,
)
from rules.case import Status
from rules.collecting import Try
from rules.methods import MethodState
from tests.stripe.builders import DECLINED_CARD, FAILING_IBAN, GOOD_CARD, card, mandate
from tests.stripe.shop import Shop, event_of, signed_by
from tests.stripe.wire import HOOK_SECRET, Wire

SUCCEEDED = "payment_intent.succeeded"


def intent(shop: Shop, status: str = "succeeded", **more: Any) -> dict[str, Any]:
    """The payment intent of the shop's attempt, as an event tells it."""
    key = shop.attempt.key
    told = {"id": "pi_1", "object": "payment_intent", "amount": 11900, "currency": "eur"}
    return {**told, "status": status, "metadata": {"duely_key": key}, **more}


def dispute(shop: Shop, status: str = "needs_response", **more: Any) -> dict[str, Any]:
    told = {"id": "dp_1", "object": "dispute", "amount": 11900, "currency": "eur"}
    told |= {"reason": "fraudulent", "payment_intent": shop.attempt.reference}
    return {**told, "status": status, **more}


def recorded(shop: Shop) -> tuple[int, ...]:
    tables = (PaymentRecord, CreditRecord, WebhookEventRecord, AttentionRecord)
    return tuple(len(shop.rows(table)) for table in tables)


@pytest.fixture
async def tried(shop: Shop) -> Shop:
    """The invoice's card is being debited, and no answer has come."""
    shop.keeps(await card(shop.wire))
    shop.tries()
    return shop


@pytest.fixture
async def collected(shop: Shop) -> Shop:
    """The invoice was paid by a card."""
    shop.keeps(await card(shop.wire))
    await shop.collects()
    assert shop.invoice.status == Status.SETTLED
    return shop


async def test_word_of_success_pays_the_invoice_and_tells_its_workflow(tried: Shop) -> None:
    assert await tried.hears_of(SUCCEEDED, intent(tried)) == "succeeded"
    assert (tried.invoice.status, tried.invoice.balance_minor) == (Status.SETTLED, 0)
    assert (tried.attempt.state, tried.attempt.reference) == (Try.SUCCEEDED, "pi_1")
    assert "invoice:I1" in tried.told


async def test_same_event_again_changes_nothing(tried: Shop) -> None:
    await tried.hears_of(SUCCEEDED, intent(tried))
    before = recorded(tried)
    assert await tried.hears_of(SUCCEEDED, intent(tried)) == "again"
    assert recorded(tried) == before


async def test_same_event_at_the_same_time_is_taken_once(tried: Shop) -> None:
    told = await asyncio.gather(*[tried.hears_of(SUCCEEDED, intent(tried)) for _ in range(4)])
    assert sorted(told) == ["again"] * 3 + ["succeeded"]
    assert len(tried.rows(PaymentRecord)) == 1


async def test_earlier_word_that_comes_late_undoes_nothing(tried: Shop) -> None:
    await tried.hears_of(SUCCEEDED, intent(tried))
    told = await tried.hears_of(
        "payment_intent.processing", intent(tried, "processing"), event="evt_0"
    )
    assert told == f"{tried.attempt.key} is succeeded already"
    assert tried.attempt.state == Try.SUCCEEDED
    assert tried.events("webhook_ignored") == []


async def test_word_of_failure_leads_to_the_next_try_or_to_none(tried: Shop) -> None:
    error = {"code": "card_declined", "decline_code": "insufficient_funds"}
    failed = intent(tried, "requires_payment_method", last_payment_error=error)
    await tried.hears_of("payment_intent.payment_failed", failed)
    assert (tried.attempt.state, tried.attempt.code) == (Try.FAILED_SOFT, "insufficient_funds")
    assert tried.next_day() is not None


async def test_success_of_another_amount_is_for_a_person_and_books_nothing(tried: Shop) -> None:
    assert await tried.hears_of(SUCCEEDED, intent(tried, amount=99)) == "a person decides"
    assert tried.rows(PaymentRecord) == []
    (trouble,) = tried.rows(AttentionRecord)
    assert trouble.trouble == "collection"


async def test_temporal_that_is_away_hears_of_it_later(tried: Shop) -> None:
    tried.is_away = True
    assert await tried.hears_of(SUCCEEDED, intent(tried)) == "succeeded"
    assert tried.invoice.status == Status.SETTLED


async def test_old_signature_is_refused_and_nothing_changes(tried: Shop) -> None:
    body = event_of(SUCCEEDED, intent(tried))
    for ago in (301, 100_000):
        answer = await tried.is_told(body, signed_by(HOOK_SECRET, body, ago=ago))
        assert (answer.status_code, answer.text) == (
            400,
            "Nothing was done: it was signed more than 5 minutes ago.",
        )
    assert tried.events("webhook_refused") == ["it was signed more than 5 minutes ago"] * 2
    assert recorded(tried) == (0, 0, 0, 0)


async def test_false_signature_is_refused_and_nothing_changes(tried: Shop) -> None:
    body = event_of(SUCCEEDED, intent(tried))
    false = [b"", b"t=1", b"t=x,v1=y", b"v1=00", b"\xfc", b"t=99999999999,v1=" + b"0" * 64]
    for signature in false:
        answer = await tried.is_told(body, signature)
        assert (answer.status_code, answer.text) == (
            400,
            "Nothing was done: its signature is not Stripe's.",
        )
    assert tried.events("webhook_refused") == ["its signature is not Stripe's"] * len(false)
    assert recorded(tried) == (0, 0, 0, 0)


async def test_signature_of_another_secret_or_another_body_is_refused(tried: Shop) -> None:
    body = event_of(SUCCEEDED, intent(tried))
    for false in (signed_by("whsec_of_another", body), signed_by(HOOK_SECRET, body + " ")):
        assert (await tried.is_told(body, false)).status_code == 400
    assert recorded(tried) == (0, 0, 0, 0)


async def test_signed_body_that_makes_no_sense_is_refused_and_nothing_changes(
    tried: Shop,
) -> None:
    things: list[dict[str, Any]] = [{}, {"object": "payment_intent"}, {"object": 1, "id": 1}]
    bodies = ["", "{", "[]", "null", '"text"', "{}", '{"id": "evt_1", "object": "event"}']
    for body in bodies + [event_of(SUCCEEDED, thing) for thing in things]:
        answer = await tried.is_told(body)
        assert (answer.status_code, answer.text) == (
            400,
            "Nothing was done: it is no event of Stripe's that makes sense.",
        )
    assert recorded(tried) == (0, 0, 0, 0)


async def test_body_that_is_too_large_is_refused_before_it_is_read(tried: Shop) -> None:
    answer = await tried.is_told(" " * 500_001)
    assert answer.status_code == 413


async def test_event_about_nothing_of_ours_is_recorded_and_changes_nothing(tried: Shop) -> None:
    facts = {"id": "x_1", "amount": 1, "currency": "eur", "reason": "general"}
    facts |= {"payment_intent": "pi_of_another", "metadata": {}}
    foreign = {
        SUCCEEDED: {"object": "payment_intent", "status": "succeeded"},
        "charge.dispute.created": {"object": "dispute", "status": "lost"},
        "payment_method.detached": {"object": "payment_method"},
        "refund.updated": {"object": "refund", "status": "succeeded"},
    }
    for kind, thing in foreign.items():
        assert await tried.hears_of(kind, facts | thing, event=f"evt_{kind}") == "not ours"
    assert await tried.hears_of("customer.updated", {"object": "customer"}) == "nothing to do"
    told = {one.kind: one.outcome for one in tried.rows(WebhookEventRecord)}
    assert told == dict.fromkeys(foreign, "not ours") | {"customer.updated": "nothing to do"}
    assert tried.events("webhook_ignored") == list(foreign)
    assert (tried.attempt.state, recorded(tried)) == (Try.STARTED, (0, 0, 5, 0))


async def test_dispute_takes_the_money_back_once_and_the_case_goes_on(collected: Shop) -> None:
    await collected.hears_of("charge.dispute.created", dispute(collected))
    withdrawn = dispute(collected)
    await collected.hears_of("charge.dispute.funds_withdrawn", withdrawn, event="evt_2")
    assert (collected.invoice.status, collected.invoice.balance_minor) == (Status.OPEN, 11900)
    assert [one.amount_minor for one in collected.rows(PaymentRecord)] == [11900, -11900]
    assert collected.attempt.return_code == "fraudulent"
    assert collected.rows(PaymentMethodRecord)[0].state == MethodState.REFUSED


async def test_returned_sepa_debit_is_a_dispute_and_may_be_tried_again(shop: Shop) -> None:
    shop.keeps(await mandate(shop.wire), notice_days=0)
    await shop.collects()
    returned = dispute(shop, "lost", reason="insufficient_funds")
    await shop.hears_of("charge.dispute.funds_withdrawn", returned)
    assert shop.invoice.balance_minor == 11900
    assert shop.next_day() is not None
    assert shop.rows(PaymentMethodRecord)[0].state == MethodState.ACTIVE


async def test_bank_that_only_asks_has_taken_nothing(collected: Shop) -> None:
    asked = dispute(collected, "warning_needs_response")
    assert await collected.hears_of("charge.dispute.created", asked) == "nothing to do"
    assert collected.invoice.balance_minor == 0


async def test_dispute_that_was_won_brings_the_money_once(collected: Shop) -> None:
    await collected.hears_of("charge.dispute.created", dispute(collected))
    won = dispute(collected, "won")
    await collected.hears_of("charge.dispute.closed", won, event="evt_2")
    await collected.hears_of("charge.dispute.funds_reinstated", won, event="evt_3")
    assert (collected.invoice.status, collected.invoice.balance_minor) == (Status.SETTLED, 0)
    assert sum(one.amount_minor for one in collected.rows(PaymentRecord)) == 11900
    assert collected.rows(CreditRecord) == []


async def test_dispute_told_of_after_it_was_won_moves_nothing_more(collected: Shop) -> None:
    await collected.hears_of("charge.dispute.closed", dispute(collected, "won"))
    await collected.hears_of("charge.dispute.created", dispute(collected), event="evt_2")
    assert collected.invoice.balance_minor == 0
    assert collected.attempt.returned_on is None


async def test_dispute_before_the_word_of_success_books_both(tried: Shop) -> None:
    tried.record.now = tried.record.now.replace(hour=13)
    await tried.hears_of("payment_intent.processing", intent(tried, "processing"))
    await tried.hears_of("charge.dispute.funds_withdrawn", dispute(tried), event="evt_2")
    await tried.hears_of(SUCCEEDED, intent(tried), event="evt_3")
    assert [one.amount_minor for one in tried.rows(PaymentRecord)] == [11900, -11900]
    assert tried.invoice.balance_minor == 11900


async def test_detached_method_is_never_used_again(shop: Shop) -> None:
    method = await card(shop.wire)
    number = shop.keeps(method)
    told = await shop.hears_of(
        "payment_method.detached", {"id": method.token, "object": "payment_method"}
    )
    assert told == f"{number} ended"
    (kept,) = shop.rows(PaymentMethodRecord)
    assert (kept.state, kept.actor) == (MethodState.DELETED, "stripe")


async def test_mandate_that_became_inactive_is_withdrawn(shop: Shop) -> None:
    method = await mandate(shop.wire)
    shop.keeps(method)
    told = {"id": "mandate_1", "object": "mandate", "payment_method": method.token}
    await shop.hears_of("mandate.updated", told | {"status": "active"})
    assert shop.rows(PaymentMethodRecord)[0].state == MethodState.ACTIVE
    await shop.hears_of("mandate.updated", told | {"status": "inactive"}, event="evt_2")
    assert shop.rows(PaymentMethodRecord)[0].state == MethodState.WITHDRAWN


async def test_payment_that_was_paid_back_at_stripe_itself_is_for_a_person(
    collected: Shop,
) -> None:
    charge: dict[str, Any] = {"id": "ch_1", "object": "charge", "currency": "eur"}
    charge |= {"payment_intent": collected.attempt.reference, "amount_refunded": 2050}
    assert await collected.hears_of("charge.refunded", charge) == "a person decides"
    assert collected.rows(RefundRecord) == []
    assert len(collected.rows(AttentionRecord)) == 1


async def test_card_that_its_bank_renewed_is_debited_on(shop: Shop) -> None:
    method = await card(shop.wire)
    shop.keeps(method, expires_on=date(2026, 2, 28))
    renewed = {"brand": "mastercard", "exp_month": 2, "exp_year": 2030, "fingerprint": "f2"}
    thing = {"id": method.token, "object": "payment_method", "type": "card", "card": renewed}
    await shop.hears_of("payment_method.automatically_updated", thing)
    (kept,) = shop.rows(PaymentMethodRecord)
    assert (kept.expires_on, kept.brand, kept.instrument) == (
        date(2030, 2, 28),
        "mastercard",
        "f2",
    )


async def test_localstripes_own_word_of_success_pays_the_invoice(shop: Shop, wire: Wire) -> None:
    """Its body and its signature, over HTTP: nothing of ours in between."""
    await wire.hear_webhooks()
    shop.keeps(await card(wire, GOOD_CARD))
    await shop.stripe.payments.collect(shop.tries())  # whose answer we do not hear
    body, signature = await wire.webhook(SUCCEEDED)
    assert (await shop.is_told(body, signature)).text == "succeeded"
    assert shop.invoice.status == Status.SETTLED


async def test_localstripes_own_word_of_a_failed_sepa_debit_is_heard(
    shop: Shop, wire: Wire
) -> None:
    await wire.hear_webhooks()
    shop.keeps(await mandate(wire, FAILING_IBAN), notice_days=0)
    await shop.collects()
    assert shop.attempt.state == Try.PENDING
    body, signature = await wire.webhook("payment_intent.payment_failed")
    assert (await shop.is_told(body, signature)).status_code == 200
    assert (shop.attempt.state, shop.attempt.code) == (Try.FAILED_SOFT, "card_declined")
    assert shop.next_day() is not None


async def test_declined_card_and_its_webhook_are_one_failure(shop: Shop, wire: Wire) -> None:
    shop.keeps(await card(wire, DECLINED_CARD))
    await shop.collects()
    error = {"code": "card_declined"}
    told = intent(shop, "requires_payment_method", last_payment_error=error)
    said = await shop.hears_of("payment_intent.payment_failed", told)
    assert said == f"{shop.attempt.key} is failed soft already"
    assert shop.events("webhook_ignored") == []
    assert len(shop.events("collection_failed")) == 1


async def test_event_that_names_a_banks_debit_moves_nothing(tried: Shop) -> None:
    with tried.database.transaction() as session:
        session.get_one(PaymentMethodRecord, tried.attempt.method).provider = "bank"
    assert await tried.hears_of(SUCCEEDED, intent(tried)) == "not ours"
    assert (tried.attempt.state, tried.invoice.status) == (Try.STARTED, Status.OPEN)


@pytest.mark.parametrize("status", ["succeeded", "canceled"])
async def test_second_intent_under_the_key_of_another_is_for_a_person(
    tried: Shop, status: str
) -> None:
    await tried.hears_of("payment_intent.processing", intent(tried, "processing"))
    other = intent(tried, status, id="pi_2")
    assert await tried.hears_of(f"payment_intent.{status}", other, "evt_2") == "a person decides"
    assert (tried.attempt.state, tried.attempt.reference) == (Try.PENDING, "pi_1")
    [trouble] = tried.rows(AttentionRecord)
    assert trouble.detail == "pi_2 is a second debit of collect:I1:1"
