"""Every error of the house, and what each one asks of whoever meets it.

DuelyError
├── UserMistake          a person's input is wrong; one sentence, exit status 2, nothing recorded
│   └── FileMistake      ... and it stands in a file, at a line and a column
├── Unreachable          a service does not answer; nothing happened there, trying again is right
├── RefusedForGood       the other side said no and will say no again: needs a person
│   └── TooLarge         ... to anything of this size, whomever it is for
└── InDoubt              the other side may have done it, its answer never came
"""

from dataclasses import dataclass


class DuelyError(Exception):
    """The root: anything this program raises on purpose."""


class UserMistake(DuelyError):
    """Input a person can mend. The message says what was wrong and what was expected."""


@dataclass(frozen=True)
class Place:
    """Where in a file something stands. Lines and columns count from 1; None where unknown. As text
    it is one line that every screen shows, whatever bytes the file's name has."""

    file: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        name = self.file.encode("utf-8", "replace").decode()
        parts = ["".join(sign if sign.isprintable() else "?" for sign in name)]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)


class FileMistake(UserMistake):
    """A file is wrong at one place. Its text is one line: `FILE, line N, column C: what, expected`."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(f"{place}: {message}")
        self.place = place


class Unreachable(DuelyError):
    """The service was not reached or asked us to come back later; nothing was done there."""


class RefusedForGood(DuelyError):
    """The service refused, and repeating the same request cannot help."""


class TooLarge(RefusedForGood):
    """It is the size that was refused: another address would not help."""


class InDoubt(DuelyError):
    """The request went out and no answer came back: it may have been done."""
