"""Which of a customer's methods an invoice goes on by: none that failed for it under another name, none
that is another invoice's, and not the same one for ever."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlmodel import select

from activities import collecting, collection_runs, collector
from activities.collecting_by_hand import collect_now
from activities.debiting_banks import record_banks
from activities.facts import ladder_for
from gateways.payments import CollectionAnswer, CollectionStatus
from models.messages import Asked
from models.tables import CollectionRecord, CollectionRunRecord, InvoiceRecord
from tests.debits.builders import BANK
from tests.debits.ledger import MORNING, NOON, DebitBooks

LATER = NOON + timedelta(hours=1)


def runs(books: DebitBooks) -> list[str]:
    with books.database.transaction() as session:
        found = session.exec(select(CollectionRunRecord)).all()
        return sorted(f"{one.invoice_number} {one.method} {one.state}" for one in found)


def plans_anew(books: DebitBooks, now: datetime = MORNING) -> None:
    with books.database.transaction() as session:
        collection_runs.plan_anew(books.at(session, now), "C1")


def comes_to(books: DebitBooks, invoice: str, now: datetime = NOON) -> None:
    """The invoice's workflow comes to its next move, and the activity dies before it asks anybody."""
    with books.database.transaction() as session:
        asked = Asked(invoice_number=invoice, customer_id="C1")
        collector._begin(books.at(session, now), asked)


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ("MD06", ["R-1 M-C1-1 failed"]),
        ("AC04", ["R-1 M-C1-1 failed"]),
        (
            "MD01",
            ["R-1 M-C1-1 failed", "R-1 M-C1-2 open"],
        ),  # the mandate was wrong, not the account
    ],
)
def test_what_failed_is_not_tried_under_another_name(
    books: DebitBooks, code: str, after: list[str]
) -> None:
    books.invoice("R-1")
    key = books.debit("R-1", books.mandate(instrument="iban:1"))
    books.mandate(instrument="iban:1")
    said = CollectionAnswer(CollectionStatus.DECLINED_HARD, code)
    with books.database.transaction() as session:
        collecting.hear(books.at(session, NOON), key, said)
    assert runs(books) == after


def test_same_account_agreed_anew_after_the_failure_is_tried(books: DebitBooks) -> None:
    books.invoice("R-1")
    key = books.debit("R-1", books.mandate(instrument="iban:1"))
    with books.database.transaction() as session:
        said = CollectionAnswer(CollectionStatus.DECLINED_HARD, "AC04")
        collecting.hear(books.at(session, NOON), key, said)
    books.mandate(instrument="iban:1", recorded_at=LATER)
    plans_anew(books, LATER)
    assert runs(books) == ["R-1 M-C1-1 failed", "R-1 M-C1-2 open"]


def test_mandate_for_one_debit_is_one_invoices(books: DebitBooks) -> None:
    books.invoice("R-1")
    books.invoice("R-2")
    books.mandate(frequency="one_off")
    plans_anew(books)
    assert runs(books) == ["R-1 M-C1-1 open"]
    with books.database.transaction() as session:
        invoice = session.get_one(InvoiceRecord, "R-2")
        ladder = ladder_for(session, invoice.policy)
        journal = books.at(session, NOON)
        assert "one debit" in collect_now(journal, ladder, invoice, "M-C1-1")
        assert collect_now(journal, ladder, invoice, "") == "nothing on file may be debited"


def test_mandate_that_turns_out_to_be_for_one_debit_is_debited_once(books: DebitBooks) -> None:
    books.invoice("R-1")
    books.invoice("R-2")
    number = books.mandate()
    plans_anew(books)
    with books.database.transaction() as session:
        session.get_one(type(books.method(number)), number).frequency = "one_off"
    for _ in range(2):
        for invoice in ("R-1", "R-2"):
            comes_to(books, invoice)
    with books.database.transaction() as session:
        [attempt] = session.exec(select(CollectionRecord)).all()
    assert runs(books) == ["R-1 M-C1-1 open", "R-2 M-C1-1 withdrawn"]
    assert attempt.invoice_number == "R-1"


def test_mandate_that_lapses_before_its_debit_could_be_made_is_not_begun_for_ever(
    books: DebitBooks,
) -> None:
    books.invoice("R-1")
    books.mandate(signed_on=date(2023, 3, 4))
    plans_anew(books)
    for _ in range(3):
        comes_to(books, "R-1")
    assert runs(books) == ["R-1 M-C1-1 withdrawn"]


def test_new_method_is_not_kept_waiting_for_the_retry_of_the_old(books: DebitBooks) -> None:
    books.invoice("R-1")
    key = books.debit("R-1", books.mandate())
    with books.database.transaction() as session:
        said = CollectionAnswer(CollectionStatus.DECLINED_SOFT, "AM04")
        collecting.hear(books.at(session, NOON), key, said)
    assert runs(books) == ["R-1 M-C1-1 open"]
    plans_anew(books, NOON)
    assert runs(books) == ["R-1 M-C1-1 open"]
    books.mandate(iban="DE89370400440532013000", preferred=True)
    plans_anew(books, NOON)
    assert runs(books) == ["R-1 M-C1-1 withdrawn", "R-1 M-C1-2 open"]


def test_banks_cut_off_is_read_on_its_own_clock(books: DebitBooks) -> None:
    """A ladder in Lisbon that took 09:30 in Berlin for its own would be too late every day."""
    with books.database.transaction() as session:
        record_banks(
            books.at(session, NOON),
            [replace(BANK, cut_off=time(9, 30), timezone="Europe/Helsinki")],
        )
    books.invoice("R-1")  # its ladder is in Berlin
    books.mandate()
    plans_anew(books)
    assert books.run("R-1").cut_off == "08:30"
