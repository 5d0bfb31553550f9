"""The pages of a customer and an invoice: what they show, and that it costs the same for many."""

import re
from pathlib import Path

from tests.web.console import Console
from tests.web.counting import queries
from tests.web.lives import CASE, NOTICE, REFUND, TASK, lived

PAGES = [
    *("/", "/customers/C1", "/customers/C1/next", "/invoices/I1", "/invoices/I2", "/invoices/I4"),
    *(f"/notices/{NOTICE}", f"/tasks/{TASK}", "/search?q=100,00", "/search?q=alert"),
]


COUNTED = (
    *("/customers/C1", "/customers/C1/next", "/invoices/I1", f"/notices/{NOTICE}"),
    *("/search?q=100,00", "/search?q=Customer"),
)


def plain(page: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_customer_shows_who_what_is_owed_and_what_comes_next(console: Console) -> None:
    lived(console)
    page = plain(console.logged_in("audrey").get("/customers/C1").text)
    for words in (
        "Customer C1",
        "€230.00 owed",
        "€130.00 overdue",
        "€20.00 credit",
        "c1@example.com",
        "Needs attention since 10 Mar 2026, 11:00: papers",
        "I1 2 Mar 2026 8 €90.00 1 a person phones",
        "I3 1 Apr 2026 €100.00 none notice 1 on 7 Apr 2026",
        "I4 2 Mar 2026 8 €40.00 none nothing while it is held dispute",
        f"{NOTICE} 5 Mar 2026 1 sent",
        f"{TASK} no answer ben busy",
        f"{CASE} handed over",
        f"{REFUND} I2 €20.00",
        "refund F-C1-1 I2 anna",
        "I2 2 Mar 2026 settled €100.00",
        "Credit applied",
    ):
        assert words in page, words


def test_invoice_shows_its_money_and_why(console: Console) -> None:
    lived(console)
    browser = console.logged_in("audrey")
    one = plain(browser.get("/invoices/I1").text)
    for words in (
        "€90.00 owed",
        "All notices went; it is in call task T-C1-1: a person phones.",
        f"{NOTICE} 5 Mar 2026 sent as level 1 €100.00 Why was this sent?",
        "credit:I1/K",
        "no answer ben busy",
        "Notice sent 1",
    ):
        assert words in one, words
    two = plain(browser.get("/invoices/I2").text)
    assert "PAY-7 2 Mar 2026 2 Mar 2026 bank €150.00 €100.00" in two
    assert "It is paid since 2026-03-02: the ladder has ended." in two
    four = plain(browser.get("/invoices/I4").text)
    assert "It is disputed since 2026-03-02, until somebody records the outcome, by anna" in four


def test_notice_shows_why_it_was_sent_and_its_mail(console: Console) -> None:
    lived(console)
    page = console.logged_in("audrey").get(f"/notices/{NOTICE}").text
    assert "Its day was set by invoice I1: notice 1 was to go from 2026-03-05" in page
    frame = re.search(r"<iframe[^>]+>", page)
    assert frame is not None
    assert "sandbox>" in frame[0]
    assert f"/notices/{NOTICE}/mails/1/enclosures/1" in page


def test_mail_is_shown_without_any_right(console: Console) -> None:
    lived(console)
    answer = console.logged_in("audrey").get(f"/notices/{NOTICE}/mails/1/as-html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'")
    assert "script-src" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "Blumen Huber KG" in answer.text


def test_file_of_a_mail_is_saved_and_never_shown(console: Console) -> None:
    lived(console)
    answer = console.logged_in("audrey").get(f"/notices/{NOTICE}/mails/1/enclosures/1")
    assert answer.content == b"%PDF-1.7 one"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''I1.pdf"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_files_the_pages_link_to_are_there(console: Console) -> None:
    lived(console)
    browser = console.logged_in("audrey")
    page = browser.get("/customers/C1").text
    for address in (f"/refunds/{REFUND}/proof", f"/cases/{CASE}/zip", f"/notices/{NOTICE}"):
        assert f'href="{address}"' in page
        assert browser.get(address).status_code == 200


def test_what_is_not_recorded_is_not_there(console: Console) -> None:
    lived(console)
    browser = console.logged_in("audrey")
    for address in (
        *("/customers/C9", "/customers/C9/next", "/invoices/I9", "/notices/N9"),
        *(f"/notices/{NOTICE}/mails/2/as-html", f"/notices/{NOTICE}/mails/1/enclosures/2"),
        "/notices/N9/mails/1/whole",
    ):
        answer = browser.get(address)
        assert (answer.status_code, "Not found" in answer.text) == (404, True), address


def test_markup_in_a_name_is_text_on_every_page(console: Console) -> None:
    lived(console, "<script>alert(1)</script>")
    browser = console.logged_in()
    for address in PAGES:
        page = browser.get(address).text
        assert "<script>alert" not in page, address
        assert "&lt;script&gt;alert" in page, address
        own = r"<style|\sstyle=|\son\w+=|javascript:|<script(?! src=\"/static/)"
        assert not re.findall(own, page), address


def test_markup_in_a_name_is_text_in_the_mail_too(console: Console) -> None:
    lived(console, "<script>alert(1)</script>")
    mail = console.logged_in().get(f"/notices/{NOTICE}/mails/1/as-html").text
    assert "<script" not in mail
    assert "&lt;script&gt;" in mail


def test_keys_with_a_slash_have_pages(console: Console) -> None:
    console.record.invoice("2026/1", customer="C/1")
    browser = console.logged_in()
    assert 'href="/invoices/2026%2F1"' in browser.get("/customers/C%2F1").text
    assert "Invoice 2026/1" in browser.get("/invoices/2026%2F1").text
    assert browser.get("/customers/C%2F1/next").status_code == 200


def queries_of_pages(console: Console, invoices: int) -> dict[str, int]:
    lived(console, invoices=invoices)
    browser = console.logged_in()
    return {path: queries(console, browser, path) for path in COUNTED}


def test_pages_cost_as_many_queries_for_many_invoices(
    tmp_path: Path, new_database: Path, console: Console
) -> None:
    few = queries_of_pages(console, 0)
    (tmp_path / "many").mkdir()
    other = Console(tmp_path / "many", new_database)
    many = queries_of_pages(other, 300)
    other.close()
    assert few == many
    assert max(few.values()) < 50


def test_link_to_temporal_is_there_where_its_pages_are(console: Console) -> None:
    lived(console)
    browser = console.logged_in()
    assert "The workflow in Temporal" not in browser.get("/invoices/I1").text
    settings = console.desk.settings.model_copy(update={"temporal_ui": "http://ui.example"})
    console.desk.settings = settings
    address = "http://ui.example/namespaces/default/workflows/invoice%3AI1"
    assert f'href="{address}"' in browser.get("/invoices/I1").text
