"""The bank's files: what format one is, and what it says (docs/bank-files.md).

A reader hands things out as it reads. What is wrong may show late, so whoever records does it in
one transaction for the whole file.
"""

from collections.abc import Iterator
from pathlib import Path

from gateways.statements.camt import read_camt
from gateways.statements.entries_csv import read_entries
from gateways.statements.mt940 import read_mt940
from gateways.statements.pain002 import read_payment_statuses
from gateways.statements.recognising import recognise
from rules.errors import FileMistake, Place
from rules.money import LARGEST_MINOR
from rules.statements import Began, Booking, FileFormat, Statement

__all__ = ["read_payment_statuses", "read_statements", "recognise"]


def read_statements(path: Path, *, max_bytes: int) -> Iterator[Began | Booking | Statement]:
    """Each statement as `Began`, its bookings, and the `Statement` that ends it.

    Raises FileMistake, also after bookings were handed out, for whatever carries money and cannot
    be read. Reads anew each time it is called.
    """
    for part in _parts(path, max_bytes=max_bytes):
        _refuse_overflow(path, part)
        yield part


def _parts(path: Path, *, max_bytes: int) -> Iterator[Began | Booking | Statement]:
    match recognise(path):
        case FileFormat.CAMT053 | FileFormat.CAMT054 as message:
            yield from read_camt(path, max_bytes=max_bytes, message=message)
        case FileFormat.MT940:
            yield from read_mt940(path, max_bytes=max_bytes)
        case FileFormat.CSV:
            yield from read_entries(path, max_bytes=max_bytes)
        case _:
            expected = "expected camt.053, camt.054, MT940 or a table of entries"
            raise FileMistake(Place(str(path)), f"holds no statement, {expected}")


def _refuse_overflow(path: Path, part: Began | Booking | Statement) -> None:
    """Each amount fits the record; their sums have to, too."""
    sums = [0]
    if isinstance(part, Statement):
        sums = [part.total]
    if isinstance(part, Booking):
        sums = [movement.charges for movement in part.movements]
    if any(abs(one) > LARGEST_MINOR for one in sums):
        message = "holds amounts whose sum is larger than any this program keeps"
        raise FileMistake(Place(str(path)), message)
