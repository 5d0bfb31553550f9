"""Unmatched money: assigned, split, credited, set aside; each once. Statements as they came in."""

from datetime import timedelta
from pathlib import Path

import pytest

from models.tables import BankEntryRecord, BankStatementRecord, CreditRecord, InvoiceRecord
from tests.banking.books import Books
from tests.banking.files import Paid, camt
from tests.web.console import Browser, Console, hidden
from tests.web.counting import queries

ENTRY = "/money/1"
ENTRIES = [
    Paid(12_000, "thanks <b>a lot</b>", name="Ann <script>alert(1)</script>"),
    Paid(500, "for what?", name="Bo"),
]


@pytest.fixture
def listed(console: Console, tmp_path: Path) -> Console:
    """Two entries on the list, and two open invoices of 100.00 EUR."""
    console.record.invoice("I1")
    console.record.invoice("I2", customer="C2")
    books = Books(console.url, tmp_path)
    books.take(camt(tmp_path / "a.xml", ENTRIES))
    books.database.close()
    return console


def balances(console: Console) -> list[int]:
    return [one.balance_minor for one in console.rows(InvoiceRecord)]


def states(console: Console) -> list[str]:
    return [one.state for one in console.rows(BankEntryRecord)]


def twice(browser: Browser, action: str, typed: dict[str, str]) -> list[str]:
    """Where a double click leads."""
    fields = {**hidden(browser.get(ENTRY).text, action), **typed}
    return [browser.post(action, data=fields).headers["location"] for _ in range(2)]


def test_list_shows_what_waits_and_why_with_markup_as_text(listed: Console) -> None:
    page = listed.logged_in("audrey").get("/money").text
    assert "<strong>2</strong> entries" in page
    assert "€120.00" in page
    assert "<script>alert" not in page
    assert "thanks &lt;b&gt;a lot" in page


def test_money_is_split_over_invoices_once(listed: Console) -> None:
    browser = listed.logged_in()
    typed = {"invoice1": "I1", "amount1": "90.00", "invoice2": "I2", "amount2": ""}
    assert twice(browser, f"{ENTRY}/assign", typed) == ["/money?told=done", "/money?told=again"]
    assert balances(listed) == [1_000, 7_000]
    page = browser.get(ENTRY).text
    assert "matched, by anna" in page
    assert 'href="/invoices/I2"' in page
    assert {"invoice:I1", "invoice:I2"} <= set(listed.asked)


def test_part_leads_back_to_what_is_left(listed: Console) -> None:
    browser = listed.logged_in()
    answer = browser.send_form(
        f"{ENTRY}/assign", {"invoice1": "I1", "amount1": "100.00"}, of=browser.get(ENTRY)
    )
    assert answer.headers["location"] == f"{ENTRY}?told=done"
    assert "€20.00" in browser.get(ENTRY).text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"invoice1": "I9"}, "o invoice &#39;I9&#39; is recorded"),
        ({"invoice1": "I1", "amount1": "much"}, "is no amount"),
        ({"invoice1": "I1", "amount1": "120.01"}, "cannot be given away"),
        ({}, "xpected the invoice that it pays"),
    ],
)
def test_assignment_that_makes_no_sense_is_refused_and_kept(
    listed: Console, typed: dict[str, str], says: str
) -> None:
    browser = listed.logged_in()
    page = browser.get(ENTRY)
    answer = browser.send_form(f"{ENTRY}/assign", typed, of=page)
    assert answer.status_code == 409
    assert says in answer.text
    assert (balances(listed), states(listed)) == ([10_000, 10_000], ["open", "open"])
    mended = browser.send_form(f"{ENTRY}/assign", {"invoice1": "I1", "amount1": "120"}, of=answer)
    assert (mended.status_code, balances(listed)[0]) == (303, 0)


def test_money_is_kept_as_credit(listed: Console) -> None:
    browser = listed.logged_in()
    typed = {"customer": "C2", "amount": ""}
    assert twice(browser, f"{ENTRY}/credit", typed) == ["/money?told=done", "/money?told=again"]
    assert [(one.customer_id, one.amount_minor) for one in listed.rows(CreditRecord)] == [
        ("C2", 12_000)
    ]
    assert "credit of C2" in browser.get(ENTRY).text


def test_money_is_set_aside_with_a_reason(listed: Console) -> None:
    browser = listed.logged_in()
    page = browser.get(ENTRY)
    assert browser.send_form(f"{ENTRY}/aside", {"reason": " "}, of=page).status_code == 409
    assert browser.send_form(f"{ENTRY}/aside", {"reason": "a fee"}, of=page).status_code == 303
    assert states(listed) == ["set_aside", "open"]
    assert f'action="{ENTRY}/' not in browser.get(ENTRY).text


def test_it_is_recorded_while_temporal_is_away(listed: Console) -> None:
    listed.is_away = True
    browser = listed.logged_in()
    answer = browser.send_form(f"{ENTRY}/assign", {"invoice1": "I1"}, of=browser.get(ENTRY))
    assert (answer.status_code, balances(listed)[0]) == (303, 0)
    assert listed.asked == []


def test_candidates_come_after_the_page_or_with_it(listed: Console) -> None:
    browser = listed.logged_in("audrey")
    assert f'hx-get="{ENTRY}/candidates"' in browser.get(ENTRY).text
    whole = browser.get(f"{ENTRY}/candidates").text
    part = browser.get(f"{ENTRY}/candidates", headers={"HX-Request": "true"}).text
    assert "<h1>" in whole
    assert "<h1>" not in part
    assert "fits it" in part or "<table>" in part


def test_session_that_ended_keeps_what_was_typed(listed: Console) -> None:
    browser = listed.logged_in()
    page = browser.get(ENTRY)
    listed.passes(timedelta(hours=1))
    answer = browser.send_form(f"{ENTRY}/assign", {"invoice1": "I1"}, of=page)
    back = browser.log_in("anna", at=answer.headers["location"]).headers["location"]
    shown = browser.get(back).text
    assert 'name="invoice1" maxlength="100" required value="I1"' in shown
    assert balances(listed)[0] == 10_000


def test_statements_say_whether_they_add_up(listed: Console) -> None:
    with listed.desk.database.transaction() as session:
        file = session.get_one(BankStatementRecord, 1).file
        wrong = BankStatementRecord(file=file, account="DE2", currency="EUR", adds_up=False)
        wrong.note = "0.01 EUR is missing"
        session.add(wrong)
    page = listed.logged_in("audrey").get("/money/statements").text
    assert "DE89370400440532013000" in page
    assert "a.xml" in page
    assert "0.01 EUR is missing" in page
    assert "3 Mar 2026" in page


def test_queries_do_not_grow_and_lists_have_pages(listed: Console) -> None:
    browser = listed.logged_in()
    paths = ("/money", "/money/statements", ENTRY)
    few = [queries(listed, browser, path) for path in paths]
    with listed.desk.database.transaction() as session:
        one = session.get_one(BankEntryRecord, 2).model_dump(exclude={"id"})
        file = session.get_one(BankStatementRecord, 1).model_dump(exclude={"id"})
        for _ in range(300):
            session.add(BankEntryRecord(**one))
            session.add(BankStatementRecord(**file))
    assert [queries(listed, browser, path) for path in paths] == few
    assert browser.get("/money").text.count('scope="row"') == 50
    assert browser.get("/money?page=7").text.count('scope="row"') == 2


@pytest.mark.parametrize("number", ["9", "x", "9" * 40])
def test_entry_that_is_not_there_is_not_found(console: Console, number: str) -> None:
    assert console.logged_in().get(f"/money/{number}").status_code == 404
