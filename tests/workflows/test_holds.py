"""What makes the ladder wait: pauses, promises, disputes; and what ends it or moves its dates."""

from pathlib import Path

from tests.workflows.house import House
from tests.workflows.policies import BRISK, PATIENT

HELD = ("held", "released", "notice_sent", "notice_listed")


class TestPause:
    async def test_pause_until_a_day_moves_the_window_by_the_days_it_stood(
        self, tmp_path: Path
    ) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            await house.at("2026-03-03", "12:00")  # 04, 05 and 06 count: three days
            assert await house.ask("I1", "pause", until="2026-03-07") == ""
            await house.at("2026-03-14")
            assert await house.story(*HELD) == [
                "03-03 I1 held",
                "03-07 I1 released",
                "03-09 I1 notice_sent 1",  # 05 + 3 = 08, a Sunday
            ]

    async def test_pause_before_the_due_date_moves_nothing(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            assert await house.ask("I1", "pause", until="2026-03-01") == ""
            await house.at("2026-03-06")
            assert await house.story("notice_sent") == ["03-05 I1 notice_sent 1"]

    async def test_open_pause_holds_until_resumed(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            await house.at("2026-03-05", "08:00")
            assert await house.ask("I1", "pause") == ""
            await house.at("2026-03-19", "12:00")  # 05 to 19: fifteen days
            assert await house.ask("I1", "resume") == ""
            await house.at("2026-03-24")
            assert await house.story(*HELD) == [
                "03-05 I1 held",
                "03-19 I1 released",
                "03-20 I1 notice_sent 1",
            ]

    async def test_overlapping_pauses_count_once(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            await house.at("2026-03-03", "12:00")
            assert await house.ask("I1", "pause", until="2026-03-06") == ""
            assert await house.ask_customer("C1", "pause", until="2026-03-07") == ""
            await house.at("2026-03-14")
            assert await house.story("held", "released", "notice_sent") == [
                "03-03 I1 held",
                "03-03 I1 held",
                "03-07 I1 released",
                "03-09 I1 notice_sent 1",
            ]

    async def test_customers_pause_holds_each_invoice_also_a_later_one(
        self, tmp_path: Path, database_url: str
    ) -> None:
        async with House(tmp_path, database=database_url) as house:
            await house.invoice("I1")
            await house.invoice("I3", customer="C2")
            assert await house.ask_customer("C1", "pause") == ""
            await house.invoice("I2")
            await house.at("2026-03-12", "12:00")
            assert await house.story("notice_sent") == [
                "03-05 I3 notice_sent 1",
                "03-10 I3 notice_sent 2",
            ]
            assert await house.ask_customer("C1", "resume") == ""
            await house.at("2026-03-17")
            assert await house.story("notice_sent", of="I1") == ["03-16 I1 notice_sent 1"]
            assert await house.story("notice_sent", of="I2") == ["03-16 I2 notice_sent 1"]

    async def test_held_invoice_sets_no_day_and_is_not_listed(self, tmp_path: Path) -> None:
        async with House(tmp_path, policy=PATIENT) as house:
            await house.invoice("I1", due="2026-03-02")
            await house.invoice("I2", due="2026-03-04")  # ..03-13
            assert await house.ask("I1", "pause") == ""
            await house.at("2026-03-14")
            assert await house.story("notice_sent", "notice_listed") == ["03-13 I2 notice_sent 1"]

    async def test_pause_of_a_customer_is_not_resumed_by_an_invoice(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            assert await house.ask_customer("C1", "pause") == ""
            await house.settle_down()
            assert "customer is paused as a whole" in await house.ask("I1", "resume")

    async def test_pause_and_resume_at_once_are_both_taken(self, tmp_path: Path) -> None:
        """The second comes before the workflow has read what the first changed."""
        async with House(tmp_path) as house:
            await house.invoice("I1")
            for _ in range(3):
                assert await house.ask("I1", "pause") == ""
                assert await house.ask("I1", "resume") == ""


class TestPromise:
    async def test_kept_promise_settles(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            await house.at("2026-03-04")
            assert await house.ask("I1", "promise", day="2026-03-11") == ""
            await house.at("2026-03-12")
            await house.pay("I1", "100.00")
            await house.at("2026-04-30")
            assert await house.story(*HELD, "settled") == ["03-04 I1 held", "03-12 I1 settled"]
            assert (await house.position("I1")).promises_broken == 0

    async def test_broken_promise_goes_on_at_once_after_the_grace(
        self, tmp_path: Path, database_url: str
    ) -> None:
        async with House(tmp_path, database=database_url) as house:
            await house.invoice("I1")
            await house.at("2026-03-04")
            assert await house.ask("I1", "promise", day="2026-03-11") == ""
            await house.at("2026-03-20")
            assert await house.story(*HELD) == [
                "03-04 I1 held",
                "03-14 I1 released",  # through 03-11 and two business days
                "03-16 I1 notice_sent 1",
            ]

    async def test_promise_does_not_move_the_window(self, tmp_path: Path) -> None:
        async with House(tmp_path, policy=PATIENT) as house:
            await house.invoice("I1")
            assert await house.ask("I1", "promise", day="2026-03-04") == ""
            await house.at("2026-03-12")
            assert await house.story("notice_sent") == ["03-11 I1 notice_sent 1"]

    async def test_promise_too_far_ahead_or_in_the_past_is_refused(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            assert "2026-03-04" in await house.ask("I1", "promise", day="2026-03-05")
            assert await house.ask("I1", "promise", day="2026-02-01") != ""
            assert await house.ask("I1", "promise", day="2026-03-04") == ""

    async def test_promises_are_refused_once_too_many_were_broken(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            for day in ("2026-02-03", "2026-02-10"):
                assert await house.ask("I1", "promise", day=day) == ""
                await house.at(day[:8] + f"{int(day[8:]) + 4:02}")
            assert "has broken as many promises" in await house.ask(
                "I1", "promise", day="2026-02-20"
            )
            assert (await house.position("I1")).promises_broken == 2


class TestDispute:
    async def test_disputed_invoice_waits_and_goes_on_when_rejected(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            await house.at("2026-03-04")
            assert await house.ask("I1", "dispute", reason="not delivered") == ""
            await house.at("2026-03-17", "11:00")
            assert await house.ask("I1", "dispute_outcome", upheld=False) == ""
            await house.at("2026-03-23")
            assert await house.story(*HELD) == [
                "03-04 I1 held",
                "03-17 I1 released",
                "03-17 I1 notice_sent 1",
            ]

    async def test_upheld_with_a_credit_goes_on_for_the_rest(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            await house.at("2026-03-04")
            assert await house.ask("I1", "dispute") == ""
            await house.at("2026-03-09", "10:00")
            assert await house.ask("I1", "dispute_outcome", upheld=True, credit_minor=3000) == ""
            await house.at("2026-03-10")
            assert await house.money("notice_sent") == ["03-09 I1 notice_sent 70.00 70.00"]

    async def test_upheld_with_the_whole_as_credit_settles(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            assert await house.ask("I1", "dispute") == ""
            assert await house.ask("I1", "dispute_outcome", upheld=True, credit_minor=10000) == ""
            await house.settle_down()
            assert (await house.status("I1"), await house.runs("I1")) == ("settled", False)

    async def test_upheld_without_a_credit_cancels(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            assert await house.ask("I1", "dispute") == ""
            assert await house.ask("I1", "dispute_outcome", upheld=True) == ""
            await house.at("2026-04-30")
            assert await house.story("cancelled", "notice_sent") == ["02-02 I1 cancelled"]
            assert not await house.runs("I1")

    async def test_outcome_of_no_dispute_or_of_too_much_credit_is_refused(
        self, tmp_path: Path
    ) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            assert "not disputed" in await house.ask("I1", "dispute_outcome", upheld=False)
            assert await house.ask("I1", "dispute") == ""
            assert "disputed already" in await house.ask("I1", "dispute")
            refused = await house.ask("I1", "dispute_outcome", upheld=True, credit_minor=10001)
            assert "more than is owed" in refused
            assert await house.balance("I1") == "100.00"

    async def test_dispute_after_the_handover_can_be_ended(self, tmp_path: Path) -> None:
        async with House(tmp_path, policy=BRISK) as house:
            await house.invoice("I1")
            await house.at("2026-03-30")
            assert await house.ask("I1", "dispute") == ""
            await house.settle_down()
            assert await house.ask("I1", "dispute_outcome", upheld=True) == ""
            assert await house.status("I1") == "cancelled"


class TestDueDate:
    async def test_changed_before_the_first_notice_plans_everything_anew(
        self, tmp_path: Path
    ) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            await house.at("2026-03-04")
            assert await house.ask("I1", "change_due_date", due_date="2026-03-09") == ""
            await house.at("2026-03-18")
            assert await house.story("notice_sent") == [
                "03-12 I1 notice_sent 1",
                "03-17 I1 notice_sent 2",
            ]

    async def test_changed_before_the_collection_moves_it(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1", mandate="ok")
            assert await house.ask("I1", "change_due_date", due_date="2026-03-05") == ""
            await house.at("2026-03-06")
            assert await house.story("collection_started") == ["03-05 I1 collection_started"]

    async def test_changed_after_a_notice_is_refused(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            await house.at("2026-03-06")
            refused = await house.ask("I1", "change_due_date", due_date="2026-04-09")
            assert "a pause or a promise serves" in refused

    async def test_before_the_day_of_issue_is_refused(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            refused = await house.ask("I1", "change_due_date", due_date="2026-02-01")
            assert "before the day of issue" in refused


class TestEnd:
    async def test_written_off_invoice_is_left_alone(self, tmp_path: Path) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            await house.at("2026-03-06")
            assert await house.ask("I1", "write_off", by="ada") == ""
            await house.at("2026-04-30")
            assert await house.story("notice_sent", "written_off", "settled") == [
                "03-05 I1 notice_sent 1",
                "03-06 I1 written_off",
            ]
            assert not await house.runs("I1")

    async def test_cancelled_invoice_is_left_alone_and_money_for_it_is_credit(
        self, tmp_path: Path
    ) -> None:
        async with House(tmp_path) as house:
            await house.invoice("I1")
            assert await house.ask("I1", "cancel") == ""
            await house.at("2026-03-06")
            await house.pay("I1", "100.00")
            assert (await house.status("I1"), await house.credit()) == ("cancelled", "100.00")
            assert await house.story("notice_sent", "settled") == []
