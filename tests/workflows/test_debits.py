"""Debits by what is on file: announced, made, tried again, returned; and when they stop."""

from pathlib import Path

import pytest

from activities import methods
from rules.methods import Brand, MethodKind, Wanted
from tests.workflows.debtors import (
    DEBITS,
    card,
    change,
    debits,
    events,
    letters,
    mandate,
    money_goes_back,
    put_on_file,
)
from tests.workflows.house import House


async def test_debit_is_announced_two_weeks_before_and_made_on_the_due_date(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await put_on_file(house, mandate())
        await house.at("2026-03-06")
        assert await house.story(*DEBITS, "settled") == [
            "02-16 I1 collection_announced",
            "03-02 I1 collection_started",
            "03-02 I1 collection_succeeded",
            "03-02 I1 settled",
        ]
        assert await house.story("notice_sent") == []


async def test_mandate_of_which_more_becomes_known_is_announced_in_time(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", mandate="MND-7+ok")
        await put_on_file(house, mandate())
        await house.at("2026-03-03")
        assert await letters(house) == ["02-16 announcement sent: I1 100.00 03-02"]
        assert await debits(house) == ["03-02 I1 succeeded"]


async def test_debits_of_a_customer_are_announced_in_one_mail(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await put_on_file_first(house)
        await house.invoice("I1")
        await house.invoice("I2", amount="50.00")
        await house.at("2026-02-17")
        assert await letters(house) == [
            "02-16 announcement sent: I1 100.00 03-02, I2 50.00 03-02",
        ]


async def put_on_file_first(house: House) -> None:
    await house.invoice("I0", due="2026-02-03")
    await house.pay("I0", "100.00", ref="P0")
    await put_on_file(house, mandate())


async def test_part_payment_after_the_announcement_is_announced_anew(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await put_on_file(house, mandate())
        await house.at("2026-02-20", "10:00")
        await house.pay("I1", "30.00")
        await house.at("2026-03-10")
        assert await letters(house) == [
            "02-16 announcement sent: I1 100.00 03-02",
            "02-20 announcement sent: I1 70.00 03-06",
        ]
        assert await debits(house) == ["03-06 I1 succeeded"]


async def test_due_date_that_moves_is_announced_anew(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await put_on_file(house, mandate())
        await house.at("2026-02-17")
        assert await house.ask("I1", "change_due_date", due_date="2026-03-12") == ""
        await house.at("2026-03-14")
        assert await letters(house) == [
            "02-16 announcement sent: I1 100.00 03-02",
            "02-26 announcement sent: I1 100.00 03-12",
        ]
        assert await debits(house) == ["03-12 I1 succeeded"]


async def test_soft_failure_is_told_at_once_and_tried_again_on_the_day_the_mail_says(
    tmp_path: Path,
) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await put_on_file(house, mandate("soft:1"))
        await house.at("2026-03-10")
        assert await letters(house) == [
            "02-16 announcement sent: I1 100.00 03-02",
            "03-02 failed sent: I1 100.00 03-04",
        ]
        assert await debits(house) == ["03-02 I1 failed_soft no_funds", "03-04 I1 succeeded"]


async def test_hard_failure_ends_the_method_and_the_ladder_goes_on(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.invoice("I2", due="2026-03-16")
        await put_on_file(house, mandate("code:AC04"))
        await house.at("2026-03-10")
        assert await debits(house) == ["03-02 I1 failed_hard AC04"]
        assert await house.story("notice_sent", of="I1") == ["03-05 I1 notice_sent 1"]
        await house.at("2026-03-20")
        assert await debits(house, of="I2") == []


async def test_new_method_is_tried_at_once_wherever_the_ladder_stands(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.at("2026-03-06", "11:00")
        assert await house.story("notice_sent") == ["03-05 I1 notice_sent 1"]
        await put_on_file(house, card())
        assert await house.story(*DEBITS, "settled") == [
            "03-06 I1 collection_started",
            "03-06 I1 collection_succeeded",
            "03-06 I1 settled",
        ]


async def test_notices_wait_while_a_new_mandates_debit_is_announced(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.at("2026-03-06", "11:00")
        await put_on_file(house, mandate("code:MD06", notice_days=5))
        await house.at("2026-03-16")
        assert await house.story("collection_announced", "collection_failed", "notice_sent") == [
            "03-05 I1 notice_sent 1",
            "03-06 I1 collection_announced",
            "03-11 I1 collection_failed",
            "03-11 I1 notice_sent 2",  # its window has begun on 03-10, and it waited
        ]


async def test_another_method_on_file_takes_over_from_one_that_failed(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await put_on_file(house, card("ok"), mandate("hard", notice_days=1, preferred=True))
        await house.at("2026-03-04")
        assert await debits(house) == ["03-02 I1 failed_hard account_closed", "03-02 I1 succeeded"]


async def test_withdrawn_mandate_is_not_debited_although_announced(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await put_on_file(house, mandate())
        await house.at("2026-02-20")
        await change(house, methods.withdraw)
        await house.at("2026-03-08")
        assert await debits(house) == []
        assert await house.story("notice_sent") == ["03-05 I1 notice_sent 1"]


async def test_customer_who_prefers_to_pay_by_hand_is_not_debited(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await put_on_file(house, card(), Wanted(kind=MethodKind.BY_HAND, preferred=True))
        await house.at("2026-03-08")
        assert await debits(house) == []


async def test_cancelled_invoices_planned_debit_dies_with_it(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await put_on_file(house, mandate())
        await house.at("2026-02-20")
        assert await house.ask("I1", "cancel") == ""
        await house.at("2026-03-08")
        assert await debits(house) == []


@pytest.mark.parametrize(
    ("code", "after"),
    [
        ("AM04", ["03-02 I1 succeeded AM04", "03-12 I1 succeeded"]),
        ("MD06", ["03-02 I1 succeeded MD06"]),
    ],
)
async def test_returned_after_success_the_reason_says_what_follows(
    tmp_path: Path, code: str, after: list[str]
) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await put_on_file(house, mandate())
        await house.at("2026-03-10", "10:00")
        await money_goes_back(house, "I1", code)
        await house.at("2026-03-15")
        assert await debits(house) == after
        goes_on = await house.story("notice_sent")
        assert goes_on == (["03-10 I1 notice_sent 1"] if code == "MD06" else [])
        assert await house.credit() == "0.00"


async def test_payer_who_has_died_gets_no_more_mail_and_a_person_decides(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await put_on_file(house, mandate("code:MD07"))
        await house.at("2026-03-20")
        assert await house.story("notice_sent") == []
        assert await house.troubles() == ["collection"]
        assert [line for line in await letters(house) if "failed" in line] == []


async def test_wrong_form_waits_for_a_person_and_is_tried_again_once_corrected(
    tmp_path: Path,
) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await put_on_file(house, mandate("code:RC01:1"))
        await house.at("2026-03-10")
        assert await debits(house) == ["03-02 I1 rejected RC01"]
        assert await house.troubles() == ["collection"]
        assert await house.story("notice_sent") == []
        assert await house.ask("I1", "retry_collection") == ""
        await house.at("2026-04-10")
        assert (await debits(house))[1:] == ["03-24 I1 succeeded"]
        assert await house.troubles() == []


async def test_debit_by_hand_uses_up_no_automatic_one(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await put_on_file(house, card("soft:3"))
        await house.at("2026-03-03", "10:00")
        assert await house.ask("I1", "collect_now") == ""
        await house.at("2026-03-12")
        assert await debits(house) == [
            "03-02 I1 failed_soft no_funds",
            "03-03 I1 failed_soft no_funds",
            "03-04 I1 failed_soft no_funds",
            "03-06 I1 succeeded",
        ]


async def test_collect_now_without_anything_on_file_is_refused(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        assert await house.ask("I1", "collect_now") == ("Refused: nothing on file may be debited")


async def test_without_an_address_nothing_is_announced_and_nothing_debited(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", email="")
        await put_on_file(house, mandate())
        await house.at("2026-03-08")
        assert await debits(house) == []
        assert await house.troubles() == ["address"]
        assert await house.ask_customer("C1", "set_address", email="c1@example.com") == ""
        await house.at("2026-03-28")
        assert await debits(house) == ["03-23 I1 succeeded"]


async def test_card_tried_as_often_as_its_scheme_allows_waits_on_whatever_invoice(
    tmp_path: Path,
) -> None:
    async with House(tmp_path) as house:
        for number in range(11):  # Mastercard: ten a day
            await house.invoice(f"I{number:02}")
        same = {"brand": Brand.MASTERCARD, "instrument": "card-7"}
        await put_on_file(house, card("soft:9", **same))
        await house.at("2026-03-03", "08:00")
        made = await debits(house)
        assert len(made) == 10
        await house.at("2026-03-03", "23:00")
        assert len(await debits(house)) == 11


async def test_unknown_reason_changes_nothing_but_waits_for_a_person(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await put_on_file(house, mandate("code:XX99"))
        await house.at("2026-03-08")
        assert await debits(house) == ["03-02 I1 rejected XX99"]
        assert [event.detail for event in await events(house, "unknown_reason")] == ["XX99"]
        assert await house.troubles() == ["collection"]
        assert await house.story("notice_sent") == []


async def test_no_reason_given_three_times_is_as_hard_as_any(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await house.invoice("I2", due="2026-03-30")
        await put_on_file(house, mandate("code:MS03"))
        await house.at("2026-04-02")
        assert await debits(house) == [
            "03-02 I1 failed_soft MS03",
            "03-04 I1 failed_soft MS03",
            "03-06 I1 failed_soft MS03",
        ]


async def test_debit_nobody_speaks_of_has_the_outcome_that_a_person_knows(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        await put_on_file(house, card("delay:90"))
        assert "no debit of it is under way" in await house.ask("I1", "debit_outcome", paid=True)
        await house.at("2026-03-20")
        assert await house.troubles() == ["collection"]
        unknown = await house.ask("I1", "debit_outcome", paid=False, code="XX99")
        assert "reason XX99 is not known" in unknown
        assert await house.ask("I1", "debit_outcome", paid=False, code="AC04") == ""
        await house.at("2026-03-24")
        assert await debits(house) == ["03-02 I1 failed_hard AC04"]
        assert await house.troubles() == []
        assert await house.story("notice_sent") == ["03-20 I1 notice_sent 1"]
