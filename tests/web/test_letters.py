"""Mails about debits in the console: listed with what was sent, and each as it went."""

from datetime import date
from typing import Any

from activities.papers import debit_mail
from models.tables import LetterItemRecord, LetterRecord, PaymentMethodRecord
from rules.letters import AnnouncedDebit, AnnouncementLetter, Debited
from rules.methods import MethodKind
from rules.money import Money
from tests.papers.builders import MESSAGE_ID, SENT, addressee, creditor
from tests.web.console import Console
from tests.web.test_customer import plain

LETTER = "L-C1-1"


def announced(console: Console, **changes: Any) -> None:
    """I1 and I2 were announced in one mail; `changes` are the letter's own."""
    console.record.invoice("I1", "2026-03-17")
    console.record.invoice("I2", "2026-03-17", "50.00")
    now = console.record.now
    with console.desk.database.transaction() as session:
        session.add(
            PaymentMethodRecord(
                number="M-C1-1",
                customer_id="C1",
                sequence=1,
                kind=MethodKind.MANDATE.value,
                reference="MREF-1",
                recorded_at=now,
            )
        )
        values: dict[str, Any] = {
            "state": "sent",
            "mode": "send",
            "sent_at": now,
            "email": "c1@example.com",
        }
        values |= {"mail": f"mail/{LETTER}.eml", **changes}
        session.add(
            LetterRecord(
                number=LETTER,
                customer_id="C1",
                sequence=1,
                kind="announcement",
                day=date(2026, 3, 2),
                made_at=now,
                **values,
            )
        )
        session.flush()
        for number, amount in (("I1", 10000), ("I2", 5000)):
            session.add(
                LetterItemRecord(
                    letter=LETTER,
                    invoice_number=number,
                    run=1,
                    method="M-C1-1",
                    amount_minor=amount,
                    currency="EUR",
                    day=date(2026, 3, 17),
                )
            )


def kept(console: Console) -> bytes:
    by = Debited(kind=MethodKind.MANDATE, mandate="MREF-1")
    debit = AnnouncedDebit(invoice="I1", amount=Money(10000, "EUR"), day=date(2026, 3, 17), by=by)
    letter = AnnouncementLetter(
        number=LETTER, creditor=creditor(), addressee=addressee(), debits=(debit,)
    )
    content = debit_mail(letter, message_id=MESSAGE_ID, date=SENT)
    console.documents.put(f"mail/{LETTER}.eml", content)
    return content


def test_letters_are_listed_with_what_was_sent(console: Console) -> None:
    announced(console)
    browser = console.logged_in("audrey")
    line = f"{LETTER} 2 Mar 2026 2 debits to come sent 2 Mar 2026, 10:00 to c1@example.com €150.00"
    for page in ("/customers/C1", "/invoices/I1", "/invoices/I2"):
        assert line in plain(browser.get(page).text), page
        assert f'href="/letters/{LETTER}"' in browser.get(page).text


def test_letter_shows_its_debits_and_its_mail(console: Console) -> None:
    announced(console)
    content = kept(console)
    browser = console.logged_in("audrey")
    page = plain(browser.get(f"/letters/{LETTER}").text)
    for words in (
        "what will be debited, and when",
        "I1 €100.00 17 Mar 2026 M-C1-1, mandate MREF-1",
        "I2 €50.00",
        "We will debit €100.00 on 17 March 2026",
    ):
        assert words in page, words
    framed = browser.get(f"/letters/{LETTER}/as-html")
    assert framed.headers["content-security-policy"].startswith("sandbox;")
    assert "Announcement of a debit" in framed.text
    assert browser.get(f"/letters/{LETTER}/whole").content == content


def test_letter_that_never_went_says_why(console: Console) -> None:
    announced(console, state="void", reason="it was made for another day", mail="", sent_at=None)
    browser = console.logged_in("audrey")
    page = plain(browser.get(f"/letters/{LETTER}").text)
    assert "void: it was made for another day" in page
    assert "It was not written." in page


def test_mail_that_is_gone_is_said_and_an_unknown_letter_is_not_there(console: Console) -> None:
    announced(console)
    browser = console.logged_in("audrey")
    assert "not in the document store any more" in browser.get(f"/letters/{LETTER}").text
    for address in (f"/letters/{LETTER}/whole", f"/letters/{LETTER}/as-html", "/letters/L-C1-9"):
        assert browser.get(address).status_code == 404
