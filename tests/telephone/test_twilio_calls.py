"""What is asked of Twilio, and what its every answer means here."""

import logging
import socket
from xml.etree.ElementTree import Element, fromstring

import pytest

from gateways.telephone import NoTelephone
from rules.errors import InDoubt, RefusedForGood, Unreachable
from tests.telephone.scripted_twilio import (
    ACCOUNT,
    CUSTOMER,
    DIAL,
    EMPLOYEE,
    HANG_UP,
    SID,
    SILENCE,
    US,
    Scripted,
    scripted,
    telephone,
)


def instructions(twilio: Scripted) -> Element:
    """The TwiML of the first call asked for."""
    return fromstring(dict(twilio.forms[0])["Twiml"])  # noqa: S314 - written by ourselves


async def test_call_asked_for_rings_the_employee_and_returns_the_providers_id() -> None:
    async with scripted() as twilio:
        assert await telephone(twilio.url).ring(DIAL) == SID
    form = dict(twilio.forms[0])
    assert twilio.paths == [f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json"]
    assert (form["To"], form["From"]) == (EMPLOYEE, US)
    assert form["StatusCallback"] == "https://duely.example.com/twilio/status?call=17&leg=employee"
    events = [value for name, value in twilio.forms[0] if name == "StatusCallbackEvent"]
    assert events == ["initiated", "ringing", "answered", "completed"]


async def test_employee_who_answers_is_put_through_to_the_customer() -> None:
    async with scripted() as twilio:
        await telephone(twilio.url).ring(DIAL)
    dial = instructions(twilio).find("Dial")
    assert dial is not None
    assert dial.attrib["callerId"] == US
    number = dial.find("Number")
    assert number is not None
    assert number.text == CUSTOMER
    callback = "https://duely.example.com/twilio/status?call=17&leg=customer"
    assert number.attrib["statusCallback"] == callback


async def test_nothing_about_recording_is_ever_on_the_wire() -> None:
    async with scripted() as twilio:
        await telephone(twilio.url).ring(DIAL)
    words = [name for name, _ in twilio.forms[0]]
    for element in instructions(twilio).iter():
        words += [element.tag, *element.attrib]
    assert len(words) > 10
    assert [word for word in words if "record" in word.lower() or "trim" in word.lower()] == []


async def test_no_number_reaches_a_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with scripted() as twilio:
            await telephone(twilio.url).ring(DIAL)
    said = caplog.text + repr(DIAL)
    assert "17" in said
    assert [number for number in (US, EMPLOYEE, CUSTOMER) if number[1:] in said] == []


@pytest.mark.parametrize(
    ("status", "body", "error", "said"),
    [
        (400, '{"code": 21211, "status": 400}', RefusedForGood, "your own telephone number"),
        (400, '{"code": 21215, "status": 400}', RefusedForGood, "may not dial this country"),
        (404, "not JSON", RefusedForGood, "HTTP 404"),
        (401, '{"code": 20003, "status": 401}', Unreachable, "does not accept our account"),
        (429, '{"code": 20429, "status": 429}', Unreachable, "try again later"),
        (503, "", Unreachable, "try again later"),
        (500, "", InDoubt, "may have been made"),
        (502, "<html>", InDoubt, "may have been made"),
        (201, "not JSON", InDoubt, "something else than a call"),
        (201, "{}", InDoubt, "something else than a call"),
        (HANG_UP, "", InDoubt, "did not answer"),
        (SILENCE, "", InDoubt, "did not answer"),
    ],
)
async def test_answer_other_than_a_call_says_what_is_known(
    status: int, body: str, error: type[Exception], said: str
) -> None:
    async with scripted(status, body) as twilio:
        with pytest.raises(error, match=said):
            await telephone(twilio.url, seconds_for_answer=0.2).ring(DIAL)
    assert len(twilio.forms) == 1, "what may ring somebody is asked for once"


async def test_refusal_never_repeats_twilios_words_which_quote_the_number() -> None:
    body = f'{{"code": 21211, "message": "{EMPLOYEE} is not valid", "status": 400}}'
    async with scripted(400, body) as twilio:
        with pytest.raises(RefusedForGood) as refused:
            await telephone(twilio.url).ring(DIAL)
    assert EMPLOYEE[1:] not in str(refused.value)


async def test_service_that_is_not_there_is_unreachable() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        with pytest.raises(Unreachable, match="cannot be reached"):
            await telephone(f"http://127.0.0.1:{taken.getsockname()[1]}").ring(DIAL)


async def test_house_without_a_provider_says_to_dial_by_hand() -> None:
    assert not NoTelephone().rings
    with pytest.raises(RefusedForGood, match="dial the number by hand"):
        await NoTelephone().ring(DIAL)
