"""Reading a whole file into memory, with every way it can fail said as a person's mistake."""

import os
import stat
from pathlib import Path

from rules.errors import FileMistake, Place


def read_bytes(path: Path, *, max_bytes: int, limit_name: str = "") -> bytes:
    """The file's bytes, at most `max_bytes`; raises FileMistake and reads no byte of anything else.

    `limit_name` is the setting that would allow more, named in the refusal. A pipe or a device is
    refused before it is opened: reading one may never end.
    """
    place = Place(str(path))
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise FileMistake(place, f"is {_kind(path)}, expected a file")
        with open(path, "rb") as file:
            data = file.read(max_bytes + 1)
            size = os.fstat(file.fileno()).st_size
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise FileMistake(place, f"cannot be read: {reason}") from error
    if len(data) > max_bytes:
        raise FileMistake(place, _too_large(max(size, len(data)), max_bytes, limit_name))
    return data


def _kind(path: Path) -> str:
    return "a directory" if path.is_dir() else "no regular file"


def _too_large(size: int, max_bytes: int, limit_name: str) -> str:
    allowed = f"{limit_name} allows {max_bytes}" if limit_name else f"at most {max_bytes} are read"
    return f"has {size} bytes, {allowed}"
