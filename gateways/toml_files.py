"""TOML files: their values, and the line on which each key stands.

`tomllib` gives values without positions. It is also the only judge here of what a line means: the
line of a key is the first one whose prefix of the file, parsed, has the key. That holds for every
layout TOML allows and needs no second parser that could see the file differently.
"""

import re
import tomllib
from bisect import bisect_left
from functools import cache
from pathlib import Path
from typing import Any, Self

from gateways.file_bytes import read_bytes
from rules.errors import FileMistake, Place

MAX_BYTES = 1_000_000  # a policy has 2 kB; finding a line parses the file a few dozen times
_DEEPEST_ARRAY = 5  # how many arrays around a value are told apart line by line
_FAR_BACK = 500  # lines searched for the beginning of a statement that never ends
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


class TomlDocument:
    """A parsed file. `text` is what it says, `data` its values; `place` says where they stand."""

    def __init__(self, text: str, name: str) -> None:
        """Parse `text`; `name` is what mistakes call the file. Raises FileMistake."""
        self.name = name
        self.text = text
        self._lines = text.split("\n")
        self._parsed_prefix = cache(self._parse_prefix)
        self.data: dict[str, Any] = self._parse(text)

    @classmethod
    def from_path(cls, path: Path) -> Self:
        """Read a file of UTF-8; a byte order mark is tolerated. Raises FileMistake."""
        data = read_bytes(path, max_bytes=MAX_BYTES)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            found = f"byte 0x{data[error.start]:02X} is not UTF-8, the encoding of every TOML file"
            raise FileMistake(Place(str(path), line), found) from error
        return cls(text, str(path))

    @classmethod
    def from_text(cls, text: str, name: str) -> Self:
        """A document that is no file, or not one any more. Raises FileMistake."""
        return cls(text, name)

    def place(self, *key_path: str | int) -> Place:
        """Where the key stands: `place("stage", 2, "window")`.

        A missing key is placed at the table it is missing from, and at line 1 on the top level.
        """
        path = key_path
        while path and not _has(self.data, path):
            path = path[:-1]
        return Place(self.name, self._line_of(path) if path else 1)

    def _line_of(self, path: tuple[str | int, ...]) -> int:
        """A line in the middle of a statement is judged by the statement's end (`_has_by`)."""
        numbers = range(1, len(self._lines) + 1)
        return numbers[bisect_left(numbers, True, key=lambda line: self._has_by(line, path))]

    def _has_by(self, line: int, path: tuple[str | int, ...]) -> bool:
        for end in range(line, len(self._lines) + 1):
            data = self._parsed_prefix(end)
            if data is not None:
                return _has(data, path)
        return True

    def _parse_prefix(self, end: int) -> dict[str, Any] | None:
        """The first `end` lines' values; None where they break off within a string."""
        prefix = "\n".join(self._lines[:end]) + "\n"
        for open_arrays in range(_DEEPEST_ARRAY + 1):
            data = _loads(prefix + "]" * open_arrays)
            if data is not None:
                return data
        return None

    def _parse(self, text: str) -> dict[str, Any]:
        try:
            return tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise self._syntax_mistake(str(error)) from error
        except (ValueError, RecursionError) as error:
            message = "holds a number or a nesting too large to be read"
            raise FileMistake(Place(self.name, self._line_of_overflow()), message) from error

    def _syntax_mistake(self, message: str) -> FileMistake:
        """Python 3.11 says the position only in the error's text."""
        found = _AT.search(message)
        if found is None or found[1] is None:
            place = Place(self.name, self._line_never_finished())
        else:
            place = Place(self.name, int(found[1]), found[2])
        return FileMistake(place, f"is not TOML: {_AT.sub('', message)}")

    def _line_never_finished(self) -> int:
        """The file ends within a statement: where that one begins, not where the file ends."""
        last = len(self._lines)
        for end in range(last - 1, max(0, last - _FAR_BACK), -1):
            if _loads("\n".join(self._lines[:end])) is not None:
                return end + 1
        return 1 if last <= _FAR_BACK else last

    def _line_of_overflow(self) -> int:
        numbers = range(1, len(self._lines) + 1)
        return numbers[bisect_left(numbers, True, key=self._overflows_by)]

    def _overflows_by(self, end: int) -> bool:
        try:
            tomllib.loads("\n".join(self._lines[:end]))
        except tomllib.TOMLDecodeError:
            return False
        except (ValueError, RecursionError):
            return True
        return False


def _has(data: Any, path: tuple[str | int, ...]) -> bool:
    for key in path:
        if isinstance(key, int):
            known = isinstance(data, list) and key < len(data)
        else:
            known = isinstance(data, dict) and key in data
        if not known:
            return False
        data = data[key]
    return True


def _loads(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None
