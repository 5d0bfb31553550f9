"""Whether two movements, from two of the bank's files, are the same money: nothing is taken twice.

Banks say one movement in several files: in the statement of the day, in a notification before it,
in another format. They chop texts, space them anew and spell out umlauts; some give a name of their
own to a movement, some do not. Where that leaves a doubt the answer is MAYBE, and a person decides.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache


class Same(IntEnum):
    """How surely two movements are one, the surer the higher."""

    NO = 0
    MAYBE = 1
    LIKELY = 2  # what both say agrees, as far as one file chopped it: taken for one
    ALIKE = 3  # both say wholly the same
    NAMED = 4  # the bank itself calls both by one name


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What tells one movement from another; fields as in `rules.statements`. `family` is the kind of
    file (camt, mt940, csv): within one the bank says a thing always alike. `is_own` is False where
    several movements of one booking share `bank_reference`."""

    account: str
    currency: str
    booked_on: date
    amount: int
    family: str
    bank_reference: str = ""
    is_own: bool = True
    booking_reference: str = ""
    end_to_end_id: str = ""
    references: str = ""  # structured creditor references, one a line
    remittance: str = ""
    party_name: str = ""
    party_account: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What became of a new movement: `same` as the known one at `known` (None: as none of them)."""

    same: Same
    known: int | None = None


def claims(new: Sequence[Seen], known: Sequence[Seen]) -> list[Claim]:
    """For each new movement of a statement the known one that it is, each known one at most once: two
    equal payments in one statement stay two. The surest pairs are found first."""
    near = _Near(known)
    pairs = [
        (-same, place, other)
        for place, one in enumerate(new)
        for other in near.to(one)
        if (same := compare(one, known[other]))
    ]
    found = [Claim(Same.NO)] * len(new)
    free = set(range(len(known)))
    for doubt, place, other in sorted(pairs):
        if other in free and found[place].known is None:
            found[place] = Claim(Same(-doubt), other)
            free.discard(other)
    return found


class _Near:
    """The known movements that are worth a comparison: of one amount, or of one name."""

    def __init__(self, known: Sequence[Seen]) -> None:
        self._by: dict[int | str, list[int]] = {}
        for place, one in enumerate(known):
            self._by.setdefault(one.amount, []).append(place)
            if one.bank_reference:
                self._by.setdefault(one.bank_reference, []).append(place)

    def to(self, one: Seen) -> set[int]:
        return {*self._by.get(one.amount, ()), *self._by.get(one.bank_reference, ())}


def said_twice(one: Seen, other: Seen) -> bool:
    """Whether one statement says a movement twice: under one name of the bank's, and all alike."""
    return (
        compare(one, other) is Same.NAMED
        and one.booked_on == other.booked_on
        and _details(one) == _details(other)
    )


def compare(one: Seen, other: Seen) -> Same:
    """Whether two movements, not of one statement, are the same money."""
    if one.currency != other.currency or (one.amount > 0) != (other.amount > 0):
        return Same.NO
    if not same_account(one.account, other.account):
        return Same.NO
    if _named_alike(one, other):
        # The first counts, whatever later files say; but no amount goes away unseen.
        return Same.NAMED if one.amount == other.amount else Same.MAYBE
    if one.booked_on != other.booked_on or one.amount != other.amount:
        return Same.NO
    if one.family == other.family:
        return _within_a_family(one, other)
    return _by_what_is_said(one, other)  # two formats may have two names for one movement


def _named_alike(one: Seen, other: Seen) -> bool:
    both = one.bank_reference and one.is_own and other.is_own
    return bool(both) and one.bank_reference == other.bank_reference


def _within_a_family(one: Seen, other: Seen) -> Same:
    if _differ(_own(one), _own(other)) or _differ(one.booking_reference, other.booking_reference):
        return Same.NO
    if _details(one) == _details(other):
        return Same.ALIKE
    return _by_what_is_said(one, other)


def _own(one: Seen) -> str:
    return one.bank_reference if one.is_own else ""


def _details(one: Seen) -> tuple[str, ...]:
    return (
        one.end_to_end_id,
        _folded(one.references),
        _folded(one.remittance),
        _folded(one.party_name),
        one.party_account,
    )


def _by_what_is_said(one: Seen, other: Seen) -> Same:
    """By end-to-end id, the payer's account and the text."""
    if _differ(_id(one), _id(other), chopped=16):
        return Same.NO
    if _differ(_folded(one.party_account), _folded(other.party_account), chopped=8):
        return Same.NO
    texts = _texts_agree(one, other)
    if texts is not None:
        return Same.LIKELY if texts else _contradiction(one, other)
    if _id(one) and _id(other):
        return Same.LIKELY
    if one.booking_reference and one.booking_reference == other.booking_reference:
        return Same.LIKELY
    return Same.LIKELY if _one_party(one, other) else Same.MAYBE


