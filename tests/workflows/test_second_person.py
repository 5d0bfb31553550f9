"""Giving up more than the limit: one person proposes it, another one decides."""

from decimal import Decimal
from pathlib import Path

import pytest

from models.settings import Settings
from models.tables import ProposedEndingRecord
from rules.money import Money
from rules.second_person import needs_another
from tests.workflows.house import House

LARGE = "1000.01"  # the default limit is 1000


async def proposals(house: House) -> list[str]:
    """Every proposal, "INVOICE ENDING STATE PROPOSED_BY DECIDED_BY"."""
    return [
        f"{r.invoice_number} {r.ending} {r.state} {r.proposed_by} {r.decided_by}".strip()
        for r in await house.rows(ProposedEndingRecord)
    ]


@pytest.mark.parametrize("act", ["write_off", "cancel"])
async def test_large_amount_waits_for_another_person(
    tmp_path: Path, database_url: str, act: str
) -> None:
    async with House(tmp_path, database=database_url) as house:
        await house.invoice("I1", amount=LARGE)
        assert await house.ask("I1", act, by="anna", reason="insolvent") == ""
        assert await house.troubles() == ["write_off"]
        await house.at("2026-03-06")
        assert await house.story("notice_sent") == ["03-05 I1 notice_sent 1"]  # the ladder goes on
        refused = await house.ask("I1", "approve_write_off", by="Anna ")
        assert "anna proposed it, another person has to decide" in refused
        assert "say who does" in await house.ask("I1", "approve_write_off")
        assert (await house.status("I1"), await house.balance("I1")) == ("open", LARGE)
        assert await house.ask("I1", "approve_write_off", by="lea") == ""
        ended = {"write_off": "written_off", "cancel": "cancelled"}[act]
        assert (await house.status("I1"), await house.balance("I1")) == (ended, "0.00")
        assert await proposals(house) == [f"I1 {ended} approved anna lea"]
        assert await house.troubles() == []


async def test_limit_itself_needs_nobody_else(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", amount="1000.00")
        assert await house.ask("I1", "write_off", by="anna") == ""
        assert (await house.status("I1"), await proposals(house)) == ("written_off", [])


async def test_no_leaves_all_as_it_is_and_it_can_be_proposed_anew(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", amount=LARGE)
        assert "say who asks" in await house.ask("I1", "write_off")
        assert await house.ask("I1", "write_off", by="anna") == ""
        assert "anna has proposed that already" in await house.ask("I1", "cancel", by="ben")
        assert await house.ask("I1", "decline_write_off", by="lea", reason="they pay") == ""
        assert await house.troubles() == []
        assert "nobody has proposed" in await house.ask("I1", "approve_write_off", by="lea")
        assert await house.ask("I1", "cancel", by="ben") == ""
        assert await proposals(house) == [
            "I1 written_off declined anna lea",
            "I1 cancelled proposed ben",
        ]


async def test_yes_gives_up_what_is_owed_by_then(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", amount=LARGE)
        assert await house.ask("I1", "write_off", by="anna") == ""
        await house.pay("I1", "400.00")
        assert await house.ask("I1", "approve_write_off", by="lea") == ""
        assert await house.money("written_off") == ["02-02 I1 written_off 600.01 0.00"]


async def test_yes_to_more_than_was_proposed_is_refused(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", amount="1500.00")
        await house.pay("I1", "400.00", ref="P1")
        assert await house.ask("I1", "write_off", by="anna") == ""
        await house.pay("I1", "-400.00", ref="P2")
        refused = await house.ask("I1", "approve_write_off", by="lea")
        assert "1500.00 EUR is owed by now and 1100.00 EUR was proposed" in refused
        assert await house.balance("I1") == "1500.00"


async def test_payment_of_all_withdraws_the_proposal(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", amount=LARGE)
        assert await house.ask("I1", "write_off", by="anna") == ""
        await house.pay("I1", LARGE)
        assert await house.troubles() == []
        assert [words.split()[2] for words in await proposals(house)] == ["withdrawn"]
        assert await house.status("I1") == "settled"


async def test_same_key_again_proposes_once_and_says_so_again(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        await house.invoice("I1", amount=LARGE)
        for _ in range(2):
            assert await house.ask("I1", "write_off", by="anna", key="k1") == ""
        assert len(await proposals(house)) == 1


def test_limit_counts_in_units_of_the_currency() -> None:
    assert needs_another(Money(100_100, "EUR"), Decimal(1000))
    assert not needs_another(Money(100_000, "EUR"), Decimal(1000))
    assert needs_another(Money(1001, "JPY"), Decimal(1000))
    assert not needs_another(Money(10**12, "EUR"), None)
    assert Settings(write_off_limit="").limit is None
    assert Settings().limit == Decimal(1000)
    with pytest.raises(ValueError, match="expected an amount"):
        Settings(write_off_limit="1,000")
