"""Click to call at the console, and Twilio's word of it."""

import json
from collections.abc import Sequence

import pytest
from sqlmodel import select

from gateways.twilio_callbacks import TwilioCallbacks
from gateways.twilio_settings import Connection
from models.tables import CustomerRecord, PhoneCallRecord, StaffUserRecord
from rules.errors import InDoubt
from tests.telephone.callbacks import body_of, form_of, query_of, signature_of
from tests.telephone.desk import Exchange
from tests.telephone.scripted_twilio import CUSTOMER, EMPLOYEE, PUBLIC_URL, TOKEN
from tests.web.console import Browser, Console, hidden

TASK = "T-C1-1"
CALL, OWN = f"/tasks/{TASK}/call", f"/tasks/{TASK}/own-number"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def exchange(console: Console) -> Exchange:
    """A provider is connected; anna has a number, and the customer of the one open task."""
    found = Exchange()
    callbacks = TwilioCallbacks(token=TOKEN, public_url=PUBLIC_URL)
    console.desk.phone = Connection(found, callbacks)
    console.called()
    with console.desk.database.transaction() as session:
        session.get_one(StaffUserRecord, "anna").phone = EMPLOYEE
        session.get_one(CustomerRecord, "C1").phone = CUSTOMER
    return found


def form_words(browser: Browser, key: str = "k1") -> dict[str, str]:
    """What the button's form carries; its page is a colleague's, the token every page has."""
    return {"csrf": hidden(browser.get("/").text, "/logout")["csrf"], "key": key}


