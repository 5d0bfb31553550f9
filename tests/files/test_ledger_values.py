"""One value of a ledger file is wrong: refused with its line and its column."""

from pathlib import Path

import pytest

from rules.errors import FileMistake
from tests.files.ledgers import at, invoice_text, payment_text, read_text

LONG = "x" * 101


def refusal(folder: Path, *texts: str) -> FileMistake:
    with pytest.raises(FileMistake) as caught:
        read_text(folder, *texts)
    return caught.value


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("issue_date", "05.01.2026", "'05.01.2026' is no date, expected YYYY-MM-DD"),
        ("issue_date", "20260105", "expected YYYY-MM-DD"),
        ("issue_date", "2026-W02-1", "expected YYYY-MM-DD"),
        ("issue_date", "2026-02-30", "expected YYYY-MM-DD"),
        ("issue_date", "2026-1-5", "expected YYYY-MM-DD"),
        ("issue_date", "٢٠٢٦-٠١-٠٥", "expected YYYY-MM-DD"),
        ("issue_date", "", "expected YYYY-MM-DD"),
        ("due_date", "2026-01-19T00:00", "expected YYYY-MM-DD"),
        ("due_date", "9999-12-31", "outside the years 1900 to 2199"),
        ("due_date", "2026-01-04", "before the issue date 2026-01-05"),
        ("amount", "-5.00", "-5.00 is negative, expected an amount above 0"),
        ("amount", "0.00", "is nothing, expected an amount"),
        ("amount", "1.005", "more decimals than the 2 that EUR has"),
        ("amount", "1,234.50", "is no amount"),
        ("amount", "1e3", "is no amount"),
        ("amount", "", "is no amount"),
        ("amount", "9" * 40, "larger than any amount"),
        ("currency", "EURO", "'EURO' is no currency of ISO 4217"),
        ("currency", "eur", "is no currency"),
        ("currency", "XAU", "is no currency"),
        ("currency", "", "is no currency"),
        ("customer_id", "", "is empty, expected a value"),
        ("customer_id", "  ", "is empty"),
        ("customer_id", " C-1", "begins or ends with a space"),
        ("customer_id", LONG, "has 101 characters, expected at most 100"),
        ("customer_name", "", "is empty"),
        ("customer_name", "A\nB", "control character '\\n'"),
        ("customer_name", "A\tB", "control character '\\t'"),
        ("customer_name", "x" * 1001, "has 1001 characters, at most 1000"),
        ("email", "a@b.example\r\nBcc: c@d.example", "control character '\\r'"),
        ("phone", "030\x00", "control character '\\x00'"),
        ("invoice_number", "", "is empty"),
        ("invoice_number", LONG, "at most 100"),
        ("language", "german", "'german' is no language code"),
        ("language", "d", "is no language code"),
        ("language", "d3", "is no language code"),
        ("country", "DEU", "is no country of ISO 3166"),
        ("country", "XX", "is no country"),
        ("country", "EU", "is no country"),
        ("description", "A\u2028B", "control character"),
        ("document", "missing.pdf", "'missing.pdf' is no file"),
        ("document", ".", "is no file"),
        ("document", "x" * 300, "cannot be read: File name too long"),
    ],
)
def test_invoice_value_wrong_names_line_and_column(
    tmp_path: Path, column: str, value: str, said: str
) -> None:
    mistake = refusal(tmp_path, invoice_text({}, {"invoice_number": "R-2", column: value}))
    assert at(mistake) == ("a.csv", 3, column)
    assert said in str(mistake)


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("payment_id", "", "is empty"),
        ("payment_id", LONG, "at most 100"),
        ("date", "16/01/2026", "expected YYYY-MM-DD"),
        ("invoice_number", "", "is empty"),
        ("amount", "0", "is nothing"),
        ("amount", "+5", "is no amount"),
        ("amount", "0.001", "more decimals"),
        ("currency", "DM", "is no currency"),
    ],
)
def test_payment_value_wrong_names_line_and_column(
    tmp_path: Path, column: str, value: str, said: str
) -> None:
    payments = payment_text({}, {"payment_id": "B-2", column: value})
    mistake = refusal(tmp_path, invoice_text({}), payments)
    assert at(mistake) == ("b.csv", 3, column)
    assert said in str(mistake)


def test_value_of_no_use_for_mail_is_kept_as_it_is(tmp_path: Path) -> None:
    """An address of no use is met when a notice is made (ladder.md, rule 11)."""
    [file] = read_text(tmp_path, invoice_text({"email": "nobody at nowhere", "phone": "ask Eva"}))
    assert file.invoices[0].customer.email == "nobody at nowhere"
    assert file.invoices[0].customer.phone == "ask Eva"


def test_empty_phone_language_country_email_are_taken(tmp_path: Path) -> None:
    empty = {"phone": "", "language": "", "country": "", "email": ""}
    [file] = read_text(tmp_path, invoice_text(empty))
    customer = file.invoices[0].customer
    assert (customer.phone, customer.language, customer.country, customer.email) == ("",) * 4


@pytest.mark.parametrize("country", ["DE", "GB", "LT", "XK", "CH", "TR", "US"])
def test_country_of_iso_3166_is_taken(tmp_path: Path, country: str) -> None:
    [file] = read_text(tmp_path, invoice_text({"country": country}))
    assert file.invoices[0].customer.country == country


def test_codes_in_other_case_are_read_in_their_own(tmp_path: Path) -> None:
    [file] = read_text(tmp_path, invoice_text({"language": "DE", "country": "de"}))
    customer = file.invoices[0].customer
    assert (customer.language, customer.country) == ("de", "DE")


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("97.6", "EUR", 9760), ("97.60000", "EUR", 9760), ("5", "JPY", 5), ("1.234", "KWD", 1234)],
)
def test_amount_is_read_in_minor_units(
    tmp_path: Path, amount: str, currency: str, minor: int
) -> None:
    [file] = read_text(tmp_path, invoice_text({"amount": amount, "currency": currency}))
    assert file.invoices[0].amount_minor == minor


def test_yen_with_decimals_is_refused(tmp_path: Path) -> None:
    mistake = refusal(tmp_path, invoice_text({"amount": "5.5", "currency": "JPY"}))
    assert at(mistake) == ("a.csv", 2, "amount")


def test_returned_payment_is_negative(tmp_path: Path) -> None:
    _, file = read_text(tmp_path, invoice_text({}), payment_text({"amount": "-428.40"}))
    assert file.payments[0].amount_minor == -42840


def test_document_beside_the_ledger_is_found(tmp_path: Path) -> None:
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "R-1.pdf").write_bytes(b"%PDF-1.7\n")
    [file] = read_text(tmp_path, invoice_text({"document": "pdf/R-1.pdf"}))
    assert file.invoices[0].document == str(tmp_path / "pdf" / "R-1.pdf")


def test_document_that_is_no_pdf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "R-1.pdf").write_bytes(b"<html>")
    mistake = refusal(tmp_path, invoice_text({"document": "R-1.pdf"}))
    assert at(mistake) == ("a.csv", 2, "document")
    assert "does not begin with %PDF-" in str(mistake)


def test_found_value_of_a_page_is_clipped_in_the_message(tmp_path: Path) -> None:
    mistake = refusal(tmp_path, invoice_text({"country": "x" * 5000}))
    assert len(str(mistake)) < 300 + len(str(tmp_path))
