"""Amounts: exact to the minor unit, no float, no currencies added together (ladder.md)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.money import (
    LARGEST_MINOR,
    Money,
    UnknownCurrency,
    decimal_text,
    exponent,
    parse_minor,
    totals,
)
from tests.rules.builders import many

DECIMALS = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3, "CLF": 4}
codes = st.sampled_from(sorted(DECIMALS))


@pytest.mark.parametrize(("code", "decimals"), DECIMALS.items())
def test_currency_has_its_own_decimals(code: str, decimals: int) -> None:
    assert exponent(code) == decimals


@pytest.mark.parametrize("code", ["", "eur", "EU", "EURO", "XAU", "XXX", "XTS", "978", "QQQ", "€"])
def test_no_currency_of_iso_4217_is_unknown(code: str) -> None:
    with pytest.raises(UnknownCurrency):
        exponent(code)


@pytest.mark.parametrize(
    ("text", "code", "minor"),
    [
        ("1234.50", "EUR", 123_450),
        ("1234.5", "EUR", 123_450),
        ("1234", "EUR", 123_400),
        ("0.01", "EUR", 1),
        ("-20.16", "EUR", -2_016),
        ("1.2300", "EUR", 123),
        ("5.000", "JPY", 5),
        ("5", "JPY", 5),
        ("1.234", "KWD", 1_234),
        ("007.00", "EUR", 700),
        ("0", "EUR", 0),
        ("-0.00", "EUR", 0),
        ("0.29", "EUR", 29),  # 28.999... as a float
        ("1.15", "EUR", 115),
    ],
)
def test_amount_is_read_exactly(text: str, code: str, minor: int) -> None:
    assert parse_minor(text, code) == minor


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", ".", "1.", ".5", "+1", "--1", "1,50", "1.234,50", "1 000", "1e3", "1.2.3",
     "NaN", "Infinity", "1_000", " 1", "1 ", "1\n", "١٢", "²", "0x1", "-.5", "1.-5", "€1"],
)  # fmt: skip
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse_minor(text, "EUR")


@pytest.mark.parametrize(("text", "code"), [("1.234", "EUR"), ("1.5", "JPY"), ("0.001", "EUR")])
def test_more_decimals_than_the_currency_has_are_refused(text: str, code: str) -> None:
    with pytest.raises(ValueError, match="more decimals"):
        parse_minor(text, code)


def test_largest_amount_is_read_and_the_next_refused() -> None:
    largest = decimal_text(LARGEST_MINOR, "EUR")
    assert parse_minor(largest, "EUR") == LARGEST_MINOR
    assert parse_minor("-" + largest, "EUR") == -LARGEST_MINOR
    for sign in ("", "-"):
        with pytest.raises(ValueError, match="larger"):
            parse_minor(sign + decimal_text(LARGEST_MINOR + 1, "EUR"), "EUR")


def test_endless_digits_are_refused_with_the_same_sentence() -> None:
    with pytest.raises(ValueError, match="larger than any amount"):
        parse_minor("9" * 5_000, "EUR")


@many
@given(st.integers(-LARGEST_MINOR, LARGEST_MINOR), codes)
def test_any_amount_survives_being_written_and_read(minor: int, code: str) -> None:
    text = decimal_text(minor, code)
    assert parse_minor(text, code) == minor
    assert Fraction(Decimal(text)) * 10 ** DECIMALS[code] == minor
    assert len(text.partition(".")[2]) == DECIMALS[code]


@many
@given(st.integers(0, 10**9), codes, st.integers(0, 9))
def test_zeros_at_the_end_do_not_count(minor: int, code: str, zeros: int) -> None:
    text = decimal_text(minor, code)
    longer = text + "0" * zeros if "." in text else text + "." + "0" * (zeros + 1)
    assert parse_minor(longer, code) == minor


def test_money_is_written_with_its_code() -> None:
    assert str(Money(123_450, "EUR")) == "1234.50 EUR"
    assert str(Money(-5, "JPY")) == "-5 JPY"


def test_no_amounts_have_no_totals() -> None:
    assert totals([]) == ()


def test_currencies_are_never_added_together() -> None:
    mixed = [Money(100, "USD"), Money(200, "EUR"), Money(5, "USD")]
    assert totals(mixed) == (Money(200, "EUR"), Money(105, "USD"))


@many
@given(st.lists(st.builds(Money, st.integers(-(10**12), 10**12), codes)))
def test_any_totals_are_one_exact_sum_per_currency(amounts: list[Money]) -> None:
    found = totals(amounts)
    assert [total.currency for total in found] == sorted({money.currency for money in amounts})
    for total in found:
        assert total.minor == sum(m.minor for m in amounts if m.currency == total.currency)
