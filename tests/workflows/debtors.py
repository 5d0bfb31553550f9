"""Customers with methods on file, for tests of whole debits."""

from collections.abc import Callable
from datetime import date
from typing import Any

from activities import collecting, methods
from models.tables import CollectionRecord, EventRecord, LetterItemRecord, LetterRecord
from rules.methods import MethodKind, Wanted
from tests.workflows.house import House

IBAN = "DE02120300000000202051"


def mandate(reference: str, **said: Any) -> Wanted:
    """A SEPA mandate, signed and with an account, whose debits the sandbox's bank treats as what
    follows `+` in its reference says."""
    signed = {"signed_on": date(2026, 1, 5), "iban": IBAN, "reference": reference}
    return Wanted(kind=MethodKind.MANDATE, **{**signed, **said})


def card(token: str, **said: Any) -> Wanted:
    """A card whose debits the sandbox's bank treats as what follows `~` in its token says."""
    return Wanted(kind=MethodKind.CARD, token=token, **said)


async def put_on_file(house: House, *wanted: Wanted, customer: str = "C1") -> None:
    def add(journal: Any) -> None:
        for one in wanted:
            methods.add(journal, customer, one)

    await house.record(add)
    await house.settle_down()


async def change(house: House, act: Callable[[Any, str], object], number: str = "M-C1-1") -> None:
    def do(journal: Any) -> None:
        act(journal, number)

    await house.record(do)
    await house.settle_down()


async def money_goes_back(house: House, number: str, code: str, attempt: int = 1) -> None:
    """What the intake of a bank's file does with a return: booked, then what its reason asks for."""
    key = f"collect:{number}:{attempt}"
    await house.pay_unseen(number, "-100.00", f"R-{key}")
    today = (await house.now()).date()
    await house.record(lambda journal: collecting.came_back(journal, key, code, today))
    await house.settle_down()


async def debits(house: House, of: str = "") -> list[str]:
    """What was debited, "DAY FOR-DAY INVOICE STATE [CODE]", in the order of the attempts."""
    rows = [r for r in await house.rows(CollectionRecord) if of in ("", r.invoice_number)]
    return [
        f"{r.day:%m-%d} {r.invoice_number} {r.state} {r.return_code or r.code}".strip()
        for r in sorted(rows, key=lambda r: (r.day, r.key))
    ]


async def letters(house: House) -> list[str]:
    """What was written about debits, "DAY KIND STATE: INVOICE AMOUNT FOR-DAY, ...", in order."""
    items: dict[str, list[str]] = {}
    for item in await house.rows(LetterItemRecord):
        when = f"{item.day:%m-%d}" if item.day else "never"
        said = f"{item.invoice_number} {item.amount_minor / 100:.2f} {when}"
        items.setdefault(item.letter, []).append(said)
    return [
        f"{one.day:%m-%d} {one.kind} {one.state}: {', '.join(sorted(items[one.number]))}"
        for one in sorted(await house.rows(LetterRecord), key=lambda one: one.sequence)
    ]


async def events(house: House, *kinds: str) -> list[EventRecord]:
    return [row for row in await house.rows(EventRecord) if row.event in kinds]
