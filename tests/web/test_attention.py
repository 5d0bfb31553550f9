"""Needs attention: everything parked, what to do about it, and doing it."""

from decimal import Decimal

import pytest
from markupsafe import escape

from models.messages import WriteOff
from models.tables import AttentionRecord, CustomerRecord, InvoiceRecord, Trouble
from tests.commands.record import berlin
from tests.web.console import Browser, Console, hidden
from tests.web.counting import queries
from web.pages.attention import KINDS

PAGE = "/attention"


def parked(console: Console) -> list[str]:
    return [one.trouble for one in console.rows(AttentionRecord) if one.ended_at is None]


def add(console: Console, trouble: Trouble, count: int, *, first: int = 0) -> None:
    """As many things of a kind, each of another customer."""
    with console.desk.database.transaction() as session:
        for n in range(first, first + count):
            key = f"{trouble.value}-{n}"
            session.add(CustomerRecord(customer_id=key, name=f"Customer {key}"))
            session.flush()
            moment = berlin("2026-03-02")
            session.add(
                AttentionRecord(
                    customer_id=key, trouble=trouble.value, reference=f"R-{n}", begins_at=moment
                )
            )


def test_every_kind_has_words_and_is_shown_with_its_count(console: Console) -> None:
    assert set(KINDS) == set(Trouble)
    for trouble in Trouble:
        add(console, trouble, 2)
    page = console.logged_in().get(PAGE).text
    for title, what in KINDS.values():
        assert title in page
        assert str(escape(what)) in page
    assert page.count("<li><strong>2</strong>") == len(KINDS)


@pytest.mark.parametrize("kind", ["", Trouble.WRITE_OFF, Trouble.HANDED_OVER_CHANGED])
def test_queries_do_not_grow_with_what_waits(console: Console, kind: str) -> None:
    browser = console.logged_in()
    path = f"{PAGE}?kind={kind}"
    for trouble in Trouble:
        add(console, trouble, 3)
    few = queries(console, browser, path)
    for trouble in Trouble:
        add(console, trouble, 27, first=3)
    assert queries(console, browser, path) == few


def test_oldest_are_shown_and_all_of_a_kind_by_pages(console: Console) -> None:
    add(console, Trouble.PHONE, 60)
    browser = console.logged_in()
    assert browser.get(PAGE).text.count('scope="row"') == 10
    first = browser.get(f"{PAGE}?kind=phone").text
    assert first.count('scope="row"') == 50
    assert "kind=phone&amp;page=2" in first
    second = browser.get(f"{PAGE}?kind=phone&page=2").text
    assert second.count('scope="row"') == 10
    assert "There is no such page" in browser.get(f"{PAGE}?kind=phone&page=9").text


def test_address_is_mended_and_a_double_click_does_it_once(console: Console) -> None:
    console.record.invoice(email="nobody")
    console.record.gather("2026-03-11")
    browser = console.logged_in()
    page = browser.get(PAGE)
    fields = {**hidden(page.text, f"{PAGE}/1/address"), "email": "new@example.com"}
    answers = [browser.post(f"{PAGE}/1/address", data=fields) for _ in range(2)]
    assert [one.headers["location"] for one in answers] == [
        f"{PAGE}?told=done",
        f"{PAGE}?told=again",
    ]
    (customer,) = console.rows(CustomerRecord)
    assert (customer.email, parked(console)) == ("new@example.com", [])
    assert console.asked == ["set_address"]


def test_refused_address_is_said_and_what_was_typed_is_kept(console: Console) -> None:
    console.record.invoice(email="nobody")
    console.record.gather("2026-03-11")
    browser = console.logged_in()
    answer = browser.send_form(f"{PAGE}/1/address", {"email": "no one@x"}, of=browser.get(PAGE))
    assert answer.status_code == 409
    assert "no e-mail address" in answer.text
    assert 'value="no one@x"' in answer.text
    mended = browser.send_form(f"{PAGE}/1/address", {"email": "new@example.com"}, of=answer)
    assert (mended.status_code, parked(console)) == (303, [])


def test_refused_number_is_said_and_a_right_one_is_set(console: Console) -> None:
    console.record.invoice()
    console.record.trouble(Trouble.PHONE)
    browser = console.logged_in()
    answer = browser.send_form(f"{PAGE}/1/phone", {"phone": "ask Eva"}, of=browser.get(PAGE))
    assert (answer.status_code, parked(console)) == (409, ["phone"])
    assert "cannot be read, expected one like" in answer.text
    assert 'value="ask Eva"' in answer.text
    mended = browser.send_form(f"{PAGE}/1/phone", {"phone": "+49 30 23125000"}, of=answer)
    assert (mended.status_code, parked(console)) == (303, [])


