"""Several ledger files together: one content per key, payments of known invoices."""

from pathlib import Path

import pytest

from gateways.ledger_files import read_ledger_files
from rules.errors import FileMistake
from tests.files.ledgers import at, invoice_text, payment_text, read_text


def test_same_invoice_row_twice_counts_once(tmp_path: Path) -> None:
    [file] = read_text(tmp_path, invoice_text({}, {}))
    assert [row.line for row in file.invoices] == [2]


def test_same_invoice_in_two_files_stays_in_the_first(tmp_path: Path) -> None:
    first, second = read_text(tmp_path, invoice_text({}), invoice_text({}))
    assert (len(first.invoices), len(second.invoices)) == (1, 0)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("amount", "428.41"),
        ("due_date", "2026-01-20"),
        ("issue_date", "2026-01-06"),
        ("currency", "CHF"),
        ("customer_id", "C-2"),
        ("description", "Tüten"),
        ("mandate", "ok"),
    ],
)
def test_invoice_number_with_two_contents_names_both_lines(
    tmp_path: Path, column: str, value: str
) -> None:
    with pytest.raises(FileMistake) as caught:
        read_text(
            tmp_path, invoice_text({}), invoice_text({"invoice_number": "R-0"}, {column: value})
        )
    assert at(caught.value) == ("b.csv", 3, column)
    assert "invoice_number 'R-1' stands with another" in str(caught.value)
    assert f"{tmp_path / 'a.csv'}, line 2" in str(caught.value)


def test_amounts_written_differently_are_one_content(tmp_path: Path) -> None:
    [file] = read_text(tmp_path, invoice_text({"amount": "428.4"}, {"amount": "428.400"}))
    assert len(file.invoices) == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [("customer_name", "Other"), ("email", "x@y.example"), ("phone", ""), ("country", "AT")],
)
def test_customer_with_two_contents_names_both_lines(
    tmp_path: Path, column: str, value: str
) -> None:
    with pytest.raises(FileMistake) as caught:
        read_text(tmp_path, invoice_text({}, {"invoice_number": "R-2", column: value}))
    assert at(caught.value) == ("a.csv", 3, column)
    assert "customer_id 'C-1' stands with another" in str(caught.value)
    assert "line 2" in str(caught.value)


def test_rows_of_one_customer_share_it(tmp_path: Path) -> None:
    [file] = read_text(tmp_path, invoice_text({}, {"invoice_number": "R-2"}))
    one, other = file.invoices
    assert one.customer is other.customer


def test_payments_before_their_invoices_are_taken(tmp_path: Path) -> None:
    payments, invoices = read_text(tmp_path, payment_text({}), invoice_text({}))
    assert len(payments.payments) == len(invoices.invoices) == 1


def test_payment_of_an_unknown_invoice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMistake, match="no invoice 'R-9' is known") as caught:
        read_text(tmp_path, invoice_text({}), payment_text({}, {"invoice_number": "R-9"}))
    assert at(caught.value) == ("b.csv", 3, "invoice_number")


def test_payment_in_another_currency_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMistake, match="CHF, but invoice 'R-1' is in EUR") as caught:
        read_text(tmp_path, invoice_text({}), payment_text({"currency": "CHF"}))
    assert at(caught.value) == ("b.csv", 2, "currency")


def test_payment_of_an_invoice_imported_before_is_taken(tmp_path: Path) -> None:
    [file] = read_text(tmp_path, payment_text({}), known={"R-1": "EUR"})
    assert len(file.payments) == 1


def test_payment_in_another_currency_than_imported_before_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileMistake, match="is in CHF"):
        read_text(tmp_path, payment_text({}), known={"R-1": "CHF"})


def test_first_row_of_a_payment_counts(tmp_path: Path) -> None:
    """Whatever later ones say (ladder.md, "Files a run reads and writes")."""
    later = {"amount": "-1", "date": "2026-03-01", "invoice_number": "R-2"}
    _, one, two = read_text(
        tmp_path,
        invoice_text({}, {"invoice_number": "R-2"}),
        payment_text({}, later),
        payment_text(later, {"payment_id": "B-2"}),
    )
    assert [(row.payment_id, row.amount_minor) for row in one.payments] == [("B-1", 42840)]
    assert [(row.payment_id, row.line) for row in two.payments] == [("B-2", 3)]


@pytest.mark.parametrize(
    ("column", "value"),
    [("amount", "0"), ("date", "x"), ("invoice_number", "R-9"), ("currency", "CHF")],
)
def test_later_row_of_a_payment_must_be_right_all_the_same(
    tmp_path: Path, column: str, value: str
) -> None:
    with pytest.raises(FileMistake) as caught:
        read_text(tmp_path, invoice_text({}), payment_text({}, {column: value}))
    assert at(caught.value) == ("b.csv", 3, column)


def test_database_is_not_asked_while_a_file_is_wrong(tmp_path: Path) -> None:
    asked: list[str] = []
    (tmp_path / "a.csv").write_text(payment_text({"invoice_number": "R-9"}))
    (tmp_path / "b.csv").write_text(invoice_text({"amount": "x"}))
    with pytest.raises(FileMistake, match=r"b\.csv"):
        read_ledger_files(
            [tmp_path / "a.csv", tmp_path / "b.csv"],
            max_bytes=10_000,
            known_currency=lambda number: asked.append(number),
        )
    assert asked == []


def test_database_is_asked_once_for_an_invoice_and_never_for_one_in_the_files(
    tmp_path: Path,
) -> None:
    asked: list[str] = []

    def known(number: str) -> str:
        asked.append(number)
        return "EUR"

    other = {"invoice_number": "R-9"}
    (tmp_path / "a.csv").write_text(
        payment_text({}, {**other, "payment_id": "B-2"}, {**other, "payment_id": "B-3"})
    )
    (tmp_path / "b.csv").write_text(invoice_text({}), encoding="utf-8")
    read_ledger_files(
        [tmp_path / "a.csv", tmp_path / "b.csv"], max_bytes=10_000, known_currency=known
    )
    assert asked == ["R-9"]
