"""A link by which a customer sets up how they pay."""

import asyncio
from typing import TYPE_CHECKING

import typer

from activities.journal import Journal
from commands.at_hand import known_customer, now, the_record
from commands.options import CustomerKey
from commands.printing import say
from models.settings import load_settings
from rules.clock import REAL_TIME
from rules.errors import InDoubt, RefusedForGood, Unreachable, UserMistake

if TYPE_CHECKING:
    from gateways.stripe_setup import Setups

app = typer.Typer()


@app.command("method-setup")
def method_setup(customer: CustomerKey) -> None:
    """Make a link to a page of Stripe's where the customer types in a card or a SEPA mandate."""
    # A third of a second to load: this command's alone.
    from activities.method_setup import provider_customer_of
    from gateways.stripe_settings import stripe_of

    stripe = stripe_of(load_settings())
    if stripe is None:
        raise UserMistake("DUELY_STRIPE_KEY is not set, expected the secret key of your account")
    with the_record() as session:
        known_customer(session, customer)
        journal = Journal(session, now(), REAL_TIME)
        provider_customer = provider_customer_of(journal, customer)
    link = asyncio.run(_link(stripe.setups, customer, provider_customer))
    say(f"Send customer {customer} this link, it works once and for a day:\n{link}")


async def _link(setups: "Setups", customer_id: str, provider_customer: str) -> str:
    """Raises UserMistake where the provider refuses, Unreachable where it does not answer."""
    try:
        return await setups.begin(customer_id, provider_customer)
    except RefusedForGood as refused:
        raise UserMistake(str(refused)) from None
    except InDoubt as doubt:
        raise Unreachable(str(doubt)) from None
