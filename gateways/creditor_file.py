"""The creditor's file: who the money is owed to, checked whole when a process starts.

The keys are the fields of `rules.creditor.Creditor`, and the table `[refunds]` has those of
`RefundsShown`; a field with a default may be left out.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from gateways.creditor_checks import (
    address,
    bic,
    country,
    days,
    iban,
    identifier,
    logo,
    mailbox,
    words,
)
from gateways.toml_files import TomlDocument
from rules.creditor import Creditor, RefundsShown
from rules.errors import FileMistake

_OPTIONAL = tuple(each.name for each in fields(Creditor) if each.default is not MISSING)
_KEYS = tuple(each.name for each in fields(Creditor))
_REFUNDS: dict[str, Callable[[Any], Any]] = {
    "statement_name": words,
    "statement_iban": iban,
    "arrives_within": days,
}


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
    return Creditor(**values, refunds=_refunds(document))


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


def _checked(document: TomlDocument, check: Callable[[Any], Any], *path: str) -> Any:
    value: Any = document.data
    for key in path:
        value = value[key]
    try:
        return check(value)
    except ValueError as error:
        raise FileMistake(document.place(*path), f"{path[-1]}: {error}") from error
