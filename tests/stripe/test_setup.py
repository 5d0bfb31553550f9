"""A customer sets up how they pay: a link, what Stripe tells of it, and a method on file."""

import asyncio
from datetime import date
from functools import partial
from typing import Any

import pytest
from pydantic import SecretStr

import starter
from gateways.stripe_settings import stripe_of
from gateways.stripe_setup import StripeSetups
from models.settings import Settings
from models.tables import CollectionRunRecord, CustomerRecord, EventRecord, PaymentMethodRecord
from rules.errors import InDoubt, Unreachable, UserMistake
from rules.methods import MethodKind
from tests.stripe.builders import GOOD_CARD, GOOD_IBAN
from tests.stripe.local import SECRET_KEY
from tests.stripe.shop import RETURN_URL, Shop, event_of
from tests.stripe.wire import Wire

CARD = {"type": "card", "card[number]": GOOD_CARD, "card[exp_month]": "2", "card[exp_year]": "2028"}
CARD |= {"card[cvc]": "123"}
SEPA = {"type": "sepa_debit", "sepa_debit[iban]": GOOD_IBAN}


async def typed_in(wire: Wire, words: dict[str, str]) -> dict[str, Any]:
    """The customer has typed it in on the page of the link that was made last."""
    method = await wire.ask("/v1/payment_methods", **words)
    intent = (await wire.ask("/v1/setup_intents?limit=1000"))["data"][-1]
    path = f"/v1/setup_intents/{intent['id']}/confirm"
    return await wire.ask(path, payment_method=method["id"])


async def test_link_is_for_the_customer_and_tells_stripe_nothing_but_our_key(
    shop: Shop, wire: Wire
) -> None:
    link = await shop.stripe.setups.begin("C1")
    assert link.startswith("https://checkout.example/seti_")
    customer, session = wire.posts
    assert (customer.path, customer.key) == ("/v1/customers", "customer:C1")
    assert customer.form == {"metadata[customer_id]": "C1"}
    assert session.form["setup_intent_data[metadata][customer_id]"] == "C1"
    assert session.form["success_url"] == RETURN_URL


async def test_customer_that_stripe_knows_is_not_made_again(shop: Shop, wire: Wire) -> None:
    await shop.stripe.setups.begin("C1", "cus_1")
    assert [sent.path for sent in wire.posts] == ["/v1/checkout/sessions"]
    assert wire.posts[0].form["customer"] == "cus_1"


async def test_card_that_was_typed_in_is_on_file_preferred_and_tried_at_once(
    shop: Shop, wire: Wire
) -> None:
    await shop.stripe.setups.begin("C1")
    intent = await typed_in(wire, CARD)
    assert await shop.hears_of("setup_intent.succeeded", intent) == "M-C1-1"
    (kept,) = shop.rows(PaymentMethodRecord)
    assert (kept.kind, kept.provider, kept.preferred) == ("card", "stripe", True)
    assert (kept.token, kept.provider_customer) == (intent["payment_method"], intent["customer"])
    assert (kept.brand, kept.expires_on) == ("visa", date(2028, 2, 29))
    assert len(kept.instrument) == 16
    (run,) = shop.rows(CollectionRunRecord)
    assert (run.method, run.cause) == ("M-C1-1", "new_method")
    assert "invoice:I1" in shop.told


async def test_mandate_that_was_signed_is_on_file_and_announced_two_days_before(
    shop: Shop, wire: Wire
) -> None:
    await shop.stripe.setups.begin("C1")
    intent = await typed_in(wire, SEPA)
    await shop.hears_of("setup_intent.succeeded", intent)
    (kept,) = shop.rows(PaymentMethodRecord)
    assert (kept.kind, kept.iban, kept.notice_days) == (MethodKind.MANDATE, "", 2)
    assert kept.signed_on == date(2026, 3, 2)


async def test_both_words_of_one_setup_are_one_method(shop: Shop, wire: Wire) -> None:
    await shop.stripe.setups.begin("C1")
    intent = await typed_in(wire, CARD)
    session = {"id": "cs_1", "object": "checkout.session", "mode": "setup"}
    session |= {"setup_intent": intent["id"]}
    await shop.hears_of("checkout.session.completed", session)
    await shop.hears_of("setup_intent.succeeded", intent, event="evt_2")
    assert len(shop.rows(PaymentMethodRecord)) == 1


async def test_setup_of_nobody_of_ours_is_not_ours(shop: Shop, wire: Wire) -> None:
    await shop.stripe.setups.begin("C-unknown")
    intent = await typed_in(wire, CARD)
    assert await shop.hears_of("setup_intent.succeeded", intent) == "not ours"
    assert shop.rows(PaymentMethodRecord) == []


