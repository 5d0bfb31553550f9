"""Real files of real banks, against what MANIFEST.csv says that each contains."""

import csv
import re
from pathlib import Path

import pytest

from gateways.statements import read_payment_statuses, read_statements, recognise
from rules.errors import FileMistake
from rules.statements import Booking, FileFormat, Statement

SHARED = Path(__file__).parents[3] / "shared" / "data" / "statements"
MANIFEST = SHARED / "MANIFEST.csv"
MAX = 10_000_000

pytestmark = pytest.mark.skipif(
    not MANIFEST.exists(), reason="the shared statements are not beside this tree"
)


def _rows() -> list[dict[str, str]]:
    if not MANIFEST.exists():
        return []
    with MANIFEST.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _path(row: dict[str, str]) -> Path:
    return SHARED / row["file"].rpartition("/")[2]


ROWS = _rows()
STATEMENTS = [row for row in ROWS if row["statements"] not in ("", "0")]
ANSWERS = [row for row in ROWS if row["namespace"].startswith("pain.002")]
ORDERS = [row for row in ROWS if row["namespace"].startswith("pain.008")]


@pytest.mark.parametrize("row", STATEMENTS, ids=lambda row: str(row["file"]))
def test_file_of_statements_reads_with_what_the_manifest_counts(row: dict[str, str]) -> None:
    parts = list(read_statements(_path(row), max_bytes=MAX))
    statements = [part for part in parts if isinstance(part, Statement)]
    bookings = [part for part in parts if isinstance(part, Booking)]
    assert len(statements) == int(row["statements"])
    assert len(bookings) == int(row["entries"]) == sum(one.entries for one in statements)
    assert sum(one.total for one in statements) == sum(one.amount for one in bookings)
    if row["txdtls"]:
        movements = [part for booking in bookings for part in booking.movements]
        batches = row["txdtls"] == row["entries"]  # then each is one, however many it stands for
        counted = len(movements) if batches else sum(part.transactions for part in movements)
        assert counted == int(row["txdtls"])


@pytest.mark.parametrize("row", STATEMENTS, ids=lambda row: str(row["file"]))
def test_balances_add_up_where_the_manifest_says_so(row: dict[str, str]) -> None:
    expected = [said == "yes" for said in row["balances_add_up"].split()]
    parts = read_statements(_path(row), max_bytes=MAX)
    found = [part.adds_up for part in parts if isinstance(part, Statement)]
    if expected:
        assert found == expected
    elif "054" in row["namespace"]:
        assert set(found) == {None}
    else:
        assert None not in found


@pytest.mark.parametrize("row", STATEMENTS, ids=lambda row: str(row["file"]))
def test_structured_references_and_reasons_are_those_of_the_manifest(row: dict[str, str]) -> None:
    parts = read_statements(_path(row), max_bytes=MAX)
    movements = [m for part in parts if isinstance(part, Booking) for m in part.movements]
    references = [ref for part in movements for ref in part.creditor_references]
    assert len(references) == int(row["struct_refs"] or 0)
    for wanted in re.findall(r"RF\w+", row["rf_refs"]):
        assert wanted in references
    assert {part.return_code for part in movements} - {""} == set(row["return_reasons"].split())


@pytest.mark.parametrize("row", ANSWERS, ids=lambda row: str(row["file"]))
def test_answers_to_orders_have_the_manifests_reasons(row: dict[str, str]) -> None:
    assert recognise(_path(row)) is FileFormat.PAIN002
    found = read_payment_statuses(_path(row), max_bytes=MAX)
    reasons = {reason for answer in found for reason in answer.reasons}
    assert reasons == set(row["status_reasons"].split())


@pytest.mark.parametrize("row", ORDERS, ids=lambda row: str(row["file"]))
def test_orders_are_refused_with_what_was_found_and_expected(row: dict[str, str]) -> None:
    with pytest.raises(FileMistake, match=r"holds pain\.008.*expected camt\.053"):
        recognise(_path(row))


def test_statement_without_a_statement_is_refused() -> None:
    with pytest.raises(FileMistake, match="holds no statement, expected at least one Stmt"):
        list(read_statements(SHARED / "genkgo_camt053.v2.wrong.xml", max_bytes=MAX))
