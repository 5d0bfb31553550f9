"""The ladder with nobody in its way: every stage on its day (ladder.md, rules 1-5, 8, 9, 12)."""

from pathlib import Path

from models.tables import NoticeItemRecord, NoticeRecord
from tests.workflows.house import House
from tests.workflows.policies import BRISK, FEWEST, HEAD, NOTICES, PATIENT, SHORT

CLIMB = [
    "02-02 I1 opened",
    "03-05 I1 notice_sent 1",
    "03-10 I1 notice_sent 2",
    "03-16 I1 notice_sent 3",
    "03-23 I1 call_opened",
    "03-23 I1 call_attempted",
    "03-24 I1 call_attempted",
    "03-24 I1 call_closed",
    "03-27 I1 legal_handover",
]


async def test_unpaid_invoice_climbs_to_the_lawyer(tmp_path: Path, database_url: str) -> None:
    async with House(tmp_path, database=database_url) as house:
        await house.invoice("I1")
        await house.at("2026-04-30")
        assert await house.story() == CLIMB
        assert set(await house.hours("notice_sent")) == {
            "03-05 09:00",
            "03-10 09:00",
            "03-16 09:00",
        }
        assert await house.runs("I1")  # money may come still


async def test_fewest_messages_takes_all_whose_window_is_open_along(tmp_path: Path) -> None:
    async with House(tmp_path, policy=PATIENT) as house:
        await house.invoice("I1", due="2026-03-02")  # 03-05..03-11
        await house.invoice("I2", due="2026-03-06")  # 03-09..03-13 (15 is a Sunday)
        await house.invoice("I3", due="2026-03-10")  # 03-13..03-19: overdue, its window not open
        await house.at("2026-03-11", "12:00")
        assert await house.story("notice_sent", "notice_listed") == [
            "03-11 I1 notice_sent 1",
            "03-11 I2 notice_sent 1",
            "03-11 I3 notice_listed 0",
        ]
        assert len(await house.rows(NoticeRecord)) == 1


async def test_early_policy_lists_what_is_overdue_but_not_yet_due_for_a_notice(
    tmp_path: Path,
) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", due="2026-03-02")
        await house.invoice("I2", due="2026-03-04")
        await house.invoice("I3", due="2026-03-05")  # due that day: not overdue, not listed
        await house.at("2026-03-05", "12:00")
        assert await house.story("notice_sent", "notice_listed") == [
            "03-05 I1 notice_sent 1",
            "03-05 I2 notice_listed 0",
        ]


async def test_invoice_that_comes_in_late_is_reminded_the_same_day_and_skips_nothing(
    tmp_path: Path,
) -> None:
    async with House(tmp_path, begins="2026-04-14") as house:
        await house.at("2026-04-14", "11:00")
        await house.invoice("I1", due="2026-01-05")
        await house.at("2026-04-30")
        assert await house.story("notice_sent") == [
            "04-14 I1 notice_sent 1",
            "04-20 I1 notice_sent 2",  # 04-19 is a Sunday
            "04-27 I1 notice_sent 3",
        ]
        assert (await house.hours("notice_sent"))[0] == "04-14 11:00"


async def test_invoice_that_comes_in_after_hours_waits_for_the_next_business_day(
    tmp_path: Path,
) -> None:
    async with House(tmp_path, begins="2026-04-17") as house:
        await house.at("2026-04-17", "17:01")  # a Friday
        await house.invoice("I1", due="2026-01-05")
        await house.at("2026-04-22")
        assert await house.hours("notice_sent") == ["04-20 09:00"]


async def test_two_customers_go_their_own_ways(tmp_path: Path, database_url: str) -> None:
    async with House(tmp_path, database=database_url) as house:
        await house.invoice("I1", due="2026-03-02", customer="C1")
        await house.invoice("I2", due="2026-03-03", customer="C2")
        await house.at("2026-03-07")
        assert await house.story("notice_sent", "notice_listed") == [
            "03-05 I1 notice_sent 1",
            "03-06 I2 notice_sent 1",
        ]


async def test_two_policies_of_one_customer_meet_on_the_earliest_day(tmp_path: Path) -> None:
    """Rule 12: each invoice brings its own dates, the earliest sets the customer's day."""
    hasty = HEAD + 'send = "early"\n' + NOTICES.replace("[3, 9]", "[8, 9]")
    async with House(tmp_path) as house:
        await house.invoice("I1", due="2026-03-02", policy=HEAD + FEWEST + NOTICES)  # ..03-11
        await house.invoice("I2", due="2026-03-02", policy=hasty)  # from 03-10
        await house.at("2026-03-12")
        assert await house.story("notice_sent") == [
            "03-10 I1 notice_sent 1",
            "03-10 I2 notice_sent 1",
        ]


async def test_invoice_keeps_the_policy_it_was_started_under(tmp_path: Path) -> None:
    async with House(tmp_path, policy=BRISK) as house:
        await house.invoice("I1")
        await house.invoice("I2", policy=SHORT, customer="C2")
        await house.at("2026-03-12")
        assert await house.story("notice_sent", "call_opened") == [
            "03-05 I1 notice_sent 1",
            "03-05 I2 notice_sent 1",
            "03-10 I1 notice_sent 2",
            "03-10 I2 call_opened",
        ]


async def test_notice_gives_a_date_to_pay_by_and_says_what_comes_next(tmp_path: Path) -> None:
    async with House(tmp_path, policy=SHORT) as house:
        await house.invoice("I1")
        await house.at("2026-03-06")
        (notice,) = await house.rows(NoticeRecord)
        # Four days after 03-05 is 03-09, a Monday.
        assert (notice.pay_by.isoformat(), notice.next_kind) == ("2026-03-09", "call")


async def test_notice_claims_each_balance_and_no_sum_of_currencies(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", amount="100.00")
        await house.invoice("I2", amount="70.00", currency="USD")
        await house.pay("I1", "40.00")
        await house.at("2026-03-06")
        items = await house.rows(NoticeItemRecord)
        assert [(i.balance_minor, i.currency) for i in items] == [(6000, "EUR"), (7000, "USD")]
