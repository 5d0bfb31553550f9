"""A year of monthly debits: each on a bank's day, each announced early enough, none after the withdrawal.

The days on which banks are closed are written down here, not asked of the code that is tested.
"""

from datetime import date, timedelta
from pathlib import Path

from activities import methods
from models.tables import CollectionRecord, LetterItemRecord, LetterRecord
from tests.workflows.debtors import change, mandate, put_on_file
from tests.workflows.house import House

# TARGET is closed on Saturdays, Sundays and these (domain.md, section 3, "collection date").
CLOSED = {
    *(date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1)),
    *(date(2026, 12, 25), date(2027, 1, 1)),
}
# Good Friday, 1 May, a Saturday, a Sunday, Christmas, New Year and plain days.
DUE = [
    *("2026-03-10", "2026-04-03", "2026-05-01", "2026-06-06", "2026-07-05", "2026-08-14"),
    *("2026-09-15", "2026-10-15", "2026-11-13", "2026-12-25", "2027-01-01", "2027-02-10"),
]
MUCH, LITTLE = 14, 3  # days of notice


def next_bank_day(day: date) -> date:
    while day.weekday() >= 5 or day in CLOSED:
        day += timedelta(days=1)
    return day


async def test_a_year_is_debited_on_bank_days_each_announced_early_enough(tmp_path: Path) -> None:
    async with House(tmp_path) as house:
        for customer, notice in (("C1", MUCH), ("C2", LITTLE)):
            for place, due in enumerate(DUE):
                await house.invoice(f"{customer}-{place}", due=due, customer=customer)
            signed = mandate(f"{customer}+ok", notice_days=notice)
            await put_on_file(house, signed, customer=customer)
        await house.at("2026-11-20", "12:00")
        await change(house, methods.withdraw, "M-C2-1")
        await house.at("2027-02-20", "12:00")

        made = {one.invoice_number: one for one in await house.rows(CollectionRecord)}
        assert sorted(n for n in made if n.startswith("C1")) == sorted(f"C1-{n}" for n in range(12))
        assert sorted(n for n in made if n.startswith("C2")) == sorted(f"C2-{n}" for n in range(9))
        announced = await _announced(house)
        for number, attempt in made.items():
            due_date = date.fromisoformat(DUE[int(number.partition("-")[2])])
            assert attempt.day == next_bank_day(due_date), number
            on, said, amount = announced[number]
            assert (said, amount) == (attempt.day, attempt.amount_minor), number
            assert attempt.day - on >= timedelta(days=MUCH if number < "C2" else LITTLE), number
        assert {one.state for one in made.values()} == {"succeeded"}


async def _announced(house: House) -> dict[str, tuple[date, date | None, int]]:
    """By invoice: on which day its debit was announced, for which day, and how much."""
    sent = {one.number: one.day for one in await house.rows(LetterRecord) if one.sent_at}
    return {
        item.invoice_number: (sent[item.letter], item.day, item.amount_minor)
        for item in await house.rows(LetterItemRecord)
    }
