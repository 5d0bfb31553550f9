"""Whether and how Twilio is connected, by the settings."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from gateways.phone_numbers import dialable
from gateways.telephone import NoTelephone, Telephone
from gateways.twilio_callbacks import TwilioCallbacks
from gateways.twilio_telephone import TwilioTelephone
from gateways.twilio_web import TwilioWeb
from models.settings import Settings
from rules.errors import UserMistake

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Connection:
    """The way out, and the check of what comes back; None where no provider is connected."""

    telephone: Telephone = field(default_factory=NoTelephone)
    callbacks: TwilioCallbacks | None = None


def telephone_of(settings: Settings) -> Connection:
    """By `DUELY_TWILIO_ACCOUNT`, `_TOKEN`, `_FROM` and `DUELY_PUBLIC_URL`: with none of Twilio's three
    people dial by hand. Raises UserMistake where one is missing or wrong."""
    given = {
        "DUELY_TWILIO_ACCOUNT": settings.twilio_account,
        "DUELY_TWILIO_TOKEN": settings.twilio_token.get_secret_value(),
        "DUELY_TWILIO_FROM": settings.twilio_from,
    }
    if not any(given.values()):
        return Connection()
    missing = [name for name, value in given.items() if not value]
    if missing:
        raise UserMistake(f"{missing[0]} is not set, expected all of {', '.join(given)}, or none")
    token, public_url = settings.twilio_token, _public_url(settings.public_url)
    telephone = TwilioTelephone(
        account=settings.twilio_account,
        token=token,
        our_number=_our_number(settings.twilio_from),
        public_url=public_url,
        web=TwilioWeb(settings.twilio_api),
    )
    return Connection(telephone, TwilioCallbacks(token=token, public_url=public_url))


def _our_number(text: str) -> str:
    try:
        return dialable(text)
    except UserMistake as mistake:
        raise UserMistake(f"DUELY_TWILIO_FROM: {mistake}") from None


def _public_url(text: str) -> str:
    """Without a slash at its end. Plain http only to this machine: who telephones with whom is
    nobody else's business."""
    parts = urlsplit(text)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not secure or not parts.hostname or parts.query or parts.fragment:
        raise UserMistake(
            "DUELY_PUBLIC_URL is no address that Twilio can call back, expected one like "
            "https://duely.example.com"
        )
    return text.rstrip("/")
