"""What a creditor file's values must be. Each check returns the value as it is kept.

A check raises ValueError with a sentence that says what was found and what was expected.
"""

import re
from datetime import time
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import stdnum.bic
import stdnum.eu.at_02
import stdnum.iban
from babel import Locale
from stdnum.exceptions import ValidationError

LARGEST_LOGO = 1_000_000  # bytes; it goes into every invoice
MOST_DAYS = 23  # business days
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")  # how PNG and JPEG files begin
MOST_LEAD_DAYS = 5  # TARGET days; the scheme's longest, of a first debit before 2016
VERSIONS = ("pain.008.001.08", "pain.008.001.02")  # what our writer has the XSD of
_BANK_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,14}[A-Za-z0-9]|[A-Za-z0-9]")
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
# Territories whose banks have a code of their own and accounts of another country.
_ACCOUNTS_OF = {
    **dict.fromkeys(("GG", "IM", "JE"), "GB"),
    **dict.fromkeys(("GF", "GP", "MQ", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF"), "FR"),
}
_DOMAIN = re.compile(r"[^\s@.]+(\.[^\s@.]+)+")


def words(value: Any) -> str:
    """One line of text that is not empty."""
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no text, expected one in quotes")
    if not value.strip() or not value.isprintable():
        raise ValueError(f"{value!r} is no line of text, expected one that can be printed")
    return value.strip()


def address(value: Any) -> tuple[str, ...]:
    """The lines of a postal address."""
    if not isinstance(value, list) or not value:
        raise ValueError(f'{value!r} is no list of lines, expected ["Street 1", "12345 Town"]')
    return tuple(words(line) for line in value)


def country(value: Any) -> str:
    """A country of ISO 3166-1 by its two letters."""
    code = words(value)
    if not re.fullmatch("[A-Z]{2}", code) or code not in Locale("en").territories or code == "ZZ":
        raise ValueError(f"{code!r} is no country, expected two letters such as DE")
    return code


def iban(value: Any) -> str:
    """An account number with its checksum and its country's length."""
    try:
        return stdnum.iban.validate(words(value))
    except ValidationError as error:
        raise ValueError(f"{value!r} is no valid IBAN: {_reason(error)}") from error


def bic(value: Any) -> str:
    """A bank's code, or "" where the IBAN says enough."""
    if value == "":
        return ""
    try:
        return stdnum.bic.validate(words(value))
    except ValidationError as error:
        raise ValueError(f"{value!r} is no BIC, expected 8 or 11 letters and digits") from error


def country_of_accounts(code: str) -> str:
    """Where the accounts of a bank are, by its BIC."""
    return _ACCOUNTS_OF.get(code[4:6], code[4:6])


def identifier(value: Any) -> str:
    """A SEPA creditor identifier, or "" where nothing is ever debited."""
    if value == "":
        return ""
    try:
        number = stdnum.eu.at_02.validate(words(value))
    except ValidationError as error:
        raise ValueError(
            f"{value!r} is no valid SEPA creditor identifier: {_reason(error)}"
        ) from error
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{3}[A-Z0-9]{1,28}", number):
        raise ValueError(f"{value!r} is no SEPA creditor identifier, expected one like DE98ZZZ...")
    return number


def mailbox(value: Any) -> str:
    """`a@example.com` or `Name <a@example.com>`: one mailbox, its address in ASCII."""
    text = words(value)
    name, found = parseaddr(text)
    local, _, domain = found.rpartition("@")
    try:
        whole = bool(local) and str(Address(name, addr_spec=found)) is not None
    except (ValueError, MessageError, IndexError):
        whole = False
    bare = text in (found, f"<{found}>") or text.endswith(f"<{found}>")
    if not whole or not bare or not found.isascii() or not _DOMAIN.fullmatch(domain):
        raise ValueError(f"{value!r} is no mailbox, expected a@example.com or Name <a@example.com>")
    return text


def days(value: Any) -> int:
    """Business days, as many as a month has at most."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_DAYS:
        raise ValueError(f"{value!r} is no number of business days, expected 0 to {MOST_DAYS}")
    return value


def bank_name(value: Any) -> str:
    """What a bank is called in names of files and messages, where nothing but these signs may stand."""
    if not isinstance(value, str) or not _BANK_NAME.fullmatch(value):
        raise ValueError(f"{value!r} is no name, expected up to 16 letters, digits and hyphens")
    return value


def lead_days(value: Any) -> int:
    """TARGET days between a file and the debits in it."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_LEAD_DAYS:
        raise ValueError(f"{value!r} is no number of days, expected 0 to {MOST_LEAD_DAYS}")
    return value


def cut_off(value: Any) -> time:
    """A local time of day, as text: TOML's own kind of time is refused, as hours in policies are."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        raise ValueError(f'{value!r} is no time of day, expected one like "14:00"')
    return time.fromisoformat(value)


def timezone(value: Any) -> str:
    """A time zone by its name."""
    try:
        return ZoneInfo(words(value)).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{value!r} is no time zone, expected one like Europe/Berlin") from error


def version(value: Any) -> str:
    """A message of direct debits that a bank reads."""
    if value not in VERSIONS:
        raise ValueError(f"{value!r} cannot be written, expected {' or '.join(VERSIONS)}")
    return str(value)


def logo(value: Any, folder: Path) -> str:
    """The absolute path of a PNG or JPEG file; relative paths start in the creditor's `folder`."""
    if value == "":
        return ""
    path = folder / words(value)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"{value!r} cannot be read: {error.strerror}") from error
    if not content.startswith(_IMAGES):
        raise ValueError(f"{value!r} is no image, expected a PNG or JPEG file")
    if len(content) > LARGEST_LOGO:
        raise ValueError(f"{value!r} has {len(content)} bytes, expected {LARGEST_LOGO} at most")
    return str(path.resolve())


def _reason(error: ValidationError) -> str:
    """`stdnum` ends its sentences with a full stop; ours go on."""
    return str(error).rstrip(".").lower()
