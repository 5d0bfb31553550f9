"""What comes of a call (ladder.md, "call outcome"). The first attempt is due on Tuesday 03-10."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from gateways.staff import People
from models.tables import CustomerRecord
from tests.workflows.house import House
from tests.workflows.policies import SHORT

CALLS = ("call_opened", "call_attempted", "call_closed", "legal_handover")


@asynccontextmanager
async def called(folder: Path, *numbers: str, database: str = "") -> AsyncIterator[House]:
    """A house on the day a customer's call is due, with people who phone."""
    async with House(folder, policy=SHORT, staff=People(), database=database) as house:
        for number in numbers or ("I1",):
            await house.invoice(number)
        await house.at("2026-03-10", "11:00")
        yield house


async def test_failed_attempts_count_from_the_day_they_were_recorded(tmp_path: Path) -> None:
    async with called(tmp_path) as house:
        assert await house.call("no_answer", by="ada") == ""
        await house.at("2026-03-12", "15:00")  # due again on 03-11, worked a day late
        assert await house.call("refused") == ""
        await house.at("2026-03-17")
        assert await house.story(*CALLS) == [
            "03-10 I1 call_opened",
            "03-10 I1 call_attempted",
            "03-12 I1 call_attempted",
            "03-12 I1 call_closed",
            "03-16 I1 legal_handover",  # 12 + 3 = 15, a Sunday
        ]


async def test_unworked_task_is_escalated_and_never_goes_to_the_lawyer(tmp_path: Path) -> None:
    async with called(tmp_path) as house:
        await house.at("2026-03-12", "23:00")
        assert await house.troubles() == []
        await house.at("2026-03-13", "10:00")  # three business days
        assert await house.troubles() == ["unworked"]
        await house.at("2026-08-01")
        assert await house.story(*CALLS) == ["03-10 I1 call_opened"]


async def test_escalated_task_goes_on_once_worked_and_is_escalated_again(tmp_path: Path) -> None:
    async with called(tmp_path) as house:
        await house.at("2026-03-16", "10:00")
        assert await house.call("no_answer") == ""
        assert await house.troubles() == []
        await house.at("2026-03-31")  # the second attempt was due on 03-17
        assert await house.troubles() == ["unworked"]


async def test_paid_task_is_no_trouble_any_more(tmp_path: Path) -> None:
    async with called(tmp_path) as house:
        await house.at("2026-03-16", "10:00")
        await house.pay("I1", "100.00")
        assert await house.troubles() == []


async def test_wrong_number_needs_attention_and_retry_opens_a_new_task(tmp_path: Path) -> None:
    async with called(tmp_path) as house:
        assert await house.call("wrong_number") == ""
        await house.at("2026-03-19", "12:00")
        assert await house.troubles() == ["phone"]
        assert await house.ask_customer("C1", "retry") == ""
        await house.at("2026-03-20")
        assert await house.troubles() == []
        assert await house.story(*CALLS) == [
            "03-10 I1 call_opened",
            "03-10 I1 call_attempted",
            "03-10 I1 call_closed",
            "03-19 I1 call_opened",
        ]


async def test_number_set_after_a_wrong_one_opens_a_new_task(tmp_path: Path) -> None:
    async with called(tmp_path) as house:
        assert await house.call("wrong_number") == ""
        await house.at("2026-03-19", "12:00")
        refused = await house.ask_customer("C1", "set_phone", phone="+49 900 1234567")
        assert "premium" in refused
        assert "1234567" not in refused
        assert await house.troubles() == ["phone"]
        assert await house.ask_customer("C1", "set_phone", phone="030 23125000") == ""
        await house.at("2026-03-20")
        assert await house.troubles() == []
        assert (await house.story(*CALLS))[-1] == "03-19 I1 call_opened"
        assert [one.phone for one in await house.rows(CustomerRecord)] == ["+493023125000"]


