"""Refunds: what a person paid by hand, tried again, and the proof."""

import pytest

from activities import refunding
from activities.journal import Journal
from activities.refunding import Wanted
from models.tables import RefundRecord
from rules.clock import REAL_TIME
from rules.refunds import RefundState
from tests.web.console import Console, hidden
from tests.web.counting import queries

REFUND = "/refunds/F-C1-1"


@pytest.fixture
def asked(console: Console) -> Console:
    """130.00 came in on 100.00; 20.00 of it is to be paid back by hand."""
    console.record.invoice()
    console.record.pay("130.00")
    ask(console, "K1", 2_000)
    with console.desk.database.transaction() as session:
        session.get_one(RefundRecord, "F-C1-1").state = RefundState.BY_HAND.value
    return console


def ask(console: Console, key: str, amount: int) -> None:
    with console.desk.database.transaction() as session:
        journal = Journal(session, console.record.now, REAL_TIME, "anna")
        refunding.request(journal, Wanted("I1", amount, key, reason="<i>paid twice</i>"))


def test_done_by_hand_is_recorded_once(asked: Console) -> None:
    browser = asked.logged_in()
    assert "to be done by hand" in browser.get("/refunds").text
    page = browser.get(REFUND)
    fields = hidden(page.text, f"{REFUND}/done") | {"reference": "BANK-1", "day": "2026-03-02"}
    answers = [browser.post(f"{REFUND}/done", data=fields) for _ in range(2)]
    assert [one.headers["location"] for one in answers] == [
        f"{REFUND}?told=done",
        f"{REFUND}?told=again",
    ]
    after = browser.get(REFUND).text
    assert "BANK-1, paid 2 Mar 2026" in after
    assert f'action="{REFUND}/done"' not in after


def test_what_cannot_have_been_paid_is_refused_and_kept(asked: Console) -> None:
    browser = asked.logged_in()
    page = browser.get(REFUND)
    for typed, says in (
        ({"reference": "BANK-1", "day": "2027-01-01"}, "expected a day between"),
        ({"reference": "1" * 23}, "is no ARN"),
        ({"reference": "BANK-1", "day": "soon"}, "no day"),
    ):
        page = answer = browser.send_form(f"{REFUND}/done", typed, of=page)
        assert answer.status_code == 409
        assert says in answer.text
        assert f'value="{typed["reference"]}"' in answer.text
    (refund,) = asked.rows(RefundRecord)
    assert refund.state == "by_hand"


def test_it_is_tried_again(asked: Console) -> None:
    browser = asked.logged_in()
    answer = browser.send_form(f"{REFUND}/retry", {}, of=browser.get(REFUND))
    assert answer.status_code == 303
    assert asked.rows(RefundRecord)[0].state == "requested"


def test_auditor_reads_and_markup_shows_as_text(asked: Console) -> None:
    page = asked.logged_in("audrey").get(REFUND).text
    assert "&lt;i&gt;paid twice" in page
    assert f'action="{REFUND}/' not in page


def test_proof_is_downloaded_once_it_is_made(asked: Console) -> None:
    browser = asked.logged_in("audrey")
    assert browser.get(f"{REFUND}/proof").status_code == 404
    asked.documents.put("proof/F-C1-1.pdf", b"%PDF-1.7")
    with asked.desk.database.transaction() as session:
        session.get_one(RefundRecord, "F-C1-1").document = "proof/F-C1-1.pdf"
    answer = browser.get(f"{REFUND}/proof")
    assert (answer.content, answer.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")


def test_queries_do_not_grow_and_the_list_has_pages(asked: Console) -> None:
    browser = asked.logged_in()
    few = [queries(asked, browser, path) for path in ("/refunds", REFUND)]
    for n in range(60):
        ask(asked, f"more-{n}", 10)
    assert [queries(asked, browser, path) for path in ("/refunds", REFUND)] == few
    assert browser.get("/refunds").text.count('scope="row"') == 50
    assert browser.get("/refunds?page=2").text.count('scope="row"') == 11
    assert browser.get("/refunds?state=by_hand").text.count('scope="row"') == 1


def test_refund_that_is_not_there_is_not_found(console: Console) -> None:
    assert console.logged_in().get("/refunds/F-9").status_code == 404
