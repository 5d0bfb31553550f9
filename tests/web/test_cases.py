"""Cases: what goes, yes and no, and what the lawyer is to be told."""

import io
import zipfile

from models.messages import Retry
from models.tables import (
    AttentionRecord,
    CustomerRecord,
    HoldRecord,
    LegalCaseItemRecord,
    LegalCaseRecord,
)
from tests.commands.record import berlin
from tests.web.console import Console, hidden
from tests.web.counting import queries
from tests.workflows.policies import EARLY, HEAD, LEGAL, NOTICE

CASE = "/cases/C-C1-1"
TO_LAWYER = HEAD + EARLY + NOTICE + LEGAL.replace("3, 8", "5, 8")  # notice on 03-05, case on 03-10
ASKING = TO_LAWYER + "approval = true\n"


def proposed(console: Console, *numbers: str, policy: str = ASKING) -> None:
    """On Tuesday 2026-03-10 a case of these invoices is due."""
    console.record.policy = policy
    for number in numbers or ("I1",):
        console.record.invoice(number)
    console.record.send("2026-03-05")
    console.record.gather("2026-03-10")
    console.record.now = berlin("2026-03-10", "11:00")


def state(console: Console) -> str:
    return console.rows(LegalCaseRecord)[0].state


def test_case_shows_what_goes(console: Console) -> None:
    proposed(console, "I1", "I2")
    browser = console.logged_in("lea")
    listed = browser.get("/cases").text
    assert "awaits a yes" in listed
    assert "€200.00" in listed
    page = browser.get(CASE).text
    assert "N-C1-1" in page
    assert page.count('href="/invoices/I2/pdf"') == 1
    assert "made once the case leaves" in page


def test_lead_approves_once(console: Console) -> None:
    proposed(console)
    browser = console.logged_in("lea")
    fields = hidden(browser.get(CASE).text, f"{CASE}/approve") | {"reason": "enough"}
    answers = [browser.post(f"{CASE}/approve", data=fields) for _ in range(2)]
    assert [one.headers["location"] for one in answers] == [
        f"{CASE}?told=done",
        f"{CASE}?told=again",
    ]
    assert state(console) == "handed_over"
    assert "with the lawyer, decided by lea: enough" in browser.get(CASE).text


def test_staff_sees_no_form_and_a_lead_decides(console: Console) -> None:
    proposed(console)
    page = console.logged_in("ben").get(CASE).text
    assert "A lead decides." in page
    assert f'action="{CASE}/' not in page


def test_lead_leaves_out_an_invoice_and_it_is_paused(console: Console) -> None:
    proposed(console, "I1", "I2")
    browser = console.logged_in("lea")
    no = {"which": "some", "leave:I2": "yes", "reason": "a credit note comes"}
    answer = browser.send_form(f"{CASE}/decline", no, of=browser.get(CASE))
    assert answer.status_code == 303
    assert [one.invoice_number for one in console.rows(LegalCaseItemRecord)] == ["I1"]
    assert [(one.invoice_number, one.kind) for one in console.rows(HoldRecord)] == [("I2", "pause")]
    assert state(console) == "proposed"


def test_decline_without_invoice_reason_or_day_says_what_is_wrong(console: Console) -> None:
    proposed(console)
    browser = console.logged_in("lea")
    wrong = {
        "ick the invoices": {"which": "some", "reason": "x"},
        "xpected a reason": {"which": "all", "reason": " "},
        "no day": {"which": "all", "reason": "later", "until": "soon"},
        "a day after": {"which": "all", "reason": "later", "until": "2026-03-10"},
    }
    page = browser.get(CASE)
    for says, typed in wrong.items():
        page = answer = browser.send_form(f"{CASE}/decline", typed, of=page)
        assert answer.status_code == 409
        assert says in answer.text
    assert state(console) == "proposed"
    no = {"which": "all", "reason": "they promised"}
    answer = browser.send_form(f"{CASE}/decline", no, of=page)
    assert (answer.status_code, state(console)) == (303, "declined")
    assert "declined, decided by lea: they promised" in browser.get(CASE).text