async def test_promise_kept_ends_the_call(tmp_path: Path) -> None:
    async with called(tmp_path) as house:
        assert await house.call("promise", day="2026-03-13") == ""
        await house.at("2026-03-14")
        await house.pay("I1", "100.00")
        await house.at("2026-04-14")
        assert await house.story(*CALLS, "settled", "held", "released") == [
            "03-10 I1 call_opened",
            "03-10 I1 call_attempted",
            "03-10 I1 held",
            "03-14 I1 call_closed",
            "03-14 I1 settled",
        ]


async def test_promise_broken_is_the_failed_last_attempt(tmp_path: Path, database_url: str) -> None:
    async with called(tmp_path, database=database_url) as house:
        assert await house.call("promise", day="2026-03-13") == ""
        await house.at("2026-03-31")
        assert await house.story(*CALLS, "held", "released") == [
            "03-10 I1 call_opened",
            "03-10 I1 call_attempted",
            "03-10 I1 held",
            "03-18 I1 call_closed",  # through 03-13 and two business days: broken on 03-18
            "03-18 I1 released",
            "03-23 I1 legal_handover",  # 18 + 3 = 21, a Saturday
        ]


async def test_promise_without_a_day_or_too_far_ahead_is_refused(tmp_path: Path) -> None:
    async with called(tmp_path) as house:
        assert "needs the promised day" in await house.call("promise")
        assert "expected a day from" in await house.call("promise", day="2026-05-10")
        assert await house.story("call_attempted", "held") == []


async def test_said_to_be_paid_and_not_paid_opens_a_new_task_with_attempts_anew(
    tmp_path: Path,
) -> None:
    async with called(tmp_path) as house:
        assert await house.call("no_answer") == ""
        await house.at("2026-03-11", "11:00")
        assert await house.call("paid") == ""
        await house.at("2026-03-16", "12:00")
        assert await house.call("no_answer", task="T-C1-2") == ""
        await house.at("2026-03-18")
        assert await house.story(*CALLS, "held", "released") == [
            "03-10 I1 call_opened",
            "03-10 I1 call_attempted",
            "03-11 I1 call_attempted",
            "03-11 I1 call_closed",
            "03-11 I1 held",
            "03-14 I1 released",  # through today and two business days
            "03-16 I1 call_opened",
            "03-16 I1 call_attempted",  # one of two: the call is not over
        ]


async def test_said_to_be_paid_and_paid_settles(tmp_path: Path) -> None:
    async with called(tmp_path) as house:
        assert await house.call("paid") == ""
        await house.at("2026-03-12")
        await house.pay("I1", "100.00")
        await house.at("2026-04-12")
        assert await house.story("settled", *CALLS) == [
            "03-10 I1 call_opened",
            "03-10 I1 call_attempted",
            "03-10 I1 call_closed",
            "03-12 I1 settled",
        ]


async def test_dispute_in_a_call_rejected_opens_a_new_task(tmp_path: Path) -> None:
    async with called(tmp_path) as house:
        assert await house.call("dispute", reason="broken") == ""
        await house.at("2026-03-24", "12:00")
        assert await house.ask("I1", "dispute_outcome", upheld=False) == ""
        await house.at("2026-03-25")
        assert await house.story(*CALLS) == [
            "03-10 I1 call_opened",
            "03-10 I1 call_attempted",
            "03-10 I1 call_closed",
            "03-24 I1 call_opened",
        ]


async def test_call_back_is_no_attempt_and_the_next_is_due_then(tmp_path: Path) -> None:
    async with called(tmp_path) as house:
        assert await house.call("call_back", at="2026-03-18T15:30:00+01:00") == ""
        await house.at("2026-03-20", "10:00")
        assert await house.troubles() == []  # due on 03-18: unworked only from 03-23 on
        assert await house.call("no_answer") == ""
        assert await house.story(*CALLS) == [
            "03-10 I1 call_opened",
            "03-20 I1 call_attempted",
        ]


