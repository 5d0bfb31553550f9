"""Ledger files for tests: one right row, and what a test changes of it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from gateways.ledger_files import read_ledger_files
from rules.errors import FileMistake
from rules.ledger import LedgerFile

INVOICE = {
    "customer_id": "C-1",
    "customer_name": "Bäckerei Morgenrot",
    "email": "post@morgenrot.example",
    "phone": "+49 30 5550101",
    "language": "de",
    "country": "DE",
    "invoice_number": "R-1",
    "issue_date": "2026-01-05",
    "due_date": "2026-01-19",
    "currency": "EUR",
    "amount": "428.40",
}
PAYMENT = {
    "payment_id": "B-1",
    "date": "2026-01-16",
    "invoice_number": "R-1",
    "currency": "EUR",
    "amount": "428.40",
}
INVOICE_HEADER = ",".join(INVOICE)
PAYMENT_HEADER = ",".join(PAYMENT)


def invoice_text(*changes: Mapping[str, str], end: str = "\n") -> str:
    """A file of invoices, one row for each set of changes."""
    return _text(INVOICE, changes, end)


def payment_text(*changes: Mapping[str, str], end: str = "\n") -> str:
    """A file of payments, one row for each set of changes."""
    return _text(PAYMENT, changes, end)


def _text(row: Mapping[str, str], changes: Sequence[Mapping[str, str]], end: str) -> str:
    columns = list(dict.fromkeys([*row, *(name for change in changes for name in change)]))
    rows = [columns, *([{**row, **change}.get(name, "") for name in columns] for change in changes)]
    return "".join(",".join(map(_quoted, fields)) + end for fields in rows)


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if set(value) & set(',"\r\n') else value


def read(*paths: Path, known: Mapping[str, str] | None = None) -> list[LedgerFile]:
    """The files read beside a database that knows the invoices `known`, by number: currency."""
    return read_ledger_files(paths, max_bytes=1_000_000, known_currency=(known or {}).get)


def read_text(
    folder: Path, *texts: str, known: Mapping[str, str] | None = None
) -> list[LedgerFile]:
    """Texts written to a.csv, b.csv ... and read in this order."""
    paths = [folder / f"{letter}.csv" for letter, _ in zip("abcdef", texts, strict=False)]
    for path, text in zip(paths, texts, strict=True):
        path.write_bytes(text.encode())
    return read(*paths, known=known)


def at(mistake: FileMistake) -> tuple[str, int | None, str | None]:
    """The file's name, the line and the column of a mistake."""
    place = mistake.place
    return Path(place.file).name, place.line, place.column
