"""Payment methods and debits in the console: shown without a whole account number, acted on once."""

from datetime import date

import pytest

from activities.collection_runs import open_run
from models.tables import (
    AttentionRecord,
    MessageRecord,
    PaymentMethodRecord,
    Trouble,
)
from rules.methods import MethodKind, Provider
from tests.commands.record import berlin
from tests.methods.builders import IBAN
from tests.web.console import Browser, Console
from tests.web.lives import debited
from tests.workflows.policies import BRISK

C1, I1 = "/customers/C1", "/invoices/I1"
MANDATE = {
    "reference": "MAND-1",
    "iban": "DE89 3704 0044 0532 0130 00",
    "signed_on": "2026-01-05",
    "scheme": "core",
    "sequence": "recurrent",
}


@pytest.fixture
def owing(console: Console) -> Console:
    """A customer who owes an invoice that is due on 2026-03-20."""
    console.record.policy = BRISK
    console.record.invoice(due="2026-03-20")
    console.record.now = berlin("2026-03-02")
    return console


def with_mandate(console: Console) -> str:
    return console.record.method(
        reference="MAND-1", iban=IBAN, signed_on=date(2026, 1, 5), holder="Anna Muster"
    )


def with_card(console: Console) -> str:
    return console.record.method(kind=MethodKind.CARD, token="pm_1", provider=Provider.STRIPE)


def shown(browser: Browser, page: str, act: str, typed: dict[str, str]) -> str:
    return browser.send_form(f"{page}/acts/{act}/preview", typed, of=browser.get(page)).text


def done(browser: Browser, page: str, act: str, typed: dict[str, str]) -> str:
    """Shown, then confirmed; where that leads."""
    coming = browser.send_form(f"{page}/acts/{act}/preview", typed, of=browser.get(page))
    answer = browser.send_form(f"{page}/acts/{act}", {}, of=coming)
    return str(answer.headers.get("location", answer.text))


def states(console: Console) -> dict[str, str]:
    return {one.number: one.state for one in console.rows(PaymentMethodRecord)}


class TestCustomer:
    def test_methods_are_shown_masked(self, owing: Console) -> None:
        with_mandate(owing)
        with_card(owing)
        page = owing.logged_in("audrey").get(C1).text
        assert "DE89…3000" in page
        assert "M-C1-2" in page
        assert "5 Jan 2029" in page
        assert IBAN not in page

    def test_a_mandate_is_foretold_then_added_once(self, owing: Console) -> None:
        browser = owing.logged_in()
        action = f"{C1}/acts/method-add"
        coming = browser.send_form(f"{action}/preview", MANDATE, of=browser.get(C1))
        assert "It is announced on 6 March 2026, debited on 20 March 2026." in coming.text
        assert states(owing) == {}
        for told in ("method-add", "again"):
            answer = browser.send_form(action, {}, of=coming)
            assert answer.headers["location"] == f"{C1}?told={told}"
        (record,) = owing.rows(PaymentMethodRecord)  # nor does an account stand in an address
        assert (record.iban, record.preferred) == (IBAN, True)

    def test_a_wrong_value_is_refused_by_its_label(self, owing: Console) -> None:
        browser = owing.logged_in()
        page = browser.get(C1)
        for change, words in (
            ({"iban": "DE88370400440532013000"}, "IBAN: is no valid IBAN"),
            ({"bic": "BNPAFRPP"}, "BIC: BNPAFRPP is a bank in FR"),
            ({"signed_on": "2026-12-24"}, "is in the future"),
            ({"notice_days": "0"}, "expected 1 to 90 days"),
            ({"reference": ""}, "Mandate reference is missing"),
        ):
            typed, asked = {**MANDATE, **change}, {"HX-Request": "true"}
            action = f"{C1}/acts/method-add/preview"
            assert words in browser.send_form(action, typed, of=page, headers=asked).text
        assert states(owing) == {}

    def test_withdrawn_preferred_deleted(self, owing: Console) -> None:
        mandate, card = with_mandate(owing), with_card(owing)
        browser = owing.logged_in()
        assert done(browser, C1, "method-prefer", {"method": card}) == f"{C1}?told=method-prefer"
        told = shown(browser, C1, "method-withdraw", {"method": mandate, "reason": "gone"})
        assert "There is no way back from this." in told
        done(browser, C1, "method-withdraw", {"method": mandate, "reason": "gone"})
        assert done(browser, C1, "method-delete", {"method": card}) == f"{C1}?told=method-delete"
        assert states(owing) == {mandate: "withdrawn", card: "deleted"}
        (withdrawn, _) = owing.rows(PaymentMethodRecord)
        assert (withdrawn.actor, withdrawn.reason) == ("anna", "gone")

    def test_paying_by_hand_ends_debits(self, owing: Console) -> None:
        with_mandate(owing)
        browser = owing.logged_in()
        told = shown(browser, C1, "method-by-hand", {})
        assert "Notice 1 goes out on 23 March 2026" in told
        assert done(browser, C1, "method-by-hand", {}) == f"{C1}?told=method-by-hand"
        with owing.record.writing() as journal:
            assert open_run(journal.session, "I1") is None

    def test_another_customer_s_method_is_refused(self, owing: Console) -> None:
        number = with_mandate(owing)
        owing.record.invoice("I2", customer="C2")
        owing.record.method("C2", kind=MethodKind.CARD, token="pm_2", provider=Provider.STRIPE)
        browser = owing.logged_in()
        answer = browser.send_form(
            "/customers/C2/acts/method-delete/preview",
            {"method": number},
            of=browser.get("/customers/C2"),
        )
        assert "is none of this customer&#39;s" in answer.text
        assert states(owing)[number] == "active"


