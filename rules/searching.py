"""What somebody types to find something: a number with other separators, a name, an amount."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rules.matching.numbers import folded, groups
from rules.money import UnknownCurrency, exponent

LONGEST = 200  # characters of what is typed that are looked at
SHORTEST = 2  # letters and digits; of fewer, everything is a hit
_SPELT_OUT = (("AE", "A"), ("OE", "O"), ("UE", "U"))  # Mueller finds Müller
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


def number_key(number: str) -> str:
    """What a number is found by: its letters and digits, and the same without leading zeros."""
    return " ".join(dict.fromkeys((_compact(number), _reduced(number))))


def name_key(name: str, customer_id: str) -> str:
    """What a customer is found by: the name without accents, and the key's letters and digits."""
    return f"{_plain(name)} {number_key(customer_id)}"


def number_parts(typed: str) -> tuple[str, ...]:
    """What of a number's key was typed; one of them has to be in it. () where it is too little."""
    parts = dict.fromkeys((_compact(typed), _reduced(typed)))
    return tuple(part for part in parts if len(part) >= SHORTEST)


def is_same_number(one: str, other: str) -> bool:
    """With other separators, or without leading zeros: `2026/1` is 2026-0001."""
    return _reduced(one) == _reduced(other)


def name_parts(typed: str) -> tuple[str, ...]:
    """The words that were typed; each has to be in the name's key. () where they are too little."""
    words = tuple(_plain(typed).split())
    return words if sum(map(len, words)) >= SHORTEST else ()


def amounts(typed: str) -> tuple[Amounts, ...]:
    """Every way to read what was typed as an amount: `1.234,50`, `1234.50`, `119,00 EUR`, `€ 119`.
    Without decimals, all that begin with it are meant: `119` finds 119.00 and 119.90."""
    found = _AMOUNT.fullmatch(folded(typed).strip())
    if found is None or (found["before"] and found["after"]):
        return ()
    currency = (found["before"] or found["after"] or "").replace("€", "EUR")
    return tuple(dict.fromkeys(_readings(found["figures"].strip(), currency)))


def _readings(figures: str, currency: str) -> Iterator[Amounts]:
    try:
        decimals = (exponent(currency),) if currency else _DECIMALS
    except UnknownCurrency:
        return
    for places in decimals:
        for whole, fraction in _split(figures, places):
            low = int(whole + fraction.ljust(places, "0"))
            high = int(whole + fraction.ljust(places, "9")) if not fraction else low
            if len(str(high)) <= 15:  # what a column holds
                yield Amounts(low, high, places, currency)


def _split(figures: str, places: int) -> Iterator[tuple[str, str]]:
    """Whole units and decimals; `1.234` is both, a thousand or one and a bit."""
    if figures.isdigit() or _THOUSANDS.fullmatch(figures):
        yield re.sub(r"\D", "", figures), ""
    whole, mark, fraction = _last_mark(figures)
    grouped = whole.isdigit() or _THOUSANDS.fullmatch(whole)
    if mark and 0 < len(fraction) <= places and grouped and mark not in whole:
        yield re.sub(r"\D", "", whole), fraction


def _last_mark(figures: str) -> tuple[str, str, str]:
    place = max(figures.rfind("."), figures.rfind(","))
    if place < 0 or not figures[place + 1 :].isdigit():
        return figures, "", ""
    return figures[:place], figures[place], figures[place + 1 :]


def _compact(text: str) -> str:
    """A number in other letters than Latin has no groups: it stays as it is."""
    return "".join(groups(text)) or "".join(folded(text).split())


def _reduced(text: str) -> str:
    found = (group.lstrip("0") if group.isdigit() else group for group in groups(text))
    return "".join(found) or _compact(text)


def _plain(name: str) -> str:
    plain = " ".join(folded(name).split())
    for spelt, short in _SPELT_OUT:
        plain = plain.replace(spelt, short)
    return plain
