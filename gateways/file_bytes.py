"""Reading a whole file into memory, with every way it can fail said as a person's mistake."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from rules.errors import FileMistake, Place


def read_bytes(path: Path, *, max_bytes: int, limit_name: str = "") -> bytes:
    """The file's bytes, at most `max_bytes`; raises FileMistake and reads no byte of anything else.

    `limit_name` is the setting that would allow more, named in the refusal. A pipe or a device is
    refused before it is opened: reading one may never end.
    """
    with opened(path, max_bytes=max_bytes, limit_name=limit_name) as file:
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:  # it grew, or it has no size, as files of /proc
        raise FileMistake(Place(str(path)), _too_large(len(data), max_bytes, limit_name))
    return data


@contextmanager
def opened(path: Path, *, max_bytes: int, limit_name: str = "") -> Iterator[BinaryIO]:
    """The file, open to be read as a stream; what goes wrong meanwhile is a FileMistake too."""
    place = Place(str(path))
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise FileMistake(place, f"is {_kind(path)}, expected a file")
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > max_bytes:
                raise FileMistake(place, _too_large(size, max_bytes, limit_name))
            yield file
    except OSError as error:
        raise FileMistake(place, f"cannot be read: {error.strerror or error}") from error
    except ValueError as error:
        if not _has_nul(path):
            raise
        raise FileMistake(place, f"cannot be read: {error}") from error


def _has_nul(path: Path) -> bool:
    return "\0" in str(path)


def _kind(path: Path) -> str:
    return "a directory" if path.is_dir() else "no regular file"


def _too_large(size: int, max_bytes: int, limit_name: str) -> str:
    allowed = f"{limit_name} allows {max_bytes}" if limit_name else f"at most {max_bytes} are read"
    return f"has {size} bytes, {allowed}"
