"""A ledger file's bytes, header and rows: what is taken, and where what is not stands."""

import os
from pathlib import Path

import pytest

from gateways.ledger_files import read_ledger_files
from rules.errors import FileMistake
from tests.files.ledgers import (
    INVOICE_HEADER,
    PAYMENT_HEADER,
    at,
    invoice_text,
    payment_text,
    read,
    read_text,
)


def refusal_of(path: Path, content: bytes | None = None, max_bytes: int = 10_000) -> FileMistake:
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(FileMistake) as caught:
        read_ledger_files([path], max_bytes=max_bytes, known_currency=lambda _: None)
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.csv"


# The file


def test_missing_file_is_named(file: Path) -> None:
    assert "a.csv: cannot be read: No such file or directory" in str(refusal_of(file))


def test_directory_is_refused(tmp_path: Path) -> None:
    assert str(refusal_of(tmp_path)) == f"{tmp_path}: is a directory, expected a file"


def test_pipe_is_refused_unread(file: Path) -> None:
    os.mkfifo(file)
    assert "no regular file" in str(refusal_of(file))


def test_path_with_a_null_byte_is_refused(tmp_path: Path) -> None:
    assert "cannot be read: embedded null byte" in str(refusal_of(tmp_path / "a\x00"))


def test_file_larger_than_allowed_names_size_and_setting(file: Path) -> None:
    mistake = refusal_of(file, b"x" * 101, max_bytes=100)
    assert str(mistake) == f"{file}: has 101 bytes, DUELY_IMPORT_MAX allows 100"


def test_file_exactly_as_large_as_allowed_is_read(file: Path) -> None:
    file.write_text(PAYMENT_HEADER)
    size = len(PAYMENT_HEADER)
    assert (
        read_ledger_files([file], max_bytes=size, known_currency=lambda _: None)[0].payments == ()
    )


# Bytes


def test_empty_file_is_refused(file: Path) -> None:
    mistake = refusal_of(file, b"")
    assert at(mistake) == ("a.csv", 1, None)
    assert "is empty, expected a header" in str(mistake)


def test_byte_order_mark_alone_is_an_empty_file(file: Path) -> None:
    assert "is empty" in str(refusal_of(file, b"\xef\xbb\xbf"))


@pytest.mark.parametrize("header", [INVOICE_HEADER, PAYMENT_HEADER])
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_header_alone_is_a_file_without_rows(tmp_path: Path, header: str, end: str) -> None:
    [file] = read_text(tmp_path, header + end)
    assert (file.invoices, file.payments) == ((), ())


def test_byte_order_mark_is_tolerated(tmp_path: Path) -> None:
    [file] = read_text(tmp_path, "\ufeff" + invoice_text({}))
    assert file.invoices[0].number == "R-1"


def test_latin_1_names_line_and_column(file: Path) -> None:
    text = invoice_text({"customer_name": "Cafe"}, {"invoice_number": "R-2"})
    mistake = refusal_of(file, text.encode("latin-1"))
    assert at(mistake) == ("a.csv", 3, "customer_name")
    assert "byte 0xE4 is not UTF-8" in str(mistake)


def test_latin_1_in_a_column_nobody_reads_is_refused(file: Path) -> None:
    mistake = refusal_of(file, payment_text({"note": "für"}).encode("latin-1"))
    assert at(mistake) == ("a.csv", 2, "note")


def test_utf_16_is_refused(file: Path) -> None:
    assert refusal_of(file, invoice_text({}).encode("utf-16")).place.line == 1


def test_null_bytes_name_line_and_column(file: Path) -> None:
    mistake = refusal_of(file, payment_text({}, {"payment_id": "B\x00"}).encode())
    assert at(mistake) == ("a.csv", 3, "payment_id")


def test_line_ends_of_an_old_mac_are_refused(file: Path) -> None:
    mistake = refusal_of(file, payment_text({}, end="\r").encode())
    assert at(mistake) == ("a.csv", 1, None)
    assert "expected LF or CRLF" in str(mistake)


# The header


@pytest.mark.parametrize("missing", INVOICE_HEADER.split(","))
def test_invoice_header_without_a_column_names_it(file: Path, missing: str) -> None:
    header = ",".join(name for name in INVOICE_HEADER.split(",") if name != missing)
    mistake = refusal_of(file, header.encode())
    assert at(mistake) == ("a.csv", 1, missing)
    assert f"the header of invoices lacks {missing}" in str(mistake)


@pytest.mark.parametrize("missing", PAYMENT_HEADER.split(",")[1:])
def test_payment_header_without_a_column_names_it(file: Path, missing: str) -> None:
    header = ",".join(name for name in PAYMENT_HEADER.split(",") if name != missing)
    mistake = refusal_of(file, header.encode())
    assert at(mistake) == ("a.csv", 1, missing)
    assert f"the header of payments lacks {missing}" in str(mistake)


