"""What Twilio posts about a call, signed as Twilio signs it."""

from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from gateways.twilio_telephone import STATUS_PATH
from tests.telephone.scripted_twilio import CUSTOMER, EMPLOYEE, PUBLIC_URL, SID, TOKEN, US

CHILD = "CA" + "c" * 32
TOLD_AT = "Tue, 24 Nov 2026 14:03:11 +0000"


def query_of(call: int = 17, leg: str = "employee") -> str:
    return f"call={call}&leg={leg}"


def form_of(leg: str = "employee", status: str = "ringing", **more: str) -> dict[str, str]:
    """With an empty parameter, as Twilio's have: it is signed too."""
    ids = {"CallSid": SID} if leg == "employee" else {"CallSid": CHILD, "ParentCallSid": SID}
    form = {
        **ids,
        "CallStatus": status,
        "From": US,
        "To": EMPLOYEE if leg == "employee" else CUSTOMER,
        "FromCity": "",
        "Timestamp": TOLD_AT,
        "SequenceNumber": "1",
    }
    return form | more


def body_of(form: dict[str, str]) -> bytes:
    return urlencode(form).encode()


def signature_of(query: str, form: dict[str, str], token: str = TOKEN.get_secret_value()) -> str:
    url = f"{PUBLIC_URL}{STATUS_PATH}?{query}"
    return str(RequestValidator(token).compute_signature(url, form))
