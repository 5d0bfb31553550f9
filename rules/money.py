"""Money: whole minor units and an ISO 4217 code. No float, no two currencies added together."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from iso4217 import Currency

# Codes of ISO 4217 that are no money an invoice can be written in: metals, funds, tests.
_NO_MONEY = {"XXX", "XTS"}
# What became the euro is out of ISO 4217's list of today, and stands in old bank files.
_BECAME_EURO = {"ATS": 2, "BEF": 2, "DEM": 2, "ESP": 0, "FIM": 2, "FRF": 2, "GRD": 2, "IEP": 2} | {
    **{"ITL": 0, "LUF": 0, "NLG": 2, "PTE": 2, "SIT": 2, "CYP": 2, "MTL": 2, "SKK": 2, "EEK": 2},
    **{"LVL": 2, "LTL": 2, "HRK": 2},
}
LARGEST_MINOR = 10**15  # fits a 64-bit column with room for sums


class UnknownCurrency(ValueError):
    """The code is none of ISO 4217's that have minor units."""


@dataclass(frozen=True, order=True)
class Money:
    """An amount in minor units (cents for EUR, whole yen for JPY) of one currency."""

    minor: int
    currency: str

    def __str__(self) -> str:
        return f"{decimal_text(self.minor, self.currency)} {self.currency}"


def exponent(currency: str) -> int:
    """How many decimals the currency has (EUR 2, JPY 0, KWD 3). Raises UnknownCurrency."""
    if currency in _BECAME_EURO:
        return _BECAME_EURO[currency]
    try:
        decimals = Currency(currency).exponent
    except ValueError:
        decimals = None
    if decimals is None or currency in _NO_MONEY:
        raise UnknownCurrency(f"{currency!r} is not a currency of ISO 4217")
    return decimals


@cache
def currencies_with(decimals: int) -> frozenset[str]:
    """Every currency that an invoice can be written in and that has so many decimals."""
    today = {one.code for one in Currency if one.exponent == decimals} - _NO_MONEY
    return frozenset(today | {code for code, had in _BECAME_EURO.items() if had == decimals})


def parse_minor(text: str, currency: str) -> int:
    """`1234.5` EUR -> 123450 minor units; may be negative.

    Only digits and one decimal point: no thousands, no exponent, no plus. Zeros at the end do not
    count as decimals (ladder.md, "Files a run reads and writes"). Raises ValueError with a
    sentence that says what was expected, UnknownCurrency for the code.
    """
    decimals = exponent(currency)
    whole, point, fraction = text.removeprefix("-").partition(".")
    if not _is_digits(whole) or (point and not _is_digits(fraction)):
        raise ValueError(f"{text!r} is no amount, expected digits and a decimal point like 1234.50")
    fraction = fraction.rstrip("0")
    if len(fraction) > decimals:
        raise ValueError(f"{text!r} has more decimals than the {decimals} that {currency} has")
    digits = (whole + fraction.ljust(decimals, "0")).lstrip("0") or "0"
    # By length first: Python refuses to read thousands of digits, in a sentence of its own.
    if len(digits) > len(str(LARGEST_MINOR)) or int(digits) > LARGEST_MINOR:
        raise ValueError(f"{text!r} is larger than any amount this program keeps")
    return -int(digits) if text.startswith("-") else int(digits)


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def decimal_text(minor: int, currency: str) -> str:
    """123450 EUR -> `1234.50`: a decimal point, always the currency's own number of decimals."""
    return f"{Decimal(minor).scaleb(-exponent(currency)):f}"


def totals(amounts: Iterable[Money]) -> tuple[Money, ...]:
    """One sum per currency, in the order of their codes."""
    sums: dict[str, int] = {}
    for money in amounts:
        sums[money.currency] = sums.get(money.currency, 0) + money.minor
    return tuple(Money(sums[code], code) for code in sorted(sums))
