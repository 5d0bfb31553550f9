"""CSV tables: a header, and rows that know the line they start on.

UTF-8, LF or CRLF, comma, quotes after RFC 4180 (ladder.md, "Files a run reads and writes").
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateways.file_bytes import read_bytes
from rules.errors import FileMistake, Place

# Bytes that are no UTF-8 are decoded to these, so that the row and the column can be named.
_UNDECODED = re.compile(r"[\udc80-\udcff]")
_LONE_RETURN = re.compile(rb"\r(?!\n)")


@dataclass(frozen=True, slots=True)
class Row:
    """One row's fields by column name; `line` is where it starts in `file`, from 1."""

    file: str
    line: int
    fields: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.fields.get(column, "")

    def mistake(self, column: str, message: str) -> FileMistake:
        return FileMistake(Place(self.file, self.line, column), message)


class CsvTable:
    """A file whose header has been read. `rows` reads on, once."""

    def __init__(self, path: Path, *, max_bytes: int, limit_name: str) -> None:
        """Read the whole file and its header. Raises FileMistake."""
        self.name = str(path)
        data = read_bytes(path, max_bytes=max_bytes, limit_name=limit_name)
        self._refuse_lone_return(data)
        text = io.TextIOWrapper(
            io.BytesIO(data), encoding="utf-8-sig", errors="surrogateescape", newline=""
        )
        self._reader = csv.reader(text, strict=True)
        self.columns = self._header()

    def rows(self) -> Iterator[Row]:
        """Every row with as many fields as the header; blank lines are passed over."""
        for line, fields in self._numbered():
            self._check(line, fields)
            if fields:
                yield Row(self.name, line, dict(zip(self.columns, fields, strict=True)))

    def _numbered(self) -> Iterator[tuple[int, list[str]]]:
        """The reader counts lines up to a row's end; a row starts where the one before ended."""
        while True:
            line = self._reader.line_num + 1
            try:
                fields = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise FileMistake(Place(self.name, line), f"is not CSV: {error}") from error
            yield line, fields

    def _header(self) -> list[str]:
        _, columns = next(self._numbered(), (1, []))
        if not columns:
            message = "is empty, expected a header with the names of the columns"
            raise FileMistake(Place(self.name, 1), message)
        self._check_encoding(1, columns, columns)
        repeated = [name for name, times in Counter(columns).items() if times > 1 and name]
        if repeated:
            raise self._mistake(1, repeated[0], "the header names this column more than once")
        return columns

    def _check(self, line: int, fields: list[str]) -> None:
        self._check_encoding(line, fields, self.columns)
        expected = len(self.columns)
        if fields and len(fields) != expected:
            at = self.columns[min(len(fields), expected - 1)]
            found = f"the row has {len(fields)} fields, expected {expected} as in the header"
            raise self._mistake(line, at, found)

    def _check_encoding(self, line: int, fields: list[str], columns: list[str]) -> None:
        if not _UNDECODED.search("".join(fields)):
            return
        number, bad = next((n, m) for n, f in enumerate(fields) if (m := _UNDECODED.search(f)))
        byte = ord(bad[0]) - 0xDC00
        column = columns[min(number, len(columns) - 1)]
        raise self._mistake(line, column, f"byte 0x{byte:02X} is not UTF-8, expected UTF-8")

    def _mistake(self, line: int, column: str, message: str) -> FileMistake:
        return FileMistake(Place(self.name, line, _printable(column)), message)

    def _refuse_lone_return(self, data: bytes) -> None:
        if found := _LONE_RETURN.search(data):
            line = data.count(b"\n", 0, found.start()) + 1
            message = "a carriage return without a line feed, expected LF or CRLF"
            raise FileMistake(Place(self.name, line), message)


def _printable(name: str) -> str:
    """A header may name a column anything; a mistake's text is one line all the same."""
    return name if name.isprintable() else name.encode("unicode_escape").decode()
