"""Amounts as people type them: `1.234,50`, `1234.50`, `119,00 EUR`, `€ 119`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rules.matching.numbers import folded
from rules.money import LARGEST_MINOR, UnknownCurrency, exponent

_AMOUNT = re.compile(r"(?P<before>[A-Z]{3}|€)?\s*(?P<figures>\d[\d.,' ]*)\s*(?P<after>[A-Z]{3}|€)?")
_THOUSANDS = re.compile(r"\d{1,3}(?:([.,' ])\d{3})(?:\1\d{3})*")
_DECIMALS = (2, 0, 3)  # of the currencies that invoices are written in


@dataclass(frozen=True)
class Amounts:
    """Amounts that were meant, in minor units, both ends included. `decimals` is how many the
    currency must have, `currency` "" where none was typed."""

    low: int
    high: int
    decimals: int
    currency: str = ""


def amounts(typed: str) -> tuple[Amounts, ...]:
    """Every way to read what was typed. Without decimals, all that begin with it are meant: `119`
    finds 119.00 and 119.90."""
    found = _AMOUNT.fullmatch(folded(typed).strip())
    if found is None or (found["before"] and found["after"]):
        return ()
    currency = (found["before"] or found["after"] or "").replace("€", "EUR")
    return tuple(dict.fromkeys(_readings(found["figures"].strip(), currency)))


def one_amount(typed: str, currency: str) -> int:
    """The amount that was typed, in minor units of a currency. Raises ValueError with a sentence."""
    readings = amounts(typed)
    if any(one.currency not in ("", currency) for one in readings):
        raise ValueError(f"{typed!r} is in another currency, expected {currency}")
    found = {one.low for one in readings if one.decimals == exponent(currency)}
    if len(found) != 1:
        raise ValueError(f"{typed!r} is no amount in {currency}, expected one like 1234.50")
    return found.pop()


def _readings(figures: str, currency: str) -> Iterator[Amounts]:
    try:
        decimals = (exponent(currency),) if currency else _DECIMALS
    except UnknownCurrency:
        return
    for places in decimals:
        for whole, fraction in _split(figures, places):
            low = int(whole + fraction.ljust(places, "0"))
            high = low if fraction else int(whole + "9" * places)
            if high <= LARGEST_MINOR:
                yield Amounts(low, high, places, currency)


def _split(figures: str, places: int) -> Iterator[tuple[str, str]]:
    """Whole units and decimals, every way they may be meant: `1.234` is a thousand, or one and a
    bit."""
    if len(figures) > len(str(LARGEST_MINOR)) * 2:
        return
    if figures.isdigit() or _THOUSANDS.fullmatch(figures):
        yield re.sub(r"\D", "", figures), ""
    whole, mark, fraction = _last_mark(figures)
    is_whole = whole.isdigit() or _THOUSANDS.fullmatch(whole)
    if mark and 0 < len(fraction) <= places and is_whole and mark not in whole:
        yield re.sub(r"\D", "", whole), fraction


def _last_mark(figures: str) -> tuple[str, str, str]:
    place = max(figures.rfind("."), figures.rfind(","))
    if place < 0 or not figures[place + 1 :].isdigit():
        return figures, "", ""
    return figures[:place], figures[place], figures[place + 1 :]
