"""The sandbox bank's returns come as a file that is read as any bank's is."""

from datetime import date
from pathlib import Path

from gateways.payments import CollectionAnswer, CollectionStatus
from gateways.statements import read_statements, recognise
from rules.money import Money
from rules.statements import Booking, FileFormat, Movement, Statement
from sandbox.bank import Attempt
from sandbox.bank_files import write_returns

DAY = date(2024, 3, 11)


def went_back(key: str, amount: Money, code: str = "MD06") -> Attempt:
    return Attempt(
        key=key,
        mandate="FT-1~return:7",
        amount=amount,
        answer=CollectionAnswer(CollectionStatus.SUCCEEDED),
        settles_on=date(2024, 3, 4),
        returned_on=DAY,
        return_code=code,
    )


def movements(path: Path) -> list[tuple[Booking, Movement]]:
    parts = read_statements(path, max_bytes=100_000)
    return [(part, part.movements[0]) for part in parts if isinstance(part, Booking)]


def test_returns_are_read_back_as_what_they_are(tmp_path: Path) -> None:
    path = write_returns([went_back("collect:R-1:1", Money(12345, "EUR"), "AC04")], DAY, tmp_path)
    assert path is not None
    assert recognise(path) is FileFormat.CAMT054
    ((booking, movement),) = movements(path)
    assert (booking.amount, booking.booked_on) == (-12345, DAY)
    assert movement.end_to_end_id == "collect:R-1:1"
    assert (movement.is_return, movement.return_code) == (True, "AC04")


def test_each_currency_is_a_notification_of_its_own(tmp_path: Path) -> None:
    returns = [
        went_back("collect:1:1", Money(100, "EUR")),
        went_back("collect:2:1", Money(7, "GBP")),
    ]
    path = write_returns(returns, DAY, tmp_path)
    assert path is not None
    parts = read_statements(path, max_bytes=100_000)
    assert [(p.currency, p.total) for p in parts if isinstance(p, Statement)] == [
        ("EUR", -100),
        ("GBP", -7),
    ]


def test_day_without_returns_has_no_file(tmp_path: Path) -> None:
    assert write_returns([], DAY, tmp_path) is None
    assert list(tmp_path.iterdir()) == []