async def test_stripe_that_is_away_is_to_tell_it_again(shop: Shop, wire: Wire) -> None:
    await shop.stripe.setups.begin("C1")
    intent = await typed_in(wire, CARD)
    wire.is_away = True
    answer = await shop.is_told(event_of("setup_intent.succeeded", intent))
    assert answer.status_code == 503
    wire.is_away = False
    assert await shop.hears_of("setup_intent.succeeded", intent) == "M-C1-1"


async def test_no_card_number_no_account_number_and_no_name_is_kept(shop: Shop, wire: Wire) -> None:
    await shop.stripe.setups.begin("C1")
    for words in (CARD, SEPA):
        intent = await typed_in(wire, words)
        await shop.hears_of("setup_intent.succeeded", intent, event=f"evt_{words['type']}")
    kept = [*shop.rows(PaymentMethodRecord), *shop.rows(EventRecord)]
    text = "".join(one.model_dump_json() for one in kept)
    assert GOOD_CARD not in text
    assert GOOD_IBAN not in text
    assert SECRET_KEY not in text
    assert len(shop.rows(CustomerRecord)) == 1


async def test_line_that_breaks_while_the_link_is_made_is_in_doubt(wire: Wire) -> None:
    wire.after = "hang up"
    with pytest.raises(InDoubt):
        await StripeSetups(wire.client(), RETURN_URL).begin("C1")
    wire.url = "http://127.0.0.1:1"
    with pytest.raises(Unreachable):
        await StripeSetups(wire.client(), RETURN_URL).begin("C1")


async def test_link_without_a_page_to_come_back_to_names_the_setting(wire: Wire) -> None:
    with pytest.raises(UserMistake, match="DUELY_STRIPE_RETURN_URL is not set"):
        await StripeSetups(wire.client(), "").begin("C1")


def test_without_a_key_stripe_is_not_connected() -> None:
    assert stripe_of(Settings()) is None


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"stripe_webhook_secret": "whsec_1"}, "DUELY_STRIPE_KEY is not set"),
        ({"stripe_key": "sk_1", "stripe_api": "http://example.com"}, "DUELY_STRIPE_API"),
        ({"stripe_key": "sk_1", "stripe_api": "nothing"}, "DUELY_STRIPE_API"),
    ],
)
def test_setting_that_is_wrong_is_named(settings: dict[str, Any], wrong: str) -> None:
    with pytest.raises(UserMistake, match=wrong) as raised:
        stripe_of(Settings(**settings))
    assert "whsec_1" not in str(raised.value)


def test_without_a_webhook_secret_no_word_of_theirs_is_taken() -> None:
    connected = stripe_of(Settings(stripe_key=SecretStr("sk_1")))
    assert connected is not None
    assert connected.events is None


async def test_command_prints_the_link(
    shop: Shop, wire: Wire, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _set_up(monkeypatch, shop, wire)
    assert await _run("method-setup", "C1") == 0
    said = capsys.readouterr().out
    assert said.startswith("Send customer C1 this link")
    assert "https://checkout.example/seti_" in said


@pytest.mark.parametrize(
    ("customer", "without", "status", "words"),
    [
        ("C1", "DUELY_STRIPE_KEY", 2, "DUELY_STRIPE_KEY is not set"),
        ("C1", "DUELY_STRIPE_RETURN_URL", 2, "DUELY_STRIPE_RETURN_URL is not set"),
        ("C-unknown", "", 2, "no customer 'C-unknown' is recorded"),
        ("C1", "the wire", 3, "Stripe cannot be reached"),
    ],
)
async def test_command_that_cannot_make_one_says_why(
    shop: Shop,
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    customer: str,
    without: str,
    status: int,
    words: str,
) -> None:
    if without == "the wire":
        wire.url = "http://127.0.0.1:1"
    _set_up(monkeypatch, shop, wire)
    monkeypatch.delenv(without, raising=False)
    assert await _run("method-setup", customer) == status
    assert words in capsys.readouterr().err
    assert wire.posts == []


def _set_up(monkeypatch: pytest.MonkeyPatch, shop: Shop, wire: Wire) -> None:
    monkeypatch.setenv("DUELY_DATABASE_URL", shop.url)
    monkeypatch.setenv("DUELY_STRIPE_KEY", SECRET_KEY)
    monkeypatch.setenv("DUELY_STRIPE_API", wire.url)
    monkeypatch.setenv("DUELY_STRIPE_RETURN_URL", RETURN_URL)


async def _run(*words: str) -> int:
    """`starter.py WORDS...`, beside the wire's own loop."""
    command = partial(starter.app, list(words), standalone_mode=False, prog_name="duely")
    return await asyncio.to_thread(starter._status_of, command)
