"""What a person says of money that nobody could place: once, or refused with a sentence."""

from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from activities.database import Database
from models.tables import CreditRecord, InvoiceRecord, OutboxRecord
from tests.banking.books import Books
from tests.banking.files import Paid, camt
from tests.commands.conftest import Command
from tests.commands.record import Record

LIST = [Paid(12_000, "thanks a lot", name="Ann Payer"), Paid(500, "for what?", name="Bo")]


@pytest.fixture
def listed(record: Record, tmp_path: Path) -> Record:
    """Two entries on the list, and two open invoices of 100.00 EUR."""
    record.invoice("I1")
    record.invoice("I2", customer="C2")
    record.invoice("I3", customer="C3", currency="CHF")
    books = Books(record.url, tmp_path)
    books.take(camt(tmp_path / "a.xml", LIST))
    books.database.close()
    return record


def _reading(record: Record) -> Session:
    return Session(Database(record.url).engine)


def balance(record: Record, number: str) -> int:
    with _reading(record) as session:
        return session.get_one(InvoiceRecord, number).balance_minor


def test_list_shows_what_waits_and_why(listed: Record, command: Command) -> None:
    said = command("unmatched").out
    assert "Entry 1 of 2026-03-03: 120.00 EUR, Ann Payer" in said
    assert "thanks a lot" in said
    assert "On the list because: " in said
    first = command("unmatched", "--json").json["unmatched"][0]
    assert first["unmatched"] == {"amount": "120.00", "currency": "EUR"}
    assert {"id", "booked_on", "party", "text", "reason", "candidates"} <= set(first)


def test_empty_list_says_so(record: Record, command: Command) -> None:
    assert command("unmatched").out.startswith("Nothing waits")


def test_assigned_money_pays_in_parts_and_tells_the_workflow(
    listed: Record, command: Command
) -> None:
    assert "20.00 EUR of it is still nobody's" in command("assign", "1", "I1", "100.00").out
    assert command("assign", "1", "I2").out.startswith("Entry 1 is assigned to invoice I2.")
    assert (balance(listed, "I1"), balance(listed, "I2")) == (0, 8_000)
    with _reading(listed) as session:
        query = select(OutboxRecord.workflow_id).where(col(OutboxRecord.signal) != "")
        assert {"invoice:I1", "invoice:I2"} <= set(session.exec(query))


def test_same_key_again_changes_nothing(listed: Record, command: Command) -> None:
    command("assign", "1", "I1", "60.00", "--key", "k")
    again = command("assign", "1", "I1", "60.00", "--key", "k")
    assert (again.status, balance(listed, "I1")) == (0, 4_000)
    assert "done already under key k" in again.out
    assert "names another act" in command("assign", "1", "I1", "50.00", "--key", "k").err


def test_credited_money_is_the_customers(listed: Record, command: Command) -> None:
    command("credit-entry", "2", "C2")
    with _reading(listed) as session:
        [credit] = session.exec(select(CreditRecord))
    assert (credit.customer_id, credit.amount_minor, credit.entry) == ("C2", 500, 2)


def test_entry_set_aside_leaves_the_list(listed: Record, command: Command) -> None:
    assert command("set-aside", "2", "--reason", "a transfer of our own").status == 0
    assert [one["id"] for one in command("unmatched", "--json").json["unmatched"]] == [1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("assign", "9", "I1"), "no entry 9 is recorded"),
        (("assign", "1", "I9"), "no invoice 'I9' is recorded"),
        (("assign", "1", "I3"), "invoice I3 in CHF, expected one currency"),
        (("assign", "1", "I1", "120.01"), "120.00 EUR of it is nobody's yet"),
        (("assign", "1", "I1", "0"), "0.00 EUR of entry 1 cannot be given away"),
        (("assign", "1", "I1", "1.001"), "1.001"),
        (("credit-entry", "1", "C9"), "no customer 'C9' is recorded"),
        (("credit-entry", "1", "C1", "121"), "cannot be given away"),
        (("set-aside", "1"), "expected a --reason"),
        (("bank-retire", "DE1"), "no statement of account"),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(
    listed: Record, command: Command, words: tuple[str, ...], sentence: str
) -> None:
    before = command("unmatched", "--json").json
    ended = command(*words)
    assert ended.status == 2
    assert sentence in ended.err
    assert command("unmatched", "--json").json == before


def test_entry_off_the_list_is_refused(listed: Record, command: Command) -> None:
    command("set-aside", "2", "--reason", "ours")
    assert "it is set aside" in command("assign", "2", "I1").err


def test_accounts_are_shown_and_go_out_of_use(listed: Record, command: Command) -> None:
    assert "2026-03-03" in command("bank").out
    assert command("bank-retire", "37040044/532013000").status == 0
    assert command("bank", "--json").json["accounts"][0]["retired"] is True
    assert "is out of use" in command("bank-retire", "37040044/532013000").out
