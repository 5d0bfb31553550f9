"""The booked balances of a camt statement, whatever its bank calls them."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date

from gateways.statements import camt_fields as field
from gateways.statements.nodes import Node


@dataclass(frozen=True, kw_only=True)
class Balance:
    """In minor units of `currency`, below 0 where the account is overdrawn."""

    kind: str
    minor: int
    currency: str
    on: date | None


@dataclass(frozen=True, kw_only=True)
class Balances:
    """The two that prove a statement, and of what other currency there were any."""

    opening: Balance | None = None
    closing: Balance | None = None
    foreign: str = ""


_BOOKED = {"OPBD", "PRCD", "CLBD", "ITBD"}


def balances_of(statement: Node, currency: str, *, besides: Set[str] = frozenset()) -> Balances:
    """OPBD, else PRCD, else the first of two ITBD (or the only one, before a CLBD); CLBD, else the
    last ITBD. Balances in a currency of `besides` are of other entries, not foreign to these.
    Raises FileMistake for a balance that cannot be read."""
    booked = [_balance(node) for node in statement.all("Bal") if _kind(node) in _BOOKED]
    own = [balance for balance in booked if balance.currency == currency]
    opening = _first(own, "OPBD") or _first(own, "PRCD")
    closing = _first(own, "CLBD")
    between = [balance for balance in own if balance.kind == "ITBD"]
    if opening is None and (len(between) > 1 or closing):
        opening = between.pop(0) if between else None
    if closing is None and between:
        closing = between[-1]
    missing = opening is None or closing is None
    foreign = {balance.currency for balance in booked} - {currency, *besides}
    return Balances(
        opening=opening, closing=closing, foreign=" ".join(sorted(foreign)) if missing else ""
    )


def _first(balances: Sequence[Balance], kind: str) -> Balance | None:
    return next((balance for balance in balances if balance.kind == kind), None)


def _kind(node: Node) -> str:
    return node.value("Tp/CdOrPrtry/Cd", "Tp/Cd")


def _balance(node: Node) -> Balance:
    amount = node.first("Amt")
    if amount is None:
        raise node.mistake("has no amount, expected Amt")
    money = field.money(amount)
    sign = field.sign(node)
    if sign is not None and money.minor < 0:
        raise amount.mistake("is below 0 and has a direction, expected one of the two")
    return Balance(
        kind=_kind(node),
        minor=money.minor * (sign or 1),
        currency=money.currency,
        on=field.day(node, "Dt"),
    )
