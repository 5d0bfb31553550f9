"""How the amount of an entry falls on the transactions in it: to the cent, or not at all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateways.statements import camt_fields as field
from gateways.statements.nodes import Node

# Where versions and banks put a transaction's amount, the likeliest first.
_PLACES = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt", "AmtDtls/InstdAmt/Amt")


@dataclass(frozen=True, kw_only=True)
class Shares:
    """What falls on each transaction, signed; `charged` is what the bank took besides, below 0."""

    amounts: tuple[int, ...]
    charged: int = 0


def shares(entry: Node, details: Sequence[Node], *, amount: int, currency: str) -> Shares | None:
    """The transactions' amounts if they make the entry's, with the bank's charges if need be.

    None where they do not: then nobody knows what fell on which.
    """
    signs: tuple[Callable[[Node], int], ...] = (
        lambda detail: field.sign(detail) or (1 if amount > 0 else -1),
        lambda _: 1 if amount > 0 else -1,  # some banks leave a batch's other direction in
    )
    ways = [
        tuple(value * sign(detail) for value, detail in zip(values, details, strict=True))
        for values in _readings(details, currency)
        for sign in signs
    ]
    for amounts in ways:
        if sum(amounts) == amount:
            return Shares(amounts=amounts)
    taken = {
        sum(field.charges(detail, currency) for detail in details),
        field.charges(entry, currency),
    }
    for amounts in ways:
        if sum(amounts) - amount in taken - {0}:
            return Shares(amounts=amounts, charged=amount - sum(amounts))
    return None


def _readings(details: Sequence[Node], currency: str) -> list[tuple[int, ...]]:
    """The amounts of all transactions, taken from one place each, at last from the first that has
    one."""
    tables = [stated(detail, currency) for detail in details]
    found = [[table.get(place) for table in tables] for place in _PLACES]
    found.append([next(iter(table.values()), None) for table in tables])
    whole = [tuple(value for value in row if value is not None) for row in found]
    return list(dict.fromkeys(row for row in whole if row and len(row) == len(details)))


def stated(detail: Node, currency: str) -> dict[str, int]:
    """What a transaction says in the account's currency, by the place where it says so."""
    found = {place: field.money_or_none(detail.first(place)) for place in _PLACES}
    return {place: m.minor for place, m in found.items() if m and m.currency == currency}


def gross_of_return(detail: Node, *, amount: int, charged: int, currency: str) -> int | None:
    """What was paid once, where a return was booked with the bank's charges on top; else None."""
    gross = amount + charged
    is_stated = -gross in stated(detail, currency).values()
    return gross if charged > 0 and gross < 0 and is_stated else None
