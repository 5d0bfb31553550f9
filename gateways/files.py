"""The document store: files kept by key, written whole or not at all."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from io import BufferedRandom
from pathlib import Path
from typing import Protocol

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class DocumentStore(Protocol):
    """Keeps documents by key (`kind/name`). Putting the same key again replaces the content."""

    def put(self, key: str, content: bytes) -> None: ...

    def get(self, key: str) -> bytes:
        """Raises FileNotFoundError for a key that was never put."""

    def size(self, key: str) -> int:
        """In bytes. Raises FileNotFoundError as `get` does."""

    def writing(self, key: str) -> AbstractContextManager[BufferedRandom]:
        """A file to write and read what memory should not hold; kept when all went well."""


class FolderStore:
    """Documents as files in one folder, a sub-folder per kind: a person can open them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, key: str) -> Path:
        """Where a key's file stands."""
        kind, _, name = key.partition("/")
        return self._folder / safe_name(kind) / safe_name(name)

    def put(self, key: str, content: bytes) -> None:
        write_whole(self.path(key), content)

    def get(self, key: str) -> bytes:
        return self.path(key).read_bytes()

    def size(self, key: str) -> int:
        return self.path(key).stat().st_size

    @contextmanager
    def writing(self, key: str) -> Iterator[BufferedRandom]:
        path = self.path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = _part_of(path)
        try:
            with part.open("w+b") as file:
                yield file
            part.replace(path)
        finally:
            with suppress(FileNotFoundError):
                part.unlink()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader, or a crash, never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = _part_of(path)
    part.write_bytes(content)
    part.replace(path)


def _part_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def safe_name(name: str) -> str:
    """A file name without surprises; different names stay different."""
    safe = _UNSAFE.sub("_", name).lstrip(".")[:100]
    if safe == name:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:10]
    stem, dot, ending = safe.rpartition(".")
    return f"{stem}-{digest}{dot}{ending}" if stem else f"{safe}-{digest}"
