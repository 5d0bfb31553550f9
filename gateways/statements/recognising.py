"""Which of the bank's formats a file is, by what it holds; its name says nothing."""

import re
from pathlib import Path

from gateways.file_bytes import opened
from gateways.statements.entries_csv import MARK
from gateways.statements.xml import Root, root_of
from rules.errors import FileMistake, Place
from rules.statements import FileFormat

_LOOKED_AT = 65_536
_MESSAGE = re.compile(r"(?<![a-z])([a-z]{4}\.\d{3})\.(\d{3}\.\d{2})(?!\d)")
_BY_MESSAGE = {
    "camt.053": FileFormat.CAMT053,
    "camt.054": FileFormat.CAMT054,
    "pain.002": FileFormat.PAIN002,
}
_EXPECTED = "expected camt.053, camt.054 or pain.002 of ISO 20022"
_WITHIN_THE_DAY = (
    "a report within the day of what is not final, expected the statement of the day (camt.053) "
    "or notifications of single bookings (camt.054)"
)
_MT940 = re.compile(r"^(?:[^\n]*\{4:)?:(?:20|25P?):[^\n]*\n(?:.*\n){0,8}?:(?:25P?|28C?):", re.M)
_FRAGMENT = re.compile(r"\s*:\d\d[A-Z]?:")  # refused, and with what is missing
_PACKED = {b"PK\x03\x04": "a ZIP archive", b"\x1f\x8b": "packed with gzip", b"%PDF-": "a PDF"}


def recognise(path: Path) -> FileFormat | None:
    """The format, None for what is no bank's file. Raises FileMistake for XML of another message
    and for what has to be unpacked first."""
    with opened(path, max_bytes=2**62) as file:
        beginning = file.read(_LOOKED_AT)
    for mark, kind in _PACKED.items():
        if beginning.startswith(mark):
            message = f"is {kind}, expected a bank's file as it came out of it"
            raise FileMistake(Place(str(path)), message)
    text = _decoded(beginning)
    if text.lstrip().startswith("<"):
        return _of_message(path, root_of(path))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _MT940.search(text) or _FRAGMENT.match(text):
        return FileFormat.MT940
    return FileFormat.CSV if MARK in _columns(text) else None


def _of_message(path: Path, root: Root) -> FileFormat:
    found = _MESSAGE.search(root.namespace)
    if found and root.name == "Document" and found[1] in _BY_MESSAGE:
        return _BY_MESSAGE[found[1]]
    if found and found[1] == "camt.052":
        raise FileMistake(Place(str(path), 1), f"holds {found[0]}, {_WITHIN_THE_DAY}")
    what = f"holds {found[0]}" if found else _unknown(root)
    raise FileMistake(Place(str(path), 1), f"{what}, {_EXPECTED}")


def _unknown(root: Root) -> str:
    namespace = f"the namespace {root.namespace[:100]!r}" if root.namespace else "no namespace"
    return f"is XML of {root.name[:60]!r} with {namespace}"


def _columns(text: str) -> list[str]:
    line = text.partition("\n")[0]
    return [name.strip(' "\r') for name in re.split("[,;\t]", line)]


def _decoded(data: bytes) -> str:
    """Enough of the text to tell formats apart: what is no UTF-16 has its marks in ASCII."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    if data[1:2] == b"\0" or data[:1] == b"\0":
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", errors="replace")
    return data.decode("latin-1").removeprefix("\xef\xbb\xbf")
