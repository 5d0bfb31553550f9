"""Money moves the ladder (ladder.md, "What moves the ladder": payments, returns, settled by hand)."""

from pathlib import Path

from models.tables import PaymentRecord
from tests.workflows.house import House
from tests.workflows.policies import SHORT


async def test_part_payment_lowers_the_claim_and_the_ladder_goes_on(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.at("2026-03-04")
        await house.pay("I1", "40.00")
        await house.at("2026-03-11")
        assert await house.money("payment_received", "notice_sent", "settled") == [
            "03-04 I1 payment_received 40.00 60.00",
            "03-05 I1 notice_sent 60.00 60.00",
            "03-10 I1 notice_sent 60.00 60.00",
        ]


async def test_full_payment_ends_the_ladder_that_day(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.at("2026-03-04")
        await house.pay("I1", "100.00")
        assert not await house.runs("I1")
        await house.at("2026-04-30")
        assert await house.story() == [
            "02-02 I1 opened",
            "03-04 I1 payment_received",
            "03-04 I1 settled",
        ]


async def test_same_bank_reference_twice_is_recorded_once(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.pay("I1", "40.00", ref="P1")
        await house.pay("I1", "40.00", ref="P1")
        assert await house.balance("I1") == "60.00"


async def test_too_much_becomes_credit_that_is_not_applied_by_itself(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.invoice("I2", amount="50.00")
        await house.at("2026-03-04")
        await house.pay("I1", "130.00")
        await house.at("2026-03-06")
        assert (await house.credit(), await house.balance("I2")) == ("30.00", "50.00")
        assert await house.story("settled", "notice_sent") == [
            "03-04 I1 settled",
            "03-05 I2 notice_sent 1",
        ]


async def test_return_takes_back_credit_first(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.pay("I1", "130.00")
        await house.pay("I1", "-20.00", ref="R1")
        assert (await house.credit(), await house.status("I1")) == ("10.00", "settled")
        await house.pay("I1", "-40.00", ref="R2")
        assert (await house.credit(), await house.balance("I1")) == ("0.00", "30.00")
        assert await house.runs("I1")


async def test_return_after_settlement_goes_on_at_the_recorded_position(
    tmp_path: Path, database_url: str
) -> None:
    async with House(tmp_path, database=database_url) as house:
        await house.invoice("I1")
        await house.at("2026-03-06")
        await house.pay("I1", "100.00")
        await house.at("2026-03-20", "11:00")
        await house.pay("I1", "-100.00", ref="R1")
        await house.at("2026-03-26")
        assert await house.story("notice_sent", "settled", "payment_returned") == [
            "03-05 I1 notice_sent 1",
            "03-06 I1 settled",
            "03-20 I1 payment_returned",
            "03-20 I1 notice_sent 2",  # its window has passed: that day (rule 8)
            "03-25 I1 notice_sent 3",
        ]


async def test_payment_between_two_looks_of_the_workflow_is_not_missed(
    tmp_path: Path, database_url: str
) -> None:
    """Paid and returned at once: the workflow may still be ending when the return is told."""
    async with House(tmp_path, database=database_url) as house:
        await house.invoice("I1")
        for number in range(3):
            await house.pay_unseen("I1", "100.00", f"P{number}")
            await house.pay_unseen("I1", "-100.00", f"R{number}")
        await house.at("2026-03-06")
        assert await house.story("notice_sent") == ["03-05 I1 notice_sent 1"]


async def test_settled_by_a_person_then_bank_money_is_credit(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.at("2026-03-06")
        assert await house.ask("I1", "settle", by="ada", reason="cash") == ""
        await house.at("2026-03-09")
        await house.pay("I1", "100.00")
        await house.at("2026-04-30")
        assert await house.credit() == "100.00"
        assert await house.money("payment_received", "settled") == [
            "03-06 I1 payment_received 100.00 0.00",
            "03-06 I1 settled 100.00 0.00",
            "03-09 I1 payment_received 100.00 0.00",
        ]
        assert [money.reason for money in await house.rows(PaymentRecord)] == ["cash", ""]


async def test_oldest_invoice_paid_plans_the_customer_anew(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", due="2026-03-02")
        await house.invoice("I2", due="2026-03-09")
        await house.at("2026-03-05", "08:59")
        await house.pay("I1", "100.00")
        await house.at("2026-03-13")
        assert await house.story("notice_sent") == ["03-12 I2 notice_sent 1"]


async def test_paid_while_called_and_returned_opens_a_new_task(tmp_path: Path) -> None:
    async with House(tmp_path, policy=SHORT) as house:
        await house.invoice("I1")
        await house.at("2026-03-10", "12:00")  # one attempt of two has failed
        await house.pay("I1", "100.00")
        await house.at("2026-03-18", "12:00")
        await house.pay("I1", "-100.00", ref="R1")
        await house.at("2026-03-25")
        assert await house.story("call_opened", "call_attempted", "call_closed") == [
            "03-10 I1 call_opened",
            "03-10 I1 call_attempted",
            "03-10 I1 call_closed",
            "03-18 I1 call_opened",
            "03-18 I1 call_attempted",
            "03-19 I1 call_attempted",
            "03-19 I1 call_closed",
        ]
        assert await house.story("legal_handover") == ["03-23 I1 legal_handover"]  # 22 is a Sunday


async def test_paid_after_handover_corrects_the_case_and_sends_nothing(tmp_path: Path) -> None:
    async with House(tmp_path, policy=SHORT) as house:
        await house.invoice("I1")
        await house.at("2026-03-17")
        await house.pay("I1", "40.00")
        await house.pay("I1", "-15.00", ref="R1")
        await house.at("2026-04-30")
        assert await house.troubles() == ["handed_over_changed"]
        assert await house.claimed_in_cases() == ["C-C1-1 I1 75.00"]
        assert await house.story("notice_sent", "notice_listed", "call_opened") == [
            "03-05 I1 notice_sent 1",
            "03-10 I1 call_opened",
        ]
