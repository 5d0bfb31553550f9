"""What Twilio tells of a call, taken only where its signature is right."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qs, parse_qsl

from pydantic import SecretStr
from twilio.request_validator import RequestValidator

from gateways.twilio_telephone import STATUS_PATH
from rules.errors import DuelyError
from rules.telephone import Leg, LegState

LARGEST = 20_000  # bytes of a callback; Twilio's have about 1,000
_STATES = {
    "queued": LegState.QUEUED,
    "initiated": LegState.QUEUED,
    "ringing": LegState.RINGING,
    "in-progress": LegState.IN_PROGRESS,
    "answered": LegState.IN_PROGRESS,
    "completed": LegState.COMPLETED,
    "busy": LegState.BUSY,
    "no-answer": LegState.NO_ANSWER,
    "failed": LegState.FAILED,
    "canceled": LegState.CANCELED,
}
_CALL = re.compile(r"[0-9]{1,9}")
_SID = re.compile(r"CA[0-9a-fA-F]{32}")


class NotGenuine(DuelyError):
    """Its signature is not Twilio's over what we got: nothing it says is believed."""


class NotUnderstood(DuelyError):
    """Signed by Twilio, and not about a leg of a call of ours."""


@dataclass(frozen=True)
class Status:
    """What is said of one leg. `sid` is the provider's id of the employee's leg, of which the
    customer's is a child; `at` None where no moment was told; `seconds` once a leg has ended."""

    call: int
    leg: Leg
    state: LegState
    sid: str
    at: datetime | None
    seconds: int | None


class TwilioCallbacks:
    """Checks with the account's token what came to our public address."""

    def __init__(self, *, token: SecretStr, public_url: str) -> None:
        self._validator = RequestValidator(token.get_secret_value())
        self._public_url = public_url

    def read(self, *, query: str, body: bytes, signature: str) -> Status:
        """What a POST to `STATUS_PATH` says: its raw query and body, and `X-Twilio-Signature`.

        Signed are the public address as Twilio was told it and every form parameter, empty ones
        too. Raises NotGenuine, and NotUnderstood for what was signed and makes no sense.
        """
        try:
            form = _Form(body.decode("utf-8"))
        except UnicodeDecodeError:
            raise NotGenuine("it is no form in UTF-8") from None
        url = f"{self._public_url}{STATUS_PATH}?{query}"
        if not signature.isascii() or not self._validator.validate(url, form, signature):
            raise NotGenuine("its signature is not that of our Twilio account")
        return _status(parse_qs(query), form)


class _Form(dict[str, str]):
    """A form's parameters, by name; one given twice is signed twice."""

    def __init__(self, text: str) -> None:
        self._pairs = parse_qsl(text, keep_blank_values=True)
        super().__init__(self._pairs)

    def getlist(self, name: str) -> list[str]:
        """The validator asks for it."""
        return [value for key, value in self._pairs if key == name]


def _status(query: Mapping[str, list[str]], form: Mapping[str, str]) -> Status:
    try:
        call, leg = query["call"][0], Leg(query["leg"][0])
        state = _STATES[form["CallStatus"]]
        sid = form["CallSid" if leg is Leg.EMPLOYEE else "ParentCallSid"]
    except (KeyError, ValueError):
        raise NotUnderstood("it names no leg of a call, or a state that is none") from None
    if not _SID.fullmatch(sid) or not _CALL.fullmatch(call):
        raise NotUnderstood("the call it names is none")
    return Status(int(call), leg, state, sid, _moment(form.get("Timestamp", "")), _seconds(form))


def _moment(text: str) -> datetime | None:
    """RFC 2822, like `Tue, 24 Nov 2026 14:03:11 +0000`."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _seconds(form: Mapping[str, str]) -> int | None:
    text = form.get("CallDuration", "")
    return int(text) if text.isascii() and text.isdigit() else None
