"""The sandbox's bank does what the mandate says, and never debits one key twice."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from gateways.payments import CollectionAnswer, CollectionRequest, CollectionStatus, Payments
from rules.money import Money
from sandbox.bank import SandboxBank

MONDAY = date(2024, 3, 4)
SUCCEEDED = CollectionAnswer(CollectionStatus.SUCCEEDED)
PENDING = CollectionAnswer(CollectionStatus.PENDING)
NO_FUNDS = CollectionAnswer(CollectionStatus.DECLINED_SOFT, "no_funds")
CLOSED = CollectionAnswer(CollectionStatus.DECLINED_HARD, "account_closed")
UNKNOWN = CollectionAnswer(CollectionStatus.DECLINED_HARD, "unknown_mandate")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "bank" / "book.db"


def attempt(number: int = 1, *, mandate: str = "ok") -> CollectionRequest:
    """The attempt of that number at one invoice, one day after the one before."""
    return CollectionRequest(
        key=f"R-1/{number}",
        mandate=mandate,
        amount=Money(12345, "EUR"),
        attempt=number,
        today=MONDAY + timedelta(days=number - 1),
    )


@pytest.mark.parametrize(
    ("mandate", "answers"),
    [
        ("ok", [SUCCEEDED]),
        ("soft:0", [SUCCEEDED]),
        ("soft:2", [NO_FUNDS, NO_FUNDS, SUCCEEDED]),
        ("hard", [CLOSED, CLOSED]),
        ("delay:0", [SUCCEEDED]),
        ("delay:3", [PENDING]),
        ("", [UNKNOWN]),
        ("soft", [UNKNOWN]),
        ("delay:x", [UNKNOWN]),
        ("delay:99999", [UNKNOWN]),
    ],
)
async def test_mandate_decides_each_attempt(
    book: Path, mandate: str, answers: list[CollectionAnswer]
) -> None:
    bank = SandboxBank(book)
    found = [
        await bank.collect(attempt(number, mandate=mandate))
        for number in range(1, len(answers) + 1)
    ]
    assert found == answers


async def test_delayed_succeeds_on_its_day_not_before(book: Path) -> None:
    bank: Payments = SandboxBank(book)
    await bank.collect(attempt(mandate="delay:3"))
    assert await bank.outcome("R-1/1", MONDAY + timedelta(days=2)) == PENDING
    assert await bank.outcome("R-1/1", MONDAY + timedelta(days=3)) == SUCCEEDED


async def test_outcome_of_an_unknown_key_is_none(book: Path) -> None:
    assert await SandboxBank(book).outcome("R-9/1", MONDAY) is None


async def test_same_key_again_is_one_debit_also_after_a_restart(book: Path) -> None:
    request = attempt(mandate="soft:1")
    assert await SandboxBank(book).collect(request) == NO_FUNDS
    later = replace(request, today=MONDAY + timedelta(days=30))
    assert await SandboxBank(book).collect(later) == NO_FUNDS
    assert len(SandboxBank(book).attempts()) == 1


async def test_same_key_for_another_amount_is_a_bug(book: Path) -> None:
    bank = SandboxBank(book)
    await bank.collect(attempt())
    with pytest.raises(ValueError, match="another collection"):
        await bank.collect(replace(attempt(), amount=Money(1, "EUR")))


def _collect_all(book: Path) -> list[CollectionAnswer]:
    bank = SandboxBank(book)

    async def collect() -> list[CollectionAnswer]:
        return [await bank.collect(attempt(number)) for number in range(1, 51)]

    return asyncio.run(collect())


def test_several_processes_share_one_book(book: Path) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for answers in pool.map(_collect_all, [book, book]):
            assert answers == [SUCCEEDED] * 50
    assert len(SandboxBank(book).attempts()) == 50
