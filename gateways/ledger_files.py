"""Ledger files: invoices, payments and payment methods as CSV, told apart by their header."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from gateways.csv_rows import CsvTable
from gateways.ledger_books import InvoiceBook, KnownCurrency, PaymentBook
from gateways.ledger_fields import shown
from gateways.ledger_rows import INVOICE_COLUMNS, PAYMENT_COLUMNS, Customers, invoice, payment
from gateways.method_rows import METHOD_COLUMNS, method_row
from rules.errors import FileMistake, Place
from rules.ledger import LedgerFile

LIMIT_NAME = "DUELY_IMPORT_MAX"


def read_ledger_files(
    paths: Sequence[Path], *, max_bytes: int, known_currency: KnownCurrency
) -> list[LedgerFile]:
    """Every file's rows in the order given, each invoice and each payment once.

    Raises FileMistake with file, line and column for the first thing that is wrong. Payments may
    name invoices of any of the files; for others `known_currency` is asked (the currency of an
    invoice number, None for an unknown one), and only once every file is right by itself.
    """
    files = [_read(path, max_bytes) for path in paths]
    invoices = InvoiceBook()
    files = [_kept_invoices(file, invoices) for file in files]
    payments = PaymentBook(invoices, known_currency)
    return [_kept_payments(file, payments) for file in files]


def _read(path: Path, max_bytes: int) -> LedgerFile:
    """One file, each row right by itself."""
    table = CsvTable(path, max_bytes=max_bytes, limit_name=LIMIT_NAME)
    if _is_of_methods(table):
        return LedgerFile(table.name, methods=tuple(map(method_row, table.rows())))
    if _is_of_payments(table):
        return LedgerFile(table.name, payments=tuple(map(payment, table.rows())))
    customers: Customers = {}
    return LedgerFile(table.name, invoices=tuple(invoice(row, customers) for row in table.rows()))


def _kept_invoices(file: LedgerFile, book: InvoiceBook) -> LedgerFile:
    kept = (book.take(file.name, row) for row in file.invoices)
    return replace(file, invoices=tuple(row for row in kept if row is not None))


def _kept_payments(file: LedgerFile, book: PaymentBook) -> LedgerFile:
    kept = (book.take(file.name, row) for row in file.payments)
    return replace(file, payments=tuple(row for row in kept if row is not None))


def _is_of_methods(table: CsvTable) -> bool:
    """Invoices and payments may have any other columns, one named `kind` too."""
    others = ("invoice_number", "payment_id")
    return not _missing(table, METHOD_COLUMNS) and len(_missing(table, others)) == len(others)


def _is_of_payments(table: CsvTable) -> bool:
    """What the header says. Raises FileMistake for one that is of neither kind, or of both."""
    no_invoices, no_payments = _missing(table, INVOICE_COLUMNS), _missing(table, PAYMENT_COLUMNS)
    if not no_invoices and not no_payments:
        place = Place(table.name, 1, "payment_id")
        raise FileMistake(place, "the header is one of invoices and of payments, expected one kind")
    if no_invoices and no_payments:
        raise _wrong_header(table, no_invoices, no_payments)
    return not no_payments


def _missing(table: CsvTable, columns: Sequence[str]) -> list[str]:
    return [name for name in columns if name not in table.columns]


def _wrong_header(
    table: CsvTable, no_invoices: Sequence[str], no_payments: Sequence[str]
) -> FileMistake:
    """Only payments have a `payment_id`, only invoices a `customer_id`: so it was meant."""
    if "payment_id" in table.columns:
        return _lacks(table, "payments", no_payments)
    if "customer_id" in table.columns or len(no_invoices) < len(INVOICE_COLUMNS) // 2:
        return _lacks(table, "invoices", no_invoices)
    hint = " separated by commas" if len(table.columns) == 1 else ""
    return FileMistake(
        Place(table.name, 1, shown(table.columns[0])),
        f"the header is of no ledger file, expected the columns {','.join(INVOICE_COLUMNS)} "
        f"or {','.join(PAYMENT_COLUMNS)} or {','.join(METHOD_COLUMNS)}{hint}",
    )


def _lacks(table: CsvTable, kind: str, missing: Sequence[str]) -> FileMistake:
    found = f"the header of {kind} lacks {', '.join(missing)}"
    return FileMistake(Place(table.name, 1, missing[0]), found)
