"""What we send is what Twilio's own description of its interface takes, judged by Prism."""

from gateways.twilio_web import TwilioWeb
from tests.telephone.prism import CALLS, Prism, calls_form
from tests.telephone.scripted_twilio import ACCOUNT, DIAL, EMPLOYEE, scripted, telephone


async def test_call_we_ask_for_is_valid_by_twilios_description(prism: Prism) -> None:
    sid = await telephone(prism.url).ring(DIAL)
    assert sid.startswith("CA")


async def test_request_without_our_number_is_refused_by_the_description(prism: Prism) -> None:
    """Prism does look: its yes means something."""
    path = CALLS.replace("{AccountSid}", ACCOUNT)
    answer = await TwilioWeb(prism.url).request(
        "POST", f"https://api.twilio.com{path}", data={"To": EMPLOYEE}, auth=(ACCOUNT, "token")
    )
    assert answer.status_code == 422
    assert "must have required property 'From'" in answer.text


async def test_description_knows_every_parameter_we_send(prism: Prism) -> None:
    """A word it does not know passes Prism: Twilio ignores such words, and so would the call."""
    async with scripted() as twilio:
        await telephone(twilio.url).ring(DIAL)
    assert {name for name, _ in twilio.forms[0]} - set(calls_form()) == set()
