"""A payment method as a file, a command or a form says it, checked by itself (docs/payment-methods.md)."""

import re
from datetime import date
from enum import StrEnum
from typing import TypeVar

import stdnum.bic
import stdnum.iban
from stdnum.eu.vat import MEMBER_STATES
from stdnum.exceptions import ValidationError

from gateways import ledger_fields as field
from gateways.creditor_checks import country_of_accounts
from gateways.csv_rows import Row
from gateways.ledger_fields import Words, shown
from rules.ledger import MethodRow
from rules.methods import (
    MOST_NOTICE_DAYS,
    Brand,
    Frequency,
    MethodKind,
    Provider,
    Scheme,
    Wanted,
)

METHOD_COLUMNS = ("customer_id", "kind")
E = TypeVar("E", bound=StrEnum)

# SEPA's characters, as identifications have them (EPC 217-08); a slash stands neither first nor last.
_REFERENCE = re.compile(r"(?!/)(?!.*//)[A-Za-z0-9+?/:().,' -]{1,35}(?<!/)")
_DAYS = re.compile(r"[0-9]{1,3}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_YES, _NO = ("yes", "true", "1"), ("", "no", "false", "0")
# Where an account's bank is found by the account alone (EU regulation 260/2012, article 5(7)).
_EEA = {code.upper() for code in MEMBER_STATES} - {"XI"} | {"IS", "LI", "NO"}


def method_row(row: Row) -> MethodRow:
    """Raises FileMistake at the first column that is wrong."""
    return MethodRow(field.key(row, "customer_id"), wanted_method(row), row.line)


def wanted_method(words: Words) -> Wanted:
    """What is wanted, each value right by itself. Raises UserMistake for the first that is wrong."""
    kind = _one_of(words, "kind", MethodKind, None)
    assert kind is not None
    iban = _iban(words)
    found = Wanted(
        kind=kind,
        reference=_reference(words),
        iban=iban,
        bic=_bic(words, iban),
        holder=field.text(words, "holder"),
        signed_on=field.day(words, "signed_on") if words["signed_on"] else None,
        scheme=_one_of(words, "scheme", Scheme, ""),
        frequency=_one_of(words, "sequence", Frequency, ""),
        provider=_one_of(words, "provider", Provider, "") or Provider.BANK,
        token=_name(words, "token"),
        provider_customer=_name(words, "provider_customer"),
        brand=_one_of(words, "brand", Brand, ""),
        instrument=_name(words, "instrument"),
        expires_on=_expires_on(words),
        notice_days=_notice_days(words, kind, iban),
        bank=field.text(words, "bank"),
        preferred=_yes(words, "preferred"),
    )
    _fit(words, found)
    return found


def _fit(words: Words, found: Wanted) -> None:
    """What a kind of method cannot be without."""
    if found.kind is MethodKind.BY_HAND:
        return
    if found.kind is MethodKind.MANDATE and found.provider is Provider.BANK:
        _debited_by_bank(words, found)
    else:
        _carried_by_provider(words, found)


def _carried_by_provider(words: Words, found: Wanted) -> None:
    if not found.token:
        raise words.mistake("token", "is empty, expected the provider's name of the method")
    if found.provider is Provider.BANK:
        others = " or ".join(one.value for one in Provider if one is not Provider.BANK)
        raise words.mistake("provider", f"a bank's file carries no card, expected {others}")


def _debited_by_bank(words: Words, found: Wanted) -> None:
    if not found.reference:
        raise words.mistake("reference", "is empty, expected the mandate's reference")
    if found.iban and found.signed_on is None:
        raise words.mistake("signed_on", "is empty, expected the day the mandate was signed")


def _one_of(words: Words, column: str, choices: type[E], otherwise: str | None) -> E | None:
    """One of the words of an enumeration; None for one that equals `otherwise`."""
    value = words[column].strip().lower()
    if value == otherwise:
        return None
    if value not in list(choices):
        expected = " or ".join(", ".join(choices).rsplit(", ", 1))
        found = f"{shown(words[column])} is none" if value else "is empty"
        raise words.mistake(column, f"{found}, expected {expected}")
    return choices(value)


def _name(words: Words, column: str) -> str:
    """A name of another system's, or empty."""
    return field.key(words, column) if words[column] else ""


def _reference(words: Words) -> str:
    """A mandate's reference, as a bank takes it; or empty."""
    value = _name(words, "reference")
    if value and not _REFERENCE.fullmatch(value):
        raise words.mistake(
            "reference",
            f"{shown(value)} is no mandate's reference, expected 1 to 35 letters, digits, spaces or "
            "+?/:().,'- without a slash at either end",
        )
    return value


def _iban(words: Words) -> str:
    """An account number without spaces, its checksum and its country's length right; or empty. A wrong
    one is not repeated: what refuses it may stand in a log."""
    value = words["iban"]
    if not value.strip():
        return ""
    try:
        return stdnum.iban.validate(value)
    except ValidationError as error:
        why = str(error).rstrip(".").lower()
        message = f"is no valid IBAN ({why}), expected one like DE89 3704 0044 0532 0130 00"
        raise words.mistake("iban", message) from error


def _bic(words: Words, iban: str) -> str:
    """The code of the account's bank; may be empty where the account says enough."""
    value, country = words["bic"], iban[:2]
    if not value.strip():
        if iban and country not in _EEA:
            message = f"is empty, expected the bank's: the account is in {country}, outside the EEA"
            raise words.mistake("bic", message)
        return ""
    try:
        found = stdnum.bic.validate(value)
    except ValidationError as error:
        message = f"{shown(value)} is no BIC, expected 8 or 11 letters and digits"
        raise words.mistake("bic", message) from error
    if iban and country_of_accounts(found) != country:
        message = f"{found} is a bank in {found[4:6]}, expected one in {country} as the account is"
        raise words.mistake("bic", message)
    return found


def _expires_on(words: Words) -> date | None:
    """A card's last day; a month means its last day, as cards mean it."""
    value = words["expires_on"]
    if not value:
        return None
    if not _MONTH.fullmatch(value):
        return field.day(words, "expires_on")
    year, month = map(int, value.split("-"))
    if not (1 <= month <= 12 and 1900 <= year < 2200):
        raise words.mistake("expires_on", f"{value} is no month, expected one like 2028-05")
    following = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


def _notice_days(words: Words, kind: MethodKind, iban: str) -> int | None:
    """Calendar days; None where left out. A SEPA debit is announced at least a day before."""
    value = words["notice_days"].strip()
    if not value:
        return None
    least = 1 if kind is MethodKind.MANDATE and iban else 0
    if not _DAYS.fullmatch(value) or not least <= int(value) <= MOST_NOTICE_DAYS:
        raise words.mistake(
            "notice_days",
            f"{shown(value)} is no notice period, expected {least} to {MOST_NOTICE_DAYS} days",
        )
    return int(value)


def _yes(words: Words, column: str) -> bool:
    value = words[column].strip().lower()
    if value not in (*_YES, *_NO):
        raise words.mistake(column, f"{shown(words[column])} is neither, expected yes or no")
    return value in _YES