def test_header_of_something_else_says_both_it_could_be(file: Path) -> None:
    mistake = refusal_of(file, b"sku,name,price\n1,2,3\n")
    assert at(mistake)[:2] == ("a.csv", 1)
    assert INVOICE_HEADER in str(mistake)
    assert PAYMENT_HEADER in str(mistake)


def test_semicolons_are_told_that_commas_separate(file: Path) -> None:
    mistake = refusal_of(file, INVOICE_HEADER.replace(",", ";").encode())
    assert "separated by commas" in str(mistake)


def test_row_without_any_header_is_refused(file: Path) -> None:
    rows = payment_text({}, {}).split("\n", 1)[1]
    assert refusal_of(file, rows.encode()).place.line == 1


def test_column_named_twice_is_refused(file: Path) -> None:
    mistake = refusal_of(file, (PAYMENT_HEADER + ",amount").encode())
    assert at(mistake) == ("a.csv", 1, "amount")
    assert "more than once" in str(mistake)


def test_header_of_both_kinds_is_refused(file: Path) -> None:
    mistake = refusal_of(file, (INVOICE_HEADER + ",payment_id,date").encode())
    assert at(mistake) == ("a.csv", 1, "payment_id")


def test_columns_in_any_order_are_taken(tmp_path: Path) -> None:
    text = "amount,currency,invoice_number,date,payment_id\n5,EUR,R-1,2026-01-16,B-1\n"
    [file] = read_text(tmp_path, text, known={"R-1": "EUR"})
    payment = file.payments[0]
    assert (payment.payment_id, payment.amount_minor, payment.line) == ("B-1", 500, 2)


def test_more_columns_are_passed_over(tmp_path: Path) -> None:
    [file] = read_text(tmp_path, invoice_text({"note": "two\nlines", "": "x"}))
    assert file.invoices[0].number == "R-1"


# The rows


def test_row_with_too_few_fields_names_the_first_missing(file: Path) -> None:
    mistake = refusal_of(file, (payment_text({}) + "B-2,2026-01-16\n").encode())
    assert at(mistake) == ("a.csv", 3, "invoice_number")
    assert "has 2 fields, expected 5" in str(mistake)


def test_row_with_too_many_fields_is_refused(file: Path) -> None:
    mistake = refusal_of(file, (payment_text({}).rstrip("\n") + ",x\n").encode())
    assert at(mistake) == ("a.csv", 2, "amount")
    assert "has 6 fields, expected 5" in str(mistake)


def test_decimal_comma_without_quotes_is_too_many_fields(file: Path) -> None:
    mistake = refusal_of(file, (PAYMENT_HEADER + "\nB-1,2026-01-16,R-1,EUR,5,00\n").encode())
    assert at(mistake) == ("a.csv", 2, "amount")


def test_quote_never_closed_names_the_row_it_opens_in(file: Path) -> None:
    text = payment_text({}, {"payment_id": "B-2"}, {}).replace("B-2", '"B-2')
    mistake = refusal_of(file, text.encode())
    assert at(mistake) == ("a.csv", 3, None)
    assert "is not CSV" in str(mistake)


def test_text_after_a_closing_quote_is_refused(file: Path) -> None:
    mistake = refusal_of(file, (PAYMENT_HEADER + '\n"B-1"x,,,,\n').encode())
    assert at(mistake) == ("a.csv", 2, None)


def test_line_counts_quoted_newlines_before_it(file: Path) -> None:
    text = invoice_text({"note": "1\n2\n3"}, {"invoice_number": "R-2", "amount": "x"})
    assert at(refusal_of(file, text.encode())) == ("a.csv", 5, "amount")


def test_line_of_a_row_over_many_lines_is_its_first(file: Path) -> None:
    text = invoice_text({}, {"note": "1\n2\n3", "amount": "x"})
    assert at(refusal_of(file, text.encode())) == ("a.csv", 3, "amount")


def test_blank_lines_are_passed_over_and_counted(file: Path) -> None:
    content = (PAYMENT_HEADER + "\n\n\nB-1,never,R-1,EUR,5\n").encode()
    assert at(refusal_of(file, content)) == ("a.csv", 4, "date")


def test_crlf_reads_like_lf(tmp_path: Path) -> None:
    rows: list[dict[str, str]] = [{}, {"invoice_number": "R-2", "note": 'say "no"'}]
    (one,) = read_text(tmp_path, invoice_text(*rows))
    (other,) = read_text(tmp_path, invoice_text(*rows, end="\r\n"))
    assert one == other


def test_first_wrong_row_is_the_one_told(file: Path) -> None:
    text = payment_text({}, {"date": "x"}, {"amount": "x"})
    assert at(refusal_of(file, text.encode())) == ("a.csv", 3, "date")


def test_a_files_name_is_its_path(tmp_path: Path) -> None:
    [file] = read_text(tmp_path, invoice_text({}))
    assert file.name == str(tmp_path / "a.csv")


def test_no_files_are_no_ledger() -> None:
    assert read() == []