def _contradiction(one: Seen, other: Seen) -> Same:
    """Two texts of one id, or that name the same figures, may still be one that a format mangled."""
    if one.family == other.family:
        return Same.NO
    if _id(one) and _id(other):
        return Same.MAYBE
    figures = _figures(one)
    return Same.MAYBE if len(figures) >= 4 and figures == _figures(other) else Same.NO


def _figures(one: Seen) -> str:
    return re.sub(r"\D", "", f"{one.references} {one.remittance}")


def _one_party(one: Seen, other: Seen) -> bool:
    if one.party_account and other.party_account:
        return True  # that they do not differ is known
    mine, theirs = _folded(one.party_name), _folded(other.party_name)
    return bool(mine and theirs) and (mine.startswith(theirs) or theirs.startswith(mine))


_NO_ID = {"", "NOTPROVIDED", "NONREF", "NOTGIVEN", "KEINE"}


def _id(one: Seen) -> str:
    folded = _folded(one.end_to_end_id)
    return "" if folded in _NO_ID else folded


def _differ(mine: str, theirs: str, *, chopped: int = 16) -> bool:
    """Both say something, and the one is not the other's beginning, cut at `chopped` or later."""
    if not mine or not theirs or mine == theirs:
        return False
    short, long = sorted((mine, theirs), key=len)
    return not (len(short) >= chopped and (long.startswith(short) or long.endswith(short)))


_SHORTEST_PART = 6  # characters that another text must contain to be taken for a part of it


def _texts_agree(one: Seen, other: Seen) -> bool | None:
    """None where a side says nothing. MT940 has in one text what camt tells apart."""
    mine, theirs = _texts(one), _texts(other)
    if not mine or not theirs:
        return None
    return any(_agree(a, b) for a in mine for b in theirs)


def _agree(mine: str, theirs: str) -> bool:
    short, long = sorted((mine, theirs), key=len)
    return mine == theirs or (len(short) >= _SHORTEST_PART and short in long)


def _texts(one: Seen) -> set[str]:
    parts = (one.remittance, one.references, one.remittance + one.references)
    return {text for part in parts for text in (_folded(part), _bare(part)) if text}


@lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    """Letters and digits in capitals, without accents, an umlaut as its vowel however it is spelt."""
    spelt = unicodedata.normalize("NFKD", text.upper())
    letters = "".join(sign for sign in spelt if sign.isalnum())
    return re.sub("([AOU])E", r"\1", letters)


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    """The same where a file lost every letter that is not of ASCII."""
    return _folded("".join(sign for sign in text if sign.isascii()))


# --- accounts ------------------------------------------------------------------------------------

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_CURRENCY_BEHIND = re.compile(r"(?<=\d)[A-Z]{3}$")


@lru_cache(maxsize=4096)
def same_account(one: str, other: str) -> bool:
    """Whether two ways of writing an account can mean one: an IBAN holds the bank's code and number
    that MT940 writes (`45050050/76198810`). A file that names no account can be about any."""
    mine, theirs = _parts(one), _parts(other)
    if not mine or not theirs or mine == theirs:
        return True
    if _is_iban(mine) == _is_iban(theirs):
        return not _is_iban(mine) and _tail_of(mine, theirs)
    iban, number = (mine, theirs) if _is_iban(mine) else (theirs, mine)
    return _is_within(iban[0][4:], number)


def _parts(account: str) -> tuple[str, ...]:
    """An IBAN alone, wherever it stands; else every part that a sign sets apart."""
    written = re.split(r"[^A-Z0-9]+", re.sub(r"\s", "", account.upper()))
    parts = [_CURRENCY_BEHIND.sub("", part) for part in written if part]
    iban = next((part for part in parts if _IBAN.fullmatch(part)), None)
    return (iban,) if iban else tuple(part.lstrip("0") for part in parts if part.strip("0"))


def _is_iban(parts: tuple[str, ...]) -> bool:
    return len(parts) == 1 and _IBAN.fullmatch(parts[0]) is not None


def _tail_of(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """The one with its bank, the other the number alone."""
    return 1 in (len(mine), len(theirs)) and mine[-1] == theirs[-1]


def _is_within(bban: str, number: tuple[str, ...]) -> bool:
    """The number is the BBAN's end, filled up with noughts, and its bank stands before it."""
    if not bban.endswith(number[-1]):
        return False
    before = bban.removesuffix(number[-1])
    if len(number) > 1:
        return _names_a_bank(before, number[-2])
    whole = len(number[-1]) >= 9 or not before
    return whole or not before[-1].isdigit() or before[-1] == "0"


def _names_a_bank(before: str, bank: str) -> bool:
    filled = before.rstrip("0")
    return bank in before and (filled.endswith(bank.rstrip("0")) or before.endswith(bank))


def one_of_each(accounts: Iterable[str]) -> list[list[str]]:
    """Ways of writing an account, brought together by the account they mean."""
    groups: list[list[str]] = []
    for account in sorted(set(accounts), key=lambda name: (-len(name), name)):
        mine = next((group for group in groups if same_account(group[0], account)), None)
        if mine is None:
            groups.append([account])
        else:
            mine.append(account)
    return groups
