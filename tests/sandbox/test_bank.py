"""The sandbox's bank does what the method says, and never debits one key twice."""

import asyncio
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import pytest

from gateways.payments import CollectionAnswer, CollectionRequest, CollectionStatus, Payments
from rules.errors import InDoubt, Unreachable
from rules.methods import Method, MethodKind
from rules.money import Money
from sandbox.bank import SandboxBank

MONDAY = date(2024, 3, 4)
DAY = timedelta(days=1)
SUCCEEDED = CollectionAnswer(CollectionStatus.SUCCEEDED)
PENDING = CollectionAnswer(CollectionStatus.PENDING)
NO_FUNDS = CollectionAnswer(CollectionStatus.DECLINED_SOFT, "no_funds")
CLOSED = CollectionAnswer(CollectionStatus.DECLINED_HARD, "account_closed")
UNKNOWN = CollectionAnswer(CollectionStatus.DECLINED_HARD, "unknown_mandate")
AM04 = CollectionAnswer(CollectionStatus.DECLINED_SOFT, "AM04")
AC04 = CollectionAnswer(CollectionStatus.DECLINED_HARD, "AC04")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "bank" / "book.db"


def mandate(reference: str) -> Method:
    return Method(number="M-C1-1", customer_id="C1", kind=MethodKind.MANDATE, reference=reference)


def attempt(number: int = 1, *, by: str = "ok", ahead: int = 0) -> CollectionRequest:
    """The attempt of that number at one invoice, one day after the one before; asked for so many days
    `ahead` of the debit's day."""
    day = MONDAY + (number - 1) * DAY
    return CollectionRequest(
        key=f"R-1/{number}",
        method=mandate(by),
        amount=Money(12345, "EUR"),
        attempt=number,
        day=day + ahead * DAY,
        today=day,
    )


@pytest.mark.parametrize(
    ("word", "answers"),
    [
        ("ok", [SUCCEEDED]),
        ("soft:0", [SUCCEEDED]),
        ("soft:2", [NO_FUNDS, NO_FUNDS, SUCCEEDED]),
        ("hard", [CLOSED, CLOSED]),
        ("delay:0", [SUCCEEDED]),
        ("delay:3", [PENDING]),
        ("code:AM04", [AM04, AM04, AM04]),
        ("code:AC04:1", [AC04, SUCCEEDED]),
        ("code:AM04:1", [AM04, SUCCEEDED]),
        ("return:5", [SUCCEEDED]),
        ("FT-2041~soft:1", [NO_FUNDS, SUCCEEDED]),
        ("FT-2041+ok", [SUCCEEDED]),
        ("", [UNKNOWN]),
        ("FT-2041", [UNKNOWN]),
        ("FT-2041ok", [UNKNOWN]),
        ("soft", [UNKNOWN]),
        ("code", [UNKNOWN]),
        ("delay:x", [UNKNOWN]),
        ("delay:99999", [UNKNOWN]),
        ("ok:1", [UNKNOWN]),
        ("code:AM04:x", [UNKNOWN]),
    ],
)
async def test_word_decides_each_attempt(
    book: Path, word: str, answers: list[CollectionAnswer]
) -> None:
    bank = SandboxBank(book)
    found = [await bank.collect(attempt(number, by=word)) for number in range(1, len(answers) + 1)]
    assert found == answers


async def test_code_that_nobody_knows_is_declined_for_good(book: Path) -> None:
    answer = await SandboxBank(book).collect(attempt(by="code:ZZ99"))
    assert answer == CollectionAnswer(CollectionStatus.DECLINED_HARD, "ZZ99")


async def test_card_is_asked_by_its_token(book: Path) -> None:
    card = replace(mandate("hard"), kind=MethodKind.CARD, token="pm_1~soft:1")
    answer = await SandboxBank(book).collect(replace(attempt(), method=card))
    assert answer == NO_FUNDS


