"""Our own table of entries, for banks that give no better file (docs/bank-files.md)."""

from collections.abc import Iterator
from pathlib import Path

from gateways import ledger_fields as field
from gateways.csv_rows import CsvTable, Row
from gateways.file_bytes import read_bytes
from gateways.statements.texts import CONTROL, account, reference
from gateways.statements.xml import LIMIT_NAME
from rules.errors import FileMistake, Place
from rules.statements import Began, Booking, Movement, Party, Statement

MARK = "booking_date"  # no other table we read has this column
COLUMNS = (MARK, "amount", "currency", "account", "remittance")


def read_entries(path: Path, *, max_bytes: int) -> Iterator[Began | Booking | Statement]:
    """The rows as notifications: one statement per account and currency, in the order they appear.

    Raises FileMistake before the first of them where any row is wrong.
    """
    _refuse_cut(path, max_bytes)
    table = CsvTable(path, max_bytes=max_bytes, limit_name=LIMIT_NAME)
    if missing := [name for name in COLUMNS if name not in table.columns]:
        found = f"the header of entries lacks {', '.join(missing)}"
        raise FileMistake(Place(table.name, 1, missing[0]), found)
    statements: dict[tuple[str, str], list[Booking]] = {}
    for row in table.rows():
        currency, booking = _booking(row)
        owner = account(field.key(row, "account"))
        statements.setdefault((owner, currency), []).append(booking)
    for (owner, currency), bookings in statements.items():
        yield from _statement(owner, currency, bookings)


def _refuse_cut(path: Path, max_bytes: int) -> None:
    """A last row may have lost digits and look whole: the line break after it says it is."""
    data = read_bytes(path, max_bytes=max_bytes, limit_name=LIMIT_NAME)
    if not data.endswith(b"\n"):
        line = data.count(b"\n") + 1
        message = "the last line has no line break after it, the file may be cut"
        raise FileMistake(Place(str(path), line), message)


def _statement(
    owner: str, currency: str, bookings: list[Booking]
) -> Iterator[Began | Booking | Statement]:
    yield Began(account=owner, currency=currency, is_notification=True)
    yield from bookings
    yield Statement(
        account=owner,
        currency=currency,
        since=min(booking.booked_on for booking in bookings),
        until=max(booking.booked_on for booking in bookings),
        is_notification=True,
        entries=len(bookings),
        total=sum(booking.amount for booking in bookings),
    )


def _booking(row: Row) -> tuple[str, Booking]:
    currency, minor = field.amount(row)
    booked_on = field.day(row, MARK)
    name = reference(field.text(row, "bank_reference"))
    movement = Movement(
        amount=minor,
        bank_reference=name,
        end_to_end_id=reference(field.text(row, "end_to_end_id")),
        remittance=CONTROL.sub(" ", field.text(row, "remittance")),
        party=Party(
            name=CONTROL.sub(" ", field.text(row, "payer_name")),
            account=account(field.text(row, "payer_account")),
        ),
    )
    return currency, Booking(
        amount=minor,
        booked_on=booked_on,
        value_date=field.day(row, "value_date") if row["value_date"] else booked_on,
        movements=(movement,),
        reference=name,
        line=row.line,
    )