async def test_call_back_in_the_past_is_refused(tmp_path: Path) -> None:
    async with called(tmp_path) as house:
        refused = await house.call("call_back", at="2026-03-09T15:30:00+01:00")
        assert "lies ahead" in refused


async def test_outcome_for_one_invoice_leaves_the_others_in_the_task(
    tmp_path: Path, database_url: str
) -> None:
    async with called(tmp_path, "I1", "I2", database=database_url) as house:
        assert await house.call("dispute", invoice_number="I1") == ""
        assert await house.call("no_answer") == ""
        assert "not about invoice I1" in await house.call("refused", invoice_number="I1")
        assert await house.story("call_attempted", "call_closed") == [
            "03-10 I1 call_attempted",
            "03-10 I1 call_closed",
            "03-10 I2 call_attempted",
        ]


async def test_nobody_answering_leaves_alone_whom_to_call_back_later(tmp_path: Path) -> None:
    """An attempt at the whole task is about the invoices whose attempt is due."""
    async with called(tmp_path, "I1", "I2") as house:
        later = "2026-03-20T10:00:00+01:00"
        assert await house.call("call_back", invoice_number="I1", at=later) == ""
        assert await house.call("no_answer") == ""
        await house.at("2026-03-11", "11:00")
        assert await house.call("no_answer") == ""
        assert await house.story("call_attempted", "call_closed") == [
            "03-10 I2 call_attempted",
            "03-11 I2 call_attempted",
            "03-11 I2 call_closed",
        ]


async def test_invoice_held_during_a_call_leaves_and_rejoins_with_its_attempts(
    tmp_path: Path,
) -> None:
    async with called(tmp_path, "I1", "I2") as house:
        assert await house.call("no_answer") == ""
        assert await house.ask("I1", "pause") == ""
        await house.at("2026-03-11", "11:00")
        assert await house.call("no_answer") == ""  # about I2 alone: its last
        await house.at("2026-03-17", "12:00")
        assert await house.ask("I1", "resume") == ""
        await house.at("2026-03-18", "12:00")
        assert await house.call("no_answer") == ""
        await house.at("2026-03-19")
        assert await house.story(*CALLS, of="I1") == [
            "03-10 I1 call_opened",
            "03-10 I1 call_attempted",
            "03-18 I1 call_attempted",  # the second of two: the last
            "03-18 I1 call_closed",
        ]
        assert await house.story("call_closed", of="I2") == ["03-11 I2 call_closed"]


async def test_call_due_while_another_task_is_open_is_a_task_of_its_own(tmp_path: Path) -> None:
    async with House(tmp_path, policy=SHORT, staff=People()) as house:
        await house.invoice("I1", due="2026-03-02")
        await house.invoice("I2", due="2026-03-09")
        await house.at("2026-03-18")
        assert await house.story("call_opened") == [
            "03-10 I1 call_opened",
            "03-17 I2 call_opened",
        ]
        assert (await house.position("I2")).task == "T-C1-2"


async def test_task_is_one_persons_until_it_is_worked(tmp_path: Path) -> None:
    taken = "Refused: the call task is already taken by ada"
    async with called(tmp_path) as house:
        assert await house.ask_task("take", by="ada", key="K") == ""
        assert await house.ask_task("take", by="ben") == taken
        assert await house.call("no_answer", by="ben") == taken
        assert await house.call("no_answer", by="ada") == ""
        assert await house.ask_task("release") == "Refused: nobody has taken the call task"
        assert await house.ask_task("take", by="ben") == ""
        assert await house.ask_task("take", by="ada", key="K") == ""  # as it was answered first
        assert (
            await house.call("refused", by="ada")
            == "Refused: the call task is already taken by ben"
        )
        assert await house.ask_task("release", by="ada") == ""
        assert await house.call("refused", by="ada") == ""
