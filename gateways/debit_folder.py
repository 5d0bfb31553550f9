"""The folder that a bank's software takes files of debits from: each is put there once.

A file is written under a hidden name and then renamed. Whoever renames first records that it is about
to, so that after a crash the hidden name tells what happened: still there, the file was not handed
over; gone, it was, wherever the bank's software has taken it since.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rules.errors import Unreachable


class DebitFolder:
    """`DUELY_DEBIT_FILES`. Raises Unreachable where it cannot be written to; it is never made, as a
    share that is not mounted would look like it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self, name: str, content: bytes) -> None:
        """Have the file ready beside its place. Doing it again replaces it."""
        with self._writing(), self._hidden(name).open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def hand_over(self, name: str) -> None:
        """Put a prepared file in its place; one that was put there before stays as it is."""
        hidden = self._hidden(name)
        with self._writing():
            if self._folder.exists() and not hidden.exists():
                return
            hidden.replace(self._folder / name)

    def _hidden(self, name: str) -> Path:
        return self._folder / f".{name}.part"

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            folder = f"the folder {self._folder} (DUELY_DEBIT_FILES)"
            raise Unreachable(f"{folder} cannot be written to: {error.strerror}") from error
