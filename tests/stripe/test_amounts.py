"""Stripe counts in minor units, but for three currencies with decimals of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.stripe_money import money_of, stripe_amount
from rules.errors import RefusedForGood
from rules.money import Money


@pytest.mark.parametrize(
    ("money", "amount"),
    [
        (Money(11900, "EUR"), 11900),
        (Money(500, "JPY"), 500),
        (Money(1230, "KWD"), 1230),
        (Money(500, "ISK"), 50000),
        (Money(500, "UGX"), 50000),
        (Money(500, "MGA"), 5),
    ],
)
def test_amount_is_what_stripe_calls_it(money: Money, amount: int) -> None:
    assert stripe_amount(money) == amount
    assert money_of(amount, money.currency.lower()) == money


def test_part_of_a_unit_that_stripe_has_not_is_refused() -> None:
    with pytest.raises(RefusedForGood, match="MGA"):
        stripe_amount(Money(550, "MGA"))


@given(st.integers(0, 10**9), st.sampled_from(["EUR", "ISK", "UGX", "JPY", "BHD"]))
def test_what_is_sent_comes_back_as_the_same_money(minor: int, currency: str) -> None:
    assert money_of(stripe_amount(Money(minor, currency)), currency) == Money(minor, currency)
