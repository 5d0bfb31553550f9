"""What staff do on the pages of an invoice and a customer: shown before, recorded once, refused."""

from datetime import timedelta

import httpx2 as httpx
import pytest

from models.messages import Dispute, Pause
from models.settings import Settings
from models.tables import (
    CreditRecord,
    CustomerRecord,
    HoldRecord,
    InvoiceRecord,
    MessageRecord,
    RefundRecord,
    Trouble,
)
from tests.commands.record import berlin
from tests.web.console import Browser, Console
from tests.web.lives import lived
from tests.workflows.policies import SHORT

I1, C1 = "/invoices/I1", "/customers/C1"
HTMX = {"HX-Request": "true"}
PROMISE = {"day": "2026-03-12", "reason": "<b>by transfer</b>"}


def owing(console: Console) -> None:
    """I1 is due for its first notice on Thursday 2026-03-05."""
    console.record.policy = SHORT
    console.record.invoice()
    console.record.now = berlin("2026-03-04")


def preview(console: Console, page: str, act: str, typed: dict[str, str]) -> str:
    browser = console.logged_in()
    action = f"{page}/acts/{act}/preview"
    return browser.send_form(action, typed, of=browser.get(page), headers=HTMX).text


@pytest.mark.parametrize(
    ("act", "typed", "words"),
    [
        (
            "promise",
            PROMISE,
            "Held through 16 March 2026; if the money has not come by then, notice",
        ),
        ("pause", {"until": "2026-03-20"}, "Held through 19 March 2026; if the money"),
        ("pause", {"until": ""}, "Held until somebody resumes it."),
        ("dispute", {"reason": "torn"}, "Held until somebody records what became of the dispute."),
        ("settle", {"reason": "cash"}, "Nothing is owed any more, and the ladder ends."),
        ("due-date", {"due_date": "2026-03-16"}, "Notice 1 goes out on 19 March 2026."),
        ("write-off", {"reason": "gone"}, "There is no way back from this."),
        ("cancel", {"reason": "twice"}, "Nothing is owed any more, and the ladder ends."),
        (
            "promise",
            {"day": "2026-03-01"},
            "A promise for 2026-03-01 is refused, expected a day from",
        ),
        ("promise", {"day": "tomorrow"}, "is no day, expected one like 2026-03-12."),
        ("settle", {"reason": ""}, "How it was paid is missing, nothing was recorded."),
    ],
)
def test_what_will_happen_is_shown_and_nothing_recorded(
    act: str, typed: dict[str, str], words: str, console: Console
) -> None:
    owing(console)
    found = preview(console, I1, act, typed)
    assert words in found
    assert "<html" not in found
    assert (console.rows(HoldRecord), console.rows(MessageRecord)) == ([], [])
    assert [one.status for one in console.rows(InvoiceRecord)] == ["open"]


def test_confirmed_act_is_recorded_once_however_often_it_is_sent(console: Console) -> None:
    owing(console)
    browser = console.logged_in()
    coming = browser.send_form(f"{I1}/acts/promise/preview", PROMISE, of=browser.get(I1))
    assert 'value="2026-03-12"' in coming.text  # without a script it is the page, filled in
    for told in ("promise", "again"):
        answer = browser.send_form(f"{I1}/acts/promise", {}, of=coming)
        assert answer.headers["location"] == f"{I1}?told={told}"
    (hold,) = console.rows(HoldRecord)
    assert (hold.actor, hold.reason, console.asked) == ("anna", "<b>by transfer</b>", ["promise"])
    page = browser.get(f"{I1}?told=promise").text
    assert "The promise is recorded." in page
    assert "&lt;b&gt;by transfer&lt;/b&gt;" in page
    assert "<b>by" not in page


