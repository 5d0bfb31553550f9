"""Whether and how Stripe is connected, by the settings."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from gateways.stripe_events import StripeEvents
from gateways.stripe_payments import StripePayments
from gateways.stripe_refunds import StripeRefunds
from gateways.stripe_setup import StripeSetups
from gateways.stripe_web import stripe_client
from models.settings import Settings
from rules.errors import UserMistake

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class StripeConnection:
    """Every way to Stripe, and the check of what comes from there; `events` None: no word of theirs is
    taken, and what became of a debit is asked for once a day."""

    payments: StripePayments
    refunds: StripeRefunds
    setups: StripeSetups
    events: StripeEvents | None


def stripe_of(settings: Settings) -> StripeConnection | None:
    """By `DUELY_STRIPE_KEY` and what goes with it; None where there is no key. Raises UserMistake."""
    key, secret = settings.stripe_key, settings.stripe_webhook_secret
    if not key.get_secret_value():
        if secret.get_secret_value():
            raise UserMistake(
                "DUELY_STRIPE_KEY is not set, expected it beside DUELY_STRIPE_WEBHOOK_SECRET"
            )
        return None
    client = stripe_client(key, _api(settings.stripe_api))
    return StripeConnection(
        StripePayments(client),
        StripeRefunds(client),
        StripeSetups(client, settings.stripe_return_url),
        StripeEvents(secret) if secret.get_secret_value() else None,
    )


def _api(text: str) -> str:
    """Plain http only to this machine: the key goes along with every request."""
    parts = urlsplit(text)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return text
    raise UserMistake(
        "DUELY_STRIPE_API is no address of Stripe's, expected one like https://api.stripe.com"
    )