class TestInvoice:
    def test_the_run_is_shown_with_its_method_and_why(self, owing: Console) -> None:
        with_mandate(owing)
        page = owing.logged_in("audrey").get(I1).text
        assert "DE89…3000" in page
        assert "It is announced on 2026-03-06, debited by M-C1-1 on 2026-03-20" in page
        assert "its debit is announced on 6 Mar 2026" in page
        assert IBAN not in page

    def test_what_became_of_each_debit_is_shown_in_words(self, console: Console) -> None:
        debited(console)
        page = console.logged_in("audrey").get("/invoices/D1").text
        assert "not paid: there was not enough money in the account" in page
        assert "AM04" in page
        assert "24 Mar 2026" in page

    def test_debit_it_now_asks_the_workflow_once(self, owing: Console) -> None:
        browser = owing.logged_in()
        assert "acts/collect-now" not in browser.get(I1).text  # with nothing on file
        with_card(owing)
        told = shown(browser, I1, "collect-now", {"method": ""})
        assert "It is debited on 2 March 2026." in told
        assert owing.rows(MessageRecord) == []
        assert done(browser, I1, "collect-now", {"method": ""}) == f"{I1}?told=collect-now"
        assert owing.asked == ["collect_now"]

    def test_what_waits_for_a_correction_can_be_tried_again(self, owing: Console) -> None:
        with_card(owing)
        with owing.record.writing() as journal:
            run = open_run(journal.session, "I1")
            assert run is not None
            run.waits = True
            journal.needs_attention(Trouble.COLLECTION, "C1", "I1", "BE05")
        browser = owing.logged_in()
        attention = browser.get("/attention").text
        assert "A debit waits for a person" in attention
        assert "/invoices/I1#debits" in attention
        assert "Its debit by M-C1-1 waits for a correction." in browser.get(I1).text
        assert done(browser, I1, "collection-retry", {}) == f"{I1}?told=collection-retry"
        assert [one.ended_at for one in owing.rows(AttentionRecord)] != [None]

    def test_try_again_under_needs_attention_does_the_same(self, owing: Console) -> None:
        with_card(owing)
        with owing.record.writing() as journal:
            run = open_run(journal.session, "I1")
            assert run is not None
            run.waits = True
            journal.needs_attention(Trouble.COLLECTION, "C1", "I1", "BE05")
        browser = owing.logged_in()
        browser.send_form("/attention/1/retry", {}, of=browser.get("/attention"))
        with owing.record.writing() as journal:
            run = open_run(journal.session, "I1")
            assert run is not None
            assert (run.waits, run.asked) == (False, 1)
        assert [one.ended_at for one in owing.rows(AttentionRecord)] != [None]