class TestOwedAgain:
    """Money came back on a debt that was written off."""

    @staticmethod
    def owed_again(console: Console) -> Browser:
        console.record.invoice()
        console.record.pay("40.00")
        assert console.record.act(WriteOff(by="anna")) == ""
        console.record.pay("-40.00", ref="P2")
        return console.logged_in()

    def test_it_is_written_off_on_the_page_of_the_invoice(self, console: Console) -> None:
        browser = self.owed_again(console)
        assert 'href="/invoices/I1"' in browser.get(PAGE).text
        act, why = "/invoices/I1/acts/write-off", {"reason": "insolvent"}
        coming = browser.send_form(f"{act}/preview", why, of=browser.get("/invoices/I1"))
        assert browser.send_form(act, {}, of=coming).status_code == 303
        (invoice,) = console.rows(InvoiceRecord)
        assert (invoice.balance_minor, invoice.status) == (0, "written_off")
        assert parked(console) == []

    def test_it_is_seen_to_otherwise(self, console: Console) -> None:
        browser = self.owed_again(console)
        page = browser.get(PAGE)
        assert "It is seen to" in page.text
        (waiting,) = (one.id for one in console.rows(AttentionRecord) if one.ended_at is None)
        browser.send_form(f"{PAGE}/{waiting}/retry", {}, of=page)
        (invoice,) = console.rows(InvoiceRecord)
        assert (invoice.balance_minor, parked(console)) == (4_000, [])


def test_worker_that_does_not_answer_leaves_the_same_key(console: Console) -> None:
    console.record.invoice()
    console.record.trouble(Trouble.PHONE)
    browser = console.logged_in()
    page = browser.get(PAGE)
    key = hidden(page.text, f"{PAGE}/1/retry")["key"]
    console.is_silent = True
    answer = browser.send_form(f"{PAGE}/1/retry", {}, of=page)
    assert answer.status_code == 503
    assert hidden(answer.text, f"{PAGE}/1/retry")["key"] == key
    console.is_silent = False
    again = browser.send_form(f"{PAGE}/1/retry", {}, of=answer)
    assert (again.status_code, parked(console)) == (303, [])


def test_letter_and_retry_are_buttons_for_staff_alone(console: Console) -> None:
    console.record.invoice(email="nobody")
    console.record.gather("2026-03-11")
    assert "<form method" not in console.logged_in("audrey").get(PAGE).text
    browser = console.logged_in()
    answer = browser.send_form(f"{PAGE}/1/letter", {}, of=browser.get(PAGE))
    assert (answer.status_code, parked(console)) == (303, [])


class TestWriteOff:
    """Somebody proposed to give up more than the limit."""

    @staticmethod
    def propose(console: Console, by: str = "anna") -> None:
        console.record.limit = Decimal(50)
        console.record.invoice()
        assert console.record.act(WriteOff(by=by, reason="insolvent")) == ""

    def test_lead_says_yes(self, console: Console) -> None:
        self.propose(console)
        assert "A lead decides" in console.logged_in("ben").get(PAGE).text
        browser = console.logged_in("lea")
        page = browser.get(PAGE)
        assert "proposed by anna: insolvent" in page.text
        answer = browser.send_form(f"{PAGE}/1/write-off", {"answer": "yes"}, of=page)
        (invoice,) = console.rows(InvoiceRecord)
        assert (answer.status_code, invoice.status) == (303, "written_off")

    def test_lead_says_no(self, console: Console) -> None:
        self.propose(console)
        browser = console.logged_in("lea")
        browser.send_form(f"{PAGE}/1/write-off", {"answer": "no"}, of=browser.get(PAGE))
        (invoice,) = console.rows(InvoiceRecord)
        assert (invoice.status, parked(console)) == ("open", [])

    def test_lead_who_proposed_it_has_no_button_and_is_refused(self, console: Console) -> None:
        self.propose(console, by="lea")
        browser = console.logged_in("lea")
        page = browser.get(PAGE)
        assert "another lead decides" in page.text
        fields = {"csrf": hidden(page.text, "/logout")["csrf"], "answer": "yes"}
        answer = browser.post(f"{PAGE}/1/write-off", data=fields)
        assert answer.status_code == 409
        assert "another person has to decide" in answer.text
        assert console.rows(InvoiceRecord)[0].status == "open"

    def test_neither_yes_nor_no_changes_nothing(self, console: Console) -> None:
        self.propose(console)
        browser = console.logged_in("lea")
        answer = browser.send_form(f"{PAGE}/1/write-off", {}, of=browser.get(PAGE))
        assert (answer.status_code, parked(console)) == (409, ["write_off"])


def test_markup_shows_as_text(console: Console) -> None:
    console.record.invoice()
    with console.desk.database.transaction() as session:
        session.get_one(CustomerRecord, "C1").name = "<script>alert(1)</script>"
    console.record.trouble(Trouble.PHONE)
    page = console.logged_in().get(PAGE).text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_number_that_nothing_waits_under_is_not_found(console: Console) -> None:
    browser = console.logged_in()
    csrf = hidden(browser.get(PAGE).text, "/logout")["csrf"]
    for number in ("7", "x", "9" * 30):
        answer = browser.post(f"{PAGE}/{number}/retry", data={"csrf": csrf})
        assert answer.status_code == 404
