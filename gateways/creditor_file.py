"""The creditor's file: who the money is owed to, checked whole when a process starts.

The keys are the fields of `rules.creditor.Creditor`, the table `[refunds]` has those of
`RefundsShown`, each table `[[bank]]` those of `DebitingBank`; a field with a default may be left out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from gateways.creditor_checks import (
    address,
    bank_name,
    bic,
    country,
    country_of_accounts,
    cut_off,
    days,
    iban,
    identifier,
    lead_days,
    logo,
    mailbox,
    timezone,
    version,
    words,
)
from gateways.toml_files import TomlDocument
from rules.creditor import Creditor, DebitingBank, RefundsShown
from rules.errors import FileMistake

_BANKS = "bank"  # as the file calls what is `banks`: TOML names each table of a list
_FIELDS = {_BANKS if each.name == "banks" else each.name: each for each in fields(Creditor)}
_OPTIONAL = tuple(key for key, each in _FIELDS.items() if each.default is not MISSING)
_KEYS = tuple(_FIELDS)
_REFUNDS: dict[str, Callable[[Any], Any]] = {
    "statement_name": words,
    "statement_iban": iban,
    "arrives_within": days,
}
_BANK: dict[str, Callable[[Any], Any]] = {
    "name": bank_name,
    "iban": iban,
    "bic": bic,
    "lead_days": lead_days,
    "cut_off": cut_off,
    "timezone": timezone,
    "version": version,
}
_NEEDED = ("name", "iban")
WITH_BIC = "pain.008.001.02"


def read_creditor(path: Path) -> Creditor:
    """The creditor a file describes; numbers come back without spaces, the logo's path absolute.

    Raises FileMistake with the line and what was expected there.
    """
    document = TomlDocument.from_path(path)
    _only_known_keys(document)
    checks: dict[str, Callable[[Any], Any]] = {
        "name": words,
        "address": address,
        "country": country,
        "tax_id": words,
        "iban": iban,
        "bic": bic,
        "creditor_identifier": identifier,
        "sender": mailbox,
        "reply_to": mailbox,
        "phone": lambda value: words(value) if value != "" else "",
        "logo": lambda value: logo(value, path.resolve().parent),
        "site_name": words,
    }
    values = {
        key: _checked(document, check, key) for key, check in checks.items() if key in document.data
    }
    banks = tuple(_banks(document))
    if banks and not values["creditor_identifier"]:
        message = "it takes debits, which need the key 'creditor_identifier'"
        raise FileMistake(document.place(_BANKS, 0), message)
    return Creditor(**values, refunds=_refunds(document), banks=banks)


def _banks(document: TomlDocument) -> Iterator[DebitingBank]:
    """The tables `[[bank]]`, in the order of the file."""
    tables = document.data.get(_BANKS, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise FileMistake(document.place(_BANKS), "bank is no list of tables, expected [[bank]]")
    names: set[str] = set()
    for at, table in enumerate(tables):
        bank = _bank(document, at, table)
        if bank.name in names:
            place = document.place(_BANKS, at, "name")
            raise FileMistake(place, f"name: another bank is called {bank.name!r} already")
        names.add(bank.name)
        yield bank


def _bank(document: TomlDocument, at: int, table: Mapping[str, Any]) -> DebitingBank:
    for key in table:
        if key not in _BANK:
            place = document.place(_BANKS, at, key)
            known = ", ".join(_BANK)
            raise FileMistake(place, f"unknown key {key!r} in [[bank]], expected one of {known}")
    for key in _NEEDED:
        if key not in table:
            raise FileMistake(document.place(_BANKS, at), f"the key {key!r} is missing in [[bank]]")
    bank = DebitingBank(
        **{key: _checked(document, _BANK[key], _BANKS, at, key) for key in _BANK if key in table}
    )
    if bank.version == WITH_BIC and not bank.bic:
        message = f"the key 'bic' is missing in [[bank]], {WITH_BIC} cannot be written without it"
        raise FileMistake(document.place(_BANKS, at), message)
    if bank.bic and country_of_accounts(bank.bic) != bank.iban[:2]:
        message = f"bic: {bank.bic} is no bank in {bank.iban[:2]}, where its iban is"
        raise FileMistake(document.place(_BANKS, at, "bic"), message)
    return bank


def _refunds(document: TomlDocument) -> RefundsShown:
    """The table `[refunds]`, each key of which may be left out."""
    table = document.data.get("refunds", {})
    if not isinstance(table, dict):
        raise FileMistake(document.place("refunds"), "refunds is no table, expected [refunds]")
    for key in table:
        if key not in _REFUNDS:
            known = ", ".join(_REFUNDS)
            place = document.place("refunds", key)
            raise FileMistake(place, f"unknown key {key!r} in [refunds], expected one of {known}")
    return RefundsShown(**{key: _checked(document, _REFUNDS[key], "refunds", key) for key in table})


def _only_known_keys(document: TomlDocument) -> None:
    for key in document.data:
        if key not in _KEYS:
            raise FileMistake(
                document.place(key), f"unknown key {key!r}, expected one of {', '.join(_KEYS)}"
            )
    for key in _KEYS:
        if key not in document.data and key not in _OPTIONAL:
            raise FileMistake(document.place(key), f"the key {key!r} is missing")


def _checked(document: TomlDocument, check: Callable[[Any], Any], *path: str | int) -> Any:
    value: Any = document.data
    for key in path:
        value = value[key]
    try:
        return check(value)
    except ValueError as error:
        raise FileMistake(document.place(*path), f"{path[-1]}: {error}") from error
