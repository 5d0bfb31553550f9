"""Whatever a ledger file holds: its values come back, or a mistake says where it is wrong."""

import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import FileMistake
from tests.files.ledgers import INVOICE_HEADER, PAYMENT_HEADER, invoice_text, read, read_text

# One folder serves all examples: each of them writes its files anew.
same_folder = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
plain_text = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=30
)
texts = plain_text.map(str.strip).filter(bool)
days = st.dates(min_value=date(1900, 1, 1), max_value=date(2199, 12, 31))
rows = st.fixed_dictionaries(
    {
        "customer_name": texts,
        "email": st.text(string.printable[:95], max_size=20),
        "invoice_number": texts,
        "amount": st.integers(1, 10**12).map(lambda minor: f"{minor // 100}.{minor % 100:02}"),
        "description": st.just("") | texts,
        "due_date": days,
    }
)


@same_folder
@given(row=rows, end=st.sampled_from(["\n", "\r\n"]))
def test_right_row_comes_back_as_it_was(tmp_path: Path, row: dict[str, object], end: str) -> None:
    change = {name: str(value) for name, value in row.items()} | {"issue_date": "1900-01-01"}
    [file] = read_text(tmp_path, invoice_text(change, end=end))
    read_row = file.invoices[0]
    assert {
        "customer_name": read_row.customer.name,
        "email": read_row.customer.email,
        "invoice_number": read_row.number,
        "amount": f"{read_row.amount_minor // 100}.{read_row.amount_minor % 100:02}",
        "description": read_row.description,
        "due_date": read_row.due_date,
    } == row


headers = st.sampled_from([b"", INVOICE_HEADER.encode() + b"\n", PAYMENT_HEADER.encode() + b"\n"])
bits = st.sampled_from(
    [b",", b'"', b"\n", b"\r", b"\r\n", b"\x00", b"\xe4", b"2026-01-05", b"EUR", b"5", b"x"]
)
bodies = st.binary(max_size=200) | st.lists(bits, max_size=60).map(b"".join)


@same_folder
@given(header=headers, body=bodies)
def test_any_bytes_are_read_or_refused_in_one_line(
    tmp_path: Path, header: bytes, body: bytes
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(header + body)
    mistake = None
    try:
        [file] = read(path)
    except FileMistake as error:
        mistake = error
    if mistake is None:
        assert not file.payments  # they would be of an unknown invoice
    else:
        assert len(str(mistake).splitlines()) == 1
        assert mistake.place.file == str(path)
        assert mistake.place.line


@same_folder
@given(st.lists(st.text('ab\n"', max_size=8), min_size=1, max_size=8), st.data())
def test_line_is_where_the_row_starts(
    tmp_path: Path, notes: list[str], data: st.DataObject
) -> None:
    """Whatever newlines stand in quotes before the wrong row."""
    wrong = data.draw(st.integers(0, len(notes) - 1))
    changes = [
        {"invoice_number": f"R-{n}", "note": note, "amount": "x" if n == wrong else "1"}
        for n, note in enumerate(notes)
    ]
    row_starts = invoice_text(*changes[:wrong], {"note": "one line"}).count("\n")
    with pytest.raises(FileMistake) as caught:
        read_text(tmp_path, invoice_text(*changes))
    assert caught.value.place.line == row_starts
