"""Methods and attempts as the tests want them, and what localstripe's test numbers do."""

from datetime import date

from gateways.payments import CollectionRequest
from rules.methods import Method, MethodKind, Provider
from rules.money import Money
from tests.stripe.wire import Wire

GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000341"  # can be kept, and is declined when it is charged
CONFIRMED_CARD = "4000002760003184"  # its bank always wants its holder to confirm
GOOD_IBAN = "DE89370400440532013000"
FAILING_IBAN = "DE62370400440532013001"
DAY = date(2026, 3, 2)


async def card(wire: Wire, number: str = GOOD_CARD) -> Method:
    """A card on file with a customer of its own."""
    words = {"card[number]": number, "card[exp_month]": "12", "card[exp_year]": "2031"}
    return await _kept(wire, MethodKind.CARD, type="card", **words, **{"card[cvc]": "123"})


async def mandate(wire: Wire, iban: str = GOOD_IBAN) -> Method:
    return await _kept(wire, MethodKind.MANDATE, type="sepa_debit", **{"sepa_debit[iban]": iban})


async def _kept(wire: Wire, kind: MethodKind, **words: str) -> Method:
    customer = await wire.ask("/v1/customers", **{"metadata[customer_id]": "C1"})
    method = await wire.ask("/v1/payment_methods", **words)
    await wire.ask(f"/v1/payment_methods/{method['id']}/attach", customer=customer["id"])
    return Method(
        number="M-C1-1",
        customer_id="C1",
        kind=kind,
        provider=Provider.STRIPE,
        token=method["id"],
        provider_customer=customer["id"],
    )


def attempt(
    method: Method, key: str = "collect:I1:1", amount: int = 11900, reference: str = ""
) -> CollectionRequest:
    return CollectionRequest(
        key=key,
        method=method,
        amount=Money(amount, "EUR"),
        attempt=1,
        day=DAY,
        today=DAY,
        text="Invoice I1",
        reference=reference,
    )


async def intents_of(wire: Wire, method: Method) -> list[dict[str, object]]:
    """What localstripe knows of the method's customer, whatever was heard of it."""
    found = await wire.ask("/v1/payment_intents?limit=1000")
    return [one for one in found["data"] if one["customer"] == method.provider_customer]