async def test_delayed_succeeds_on_its_day_not_before(book: Path) -> None:
    bank: Payments = SandboxBank(book)
    request = attempt(by="delay:3")
    await bank.collect(request)
    assert await bank.outcome(replace(request, today=MONDAY + 2 * DAY)) == PENDING
    assert await bank.outcome(replace(request, today=MONDAY + 3 * DAY)) == SUCCEEDED


@pytest.mark.parametrize(("word", "answer"), [("ok", SUCCEEDED), ("hard", CLOSED)])
async def test_asked_ahead_of_the_debits_day_is_pending_until_then(
    book: Path, word: str, answer: CollectionAnswer
) -> None:
    bank = SandboxBank(book)
    request = attempt(by=word, ahead=2)
    assert await bank.collect(request) == PENDING
    assert await bank.outcome(replace(request, today=MONDAY + 2 * DAY)) == answer


@pytest.mark.parametrize(("word", "code"), [("return:5", "MD06"), ("return:5:AC04", "AC04")])
async def test_return_goes_back_on_its_day_with_its_reason(
    book: Path, word: str, code: str
) -> None:
    bank = SandboxBank(book)
    await bank.collect(attempt(by=word))
    assert bank.returns_on(MONDAY + 4 * DAY) == []
    (back,) = bank.returns_on(MONDAY + 5 * DAY)
    assert (back.key, back.amount, back.return_code) == ("R-1/1", Money(12345, "EUR"), code)


async def test_return_of_the_first_attempts_alone_leaves_the_next_where_it_is(book: Path) -> None:
    bank = SandboxBank(book)
    for number in (1, 2):
        await bank.collect(attempt(number, by="return:5:AM04:1"))
    assert [one.return_code for one in bank.attempts()] == ["AM04", ""]


@pytest.mark.parametrize(("word", "lost"), [("forget", 1), ("forget:1", 1), ("forget:3", 3)])
async def test_forgotten_answer_is_in_doubt_and_debited_once(
    book: Path, word: str, lost: int
) -> None:
    request = attempt(by=word)
    for _ in range(lost):
        with pytest.raises(InDoubt):
            await SandboxBank(book).collect(request)
    assert await SandboxBank(book).collect(request) == SUCCEEDED
    assert len(SandboxBank(book).attempts()) == 1


async def test_forgotten_answer_may_be_lost_again_when_it_is_asked_for(book: Path) -> None:
    bank, request = SandboxBank(book), attempt(by="forget:2")
    with pytest.raises(InDoubt):
        await bank.collect(request)
    with pytest.raises(Unreachable):
        await bank.outcome(request)
    assert await bank.outcome(request) == SUCCEEDED


async def test_deaf_bank_hears_the_second_time_and_has_nothing_of_the_first(book: Path) -> None:
    bank, request = SandboxBank(book), attempt(by="deaf")
    with pytest.raises(Unreachable):
        await bank.collect(request)
    assert await bank.outcome(request) is None
    assert await bank.collect(request) == SUCCEEDED


async def test_outcome_of_an_unknown_key_is_none(book: Path) -> None:
    assert await SandboxBank(book).outcome(attempt(9)) is None


async def test_same_key_again_is_one_debit_also_after_a_restart(book: Path) -> None:
    request = attempt(by="soft:1")
    assert await SandboxBank(book).collect(request) == NO_FUNDS
    later = replace(request, today=MONDAY + 30 * DAY)
    assert await SandboxBank(book).collect(later) == NO_FUNDS
    assert len(SandboxBank(book).attempts()) == 1


@pytest.mark.parametrize(
    "other", [{"amount": Money(1, "EUR")}, {"method": mandate("hard")}], ids=["amount", "mandate"]
)
async def test_same_key_for_another_debit_is_a_bug(book: Path, other: dict[str, object]) -> None:
    bank = SandboxBank(book)
    await bank.collect(attempt())
    with pytest.raises(ValueError, match="another collection"):
        await bank.collect(replace(attempt(), **other))  # type: ignore[arg-type]  # of either field


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
