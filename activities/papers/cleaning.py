"""Text from ledgers and files, made harmless for one line of a letter, a header or a file name."""

import hashlib
import re
import unicodedata
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

_Value = TypeVar("_Value")

_LONGEST_STEM = 60
# Bidirectional controls can make a letter show an amount or a name backwards.
_TURNING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}


def one_line(text: str) -> str:
    """The text in NFC without control characters, each run of white space one space."""
    kept = "".join(map(_printable, unicodedata.normalize("NFC", text)))
    return re.sub(r"\s+", " ", kept).strip()


def cleaned(value: _Value) -> _Value:
    """A frozen value with each text in it made one line, in its dataclasses and tuples as well."""
    made: _Value = _cleaned(value)
    return made


def _cleaned(value: Any) -> Any:
    if type(value) is str:  # and no enum's member
        return one_line(value)
    if type(value) is tuple:
        return tuple(_cleaned(item) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        changes = {each.name: _cleaned(getattr(value, each.name)) for each in fields(value)}
        return replace(value, **changes)
    return value


@lru_cache(maxsize=4096)
def _printable(character: str) -> str:
    if character.isspace():
        return " " if character != "\N{NO-BREAK SPACE}" else character
    if ord(character) in _TURNING or unicodedata.category(character) in {"Cc", "Cs", "Cn"}:
        return ""
    return character


def attachment_name(invoice_number: str) -> str:
    """`2012/17` -> `invoice-2012-17-<hash>.pdf`: ASCII letters, digits, `.`, `_` and `-`.

    The hash of the number is there when anything was replaced, so that two numbers never share a
    name, on file systems that ignore case as well.
    """
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", invoice_number).strip("-.")[:_LONGEST_STEM]
    unchanged = stem != "" and stem == invoice_number.lower()
    if not unchanged:
        digest = hashlib.sha256(invoice_number.encode("utf-8", "surrogatepass")).hexdigest()
        stem = f"{stem}-{digest[:8]}".strip("-")
    return f"invoice-{stem}.pdf"
