"""The creditor's file: who the money is owed to, checked whole when a process starts.

The keys are the fields of `rules.creditor.Creditor`; a field with a default may be left out.
"""

from collections.abc import Callable
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from gateways.creditor_checks import address, bic, country, iban, identifier, logo, mailbox, words
from gateways.toml_files import TomlDocument
from rules.creditor import Creditor
from rules.errors import FileMistake

_OPTIONAL = tuple(each.name for each in fields(Creditor) if each.default is not MISSING)
_KEYS = tuple(each.name for each in fields(Creditor))


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
    }
    return Creditor(**{key: _checked(document, key, checks[key]) for key in document.data})


def _only_known_keys(document: TomlDocument) -> None:
    for key in document.data:
        if key not in _KEYS:
            raise FileMistake(
                document.place(key), f"unknown key {key!r}, expected one of {', '.join(_KEYS)}"
            )
    for key in _KEYS:
        if key not in document.data and key not in _OPTIONAL:
            raise FileMistake(document.place(key), f"the key {key!r} is missing")


def _checked(document: TomlDocument, key: str, check: Callable[[Any], Any]) -> Any:
    try:
        return check(document.data[key])
    except ValueError as error:
        raise FileMistake(document.place(key), f"{key}: {error}") from error
