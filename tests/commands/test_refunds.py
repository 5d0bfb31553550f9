"""Refunds and credit as typed: what is refused says why, and changes nothing."""

from pathlib import Path

import pytest
from sqlmodel import Session, create_engine, select

from activities.examined_record import books
from models.tables import CreditRecord, InvoiceRecord, PaymentRecord, RefundRecord
from tests.commands.conftest import Command
from tests.commands.record import Record


@pytest.fixture
def paid(record: Record) -> Record:
    """130.00 came in on an invoice of 100.00, and another one of 50.00 is open."""
    record.invoice()
    record.invoice("I2", amount="50.00")
    record.pay("130.00")
    return record


def rows(record: Record, table: type[RefundRecord] | type[CreditRecord]) -> int:
    with Session(create_engine(record.url)) as session:
        return len(session.exec(select(table)).all())


def credit(record: Record) -> int:
    with Session(create_engine(record.url)) as session:
        assert [*books(session)] == []
        return sum(one.amount_minor for one in session.exec(select(CreditRecord)))


def test_refund_is_recorded_and_told(paid: Record, command: Command) -> None:
    ended = command("refund", "I1", "20.00", "--reason", "paid twice")
    assert ended.status == 0
    assert "Refund F-C1-1 of 20.00 EUR on invoice I1 is requested, of payment P1." in ended.out
    assert credit(paid) == 1000
    assert "waits to be paid back" in command("refunds").out
    assert command("refunds", "--json").json[0]["amount"] == {"amount": "20.00", "currency": "EUR"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["I1", "130.01"], "130.01 EUR is more than was paid on invoice I1: 130.00 EUR"),
        (["I1", "130.01", "--payment", "P1"], "is more than payment P1 brought: 130.00 EUR"),
        (["I1", "1.00", "--payment", "P9"], "invoice I1 has no payment P9"),
        (["I2", "1.00"], "is more than was paid on invoice I2: 0.00 EUR"),
        (["I1", "0"], "expected an amount above 0"),
        (["I1", "much"], "is no amount"),
        (["I9", "1.00"], "no invoice 'I9' is recorded"),
    ],
)
def test_refund_that_may_not_be_is_refused(
    paid: Record, command: Command, words: list[str], says: str
) -> None:
    ended = command("refund", *words)
    assert (ended.status, ended.out) == (2, "")
    assert says in ended.err
    assert len(ended.err.splitlines()) == 1
    assert (rows(paid, RefundRecord), credit(paid)) == (0, 3000)


def test_second_refund_beyond_what_is_left_names_the_first(paid: Record, command: Command) -> None:
    assert command("refund", "I1", "100.00").status == 0
    ended = command("refund", "I1", "100.00")
    assert ended.status == 2
    assert "invoice I1 was refunded with F-C1-1 already: 30.00 EUR of the 130.00 EUR" in ended.err
    assert (rows(paid, RefundRecord), credit(paid)) == (1, 0)


def test_same_key_again_is_the_same_refund(paid: Record, command: Command) -> None:
    command("refund", "I1", "20.00", "--key", "k1")
    again = command("refund", "I1", "20.00", "--key", "k1")
    assert "asked already: refund F-C1-1" in again.out
    other = command("refund", "I1", "21.00", "--key", "k1")
    assert (other.status, rows(paid, RefundRecord)) == (2, 1)
    assert "names another refund, F-C1-1" in other.err


def test_money_an_open_invoice_needs_is_not_refunded(record: Record, command: Command) -> None:
    record.invoice()
    record.pay("40.00")
    ended = command("refund", "I1", "10.00")
    assert ended.status == 2
    assert "60.00 EUR of invoice I1 is still owed, so only its credit can be paid back" in ended.err


def test_proof_is_there_once_it_was_paid_back(
    paid: Record, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUELY_DOCUMENTS_DIR", str(tmp_path / "documents"))
    command("refund", "I1", "20.00")
    ended = command("proof", "F-C1-1")
    assert ended.status == 2
    assert "has no proof yet" in ended.err
    kept = tmp_path / "documents" / "proof" / "F-C1-1.1.pdf"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"%PDF-")
    with Session(create_engine(paid.url)) as session:
        session.get_one(RefundRecord, "F-C1-1").document = "proof/F-C1-1.1.pdf"
        session.commit()
    out = tmp_path / "proof.pdf"
    assert command("proof", "F-C1-1", "--out", str(out)).status == 0
    assert out.read_bytes() == b"%PDF-"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["refund-done", "F-9", "--reference", "x"], "no refund 'F-9' is recorded"),
        (["refund-done", "F-C1-1", "--reference", "1" * 23], "is no ARN"),
        (["refund-done", "F-C1-1", "--reference", "T", "--on", "2026-02-01"], "a day between them"),
        (["refund-retry", "F-9"], "no refund 'F-9' is recorded"),
        (["proof", "F-9"], "no refund 'F-9' is recorded"),
    ],
)
def test_nonsense_about_a_refund_is_refused(
    paid: Record, command: Command, words: list[str], says: str
) -> None:
    command("refund", "I1", "20.00")
    ended = command(*words)
    assert (ended.status, says in ended.err) == (2, True), ended.err


def test_credit_is_listed_and_set_off(paid: Record, command: Command) -> None:
    assert "30.00 EUR" in command("credit").out
    ended = command("credit-apply", "C1", "I2", "10.00", "--key", "k1")
    assert "10.00 EUR of credit pays invoice I2, 40.00 EUR is still owed." in ended.out
    assert "done already" in command("credit-apply", "C1", "I2", "10.00", "--key", "k1").out
    assert credit(paid) == 2000
    assert "20.00 EUR of credit pays invoice I2" in command("credit-apply", "C1", "I2").out
    assert command("credit", "--json").json == []
    with Session(create_engine(paid.url)) as session:
        invoice = session.get_one(InvoiceRecord, "I2")
        assert invoice.balance_minor == 2000
        sources = [one.source for one in session.exec(select(PaymentRecord))]
        assert sources == ["bank", "credit", "credit"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["C1", "I2", "30.01"], "30.01 EUR is more than the customer's credit: 30.00 EUR"),
        (["C1", "I1"], "nothing is owed on invoice I1"),
        (["C2", "I2"], "no customer 'C2' is recorded"),
        (["C1", "I2", "0"], "expected an amount above 0"),
    ],
)
def test_credit_that_is_not_there_is_not_set_off(
    paid: Record, command: Command, words: list[str], says: str
) -> None:
    ended = command("credit-apply", *words)
    assert (ended.status, says in ended.err) == (2, True), ended.err
    assert credit(paid) == 3000


def test_credit_set_off_is_not_refunded_as_well(paid: Record, command: Command) -> None:
    command("credit-apply", "C1", "I2")
    ended = command("refund", "I1", "101.00")
    assert (
        "101.00 EUR is more than was paid on invoice I1: 130.00 EUR, of which 100.00" in ended.err
    )
