"""A person wants a notice today: it goes, and its planned day does nothing more."""

from pathlib import Path

import pytest

from models.tables import NoticeRecord
from rules.errors import Unreachable
from tests.workflows.house import House, Postman
from tests.workflows.policies import PATIENT, SHORT

AWAY = Unreachable("away")


async def notices(house: House) -> list[str]:
    """Every notice made, "DAY STATE", and who wanted it."""
    made = await house.rows(NoticeRecord)
    return [f"{r.day:%m-%d} {r.state} {r.asked_by or ''}".strip() for r in made]


async def test_sent_by_hand_is_not_repeated_by_the_planned_day(
    tmp_path: Path, database_url: str
) -> None:
    """Invoice Ninja, issue 9162: the scheduler sent it again the next morning."""
    async with House(tmp_path, database=database_url, policy=PATIENT) as house:
        await house.invoice("I1")  # planned for 03-11
        await house.at("2026-03-10", "11:00")
        assert await house.ask_customer("C1", "send_now", by="ada") == ""
        await house.at("2026-03-19")
        assert await notices(house) == ["03-10 sent ada"]
        assert await house.hours("notice_sent") == ["03-10 11:00"]


async def test_next_window_counts_from_the_day_it_was_sent(tmp_path: Path) -> None:
    async with House(tmp_path, policy=PATIENT) as house:
        await house.invoice("I1")
        await house.at("2026-03-06", "11:00")
        assert await house.ask_customer("C1", "send_now") == ""
        await house.at("2026-03-31")
        assert await house.story("notice_sent") == [
            "03-06 I1 notice_sent 1",
            "03-16 I1 notice_sent 2",  # from the planned 03-11 it would be 03-20
            "03-26 I1 notice_sent 3",
        ]


async def test_all_whose_first_day_has_come_go_along_and_the_rest_is_listed(tmp_path: Path) -> None:
    async with House(tmp_path, policy=PATIENT) as house:
        await house.invoice("I1")
        await house.invoice("I2", due="2026-03-03")
        await house.invoice("I3", due="2026-03-05")  # its window begins on Monday 03-09
        await house.at("2026-03-06", "11:00")
        assert await house.ask_customer("C1", "send_now") == ""
        await house.at("2026-03-07")
        assert await house.story("notice_sent", "notice_listed") == [
            "03-06 I1 notice_sent 1",
            "03-06 I2 notice_sent 1",
            "03-06 I3 notice_listed 0",
        ]


async def test_second_wish_of_a_day_is_refused(tmp_path: Path) -> None:
    async with House(tmp_path, policy=PATIENT) as house:
        await house.invoice("I1")
        await house.at("2026-03-09", "11:00")
        assert await house.ask_customer("C1", "send_now") == ""
        await house.invoice("I2")
        await house.at("2026-03-09", "12:00")
        assert "went to this customer today" in await house.ask_customer("C1", "send_now")
        await house.at("2026-03-10", "11:00")
        assert await house.ask_customer("C1", "send_now") == ""
        await house.settle_down()
        assert await notices(house) == ["03-09 sent", "03-10 sent"]


@pytest.mark.parametrize(
    ("day", "hour", "says"),
    [
        ("2026-03-04", "11:00", "no window is open, the next notice may go from 2026-03-05 on"),
        ("2026-03-07", "11:00", "2026-03-07 is no business day, a notice may go on 2026-03-09"),
        ("2026-03-06", "08:59", "notices go from 09:00 to 17:00, and it is 08:59"),
        ("2026-03-06", "17:01", "notices go from 09:00 to 17:00, and it is 17:01"),
    ],
)
async def test_outside_of_its_days_and_hours_it_is_refused(
    tmp_path: Path, day: str, hour: str, says: str
) -> None:
    async with House(tmp_path, policy=PATIENT) as house:
        await house.invoice("I1")
        await house.at(day, hour)
        assert says in await house.ask_customer("C1", "send_now")
        assert await notices(house) == []


async def test_held_settled_and_called_invoices_are_refused(tmp_path: Path) -> None:
    async with House(tmp_path, policy=SHORT) as house:
        await house.invoice("I1")
        await house.at("2026-03-06", "11:00")
        assert "no invoice of this customer waits for a notice" in (
            await house.ask_customer("C1", "send_now")
        )
        assert await house.ask("I1", "dispute") == ""
        assert "is held" in await house.ask_customer("C1", "send_now")
        assert await house.ask("I1", "settle") == ""
        assert "no open invoice" in await house.ask_customer("C1", "send_now")


async def test_customer_without_an_address_is_refused(tmp_path: Path) -> None:
    async with House(tmp_path, policy=PATIENT) as house:
        await house.invoice("I1", email="")
        await house.at("2026-03-06", "11:00")
        assert "no usable e-mail address" in await house.ask_customer("C1", "send_now")


async def test_nothing_leaves_in_hold_mode(tmp_path: Path) -> None:
    async with House(tmp_path, policy=PATIENT, mail_mode="hold") as house:
        await house.invoice("I1")
        await house.at("2026-03-06", "11:00")
        assert "DUELY_MAIL_MODE" in await house.ask_customer("C1", "send_now")
        assert await notices(house) == []


async def test_one_not_accepted_on_its_day_is_made_anew_on_the_next(
    tmp_path: Path, database_url: str
) -> None:
    mail = Postman([AWAY] * 200)
    async with House(tmp_path, database=database_url, policy=PATIENT, mail=mail) as house:
        await house.invoice("I1")
        await house.at("2026-03-05", "16:00")
        assert await house.ask_customer("C1", "send_now", by="ada") == ""
        await house.at("2026-03-05", "16:30")
        assert "on its way" in await house.ask_customer("C1", "send_now")
        await house.at("2026-03-05", "18:00")
        mail.orders.clear()
        await house.at("2026-03-16")
        assert await notices(house) == ["03-05 lapsed ada", "03-06 sent ada"]
        assert await house.hours("notice_sent") == ["03-06 09:00"]


async def test_balance_that_changed_on_the_way_is_claimed_as_it_is(tmp_path: Path) -> None:
    mail = Postman([AWAY] * 200)
    async with House(tmp_path, policy=PATIENT, mail=mail) as house:
        await house.invoice("I1")
        await house.at("2026-03-05", "11:00")
        assert await house.ask_customer("C1", "send_now", by="ada") == ""
        await house.settle_down()
        await house.pay("I1", "40.00")
        mail.orders.clear()
        await house.at("2026-03-12")
        assert await notices(house) == ["03-05 lapsed ada", "03-05 sent ada"]
        assert await house.money("notice_sent") == ["03-05 I1 notice_sent 60.00 60.00"]
