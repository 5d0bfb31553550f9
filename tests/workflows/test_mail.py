"""A notice on its way out (ladder.md, rules 6, 10 and 11; `DUELY_MAIL_MODE`)."""

from pathlib import Path

import pytest

from models.settings import Documents
from models.tables import NoticeRecord
from rules.errors import InDoubt, RefusedForGood, TooLarge, Unreachable, UserMistake
from tests.workflows.house import House, Postman
from tests.workflows.policies import ONE_HOUR, SHORT, SHORT_WITH_APPROVAL

ALL_DAY = 200  # more tries than are made in a day


async def notices(house: House) -> list[str]:
    """Every notice made, "NUMBER DAY STATE"."""
    return [f"{r.number} {r.day:%m-%d} {r.state}" for r in await house.rows(NoticeRecord)]


async def test_unreachable_server_is_tried_again_the_same_day(tmp_path: Path) -> None:
    mail = Postman([Unreachable("away")] * 5)
    async with House(tmp_path, mail=mail) as house:
        await house.invoice("I1")
        await house.at("2026-03-06")
        assert await notices(house) == ["N-C1-1 03-05 sent"]
        assert (mail.tried, len(mail.taken)) == (6, 1)


async def test_notice_not_accepted_in_its_hours_lapses_and_is_made_anew(
    tmp_path: Path, database_url: str
) -> None:
    mail = Postman([Unreachable("away")] * ALL_DAY)
    async with House(tmp_path, database=database_url, policy=ONE_HOUR, mail=mail) as house:
        await house.invoice("I1")
        await house.at("2026-03-05", "18:00")
        assert await notices(house) == ["N-C1-1 03-05 lapsed"]
        assert await house.story("notice_sent") == []
        mail.orders.clear()
        await house.pay("I1", "40.00")
        await house.at("2026-03-12")
        assert await notices(house) == [
            "N-C1-1 03-05 lapsed",
            "N-C1-2 03-06 sent",
            "N-C1-3 03-11 sent",
        ]
        assert await house.money("notice_sent") == [
            "03-06 I1 notice_sent 60.00 60.00",
            "03-11 I1 notice_sent 60.00 60.00",
        ]


async def test_refused_for_good_advances_nothing_and_others_go_on(tmp_path: Path) -> None:
    mail = Postman([RefusedForGood("no such user")])
    async with House(tmp_path, mail=mail) as house:
        await house.invoice("I1", customer="C1")
        await house.invoice("I2", due="2026-03-03", customer="C2")
        await house.at("2026-03-12")
        assert await house.troubles() == ["address"]
        assert await house.story("notice_sent", of="I1") == []
        assert await house.story("notice_sent", of="I2") == [
            "03-06 I2 notice_sent 1",
            "03-11 I2 notice_sent 2",
        ]


async def test_notice_too_large_for_the_server_waits_and_asks_for_no_address(
    tmp_path: Path,
) -> None:
    mail = Postman([TooLarge("552 5.3.4 too big")])
    async with House(tmp_path, mail=mail) as house:
        await house.invoice("I1")
        await house.at("2026-03-10", "11:00")
        assert await notices(house) == ["N-C1-1 03-05 refused"]
        assert (await house.troubles(), mail.tried) == (["papers"], 1)
        assert await house.ask_customer("C1", "retry") == ""
        await house.at("2026-03-11")
        assert await notices(house) == ["N-C1-1 03-05 refused", "N-C1-2 03-10 sent"]


async def test_address_set_after_a_refusal_sends_that_day(tmp_path: Path) -> None:
    mail = Postman([RefusedForGood("no such user")])
    async with House(tmp_path, mail=mail) as house:
        await house.invoice("I1")
        await house.at("2026-03-17", "11:00")
        assert await house.ask_customer("C1", "set_address", email="new@example.com") == ""
        await house.at("2026-03-24")
        assert await house.story("notice_sent") == [
            "03-17 I1 notice_sent 1",
            "03-23 I1 notice_sent 2",  # 22 is a Sunday
        ]
        assert {sent.recipient for sent in mail.taken} == {"new@example.com"}
        assert await house.troubles() == []


