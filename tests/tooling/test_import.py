"""`starter.py import`: what spreadsheets make of a file is taken, and what it says is kept once."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import starter
from rules.errors import UserMistake
from tests.files.ledgers import INVOICE, PAYMENT, invoice_text, payment_text

Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Writes each text to a.csv, b.csv ... and imports them, without a Temporal server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")

    def run(*texts: str | bytes) -> str:
        names = [f"{letter}.csv" for letter, _ in zip("abc", texts, strict=False)]
        for name, text in zip(names, texts, strict=True):
            (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
        capsys.readouterr()
        starter.app(["import", *names], standalone_mode=False)
        return capsys.readouterr().out

    return run


def recorded(what: str) -> list[Any]:
    with sqlite3.connect("var/duely.db") as database:
        found = database.execute(f"select {what}").fetchall()
    database.close()
    return [row[0] if len(row) == 1 else row for row in found]


def test_file_of_a_spreadsheet_is_taken_as_it_means(run: Run) -> None:
    row = {"customer_name": 'Kunze, Kunze "& Söhne"', "note": "a, b\nc", "amount": "1.500"}
    text = "\ufeff" + invoice_text(row, end="\r\n")
    assert "1 invoices and 0 payments recorded" in run(text)
    assert recorded("name from customer") == ['Kunze, Kunze "& Söhne"']
    assert recorded("amount_minor from invoice") == [150]


def test_columns_of_payments_may_stand_in_any_order(run: Run) -> None:
    columns = ["amount", "note", "currency", "invoice_number", "date", "payment_id"]
    cells = [{**PAYMENT, "note": "x", "amount": "28.40"}[name] for name in columns]
    run(invoice_text({}), ",".join(columns) + "\n" + ",".join(cells) + "\n")
    assert recorded("payment_id, amount_minor from payment") == [("B-1", 28_40)]
    assert recorded("balance_minor from invoice") == [400_00]


def test_same_files_again_and_one_twice_in_a_call_change_nothing(run: Run) -> None:
    invoices, payments = invoice_text({}), payment_text({"amount": "28.40"})
    run(invoices, payments)
    said = run(invoices, payments, invoices)
    assert "0 invoices and 0 payments recorded, 1 invoices were known" in said
    assert recorded("balance_minor from invoice") == [400_00]


def test_two_files_that_name_one_customer_differently_are_refused_whole(run: Run) -> None:
    other = {"invoice_number": "R-2", "customer_name": "Another"}
    with pytest.raises(UserMistake, match="customer_id 'C-1' stands with another customer_name"):
        run(invoice_text({}), invoice_text(other))
    assert not Path("var").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"customer_name": "Another"}, "another name is recorded and was kept"),
        ({"phone": "+49 30 1"}, "another phone is recorded and was kept"),
        ({"email": "a@b.example", "language": "en"}, "another email and language is recorded"),
    ],
    ids=str,
)
@pytest.mark.parametrize("number", ["R-1", "R-2"], ids=["known", "new"])
def test_known_customer_keeps_what_is_recorded_and_it_is_said(
    run: Run, change: dict[str, str], said: str, number: str
) -> None:
    run(invoice_text({}))
    told = run(invoice_text({"invoice_number": number, **change}))
    assert f"customer C-1: {said}" in told
    assert recorded("name, phone from customer") == [(INVOICE["customer_name"], INVOICE["phone"])]


def test_known_invoice_with_another_content_is_refused_and_nothing_is_recorded(run: Run) -> None:
    run(invoice_text({}))
    changed = invoice_text({"invoice_number": "R-2"}, {"amount": "1.00"})
    with pytest.raises(UserMistake) as caught:
        run(changed)
    assert str(caught.value) == (
        "a.csv, line 3, column invoice_number: invoice R-1 is already recorded with another content"
    )
    assert recorded("number from invoice") == ["R-1"]


def test_largest_file_is_a_setting(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    text = invoice_text({})
    monkeypatch.setenv("DUELY_IMPORT_MAX", str(len(text.encode()) - 1))
    with pytest.raises(UserMistake, match="DUELY_IMPORT_MAX allows"):
        run(text)
    monkeypatch.delenv("DUELY_IMPORT_MAX")
    assert "1 invoices" in run(text)
