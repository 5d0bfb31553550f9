"""A replay takes its payments from the bank's files as it takes them from a table."""

from pathlib import Path

import pytest

from gateways.ledger_files import read_ledger_files
from models.settings import HOME
from rules.ledger import LedgerFile, PaymentRow
from sandbox.bank_payments import read_ledger
from tests.sandbox.daily_statements import write_daily_statements

LEDGER = HOME.parent / "shared" / "data" / "ar2466"
LIMITS = {"max_bytes": 10_000_000, "max_statement": 10_000_000}


def payments_of(files: list[LedgerFile]) -> list[tuple[str, object, str, str, int]]:
    """Without their places in a file; in an order of their own."""
    rows: list[PaymentRow] = [row for file in files for row in file.payments]
    return sorted(
        (row.payment_id, row.date, row.invoice_number, row.currency, row.amount_minor)
        for row in rows
    )


@pytest.mark.skipif(not LEDGER.exists(), reason="the shared data is not beside this tree")
@pytest.mark.parametrize("table", ["payments.csv", "payments-hard.csv"])
def test_payments_as_daily_statements_are_the_payments_of_the_table(
    table: str, tmp_path: Path
) -> None:
    invoices, payments = LEDGER / "invoices.csv", LEDGER / table
    write_daily_statements(payments, tmp_path / "bank")
    files, bank = read_ledger([invoices], [tmp_path / "bank"], **LIMITS)
    expected = read_ledger_files(
        [invoices, payments], max_bytes=10_000_000, known_currency=lambda number: None
    )
    assert payments_of(files) == payments_of(expected)
    assert bank is not None
    assert bank.left == 0


def test_payments_from_a_table_need_no_bank() -> None:
    folder = HOME / "tests" / "ledger"
    files, bank = read_ledger([folder / "invoices.csv"], [folder / "payments.csv"], **LIMITS)
    assert bank is None
    assert files[1].payments
