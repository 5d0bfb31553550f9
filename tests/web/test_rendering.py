"""Values on the console's pages."""

import pytest

from activities.papers.language import ENGLISH, tongue
from rules.money import Money
from web.rendering import _money


@pytest.mark.parametrize("currency", ["EUR", "GBP", "CHF", "SEK", "JPY", "TND", "CLF"])
@pytest.mark.parametrize("minor", [0, 5, 99, 100, -123456, 123456789, -1234567890123])
def test_money_is_written_as_letters_in_english_write_it(currency: str, minor: int) -> None:
    money = Money(minor, currency)
    assert _money(money) == tongue(ENGLISH).money(money)