async def test_letter_recorded_after_a_refusal_counts_that_day(tmp_path: Path) -> None:
    async with House(tmp_path, policy=SHORT) as house:
        await house.invoice("I1", email="")
        await house.at("2026-03-09", "11:00")
        assert await house.troubles() == ["address"]
        assert await house.ask_customer("C1", "record_letter", by="ada") == ""
        await house.at("2026-03-17")
        assert await house.story("notice_sent", "call_opened") == [
            "03-09 I1 notice_sent 1",
            "03-16 I1 call_opened",  # 09 + 5 = 14, a Saturday
        ]
        assert await house.troubles() == []


async def test_letter_that_nothing_waits_for_is_refused(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1")
        assert "waits for an address" in await house.ask_customer("C1", "record_letter")


async def test_no_usable_address_needs_attention_and_makes_no_notice(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", email="nobody")
        await house.at("2026-03-12")
        assert await house.troubles() == ["address"]
        assert await notices(house) == []
        assert "no e-mail address" in await house.ask_customer("C1", "set_address", email="no one")


async def test_doubt_counts_as_sent_and_the_same_message_goes_again(
    tmp_path: Path, database_url: str
) -> None:
    mail = Postman([InDoubt("no answer")])
    async with House(tmp_path, database=database_url, mail=mail) as house:
        await house.invoice("I1")
        await house.at("2026-03-12")
        assert await notices(house) == ["N-C1-1 03-05 sent", "N-C1-2 03-10 sent"]
        first, again, second = (sent.message_id for sent in mail.taken)
        assert first == again != second
        assert len(await house.story("notice_sent")) == 2


async def test_refusal_after_a_doubt_keeps_counting_as_sent(tmp_path: Path) -> None:
    mail = Postman([InDoubt("no answer"), RefusedForGood("full")])
    async with House(tmp_path, mail=mail) as house:
        await house.invoice("I1")
        await house.at("2026-03-06")
        assert await house.story("notice_sent") == ["03-05 I1 notice_sent 1"]


async def test_notice_that_cannot_be_written_is_parked_until_someone_says_retry(
    tmp_path: Path,
) -> None:
    async with House(tmp_path, documents=Documents.INVOICES) as house:
        await house.invoice("I1", document="original/I1.pdf")  # which the store has lost
        await house.at("2026-03-05", "16:00")
        assert await house.troubles() == ["papers"]
        assert await notices(house) == ["N-C1-1 03-05 lapsed"]
        found = tmp_path / "documents" / "original" / "I1.pdf"
        found.parent.mkdir(parents=True, exist_ok=True)
        found.write_bytes(b"%PDF-1.7")
        assert await house.ask_customer("C1", "retry") == ""
        await house.at("2026-03-06")
        assert await house.story("notice_sent") == ["03-05 I1 notice_sent 1"]
        assert await house.troubles() == []


class TestBetweenMadeAndSent:
    """The server is away from 09:00 on; something happens before it comes back."""

    async def test_balance_that_changed_is_claimed_as_it_is(self, tmp_path: Path) -> None:
        mail = Postman([Unreachable("away")] * ALL_DAY)
        async with House(tmp_path, mail=mail) as house:
            await house.invoice("I1")
            await house.at("2026-03-05", "09:20")
            await house.pay("I1", "40.00")
            mail.orders.clear()
            await house.at("2026-03-06")
            assert await notices(house) == ["N-C1-1 03-05 lapsed", "N-C1-2 03-05 sent"]
            assert await house.money("notice_sent") == ["03-05 I1 notice_sent 60.00 60.00"]

    async def test_paid_invoice_is_not_claimed(self, tmp_path: Path) -> None:
        mail = Postman([Unreachable("away")] * ALL_DAY)
        async with House(tmp_path, mail=mail) as house:
            await house.invoice("I1")
            await house.at("2026-03-05", "09:20")
            await house.pay("I1", "100.00")
            mail.orders.clear()
            await house.at("2026-03-20")
            assert (await notices(house), mail.taken) == (["N-C1-1 03-05 lapsed"], [])

    @pytest.mark.parametrize("act", ["pause", "dispute"])
    async def test_held_invoice_is_not_claimed(self, tmp_path: Path, act: str) -> None:
        mail = Postman([Unreachable("away")] * ALL_DAY)
        async with House(tmp_path, mail=mail) as house:
            await house.invoice("I1")
            await house.invoice("I2")
            await house.at("2026-03-05", "09:20")
            assert await house.ask("I1", act) == ""
            mail.orders.clear()
            await house.at("2026-03-06")
            assert await notices(house) == ["N-C1-1 03-05 lapsed", "N-C1-2 03-05 sent"]
            assert await house.story("notice_sent") == ["03-05 I2 notice_sent 1"]

    async def test_invoice_due_later_is_not_claimed(self, tmp_path: Path) -> None:
        mail = Postman([Unreachable("away")] * ALL_DAY)
        async with House(tmp_path, mail=mail) as house:
            await house.invoice("I1")
            await house.at("2026-03-05", "09:20")
            assert await house.ask("I1", "change_due_date", due_date="2026-03-16") == ""
            mail.orders.clear()
            await house.at("2026-03-21")
            assert await house.story("notice_sent") == ["03-19 I1 notice_sent 1"]


class TestHoldMode:
    async def test_notices_are_made_and_lapse_and_nothing_else_happens(
        self, tmp_path: Path
    ) -> None:
        mail = Postman()
        async with House(tmp_path, mail=mail, mail_mode="hold") as house:
            await house.invoice("I1")
            await house.at("2026-03-09")
            assert await notices(house) == ["N-C1-1 03-05 lapsed", "N-C1-2 03-06 made"]
            assert (await house.story("notice_sent"), mail.tried) == ([], 0)

    async def test_no_call_is_opened_until_mails_leave_again(self, tmp_path: Path) -> None:
        async with House(tmp_path, policy=SHORT, restarts=True) as house:
            await house.invoice("I1")
            await house.at("2026-03-06")
            await house.restart(mail_mode="hold")
            await house.at("2026-03-17", "10:00")
            assert await house.story("call_opened") == []
            await house.restart(mail_mode="send")
            await house.at("2026-03-24", "10:00")
            assert await house.story("call_opened", "legal_handover") == [
                "03-18 I1 call_opened",
                "03-23 I1 legal_handover",
            ]

    async def test_no_case_leaves_with_a_yes(self, tmp_path: Path) -> None:
        async with House(tmp_path, policy=SHORT_WITH_APPROVAL, restarts=True) as house:
            await house.invoice("I1")
            await house.at("2026-03-17")
            await house.restart(mail_mode="hold")
            refused = await house.ask_customer("C1", "approve_case", case="C-C1-1")
            assert "DUELY_MAIL_MODE" in refused
            assert await house.story("legal_handover") == []


class TestRedirectMode:
    async def test_counts_as_sent_and_goes_to_the_one_address(self, tmp_path: Path) -> None:
        mail = Postman()
        async with House(
            tmp_path, policy=SHORT, mail=mail, mail_mode="redirect:me@example.org"
        ) as house:
            await house.invoice("I1")
            await house.at("2026-03-25")
            assert await house.story("notice_sent", "call_opened", "legal_handover") == [
                "03-05 I1 notice_sent 1"
            ]
            assert [sent.recipient for sent in mail.taken] == ["me@example.org"]

    async def test_refused_on_a_database_that_has_sent_for_real(self, tmp_path: Path) -> None:
        async with House(tmp_path, policy=SHORT, restarts=True) as house:
            await house.invoice("I1")
            await house.at("2026-03-06")
            with pytest.raises(UserMistake, match="redirect is refused"):
                await house.restart(mail_mode="redirect:me@example.org")
