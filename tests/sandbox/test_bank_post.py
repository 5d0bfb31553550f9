"""The bank's post brings each return once, on its day."""

from datetime import date, timedelta
from pathlib import Path

from gateways.payments import CollectionRequest
from gateways.statements import read_statements
from rules.methods import Method, MethodKind
from rules.money import Money
from rules.statements import Booking
from sandbox.bank import SandboxBank
from sandbox.bank_post import BankPost

MONDAY = date(2024, 3, 4)
DAY = timedelta(days=1)


def debit(key: str, word: str, day: date = MONDAY) -> CollectionRequest:
    method = Method(number="M-1", customer_id="C-1", kind=MethodKind.MANDATE, reference=word)
    amount = Money(100, "EUR")
    return CollectionRequest(key=key, method=method, amount=amount, attempt=1, day=day, today=day)


def keys(path: Path | None) -> list[str]:
    assert path is not None
    parts = read_statements(path, max_bytes=100_000)
    return [part.movements[0].end_to_end_id for part in parts if isinstance(part, Booking)]


async def test_each_return_comes_once_and_not_before_its_day(tmp_path: Path) -> None:
    bank = SandboxBank(tmp_path / "bank.db")
    post = BankPost(bank, tmp_path / "files")
    for key, word in (
        ("collect:1:1", "return:2"),
        ("collect:2:1", "return:5"),
        ("collect:3:1", "ok"),
    ):
        await bank.collect(debit(key, word))
    assert post.fetch(MONDAY + DAY) is None
    assert keys(post.fetch(MONDAY + 3 * DAY)) == ["collect:1:1"]
    assert post.fetch(MONDAY + 4 * DAY) is None
    assert not post.is_complete()
    assert keys(post.fetch(MONDAY + 5 * DAY)) == ["collect:2:1"]
    assert post.is_complete()
