"""Single values of a ledger file: what each may be, and the sentence that refuses it.

Every function takes a row and a column's name and raises FileMistake with both. Some take what was
typed for a command or into a form, too, and raise UserMistake with the value's name.
"""

import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Protocol

from babel import Locale

from gateways.csv_rows import Row
from rules.errors import UserMistake
from rules.money import UnknownCurrency, parse_minor

LONGEST_KEY = 100
LONGEST_TEXT = 1000
_YEARS = range(1900, 2200)  # beyond, calendars end and adding a window leaves datetime's range
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
# What CLDR lists with two letters that is no country of ISO 3166; XK (Kosovo) is in use and stays.
_NO_COUNTRY = re.compile(r"AC|CP|CQ|DG|EA|EU|EZ|IC|QO|TA|UN|XA|XB|ZZ")


class Words(Protocol):
    """A row of a file, or what a person typed: texts by their names, "" for what was left out."""

    def __getitem__(self, column: str, /) -> str: ...

    def mistake(self, column: str, message: str, /) -> UserMistake: ...


def text(row: Words, column: str) -> str:
    """Free text of one line; may be empty."""
    value = row[column]
    if found := _CONTROL.search(value):
        raise row.mistake(column, f"holds the control character {found[0]!r}, expected plain text")
    if len(value) > LONGEST_TEXT:
        raise row.mistake(column, f"has {len(value)} characters, at most {LONGEST_TEXT} are kept")
    return value


def required_text(row: Words, column: str) -> str:
    value = text(row, column)
    if not value.strip():
        raise row.mistake(column, "is empty, expected a value")
    return value


def key(row: Words, column: str) -> str:
    """What names a customer, an invoice or a payment for good."""
    value = required_text(row, column)
    if len(value) > LONGEST_KEY:
        raise row.mistake(column, f"has {len(value)} characters, expected at most {LONGEST_KEY}")
    if value != value.strip():
        raise row.mistake(column, f"{value!r} begins or ends with a space")
    return value


def day(row: Words, column: str) -> date:
    """YYYY-MM-DD and nothing else that Python would also take for a date."""
    value = row[column]
    found = _day(value)
    if found is None:
        raise row.mistake(column, f"{shown(value)} is no date, expected YYYY-MM-DD")
    if found.year not in _YEARS:
        raise row.mistake(column, f"{value} is outside the years {_YEARS[0]} to {_YEARS[-1]}")
    return found


@cache
def _day(value: str) -> date | None:
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if found.isoformat() == value else None


def amount(row: Row, column: str = "amount") -> tuple[str, int]:
    """The row's currency and its amount in minor units: below 0 with a minus sign, never 0."""
    currency = row["currency"]
    try:
        minor = parse_minor(row[column], currency)
    except UnknownCurrency as error:
        found = f"{shown(currency)} is no currency of ISO 4217, expected a code such as EUR"
        raise row.mistake("currency", found) from error
    except ValueError as error:
        raise row.mistake(column, _clipped(str(error))) from error
    if minor == 0:
        raise row.mistake(column, f"{shown(row[column])} is nothing, expected an amount")
    return _same(currency), minor


def positive_amount(row: Row, column: str = "amount") -> tuple[str, int]:
    currency, minor = amount(row, column)
    if minor < 0:
        raise row.mistake(column, f"{row[column]} is negative, expected an amount above 0")
    return currency, minor


def level(row: Row, column: str = "level") -> int:
    """The level of the last notice that other books sent; 0, or empty, where they sent none."""
    value = row[column]
    if not value:
        return 0
    if not (value.isascii() and value.isdigit() and len(value) <= 3):
        raise row.mistake(column, f"{shown(value)} is no level, expected a whole number such as 1")
    return int(value)


def last_notice_on(
    row: Row, *, level: int, due: date, column: str = "last_notice_date"
) -> date | None:
    """The day of the notice of that level; None where none was sent. No notice is sent before its
    invoice is due."""
    value = row[column]
    if level == 0 and value:
        raise row.mistake(column, f"{shown(value)} stands without a level, expected one above 0")
    if level == 0:
        return None
    if not value:
        raise row.mistake(column, f"is empty, expected the day on which notice {level} was sent")
    found = day(row, column)
    if found < due:
        raise row.mistake(column, f"{found} is before the due date {due}")
    return found


def language(row: Row, column: str = "language") -> str:
    """A language's code in lower case, or empty. One without a catalogue is read in English."""
    value = row[column]
    if value and not _LANGUAGE.fullmatch(value):
        raise row.mistake(
            column, f"{shown(value)} is no language code, expected two or three letters such as de"
        )
    return _same(value.lower())


def country(row: Row, column: str = "country") -> str:
    """A country of ISO 3166 with two capital letters, or empty."""
    value = row[column]
    if value and not (_COUNTRY.fullmatch(value) and value.upper() in _countries()):
        raise row.mistake(
            column, f"{shown(value)} is no country of ISO 3166, expected two letters such as DE"
        )
    return _same(value.upper())


@cache
def _countries() -> frozenset[str]:
    codes = filter(_COUNTRY.fullmatch, map(str, Locale("en").territories))
    return frozenset(code for code in codes if not _NO_COUNTRY.fullmatch(code))


def document(row: Row, column: str = "document") -> str:
    """The absolute path of a PDF that is there, from one relative to the ledger file; or empty."""
    value = text(row, column)
    if not value:
        return ""
    path = (Path(row.file).parent / value).absolute()
    try:
        if not path.is_file():
            raise row.mistake(column, f"{shown(value)} is no file, expected a PDF at {path}")
        with path.open("rb") as file:
            begins_like_pdf = file.read(5) == b"%PDF-"
    except OSError as error:
        found = f"{shown(value)} cannot be read: {error.strerror}"
        raise row.mistake(column, found) from error
    if not begins_like_pdf:
        raise row.mistake(column, f"{shown(value)} is no PDF: it does not begin with %PDF-")
    return str(path)


def shown(value: str) -> str:
    """A found value as a message quotes it: on one line, and not a page long."""
    return _clipped(repr(value), 60)


def _clipped(message: str, longest: int = 160) -> str:
    return message if len(message) <= longest else message[: longest - 3] + "..."


@cache
def _same(value: str) -> str:
    """One string for the same few codes of many rows."""
    return value
