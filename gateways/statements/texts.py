"""What the readers of all formats make of a bank's words: references, accounts, reasons."""

import re

from gateways.ledger_fields import shown
from rules.errors import FileMistake, Place
from rules.money import UnknownCurrency, parse_minor
from rules.statements import Movement

# What banks write where the payer gave no reference.
_NO_REFERENCE = {"NOTPROVIDED", "NOTAVAILABLE", "NOTPROVIDD", "NONREF", "NOREF", "NONE", "N"}
# Reasons of a return: ISO 20022's external codes that SEPA uses (EPC173-14), and their like.
_REASON = re.compile(
    r"(?<![A-Z0-9])((?:AC|AG|AM|BE|DT|FF|MD|MS|RC|RR|SL|TM)\d\d|CNOR|DNOR|FOCR|NOAS|NOOR|ARDT)"
    r"(?![A-Z0-9])"
)
# What no text shows, and what turns the order of letters on a screen: all but the line break.
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
LONGEST_ACCOUNT = 100  # characters; an IBAN has 34 at most
_SPACES = re.compile(r"\s+")
_AMOUNT = re.compile(r"(-?)(\d*)(?:\.(\d*))?")


def reference(text: str) -> str:
    """A reference as it was given, on one line; "" where the bank says that there is none."""
    value = _SPACES.sub(" ", text).strip()
    return "" if value.upper() in _NO_REFERENCE else value


def account(text: str) -> str:
    """An account without spaces, in capitals."""
    return _SPACES.sub("", text).upper()


def reason_in(text: str) -> str:
    """The first reason of a return that a text names, "" for none."""
    found = _REASON.search(text)
    return found[1] if found else ""


def minor(text: str, currency: str, place: Place) -> int:
    """An amount as XML's decimals allow it, in minor units. Raises FileMistake."""
    value = text.strip().removeprefix("+")
    found = _AMOUNT.fullmatch(value)
    if found and (found[2] or found[3]):
        value = f"{found[1]}{found[2] or '0'}.{found[3] or '0'}"
    try:
        return parse_minor(value, currency)
    except UnknownCurrency as error:
        expected = "is no currency of ISO 4217, expected a code such as EUR"
        raise FileMistake(place, f"{shown(currency)} {expected}") from error
    except ValueError as error:
        raise FileMistake(place, str(error)[:160]) from error


# German business transaction codes of what comes back: direct debits (108, 109, 193 and, credited
# again, 181, 184), credit transfers (159), and their like from before SEPA (009, 059).
RETURN_CODES = frozenset({"009", "059", "108", "109", "159", "181", "184", "193"})


def bank_charges(amount: int) -> Movement:
    """What the bank took, as a movement beside the payment it took it of."""
    return Movement(amount=amount, remittance="Bank charges", is_charges=True)
