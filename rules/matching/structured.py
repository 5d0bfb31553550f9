"""National structured references: the invoice's number, zeros before it, check digits behind it.

Which country's a reference is, nobody says, so every scheme whose check digits are right is a way to
read it, and as it stands is another.
"""

from collections.abc import Iterable, Iterator
from itertools import cycle

from stdnum import luhn
from stdnum.be import ogm_vcs
from stdnum.ch import esr

from rules.matching.numbers import NumberIndex

SHORTEST_SURE = 6  # digits; of fewer only with the exact amount
_SHORTEST = 4
_SWISS = 27
_BELGIAN = 12


def bodies(reference: str) -> Iterator[str]:
    """A reference of digits without its check digits, by every scheme in which they are right."""
    if not reference.isdigit() or len(reference) < _SHORTEST:
        return
    if len(reference) == _SWISS:
        if esr.is_valid(reference):
            yield reference[:-1]
        return
    if len(reference) == _BELGIAN and ogm_vcs.is_valid(reference):
        yield reference[:-2]
    if luhn.is_valid(reference) or _is_nordic(reference) or _is_norwegian(reference):
        yield reference[:-1]


def named_for_sure(reference: str, index: NumberIndex) -> set[str]:
    """Invoices whose whole number a reference is, or its body without the zeros before it."""
    found = set(index.whole.get(reference, ()))
    for body in _readings(reference):
        figures = body.lstrip("0")
        if len(figures) >= SHORTEST_SURE:
            found.update(index.figures.get(figures) or index.reduced.get(figures) or ())
    return found


def named_perhaps(reference: str, index: NumberIndex) -> set[str]:
    """Short numbers, and those that stand behind another: a customer's may come first."""
    found: set[str] = set()
    for body in _readings(reference):
        figures = body.lstrip("0")
        found.update(index.figures.get(figures) or index.reduced.get(figures) or ())
    for body in bodies(reference):
        tails = (body[start:] for start in range(1, len(body) - SHORTEST_SURE + 1))
        found.update(next((index.figures[tail] for tail in tails if tail in index.figures), ()))
    return found


def _readings(reference: str) -> list[str]:
    """A Swiss reference always ends in its check digit, of others nobody knows."""
    checked = [*bodies(reference)]
    return checked if checked and len(reference) == _SWISS else [reference, *checked]


def _is_nordic(reference: str) -> bool:
    """Finland's and Estonia's: weights 7, 3, 1 from the right."""
    return (10 - _weighed(reference, (7, 3, 1)) % 10) % 10 == int(reference[-1])


def _is_norwegian(reference: str) -> bool:
    """The second kind of KID (the first is Luhn's): weights 2 to 7 from the right, modulo 11."""
    return (11 - _weighed(reference, range(2, 8)) % 11) % 11 == int(reference[-1])


def _weighed(reference: str, weights: Iterable[int]) -> int:
    digits = reversed(reference[:-1])
    return sum(int(digit) * weight for digit, weight in zip(digits, cycle(weights), strict=False))
