"""A new card or SEPA mandate through Stripe: a page of Stripe's, where the customer types it in.

No card number and no account number ever comes to us: what is kept is Stripe's token.
"""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

import stripe

from gateways.stripe_web import meaning, unanswered
from rules.errors import UserMistake
from rules.methods import Brand, MethodKind, Provider, Wanted

CUSTOMER = "customer_id"  # the metadata that names our customer
# What the payer agrees to on Stripe's page: to be told of a debit at most two days before it.
NOTICE_DAYS = 2


@dataclass(frozen=True)
class SetUp:
    """What a customer has set up."""

    customer_id: str
    method: Wanted


class Setups(Protocol):
    """Where customers type in how they pay."""

    async def begin(self, customer_id: str, provider_customer: str = "") -> str:
        """A link for one customer, who the provider may know already. Raises Unreachable, InDoubt,
        RefusedForGood."""

    async def completed(self, name: str) -> SetUp | None:
        """What was set up under the provider's name; None for none of ours. Raises Unreachable."""


class StripeSetups:
    """Setups through Stripe's account that the client's key is of. `return_url` is where customers
    land afterwards."""

    def __init__(self, client: stripe.StripeClient, return_url: str) -> None:
        self._client = client.v1
        self._return_url = return_url

    async def begin(self, customer_id: str, provider_customer: str = "") -> str:
        if not self._return_url:
            raise UserMistake(
                "DUELY_STRIPE_RETURN_URL is not set, expected the page where customers land "
                "after they have set up how they pay, like https://www.example.com/thanks"
            )
        try:
            customer = provider_customer or await self._customer(customer_id)
            session = await self._client.checkout.sessions.create_async(
                {
                    "mode": "setup",
                    "customer": customer,
                    "currency": "eur",
                    "allowed_payment_method_types": ["card", "sepa_debit"],
                    "setup_intent_data": {"metadata": {CUSTOMER: customer_id}},
                    "success_url": self._return_url,
                }
            )
        except stripe.StripeError as error:
            raise meaning(error) from None
        return session.url or ""

    async def _customer(self, customer_id: str) -> str:
        """Nothing but our key of them is told: names and addresses stay here."""
        customer = await self._client.customers.create_async(
            {"metadata": {CUSTOMER: customer_id}}, {"idempotency_key": f"customer:{customer_id}"}
        )
        return customer.id

    async def completed(self, name: str) -> SetUp | None:
        try:
            intent = await self._client.setup_intents.retrieve_async(
                name, {"expand": ["payment_method"]}
            )
            owner = intent.metadata.to_dict().get(CUSTOMER, "") if intent.metadata else ""
            if not owner or intent.status != "succeeded":
                return None
            return SetUp(str(owner), await self._wanted(intent))
        except stripe.StripeError as error:
            raise unanswered(error) from None

    async def _wanted(self, intent: stripe.SetupIntent) -> Wanted:
        method: Any = intent.payment_method
        customer = _id_of(intent.customer)
        if method.type == "card":
            return replace(card_of(method), provider_customer=customer, preferred=True)
        return Wanted(
            kind=MethodKind.MANDATE,
            provider=Provider.STRIPE,
            token=method.id,
            provider_customer=customer,
            reference=await self._reference(intent),
            instrument=method.sepa_debit.fingerprint or "",
            notice_days=NOTICE_DAYS,
            preferred=True,
        )

    async def _reference(self, intent: stripe.SetupIntent) -> str:
        """The mandate's, as the payer's bank shows it."""
        name = _id_of(getattr(intent, "mandate", None))
        if not name:
            return ""
        mandate: Any = await self._client.mandates.retrieve_async(name)
        return str(mandate.payment_method_details.sepa_debit.reference)


def card_of(method: Any) -> Wanted:
    """A card as Stripe describes it: its scheme, its fingerprint, the last day of its last month."""
    card = method.card
    last = monthrange(card.exp_year, card.exp_month)[1]
    return Wanted(
        kind=MethodKind.CARD,
        provider=Provider.STRIPE,
        token=method.id,
        brand=Brand(card.brand) if card.brand in tuple(Brand) else Brand.OTHER,
        instrument=card.fingerprint or "",
        expires_on=date(card.exp_year, card.exp_month, last),
    )


def _id_of(thing: Any) -> str:
    """What stands for an object of theirs, whole or by its name; "" for none."""
    return str(getattr(thing, "id", thing) or "")
