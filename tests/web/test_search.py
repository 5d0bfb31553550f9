"""Search: what a bookkeeper would type."""

import re

from tests.web.console import Console
from tests.web.lives import CASE, NOTICE, REFUND, TASK, lived

STRAIGHT = (
    ("RE-2026-0001", "/invoices/RE-2026-0001"),
    (" re 2026/0001 ", "/invoices/RE-2026-0001"),
    ("RE20260001", "/invoices/RE-2026-0001"),
    ("re-2026-1", "/invoices/RE-2026-0001"),
    ("C-100", "/customers/C-100"),
    ("c-100", "/customers/C-100"),
    ("DBTR-77", "/invoices/RE-2026-0002#ledger"),
)
ONE, TWO, TWELVE = "RE-2026-0001", "RE-2026-0002", "RE-2026-0012"
FOUND: tuple[tuple[str, list[str]], ...] = (
    ("1.234,50", [ONE]),
    ("1234.50", [ONE]),
    ("€ 1 234,50", [ONE]),
    ("119,00 EUR", [TWO]),
    ("69", [TWO]),  # what is left of it
    ("119", [TWO, TWELVE]),
    ("119 USD", []),
    ("50,00", ["DBTR-77"]),
    ("2026-00", [ONE, TWO, TWELVE]),
    ("DBTR", ["DBTR-77"]),
    ("müller", ["C-100"]),
    ("Mueller soehne", ["C-100"]),
    ("sohne MULLER", ["C-100"]),
    ("gross", ["C-200"]),
    ("c-200@example", ["C-200"]),
    ("nobody", []),
    ("%", []),
    ("' OR 1=1 --", []),
)


def ledger(console: Console) -> None:
    record = console.record
    record.invoice(ONE, amount="1234.50", customer="C-100", name="Müller & Söhne GmbH")
    record.invoice(TWO, amount="119.00", customer="C-100", name="Müller & Söhne GmbH")
    record.invoice(TWELVE, amount="119.90", customer="C-200", name="Ölmühle Groß")
    record.pay("50.00", TWO, ref="DBTR-77")


def test_number_that_was_typed_leads_straight_there(console: Console) -> None:
    ledger(console)
    browser = console.logged_in("audrey")
    for typed, address in STRAIGHT:
        answer = browser.get("/search", params={"q": typed})
        assert answer.headers.get("location") == address, typed


def test_our_own_numbers_lead_straight_there(console: Console) -> None:
    lived(console)
    browser = console.logged_in("audrey")
    for typed, address in (
        (NOTICE, f"/notices/{NOTICE}"),
        (TASK, f"/tasks/{TASK}"),
        (CASE, "/customers/C1#cases"),
        (REFUND.lower(), "/invoices/I2#refunds"),
    ):
        answer = browser.get("/search", params={"q": typed})
        assert answer.headers.get("location") == address, typed


def test_what_a_bookkeeper_types_finds_it(console: Console) -> None:
    ledger(console)
    browser = console.logged_in("audrey")
    for typed, expected in FOUND:
        answer = browser.get("/search", params={"q": typed})
        keys = re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', answer.text)
        assert (answer.status_code, keys) == (200, expected), typed


def test_many_hits_are_limited_and_counted(console: Console) -> None:
    console.record.invoice()
    console.record.many(30)
    page = console.logged_in("audrey").get("/search?q=100,00").text
    assert "The first 20 of 31" in page
    assert page.count('href="/invoices/') == 20


def test_nothing_typed_says_what_can_be(console: Console) -> None:
    browser = console.logged_in("audrey")
    assert "Type the number of an invoice" in browser.get("/search").text
    assert "Type at least two letters" in browser.get("/search?q=x").text
