"""How people write an invoice's number, and what they do to it.

The habits are those of the real files: prefixes, a swallowed or changed separator, dropped zeros,
capitals, no umlauts, dates and other numbers beside it, typing errors.
"""

import re
from collections.abc import Callable, Iterator
from random import Random

from stdnum.iso7064 import mod_97_10

from bench.vocabulary import NOTHING, PHRASES

_DIGITS = "0123456789"
_UMLAUTS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "AE",
        "Ö": "OE",
        "Ü": "UE",
        "ß": "ss",
        "é": "e",
        "è": "e",
    }
)


def bare(text: str) -> str:
    """Letters and digits alone, in capitals: 're-2024/ 1234' -> 'RE20241234'."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def core(number: str) -> str:
    """What is left of a number without its letters and leading zeros of its last part."""
    parts: list[str] = re.findall(r"\d+", number)
    return "".join(parts[:-1]) + parts[-1].lstrip("0")


def without_umlauts(text: str) -> str:
    return text.translate(_UMLAUTS)


def rewritten(rng: Random, number: str) -> str:
    """The same number as somebody else would write it. Never without its year."""
    ways: tuple[Callable[[str], str], ...] = (
        bare,
        str.lower,
        lambda n: re.sub(r"[-/.]", " ", n),
        lambda n: re.sub(r"[-/.]", rng.choice(("/", "-", ".", " - ", "_", " / ")), n),
        lambda n: re.sub(r"([-/.])0+", r"\1", n),
        lambda n: re.sub(r"^(RE-|INV|R(?=2))0*", "", n),
        lambda n: f"{n[:-3]} {n[-3:]}",
        lambda n: re.sub(r"^(RE|INV|R)-?(?=\d)", r"\1 ", n),
    )
    changed = [way(number) for way in ways]
    return rng.choice([text for text in changed if text != number])


def mistyped(rng: Random, number: str) -> str:
    """One digit wrong, missing or twice, or two swapped; among the last five, where people err."""
    places = [at for at, letter in enumerate(number) if letter.isdigit()][-5:]
    at = rng.choice(places)
    kind = rng.choice(("wrong", "wrong", "swapped", "missing", "twice"))
    if kind == "wrong":
        return number[:at] + rng.choice(_DIGITS.replace(number[at], "")) + number[at + 1 :]
    if kind == "missing":
        return number[:at] + number[at + 1 :]
    if kind == "twice":
        return number[:at] + number[at] + number[at:]
    at = rng.choice(places[:-1])
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def neighbours(text: str) -> Iterator[str]:
    """Everything one typing error away from a bare number, itself first."""
    yield text
    for at in range(len(text) + 1):
        before, after = text[:at], text[at:]
        yield from (before + digit + after for digit in _DIGITS)
        if after:
            yield before + after[1:]
            yield from (before + digit + after[1:] for digit in _DIGITS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def creditor_reference(number: str) -> str:
    """The invoice's number as ISO 11649 writes it: `RF`, two check digits, letters and digits."""
    body = bare(number)
    check: str = mod_97_10.calc_check_digits(f"{body}RF")
    return f"RF{check}{body}"


def in_fours(reference: str) -> str:
    return " ".join(re.findall(r".{1,4}", reference))


def merged(rng: Random, numbers: list[str]) -> str:
    """'2024-00123/124/125', '2024-00123 + 00124': the first in full, of the others their end."""
    first, *others = numbers
    by = rng.choice(("/", " + ", ", ", " u. ", "+", " und ", ";"))
    digits = re.findall(r"\d+", first)[-1]
    length = len(digits) if rng.random() < 0.6 or by.strip() != "/" else 3
    same = [n[: -len(digits)] == first[: -len(digits)] for n in others]
    assert all(same)
    if any(n[:-length] != first[:-length] for n in others):
        length = len(digits)
    return by.join([first, *(n[-length:] for n in others)])


def listed(rng: Random, numbers: list[str]) -> str:
    """Every number in full."""
    return rng.choice((", ", " ", " / ", " + ", "; ", " und ", ",")).join(numbers)


def ranged(rng: Random, numbers: list[str]) -> str:
    """'RE-2024/1234 bis 1237': the first in full and the end of the last."""
    digits = re.findall(r"\d+", numbers[-1])[-1]
    last = rng.choice((digits, numbers[-1]))
    return numbers[0] + rng.choice((" bis ", " - ", " bis einschl. ", " t/m ")) + last


def phrase(rng: Random, language: str, number: str, **others: str) -> str:
    """A payer's sentence about a number (or several, written already)."""
    shapes = PHRASES[language]
    return rng.choice(shapes).format(n=number, **others)


def nothing(rng: Random, **others: str) -> str:
    """A payer's sentence that says nothing."""
    return rng.choice(NOTHING).format(**others)


def beside(rng: Random, customer: str, day: str, amount: str) -> dict[str, str]:
    """What stands beside a number: the values of a phrase's other names."""
    return {
        "c": customer,
        "d": day,
        "a": amount.replace(".", ","),
        "p": f"0{rng.randint(30, 89)}{rng.choice('/ -')}{rng.randint(100, 999)} {rng.randint(10, 99)}",
        "o": f"45{rng.randint(10**7, 10**8 - 1)}",
    }


def as_a_bank_writes(rng: Random, name: str) -> str:
    """A party's name: capitals, no umlauts, cut."""
    way = rng.random()
    if way < 0.3:
        name = without_umlauts(name).upper()
    elif way < 0.5:
        name = without_umlauts(name)
    return name[: rng.choice((27, 35, 70, 70))].strip()


def as_a_payer_types(rng: Random, text: str) -> str:
    """The whole text: as it is, in capitals, in small letters, without umlauts, without spaces
    where a letter stands on one side (so that two numbers never run into one)."""
    way = rng.random()
    if way < 0.2:
        return without_umlauts(text).upper()
    if way < 0.26:
        return text.lower()
    if way < 0.3:
        return re.sub(
            r"(?<=[A-Za-z.:]) (?=\S)|(?<=\S) (?=[A-Za-z])", "", without_umlauts(text).upper()
        )
    return without_umlauts(text) if way < 0.5 else text
