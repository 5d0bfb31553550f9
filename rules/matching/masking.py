"""What in a remittance text is a number, and none of an invoice: accounts, dates, amounts, telephones."""

import re
from collections.abc import Iterator

from stdnum import iban, iso11649

_ACCOUNT = re.compile(r"\b[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_REFERENCE = re.compile(r"\bRF[0-9]{2}(?:\s?[A-Z0-9]{1,21}){1,6}\b")
_OTHERS = (
    re.compile(r"(?<![0-9])[0-3]?[0-9][./-][01]?[0-9][./-](?:19|20)?[0-9]{2}(?![0-9])"),
    re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9](?![0-9])"),
    re.compile(r"(?<![0-9])[0-9]{1,3}(?:[. '][0-9]{3})*,[0-9]{2}(?![0-9])"),
    re.compile(r"(?:EUR|USD|CHF|GBP|€|\$)\s*[0-9]+(?:[.,][0-9]{2})?(?![0-9])"),
    re.compile(r"(?<![0-9])[0-9]+[.,][0-9]{2}\s*(?:EUR|USD|CHF|GBP|€)"),
    re.compile(r"(?<![A-Z0-9])\+[0-9]{2}[ 0-9/()-]{7,}"),
    re.compile(r"\b(?:TEL|PHONE|FON|TELEFON|MOBIL|FAX)[A-Z]*[.: ]*[0-9][ 0-9/()-]{5,}"),
)

Span = tuple[int, int]


def masked(text: str) -> list[Span]:
    """Where they stand in a folded text (`numbers.folded`), as first and last-plus-one."""
    return [*_accounts(text), *(m.span() for pattern in _OTHERS for m in pattern.finditer(text))]


def broken_references(text: str) -> list[re.Match[str]]:
    """Creditor references whose checksum is wrong: something in them is mistyped."""
    found = _REFERENCE.finditer(text)
    return [one for one in found if not _reference(one.group())]


def whole_references(text: str) -> list[str]:
    """Creditor references in a folded text whose checksum is right, without spaces."""
    found = (_reference(one.group()) for one in _REFERENCE.finditer(text))
    return [reference for reference in found if reference]


def _reference(words: str) -> str:
    """As a whole, or without words behind it that looked as if they belonged to it."""
    while words:
        letters = "".join(words.split())
        if iso11649.is_valid(letters):
            return letters
        words = words[: -len(words.split()[-1])].rstrip()
    return ""


def _accounts(text: str) -> Iterator[Span]:
    """Only what has an IBAN's checksum: an invoice number may look like one."""
    for found in _ACCOUNT.finditer(text):
        words = found.group()
        while words:
            if iban.is_valid(words.replace(" ", "")):
                yield found.start(), found.start() + len(words)
                break
            words = words.rpartition(" ")[0]
