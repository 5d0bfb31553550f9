"""A folder that files are put into: which are complete, whose they are, and where they end."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_TEMPORARY = (".tmp", ".part", ".partial", ".crdownload", ".filepart", "~")

_LONGEST_NAME = 255  # bytes: what file systems allow

Look = tuple[int, int]  # size in bytes, time of the last change in nanoseconds


class Inbox:
    """`taking/`, `done/` and `refused/` beside what comes in. Several processes may watch one folder:
    a file is whose rename into `taking/` succeeds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seen: dict[str, Look] = {}

    def open(self) -> None:
        """Make the folders. Raises OSError."""
        for name in ("taking", "done", "refused"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)

    def left_over(self) -> list[Path]:
        """What somebody was taking when they died; or still takes, which does no harm."""
        taking = (self.folder / "taking").iterdir()
        return sorted(path for path in taking if path.is_file() and not path.is_symlink())

    def complete(self) -> list[Path]:
        """Files that have not changed since the look before: nobody writes on them any more."""
        looks = dict(self._look())
        ready = [name for name, look in looks.items() if self._seen.get(name) == look]
        self._seen = looks
        return [self.folder / name for name in sorted(ready)]

    def _look(self) -> Iterator[tuple[str, Look]]:
        for entry in os.scandir(self.folder):
            name = entry.name
            if name.startswith(".") or name.lower().endswith(_TEMPORARY):
                continue
            with suppress(FileNotFoundError):  # another process took it
                if entry.is_file(follow_symlinks=False):
                    said = entry.stat(follow_symlinks=False)
                    yield name, (said.st_size, said.st_mtime_ns)

    def claim(self, path: Path) -> Path | None:
        """Make a file ours; None where another process was first."""
        return self._move(path, "taking")

    def state_of(self, taken: Path) -> Look | None:
        """What tells whether a file changes; None where it has gone."""
        try:
            said = taken.stat(follow_symlinks=False)
        except FileNotFoundError:
            return None
        return said.st_size, said.st_mtime_ns

    def give_back(self, taken: Path) -> None:
        """Somebody still writes on it: it waits until nobody does."""
        self._move(taken, "")

    def done(self, taken: Path) -> None:
        """What it says is recorded."""
        self._move(taken, "done")

    def refuse(self, taken: Path, reason: str) -> bool:
        """Nothing of it is recorded; beside it stands why, in a sentence. False where it has gone."""
        kept = self._move(taken, "refused")
        if kept is not None:
            beside = kept.with_name(f"{kept.name}.txt")
            if len(os.fsencode(beside.name)) > _LONGEST_NAME:
                beside = _free(kept.with_name(f"{_cut(kept.name)}.txt"))
            beside.write_text(f"{reason}\n", "utf-8", errors="replace")
        return kept is not None

    def _move(self, path: Path, folder: str) -> Path | None:
        """Rename into a folder, without writing over what it has; None where the file has gone."""
        wanted = _free(self.folder / folder / path.name)
        try:
            wanted.parent.mkdir(exist_ok=True)  # somebody may have cleared it away
            return path.rename(wanted)
        except FileNotFoundError:
            return None


def _free(wanted: Path) -> Path:
    """The name, with a number before its suffix where it is taken."""
    stem, suffix, number = _cut(wanted.stem), _cut(wanted.suffix), 1
    while os.path.lexists(wanted):
        number += 1
        wanted = wanted.with_name(f"{stem}.{number}{suffix}")
    return wanted


def _cut(name: str) -> str:
    """Room for what is put before and behind it."""
    return os.fsdecode(os.fsencode(name)[: _LONGEST_NAME // 2 - 8])
