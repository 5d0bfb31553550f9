"""What a customer will receive: it is what the production workflows then do, and asking changes nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.refunding import left_the_bank
from activities.timeline import Row, rows
from models.settings import Settings
from rules.errors import UserMistake
from rules.money import Money
from sandbox.foresight import Named, Outlook, foresee
from tests.workflows.bank_entries import bank_says
from tests.workflows.debtors import mandate, put_on_file
from tests.workflows.house import House

STAGES = ("notice_sent", "notice_listed", "call_opened", "legal_handover")


async def seen_and_done(house: House, *, days: int) -> tuple[Outlook, list[Named]]:
    """What is foreseen now, and what then happens in as many days in which nobody does anything."""
    now = await house.now()
    async with house.at_rest() as settings:
        outlook = await foresee(settings, "C1", now=now, days=days)
    await house.at(str((now + timedelta(days=days)).date()), "23:30")
    done = await house.database.run(lambda session: list(rows(session, customer="C1")))
    ahead = sorted((row for row in done if row.moment > now), key=lambda row: row.order)
    return outlook, [_named(row) for row in ahead if row.event in STAGES]


def _named(row: Row) -> Named:
    _, _, number, event, level, _, balance, currency, _ = row.cells
    return Named(number, event, level, Money(round(float(balance) * 100), currency))


def _foreseen(outlook: Outlook) -> list[Named]:
    return [named for one in outlook.coming for named in one.invoices]


async def test_what_is_foreseen_is_what_then_happens(tmp_path: Path) -> None:
    async with House(tmp_path, restarts=True) as house:
        await house.invoice("I1", due="2026-03-02")
        await house.invoice("I2", due="2026-03-11", amount="80.00")
        await house.invoice("I3", due="2026-04-20", currency="CHF")
        await house.invoice("X1", due="2026-03-02", customer="C2")
        await house.at("2026-03-12", "12:00")
        await house.pay("I1", "40.00")
        outlook, done = await seen_and_done(house, days=60)
        assert {named.number for named in done} == {"I1", "I2", "I3"}
        assert {named.event for named in done} == set(STAGES)
        assert sorted(_foreseen(outlook), key=repr) == sorted(done, key=repr)
        first = outlook.coming[0]
        assert (first.at, first.what) == ("2026-03-16T09:00:00+01:00", "notice 3")


async def test_pause_an_open_call_and_a_proposed_day_are_foreseen(tmp_path: Path) -> None:
    async with House(tmp_path, restarts=True) as house:
        await house.invoice("I1", due="2026-03-02")
        await house.invoice("I2", due="2026-04-13")
        await house.at("2026-04-06", "12:00")
        await house.ask("I2", "pause", until="2026-04-27")
        await house.at("2026-04-09", "12:00")
        outlook, done = await seen_and_done(house, days=40)
        assert sorted(_foreseen(outlook), key=repr) == sorted(done, key=repr)
        assert done


async def test_refund_is_not_paid_ahead_and_one_that_left_the_bank_is_no_hindrance(
    tmp_path: Path,
) -> None:
    async with House(tmp_path, restarts=True) as house:
        await house.invoice("I1")
        await house.invoice("I2", due="2026-04-20")
        await house.pay("I1", "130.00", "P1~delay:900")
        await house.refund("I1", "20.00")
        await house.refund("I1", "10.00")
        await house.settle_down()
        await bank_says(house)
        await house.on_refund(lambda journal, refund: left_the_bank(journal, refund, 1))
        await house.settle_down()
        now = await house.now()
        async with house.at_rest() as settings:
            outlook = await foresee(settings, "C1", now=now, days=90)
        assert {one.number for one in _foreseen(outlook)} == {"I2"}
        assert outlook.attention == ()


async def test_announcements_and_debits_are_foreseen_with_what_comes_after(tmp_path: Path) -> None:
    async with House(tmp_path, restarts=True) as house:
        await house.invoice("I1", due="2026-03-20")
        await put_on_file(house, mandate("MND-7+ok"))
        await house.at("2026-03-02", "12:00")
        now = await house.now()
        async with house.at_rest() as settings:
            outlook = await foresee(settings, "C1", now=now, days=30)
        assert [(one.at[:10], one.what) for one in outlook.coming] == [
            ("2026-03-06", "a debit is announced"),
            ("2026-03-20", "collection"),
            ("2026-03-20", "a debit failed"),
            ("2026-03-23", "notice 1"),
            ("2026-03-30", "notice 2"),
        ]
        assert outlook.attention == ()


async def test_asking_changes_nothing(tmp_path: Path) -> None:
    async with House(tmp_path, restarts=True) as house:
        await house.invoice("I1", due="2026-03-02")
        await house.at("2026-03-04", "12:00")
        now = await house.now()
        async with house.at_rest() as settings:
            before = (tmp_path / "duely.db").read_bytes()
            await foresee(settings, "C1", now=now, days=90)
            assert (tmp_path / "duely.db").read_bytes() == before
            assert not (tmp_path / "documents").exists()


async def test_unusable_address_is_said_and_nothing_comes(tmp_path: Path) -> None:
    async with House(tmp_path, restarts=True) as house:
        await house.invoice("I1", due="2026-03-02", email="nobody")
        await house.at("2026-03-04", "12:00")
        now = await house.now()
        async with house.at_rest() as settings:
            outlook = await foresee(settings, "C1", now=now, days=90)
        assert (outlook.coming, outlook.attention) == ((), ("address",))


async def test_unknown_customer_is_refused_and_no_database_is_made(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'duely.db'}")
    with pytest.raises(UserMistake, match="no customer C9 is recorded"):
        await foresee(settings, "C9", now=datetime(2026, 3, 2, 11, tzinfo=UTC), days=90)
    assert _files(tmp_path) == []


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir())