@pytest.mark.parametrize("outcome", [("rejected", ""), ("upheld", "25,00"), ("upheld", "")])
def test_dispute_ends_as_it_is_said(outcome: tuple[str, str], console: Console) -> None:
    owing(console)
    console.record.act(Dispute(by="anna"))
    browser = console.logged_in()
    typed = {"outcome": outcome[0], "credit": outcome[1]}
    answer = _done(browser, I1, "dispute-outcome", typed)
    assert answer == f"{I1}?told=dispute-outcome"
    (invoice,) = console.rows(InvoiceRecord)
    ends = {"rejected": ("open", 10000), "upheld25,00": ("open", 7500), "upheld": ("cancelled", 0)}
    assert (invoice.status, invoice.balance_minor) == ends["".join(outcome)]


def _done(browser: Browser, page: str, act: str, typed: dict[str, str]) -> str:
    """Shown, then confirmed; where that leads."""
    coming = browser.send_form(f"{page}/acts/{act}/preview", typed, of=browser.get(page))
    answer = browser.send_form(f"{page}/acts/{act}", {}, of=coming)
    return str(answer.headers.get("location", answer.text))


def test_paused_invoice_is_resumed(console: Console) -> None:
    owing(console)
    console.record.act(Pause(by="anna"))
    assert _done(console.logged_in(), I1, "resume", {}) == f"{I1}?told=resume"
    assert [one.ended_at for one in console.rows(HoldRecord)] != [None]


def test_refund_is_asked_for_once(console: Console) -> None:
    lived(console)
    browser = console.logged_in()
    page = "/invoices/I2"
    coming = browser.send_form(
        f"{page}/acts/refund/preview", {"amount": "15,00 EUR"}, of=browser.get(page)
    )
    for told in ("refund", "again"):
        answer = browser.send_form(f"{page}/acts/refund", {}, of=coming)
        assert answer.headers["location"] == f"{page}?told={told}"
    amounts = [(one.amount_minor, one.actor) for one in console.rows(RefundRecord)]
    assert amounts == [(2000, "anna"), (1500, "anna")]
    assert console.asked[-1] == "refund:F-C1-2"


def test_refund_of_more_than_was_paid_is_refused_before_it_is_asked_for(console: Console) -> None:
    lived(console)
    found = preview(console, "/invoices/I2", "refund", {"amount": "1.500,00"})
    assert 'role="alert"' in found
    assert len(console.rows(RefundRecord)) == 1


def test_credit_is_set_off_though_temporal_is_away(console: Console) -> None:
    lived(console)
    console.is_away = True
    typed = {"invoice": "I3", "amount": "20"}
    assert _done(console.logged_in(), C1, "set-off", typed) == f"{C1}?told=set-off"
    assert [one.balance_minor for one in console.rows(InvoiceRecord) if one.number == "I3"] == [
        8000
    ]
    assert sum(one.amount_minor for one in console.rows(CreditRecord)) == 0


def test_credit_is_not_set_off_against_somebody_elses_invoice(console: Console) -> None:
    lived(console)
    console.record.invoice("X1", customer="C2")
    found = preview(console, C1, "set-off", {"invoice": "X1"})
    assert "is none of this customer" in found


def test_customer_is_paused_as_a_whole_and_resumed(console: Console) -> None:
    owing(console)
    console.record.invoice("I2")
    browser = console.logged_in()
    assert "Invoice I2, €100.00 owed: Held until somebody resumes it." in preview(
        console, C1, "pause", {}
    )
    assert _done(browser, C1, "pause", {"reason": "flood"}) == f"{C1}?told=pause"
    assert "since 4 Mar 2026, by anna: flood" in browser.get(C1).text
    assert _done(browser, C1, "resume", {}) == f"{C1}?told=resume"


def test_address_is_set_and_what_waited_is_tried_again(console: Console) -> None:
    owing(console)
    console.record.trouble(Trouble.ADDRESS)
    browser = console.logged_in()
    assert "Needs attention since 4 Mar 2026, 10:00: address" in browser.get(C1).text
    typed = {"email": "new@example.com"}
    assert _done(browser, C1, "set-address", typed) == f"{C1}?told=set-address"
    assert [one.email for one in console.rows(CustomerRecord)] == ["new@example.com"]
    assert "Needs attention since" not in browser.get(C1).text


