"""Calls through Twilio: the employee is rung, and once they answer the customer is dialled.

Never recorded: no request and no instruction of ours has a parameter about recording, and Twilio
records nothing it is not asked to.
"""

from typing import Any
from urllib.parse import urlencode

from pydantic import SecretStr
from twilio.base.exceptions import TwilioException
from twilio.rest import Client
from twilio.twiml.voice_response import Dial as DialVerb
from twilio.twiml.voice_response import VoiceResponse

from gateways.telephone import Dial
from gateways.twilio_web import TwilioWeb
from rules.errors import DuelyError, InDoubt, RefusedForGood, Unreachable
from rules.telephone import LONGEST_TALK, Leg

STATUS_PATH = "/twilio/status"
# Short: an answering machine takes over after 20 to 30 seconds, and a customer must not be put
# through to the employee's.
_SECONDS_EMPLOYEE_RINGS = 15
_SECONDS_CUSTOMER_RINGS = 30
_EVENTS = ("initiated", "ringing", "answered", "completed")

# Twilio's codes for what a person at the console can mend (https://www.twilio.com/docs/api/errors).
# Twilio's own words are never passed on: they quote the numbers.
_IN_WORDS = {
    13224: "the number cannot be dialled",
    21201: "your own number is missing",
    21210: "DUELY_TWILIO_FROM is no number of this Twilio account",
    21211: "your own telephone number is none that Twilio can dial",
    21212: "DUELY_TWILIO_FROM is no telephone number",
    21214: "your own telephone number cannot be reached",
    21215: "the Twilio account may not dial this country",
    21216: "the Twilio account may not dial this number",
    21219: "a Twilio trial account dials verified numbers only",
}


class TwilioTelephone:
    """Asks Twilio for one call with two legs, each of which reports to `public_url`."""

    rings = True

    def __init__(
        self, *, account: str, token: SecretStr, our_number: str, public_url: str, web: TwilioWeb
    ) -> None:
        # The environment is the house's settings alone: the library would read TWILIO_* by itself.
        self._client: Any = Client(
            account, token.get_secret_value(), http_client=web, environment={"": ""}
        )
        self._from = our_number
        self._public_url = public_url

    async def ring(self, dial: Dial) -> str:
        try:
            made: Any = await self._client.calls.create_async(
                to=dial.employee,
                from_=self._from,
                twiml=self._instructions(dial),
                timeout=_SECONDS_EMPLOYEE_RINGS,
                time_limit=int(LONGEST_TALK.total_seconds()),
                status_callback=self._callback(dial, Leg.EMPLOYEE),
                status_callback_event=list(_EVENTS),
                status_callback_method="POST",
            )
        except TwilioException as error:
            raise _meaning(error) from None
        except ValueError:  # an answer that is no JSON
            raise InDoubt("Twilio answered with something else than a call") from None
        if not made.sid:
            raise InDoubt("Twilio answered with something else than a call")
        return str(made.sid)

    def _instructions(self, dial: Dial) -> str:
        """TwiML: what happens once the employee has answered."""
        response: Any = VoiceResponse()
        verb: Any = DialVerb(
            caller_id=self._from,
            timeout=_SECONDS_CUSTOMER_RINGS,
            time_limit=int(LONGEST_TALK.total_seconds()),
        )
        verb.number(
            dial.customer,
            status_callback=self._callback(dial, Leg.CUSTOMER),
            status_callback_event=" ".join(_EVENTS),
            status_callback_method="POST",
        )
        response.append(verb)
        return str(response)

    def _callback(self, dial: Dial, leg: Leg) -> str:
        """Where Twilio tells of a leg. It carries our id: a call in doubt has no id of Twilio's."""
        about = urlencode({"call": dial.call, "leg": leg.value})
        return f"{self._public_url}{STATUS_PATH}?{about}"


def _meaning(error: TwilioException) -> DuelyError:
    """What a refusal of Twilio's asks of whoever meets it."""
    status = int(getattr(error, "status", 0) or 0)
    code = int(getattr(error, "code", 0) or 0)
    said = f"HTTP {status}" + (f", code {code}" if code else "")
    if status in (401, 403):  # our set-up: mended by an operator, then the same call goes through
        return Unreachable(f"Twilio does not accept our account (DUELY_TWILIO_*): {said}")
    if status in (429, 503):
        return Unreachable(f"Twilio asks us to try again later: {said}")
    if 400 <= status < 500:
        return RefusedForGood(f"{_IN_WORDS.get(code, 'Twilio refused the call')}: {said}")
    return InDoubt(f"Twilio failed, the call may have been made: {said}")