def tell(browser: Browser, leg: str, status: str, call: int = 1, **more: str) -> int:
    query, form = query_of(call, leg), form_of(leg, status, **more)
    headers = {
        "X-Twilio-Signature": signature_of(query, form),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = browser.post(f"/twilio/status?{query}", content=body_of(form), headers=headers)
    return answer.status_code


def calls(console: Console) -> Sequence[PhoneCallRecord]:
    with console.desk.database.transaction() as session:
        return session.exec(select(PhoneCallRecord)).all()


def state_of(console: Console) -> str:
    record = calls(console)[0]
    return f"{record.employee_state} {record.customer_state}".strip()


def test_click_rings_and_leads_to_the_calls_page(console: Console, exchange: Exchange) -> None:
    browser = console.logged_in()
    answer = browser.post(CALL, data=form_words(browser))
    assert (answer.status_code, answer.headers["location"]) == (303, "/calls/1")
    page = browser.get("/calls/1").text
    assert "Your telephone will ring." in page
    assert 'role="status" aria-live="polite"' in page
    assert [(dial.employee, dial.customer) for dial in exchange.dialled] == [(EMPLOYEE, CUSTOMER)]


def test_double_click_and_back_button_ring_once(console: Console, exchange: Exchange) -> None:
    browser = console.logged_in()
    words = form_words(browser)
    places = {browser.post(CALL, data=words).headers["location"] for _ in range(3)}
    assert places == {"/calls/1"}
    assert len(exchange.dialled) == 1


def test_whole_call_is_seen_and_its_end_opens_the_form(
    console: Console, exchange: Exchange
) -> None:
    browser, twilio = console.logged_in(), console.browser()
    browser.post(CALL, data=form_words(browser))
    assert tell(twilio, "employee", "in-progress") == 204
    assert tell(twilio, "customer", "ringing") == 204
    part = browser.get("/calls/1?seen=employee-queued", headers=HTMX)
    assert "telephone rings." in part.text
    assert "<html" not in part.text
    assert '<p id="telephone-state" hx-swap-oob="innerHTML">' in part.text, "it is read aloud"
    assert browser.get("/calls/1?seen=customer-ringing", headers=HTMX).status_code == 204
    assert tell(twilio, "customer", "completed", CallDuration="75") == 204
    ended = browser.get("/calls/1?seen=customer-ringing", headers=HTMX)
    assert "The call has ended after 75 seconds." in ended.text
    told = json.loads(ended.headers["HX-Trigger-After-Settle"])
    assert told == {"call-ended": {"suggested": ""}}
    assert "hx-trigger" not in ended.text, "nothing is asked any more"
    assert f'href="/tasks/{TASK}#outcome"' in ended.text


def test_false_signature_is_refused_and_changes_nothing(
    console: Console, exchange: Exchange
) -> None:
    browser = console.logged_in()
    browser.post(CALL, data=form_words(browser))
    query, form = query_of(1), form_of(status="completed")
    for signature in ("", signature_of(query, form, "the token before this one")):
        answer = browser.post(
            f"/twilio/status?{query}",
            content=body_of(form),
            headers={"X-Twilio-Signature": signature},
        )
        assert answer.status_code == 403
    assert state_of(console) == "queued"


def test_status_of_an_unknown_call_is_not_found(console: Console, exchange: Exchange) -> None:
    twilio = console.browser()
    assert tell(twilio, "employee", "ringing", call=5) == 404
    assert tell(twilio, "employee", "dreaming") == 404
    assert calls(console) == []


def test_callback_larger_than_twilios_is_not_read(console: Console, exchange: Exchange) -> None:
    answer = console.browser().post("/twilio/status?call=1", content=b"x" * 20_001)
    assert answer.status_code == 413


def test_call_in_doubt_is_said(console: Console, exchange: Exchange) -> None:
    exchange.trouble = InDoubt("Twilio did not answer")
    browser = console.logged_in()
    answer = browser.post(CALL, data=form_words(browser), headers=HTMX)
    assert "It is not known whether the call goes out: Twilio did not answer." in answer.text
    assert len(exchange.dialled) == 1


def test_employee_without_a_number_is_asked_for_it(console: Console, exchange: Exchange) -> None:
    browser = console.logged_in("ben")
    asked = browser.post(CALL, data=form_words(browser), headers=HTMX)
    assert asked.status_code == 409
    assert "Your own telephone number is not set." in asked.text
    for number, status in (("110", 409), ("+49 900 1234567", 409), ("+49 30 23125003", 200)):
        answer = browser.post(OWN, data=form_words(browser) | {"number": number}, headers=HTMX)
        assert answer.status_code == status
    assert exchange.dialled == []
    assert browser.post(CALL, data=form_words(browser), headers=HTMX).status_code == 200
    assert exchange.dialled[0].employee == "+493023125003"


def test_customer_with_a_premium_number_is_not_rung(console: Console, exchange: Exchange) -> None:
    with console.desk.database.transaction() as session:
        session.get_one(CustomerRecord, "C1").phone = "+49 900 1234567"
    browser = console.logged_in()
    answer = browser.post(CALL, data=form_words(browser), headers=HTMX)
    assert (answer.status_code, exchange.dialled) == (409, [])
    assert "Nobody was rung: the telephone number is a premium or special one" in answer.text


def test_house_without_twilio_shows_the_number_to_dial_by_hand(
    console: Console, exchange: Exchange
) -> None:
    console.desk.phone = Connection()
    browser = console.logged_in()
    answer = browser.post(CALL, data=form_words(browser), headers=HTMX)
    assert answer.status_code == 409
    assert f"By hand: <strong>{CUSTOMER}</strong>" in answer.text
    assert "<form" not in answer.text
    assert browser.post("/twilio/status?call=1", content=b"").status_code == 404


def test_auditor_sees_a_call_and_makes_none(console: Console, exchange: Exchange) -> None:
    anna, audrey = console.logged_in(), console.logged_in("audrey")
    anna.post(CALL, data=form_words(anna))
    assert audrey.get("/calls/1").status_code == 200
    assert audrey.post(CALL, data=form_words(audrey, "k2")).status_code == 403
    assert audrey.get("/calls/2").status_code == 404
    assert len(exchange.dialled) == 1


def test_unknown_task_is_not_found(console: Console, exchange: Exchange) -> None:
    browser = console.logged_in()
    assert browser.post("/tasks/T-9/call", data=form_words(browser)).status_code == 404