def test_telephone_number_is_set_and_the_calls_that_waited_go_on(console: Console) -> None:
    owing(console)
    console.record.trouble(Trouble.PHONE)
    browser = console.logged_in()
    assert _done(browser, C1, "set-phone", {"phone": "030 23125000"}) == f"{C1}?told=set-phone"
    assert [one.phone for one in console.rows(CustomerRecord)] == ["+493023125000"]
    assert "Needs attention since" not in browser.get(C1).text


@pytest.mark.parametrize("act", ["record-letter", "retry"])
def test_what_is_parked_goes_on(act: str, console: Console) -> None:
    owing(console)
    console.record.trouble(Trouble.ADDRESS)
    console.record.now = berlin("2026-03-05", "11:00")
    browser = console.logged_in()
    assert _done(browser, C1, act, {}) == f"{C1}?told={act}"
    assert "Needs attention since" not in browser.get(C1).text


def test_act_that_a_worker_does_not_answer_keeps_what_was_typed(console: Console) -> None:
    owing(console)
    console.is_silent = True
    browser = console.logged_in()
    coming = browser.send_form(f"{I1}/acts/promise/preview", PROMISE, of=browser.get(I1))
    answer = browser.send_form(f"{I1}/acts/promise", {}, of=coming)
    assert answer.status_code == 503
    assert "Whether it was recorded is not known yet." in answer.text
    assert 'value="2026-03-12"' in answer.text
    console.is_silent = False
    again = browser.send_form(f"{I1}/acts/promise/preview", {**PROMISE}, of=answer)
    assert browser.send_form(f"{I1}/acts/promise", {}, of=again).status_code == 303
    assert len(console.rows(HoldRecord)) == 1


def test_act_on_an_invoice_that_is_over_is_refused_and_nobody_asked(console: Console) -> None:
    owing(console)
    browser = console.logged_in()
    coming = browser.send_form(f"{I1}/acts/pause/preview", {}, of=browser.get(I1))
    console.record.pay("100.00")
    answer = browser.send_form(f"{I1}/acts/pause", {}, of=coming)
    assert (answer.status_code, console.asked) == (409, [])
    assert 'role="alert"' in answer.text


def test_session_that_ends_meanwhile_brings_back_what_was_typed(console: Console) -> None:
    owing(console)
    browser = console.logged_in()
    page = browser.get(I1)
    console.passes(timedelta(minutes=30))
    answer = browser.send_form(f"{I1}/acts/promise/preview", PROMISE, of=page)
    login = answer.headers["location"]
    back = browser.log_in("anna", at=login).headers["location"]
    found = browser.get(back).text
    assert '<details class="card" open>' in found
    assert 'value="2026-03-12"' in found


def test_auditor_sees_no_forms(console: Console) -> None:
    lived(console)
    browser = console.logged_in("audrey")
    for page in (I1, C1):
        assert "/acts/" not in browser.get(page).text


@pytest.mark.parametrize("page", [f"{I1}/acts/nonsense", f"{C1}/acts/nonsense/preview"])
def test_unknown_act_is_not_there(page: str, console: Console) -> None:
    owing(console)
    browser = console.logged_in()
    assert browser.send_form(page, {}, of=_with_form(browser, page)).status_code == 404


def _with_form(browser: Browser, action: str) -> httpx.Response:
    page = browser.get(I1)
    page._content = page.content.replace(f"{I1}/acts/pause/preview".encode(), action.encode(), 1)
    return page


def test_addresses_of_temporals_pages_are_checked() -> None:
    assert Settings(temporal_ui="http://ui.example/").temporal_ui == "http://ui.example"
    with pytest.raises(ValueError, match="expected an address like http"):
        Settings(temporal_ui="ui.example")