def test_paid_after_the_handover_has_a_text_for_the_lawyer(console: Console) -> None:
    proposed(console, "I1", "I2", policy=TO_LAWYER)
    console.record.pay("100.00")
    browser = console.logged_in()
    assert "changed, tell the lawyer" in browser.get("/cases").text
    assert CASE in browser.get("/attention").text
    page = browser.get(CASE)
    assert "Invoice I1: €0.00 (changed)" in page.text
    assert "Together: €100.00" in page.text
    assert "please end the case" not in page.text
    answer = browser.send_form(f"{CASE}/told", {"reason": "by mail"}, of=page)
    assert answer.status_code == 303
    assert "Lawyer told" in browser.get(CASE).text
    assert "A text to copy" not in browser.get(CASE).text
    assert all(one.ended_at for one in console.rows(AttentionRecord))


def test_all_paid_asks_the_lawyer_to_end_the_case(console: Console) -> None:
    proposed(console, policy=TO_LAWYER)
    console.record.pay("100.00")
    assert "Everything is paid: please end the case." in console.logged_in().get(CASE).text


def test_zip_is_downloaded_once_it_is_made(console: Console) -> None:
    proposed(console, policy=TO_LAWYER)
    browser = console.logged_in("audrey")
    assert browser.get(f"{CASE}/zip").status_code == 404
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("list.pdf", b"%PDF")
    console.documents.put("case/C-C1-1.zip", file.getvalue())
    with console.desk.database.transaction() as session:
        session.get_one(LegalCaseRecord, "C-C1-1").document = "case/C-C1-1.zip"
    answer = browser.get(f"{CASE}/zip")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == ["list.pdf"]
    assert "C-C1-1.zip" in answer.headers["content-disposition"]


def add(console: Console, count: int, *, first: int = 0) -> None:
    """More cases, and more invoices in the one that is looked at."""
    for n in range(first, first + count):
        console.record.invoice(f"X{n}", customer=f"K{n}")
    with console.desk.database.transaction() as session:
        for n in range(first, first + count):
            case = f"C-K{n}-1"
            session.add(
                LegalCaseRecord(
                    case=case,
                    customer_id=f"K{n}",
                    sequence=1,
                    state="proposed",
                    opened_at=berlin("2026-03-10"),
                )
            )
            session.flush()
            for one in (case, "C-C1-1"):
                session.add(
                    LegalCaseItemRecord(
                        case=one, invoice_number=f"X{n}", balance_minor=100, currency="EUR"
                    )
                )


def test_queries_do_not_grow_and_the_list_has_pages(console: Console) -> None:
    proposed(console)
    browser = console.logged_in()
    add(console, 3)
    few = [queries(console, browser, path) for path in ("/cases", CASE)]
    add(console, 57, first=3)
    assert [queries(console, browser, path) for path in ("/cases", CASE)] == few
    assert browser.get("/cases").text.count('scope="row"') == 50
    assert browser.get("/cases?page=2").text.count('scope="row"') == 11


def test_markup_shows_as_text(console: Console) -> None:
    proposed(console, policy=TO_LAWYER)
    console.record.pay("100.00")
    with console.desk.database.transaction() as session:
        session.get_one(CustomerRecord, "C1").name = "</textarea><script>alert(1)</script>"
    browser = console.logged_in()
    for path in ("/cases", CASE):
        assert "<script>alert" not in browser.get(path).text


def test_retry_still_ends_what_changed_after_the_handover(console: Console) -> None:
    proposed(console, policy=TO_LAWYER)
    console.record.pay("40.00")
    assert console.record.customer_act(Retry()) == ""
    assert "A text to copy" not in console.logged_in().get(CASE).text


def test_case_that_is_not_there_is_not_found(console: Console) -> None:
    assert console.logged_in().get("/cases/C-9").status_code == 404
