"""Payment methods for tests: one right row of each kind, and what a test changes of it."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from gateways.ledger_files import read_ledger_files
from rules.errors import FileMistake
from rules.ledger import MethodRow
from rules.methods import Method, MethodKind, MethodState

IBAN = "DE89370400440532013000"
OTHER_IBAN = "FR1420041010050500013M02606"
MANDATE = {
    "customer_id": "C1",
    "kind": "mandate",
    "reference": "MAND-1",
    "iban": IBAN,
    "signed_on": "2026-01-05",
}
CARD = {"customer_id": "C1", "kind": "card", "token": "pm_1", "provider": "stripe"}
BY_HAND = {"customer_id": "C1", "kind": "by_hand"}


def methods_text(*rows: Mapping[str, str]) -> str:
    """A file of these rows, with every column that any of them has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    lines = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    return "".join(",".join(fields) + "\n" for fields in lines)


def write_methods(folder: Path, *rows: Mapping[str, str], name: str = "methods.csv") -> Path:
    path = folder / name
    path.write_text(methods_text(*rows), "utf-8")
    return path


def read_methods(folder: Path, *rows: Mapping[str, str]) -> tuple[MethodRow, ...]:
    path = write_methods(folder, *rows)
    (file,) = read_ledger_files([path], max_bytes=100_000, known_currency=lambda number: None)
    return file.methods


def refusal(folder: Path, row: Mapping[str, str]) -> tuple[str | None, str]:
    """The column that a row is refused for, and the sentence behind its place."""
    try:
        read_methods(folder, row)
    except FileMistake as mistake:
        return mistake.place.column, str(mistake).partition(f"{mistake.place}: ")[2]
    raise AssertionError("the row was taken")


def method(number: str = "M-C1-1", **fields: Any) -> Method:
    """A mandate on file, or what `kind` says; signed at the beginning of 2026."""
    kind = fields.pop("kind", MethodKind.MANDATE)
    if kind is MethodKind.MANDATE:
        fields = {"reference": "MAND-1", "iban": IBAN, "signed_on": date(2026, 1, 5), **fields}
    return Method(
        number=number,
        customer_id="C1",
        kind=kind,
        state=fields.pop("state", MethodState.ACTIVE),
        **fields,
    )
