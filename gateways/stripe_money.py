"""Amounts as Stripe counts them: minor units, but for three currencies with decimals of its own."""

from rules.errors import RefusedForGood
from rules.money import Money, exponent

# Stripe's own list (docs.stripe.com/currencies, "Special cases"): ISO 4217 has 0, 0 and 2.
_DECIMALS = {"ISK": 2, "UGX": 2, "MGA": 0}


def stripe_amount(money: Money) -> int:
    """What to send for an amount. Raises RefusedForGood where Stripe has no such part of a unit."""
    theirs, ours = _units(money.currency)
    amount, rest = divmod(money.minor * theirs, ours)
    if rest:
        raise RefusedForGood(f"Stripe has no part of a unit of {money.currency}")
    return amount


def money_of(amount: int, currency: str) -> Money:
    """What an amount of Stripe's is. Raises ValueError for a currency that is none."""
    theirs, ours = _units(currency.upper())
    return Money(amount * ours // theirs, currency.upper())


def _units(currency: str) -> tuple[int, int]:
    """How many of Stripe's parts one unit has, and how many of ours."""
    decimals = exponent(currency)
    return int(10 ** _DECIMALS.get(currency, decimals)), int(10**decimals)
