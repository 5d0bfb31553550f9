"""What Stripe tells us by itself, taken only where its signature is right and not old."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import stripe
from pydantic import SecretStr

from gateways.payments import CollectionAnswer
from gateways.stripe_money import money_of
from gateways.stripe_payments import answer_of, key_of
from gateways.stripe_setup import card_of
from rules.errors import DuelyError
from rules.methods import Wanted
from rules.money import Money

LARGEST = 500_000  # bytes of an event; Stripe's have some thousands
TOLERANCE = 300  # seconds since it was signed


class NotGenuine(DuelyError):
    """It is not Stripe's, or was signed too long ago: nothing it says is believed."""


class NotUnderstood(DuelyError):
    """Signed by Stripe, and no event that makes sense."""


@dataclass(frozen=True)
class DebitTold:
    """What became of a debit. `key` is ours, "" where it names none; `reference` Stripe's."""

    key: str
    reference: str
    answer: CollectionAnswer
    money: Money


@dataclass(frozen=True)
class MoneyTaken:
    """Money of a debit that had succeeded went back to its payer. `code` says why."""

    dispute: str
    reference: str
    money: Money
    code: str


@dataclass(frozen=True)
class MoneyGivenBack:
    """The same money is ours again."""

    dispute: str
    reference: str
    money: Money


@dataclass(frozen=True)
class MethodEnded:
    """Nothing may be debited by a method any more. `withdrawn`: its payer took the consent back."""

    token: str
    withdrawn: bool


@dataclass(frozen=True)
class MethodChanged:
    """A card's bank has given it a new month or number; Stripe's name of it stays."""

    token: str
    method: Wanted


@dataclass(frozen=True)
class SetupTold:
    """A customer has set up how they pay; more is told to whoever asks by this name."""

    name: str


@dataclass(frozen=True)
class RefundTold:
    """Something happened to a refund: of ours by its key, or of the payment with this reference, of
    which `refunded` went back in all (None where only the one refund is told of)."""

    key: str
    reference: str
    failed: bool = False
    refunded: Money | None = None


Word = (
    DebitTold | MoneyTaken | MoneyGivenBack | MethodEnded | MethodChanged | SetupTold | RefundTold
)


@dataclass(frozen=True)
class Told:
    """One event by Stripe's name of it. `word` None: it is about nothing that we act on."""

    event: str
    kind: str
    word: Word | None


class StripeEvents:
    """Checks with the endpoint's secret what came to our public address."""

    def __init__(self, secret: SecretStr) -> None:
        self._secret = secret.get_secret_value()

    def read(self, body: bytes, signature: str) -> Told:
        """What a POST says: its raw body, and `Stripe-Signature`. Raises NotGenuine, NotUnderstood."""
        self._check(body, signature)
        try:
            event = stripe.Webhook.construct_event(
                body, signature, self._secret, TOLERANCE, api_key=""
            )
            read = _READERS.get(event.type, _nothing)
            return Told(event.id, event.type, read(event.data.object))
        except stripe.SignatureVerificationError:
            raise NotGenuine(f"it was signed more than {TOLERANCE // 60} minutes ago") from None
        except (ValueError, AttributeError, TypeError, KeyError):
            raise NotUnderstood("it is no event of Stripe's that makes sense") from None

    def _check(self, body: bytes, signature: str) -> None:
        """Whose it is, however old."""
        if not signature.isascii():
            raise NotGenuine("its signature is not Stripe's")
        try:
            stripe.WebhookSignature.verify_header(body, signature, self._secret)
        except UnicodeDecodeError:
            raise NotGenuine("it is no text in UTF-8") from None
        except stripe.SignatureVerificationError:
            raise NotGenuine("its signature is not Stripe's") from None


def _nothing(_: Any) -> None:
    return None


def _debit(intent: Any) -> DebitTold | None:
    answer = answer_of(intent)
    money = money_of(intent.amount, intent.currency)
    return DebitTold(key_of(intent), intent.id, answer, money) if answer is not None else None


def _taken(dispute: Any) -> MoneyTaken | None:
    """A question that a bank only asks has taken nothing yet."""
    if dispute.status.startswith("warning") or dispute.status == "prevented":
        return None
    return MoneyTaken(dispute.id, _intent_of(dispute), _money(dispute), str(dispute.reason))


def _given_back(dispute: Any) -> MoneyGivenBack:
    return MoneyGivenBack(dispute.id, _intent_of(dispute), _money(dispute))


def _closed(dispute: Any) -> MoneyGivenBack | None:
    return _given_back(dispute) if dispute.status == "won" else None


def _detached(method: Any) -> MethodEnded:
    return MethodEnded(method.id, withdrawn=False)


def _changed(method: Any) -> MethodChanged | None:
    if method.type != "card":
        return None
    return MethodChanged(method.id, card_of(method))


def _mandate(mandate: Any) -> MethodEnded | None:
    if mandate.status != "inactive":
        return None
    return MethodEnded(_name(mandate.payment_method), withdrawn=True)


def _set_up(intent: Any) -> SetupTold:
    return SetupTold(intent.id)


def _checked_out(session: Any) -> SetupTold | None:
    return SetupTold(_name(session.setup_intent)) if session.mode == "setup" else None


def _refund(refund: Any) -> RefundTold:
    return RefundTold(key_of(refund), _intent_of(refund), failed=refund.status == "failed")


def _refunded(charge: Any) -> RefundTold:
    refunded = money_of(charge.amount_refunded, charge.currency)
    return RefundTold("", _intent_of(charge), refunded=refunded)


def _money(thing: Any) -> Money:
    return money_of(thing.amount, thing.currency)


def _intent_of(thing: Any) -> str:
    return _name(getattr(thing, "payment_intent", None))


def _name(thing: Any) -> str:
    """What stands for an object of theirs, whole or by its name; "" for none."""
    return str(getattr(thing, "id", thing) or "")


_READERS: dict[str, Callable[[Any], Word | None]] = {
    "payment_intent.succeeded": _debit,
    "payment_intent.payment_failed": _debit,
    "payment_intent.processing": _debit,
    "payment_intent.canceled": _debit,
    "charge.dispute.created": _taken,
    "charge.dispute.funds_withdrawn": _taken,
    "charge.dispute.funds_reinstated": _given_back,
    "charge.dispute.closed": _closed,
    "payment_method.detached": _detached,
    "payment_method.updated": _changed,
    "payment_method.automatically_updated": _changed,
    "mandate.updated": _mandate,
    "setup_intent.succeeded": _set_up,
    "checkout.session.completed": _checked_out,
    "charge.refunded": _refunded,
    "refund.updated": _refund,
    "refund.failed": _refund,
}
