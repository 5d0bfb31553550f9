"""Automatic collection holds the notices until it has an outcome, and never debits twice."""

from pathlib import Path

from gateways.payments import CollectionAnswer, CollectionRequest
from models.tables import AttentionRecord
from rules.errors import InDoubt, RefusedForGood, Unreachable
from sandbox.bank import SandboxBank
from tests.workflows.house import House


class Unreliable(SandboxBank):
    """Debits, then says each of `words` instead of its answer."""

    def __init__(self, book: Path, *words: Exception) -> None:
        super().__init__(book)
        self.words = list(words)

    async def collect(self, request: CollectionRequest) -> CollectionAnswer:
        word = self.words.pop(0) if self.words else None
        if word is not None and not isinstance(word, InDoubt):
            raise word
        answer = await super().collect(request)
        if word is not None:
            raise word
        return answer


COLLECTION = ("collection_started", "collection_succeeded", "collection_failed", "settled")


async def test_collection_on_the_due_date_settles(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", mandate="ok")
        await house.at("2026-04-30")
        assert await house.story() == [
            "02-02 I1 opened",
            "03-02 I1 collection_started",
            "03-02 I1 collection_succeeded",
            "03-02 I1 settled",
        ]
        assert await house.hours("collection_started") == ["03-02 09:00"]


async def test_collection_falls_on_the_next_bank_day(tmp_path: Path) -> None:
    async with House(tmp_path, begins="2026-04-01") as house:
        await house.invoice("I1", due="2026-04-03", mandate="ok")  # Good Friday, then Easter Monday
        await house.at("2026-04-08")
        assert await house.story("collection_started") == ["04-07 I1 collection_started"]


async def test_soft_decline_is_tried_again_on_the_policys_days(
    tmp_path: Path, database_url: str
) -> None:
    async with House(tmp_path, database=database_url) as house:
        await house.invoice("I1", mandate="soft:1")
        await house.at("2026-03-05")
        assert await house.story(*COLLECTION) == [
            "03-02 I1 collection_started",
            "03-02 I1 collection_failed",
            "03-04 I1 collection_started",
            "03-04 I1 collection_succeeded",
            "03-04 I1 settled",
        ]


async def test_soft_declines_to_the_end_then_notices_from_the_due_date(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", mandate="soft:9")
        await house.at("2026-03-12")
        assert await house.story("collection_failed", "notice_sent") == [
            "03-02 I1 collection_failed",
            "03-04 I1 collection_failed",
            "03-06 I1 collection_failed",  # the window has begun on 03-05, the notice waited
            "03-06 I1 notice_sent 1",
            "03-11 I1 notice_sent 2",
        ]


async def test_hard_decline_is_never_tried_again(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", mandate="hard")
        await house.at("2026-03-06")
        assert await house.story("collection_failed", "notice_sent") == [
            "03-02 I1 collection_failed",
            "03-05 I1 notice_sent 1",
        ]


async def test_pending_collection_holds_the_notices_and_is_not_listed(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", mandate="delay:7")
        await house.invoice("I2")
        await house.at("2026-03-08")
        assert await house.story("notice_sent", "notice_listed") == ["03-05 I2 notice_sent 1"]
        await house.at("2026-03-10")
        assert await house.story(*COLLECTION) == [
            "03-02 I1 collection_started",
            "03-09 I1 collection_succeeded",
            "03-09 I1 settled",
        ]
        assert len(SandboxBank(tmp_path / "bank.db").attempts()) == 1


async def test_answer_lost_between_bank_and_books_debits_once(tmp_path: Path) -> None:
    bank = Unreliable(tmp_path / "bank.db", InDoubt("no answer"))
    async with House(tmp_path, bank=bank) as house:
        await house.invoice("I1", mandate="ok")
        await house.at("2026-03-03")
        assert await house.story(*COLLECTION) == [
            "03-02 I1 collection_started",
            "03-02 I1 collection_succeeded",
            "03-02 I1 settled",
        ]
        assert len(bank.attempts()) == 1
        assert await house.credit() == "0.00"


async def test_unreachable_bank_is_asked_again(tmp_path: Path) -> None:
    bank = Unreliable(tmp_path / "bank.db", *[Unreachable("away")] * 4)
    async with House(tmp_path, bank=bank) as house:
        await house.invoice("I1", mandate="ok")
        await house.at("2026-03-03")
        assert await house.story("settled") == ["03-02 I1 settled"]
        assert len(bank.attempts()) == 1


async def test_bank_that_refuses_how_it_was_asked_is_told_to_a_person_and_not_to_the_customer(
    tmp_path: Path,
) -> None:
    bank = Unreliable(tmp_path / "bank.db", RefusedForGood("no such creditor"))
    async with House(tmp_path, bank=bank) as house:
        await house.invoice("I1", mandate="ok")
        await house.at("2026-03-06")
        assert await house.story("collection_failed", "notice_sent") == [
            "03-02 I1 collection_failed",
            "03-05 I1 notice_sent 1",
        ]
        [trouble] = await house.rows(AttentionRecord)
        assert (trouble.trouble, trouble.detail) == ("collection", "no such creditor")
        assert await house.story("collection_failed_told") == []


async def test_part_payment_before_the_due_date_collects_the_rest(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", mandate="ok")
        await house.pay("I1", "30.00")
        await house.at("2026-03-03")
        assert await house.money("collection_started") == [
            "03-02 I1 collection_started 70.00 70.00"
        ]


async def test_paid_before_the_due_date_collects_nothing(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", mandate="ok")
        await house.pay("I1", "100.00")
        await house.at("2026-03-03")
        assert await house.story("collection_started") == []


async def test_paused_invoice_is_collected_as_the_pause_ends(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", mandate="ok")
        assert await house.ask("I1", "pause", until="2026-03-05") == ""
        await house.at("2026-03-06")
        assert await house.story("collection_started") == ["03-05 I1 collection_started"]


async def test_paid_while_the_debit_is_under_way_makes_the_debit_credit(
    tmp_path: Path, database_url: str
) -> None:
    async with House(tmp_path, database=database_url) as house:
        await house.invoice("I1", mandate="delay:7")
        await house.at("2026-03-04")
        await house.pay("I1", "100.00")
        await house.at("2026-03-11")
        assert await house.credit() == "100.00"
        assert await house.story("settled", "collection_succeeded") == [
            "03-04 I1 settled",
            "03-09 I1 collection_succeeded",
        ]
        assert not await house.runs("I1")


async def test_pause_while_the_debit_is_under_way_still_books_its_outcome(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", mandate="delay:7")
        await house.at("2026-03-04")
        assert await house.ask("I1", "pause") == ""
        await house.at("2026-03-11")
        assert await house.story("settled") == ["03-09 I1 settled"]


async def test_debit_returned_after_settlement_goes_on_with_notices(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", mandate="ok")
        await house.at("2026-03-20", "10:00")
        await house.pay("I1", "-100.00", ref="R1")
        await house.at("2026-03-26")
        assert await house.story("settled", "notice_sent", "collection_started") == [
            "03-02 I1 collection_started",
            "03-02 I1 settled",
            "03-20 I1 notice_sent 1",
            "03-25 I1 notice_sent 2",
        ]
