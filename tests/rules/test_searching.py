"""What somebody types: numbers, names and amounts as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.money import Money, decimal_text
from rules.searching import is_same_number, name_key, name_parts, number_key, number_parts
from rules.typed_amounts import amounts, one_amount


@pytest.mark.parametrize("typed", ["RE-2026-0001", "re 2026/0001", "RE20260001", "re.2026.1"])
def test_number_is_in_its_key_however_its_parts_are_set_apart(typed: str) -> None:
    assert any(part in number_key("RE-2026-0001") for part in number_parts(typed))
    assert is_same_number(typed, "RE-2026-0001")


def test_other_number_is_another() -> None:
    assert not is_same_number("RE-2026-0001", "RE-2026-0010")
    assert number_parts("x") == ()
    assert number_key("ЖЗ") == "ЖЗ"


@pytest.mark.parametrize("typed", ["müller", "Mueller soehne", "MULLER & SÖHNE", "c 100", "soh"])
def test_name_is_in_its_key_however_it_is_written(typed: str) -> None:
    key = name_key("Müller & Söhne GmbH", "C-100")
    words = name_parts(typed)
    assert words
    assert all(word in key for word in words) or any(part in key for part in number_parts(typed))


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("1.234,50", "EUR", 123450),
        ("1,234.50", "USD", 123450),
        ("1234.5", "EUR", 123450),
        ("1'234.50", "CHF", 123450),
        ("1 234", "EUR", 123400),
        ("119,00 EUR", "EUR", 11900),
        ("€ 119", "EUR", 11900),
        ("1.234", "EUR", 123400),
        ("1234", "JPY", 1234),
        ("1.234.567", "JPY", 1234567),
        ("1,2345", "EUR", None),
        ("1.234", "KWD", None),  # a thousand, or one and a bit
        ("119 USD", "EUR", None),
        ("12.34.56", "EUR", None),
        ("1.23,4.5", "EUR", None),
        ("-5", "EUR", None),
        ("", "EUR", None),
        ("9" * 40, "EUR", None),
        ("1e5", "EUR", None),
        ("119 QQQ", "EUR", None),
    ],
)
def test_typed_amount_is_read_or_refused(typed: str, currency: str, minor: int | None) -> None:
    if minor is not None:
        assert one_amount(typed, currency) == minor
        return
    with pytest.raises(ValueError, match="expected"):
        one_amount(typed, currency)


def test_amount_without_decimals_means_all_that_begin_with_it() -> None:
    (meant,) = (one for one in amounts("119") if one.decimals == 2)
    assert (meant.low, meant.high) == (11900, 11999)


@given(st.integers(0, 10**14), st.sampled_from(["EUR", "JPY"]))
def test_amount_as_we_write_it_is_read_back(minor: int, currency: str) -> None:
    assert one_amount(decimal_text(minor, currency), currency) == minor
    assert one_amount(str(Money(minor, currency)), currency) == minor


@given(st.text(max_size=40))
def test_whatever_is_typed_is_read_or_is_nothing(typed: str) -> None:
    assert all(one.low <= one.high for one in amounts(typed))
    assert all(part in number_key(typed) for part in number_parts(typed))
