"""Our own table of entries."""

from datetime import date
from pathlib import Path

import pytest

from gateways.statements import read_statements, recognise
from rules.errors import FileMistake
from rules.statements import FileFormat, Party, Statement
from tests.statements.builders import bookings, read, written

HEADER = (
    "booking_date,value_date,amount,currency,account,payer_name,payer_account,remittance,"
    "bank_reference,end_to_end_id"
)
ROW = "2026-01-05,2026-01-06,12.50,EUR,DE89 3704,Ada,nl91 abna,Invoice 1,B-1,E-1"


def test_row_is_a_booking_of_one_movement(tmp_path: Path) -> None:
    [found] = bookings(tmp_path, f"{HEADER}\n{ROW}\n")
    [movement] = found.movements
    assert (found.amount, found.line, found.reference) == (1250, 2, "B-1")
    assert (found.booked_on, found.value_date) == (date(2026, 1, 5), date(2026, 1, 6))
    assert movement.party == Party(name="Ada", account="NL91ABNA")
    assert (movement.remittance, movement.end_to_end_id) == ("Invoice 1", "E-1")


def test_signs_that_turn_a_text_around_are_left_out(tmp_path: Path) -> None:
    row = ROW.replace("Ada", "A\u202eda").replace("Invoice", "Inv\u2066oice")
    [found] = bookings(tmp_path, f"{HEADER}\n{row}\n")
    [movement] = found.movements
    assert (movement.party.name, movement.remittance) == ("A da", "Inv oice 1")


def test_only_five_columns_are_needed_in_any_order_among_others(tmp_path: Path) -> None:
    content = "note,remittance,account,currency,amount,booking_date\nx,,A1,EUR,-1,2026-01-05\n"
    [found] = bookings(tmp_path, content)
    assert (found.amount, found.value_date) == (-100, date(2026, 1, 5))


def test_each_account_and_currency_is_a_notification(tmp_path: Path) -> None:
    rows = [ROW, ROW.replace("EUR", "SEK"), ROW.replace("01-05", "01-07")]
    parts = read(tmp_path, "\n".join([HEADER, *rows, ""]))
    ends = [part for part in parts if isinstance(part, Statement)]
    assert [(one.currency, one.entries, one.total) for one in ends] == [
        ("EUR", 2, 2500),
        ("SEK", 1, 1250),
    ]
    assert all(one.is_notification and one.adds_up is None for one in ends)
    assert ends[0].until == date(2026, 1, 7)


def test_table_of_only_a_header_has_no_statement(tmp_path: Path) -> None:
    assert read(tmp_path, f"{HEADER}\n") == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (f"{HEADER}\n{ROW}", "the last line has no line break"),
        (f"{HEADER}\n{ROW.replace('12.50', '12.505')}\n", "more decimals"),
        (f"{HEADER}\n{ROW.replace('12.50', '0')}\n", "is nothing"),
        (f"{HEADER}\n{ROW.replace('EUR', 'EUX')}\n", "no currency"),
        (f"{HEADER}\n{ROW.replace('DE89 3704', '')}\n", "column account: is empty"),
        (f"{HEADER}\n{ROW.replace('2026-01-05', '5.1.2026')}\n", "is no date"),
        (f"{HEADER.replace(',currency', '')}\n", "the header of entries lacks currency"),
        (f"{HEADER.replace(',', ';')}\n", "the header of entries lacks"),
    ],
)
def test_wrong_table_is_refused(tmp_path: Path, content: str, why: str) -> None:
    with pytest.raises(FileMistake, match=why):
        read(tmp_path, content)


def test_wrong_row_is_refused_before_any_is_handed_out(tmp_path: Path) -> None:
    path = written(tmp_path, f"{HEADER}\n{ROW}\n{ROW.replace('12.50', 'x')}\n")
    assert recognise(path) is FileFormat.CSV
    with pytest.raises(FileMistake, match="line 3, column amount"):
        next(read_statements(path, max_bytes=1000))
