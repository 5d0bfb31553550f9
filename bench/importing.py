"""The processes that import, apart from the one that made the files.

`python -m bench.importing DIR ledger` takes `invoices.csv`, `python -m bench.importing DIR` then the
bank's files in the order of `order.txt`, a week at a time, as `starter.py import` would: by
`worker.import_files`, into the database in the folder, with no Temporal. What it measures is its
last line.
"""

import asyncio
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby
from pathlib import Path
from time import perf_counter

from bench.measuring import MemoryGrowth
from models.settings import Settings
from rules.clock import Clock
from worker import import_files

NOBODY = "127.0.0.1:1"  # where no Temporal answers: the facts are recorded all the same
ORDER = "order.txt"
LEDGER = "invoices.csv"
POLICY = "policy.toml"
DATABASE = "duely.db"


def database_url(folder: Path) -> str:
    return f"sqlite:///{folder / DATABASE}"


def take_ledger(folder: Path) -> None:
    seconds = _take(folder, [folder / LEDGER], _day_of(_in_order(folder)[0]))
    _say(f"the ledger was imported in {seconds:.1f} s")


def take_bank(folder: Path) -> None:
    memory, spent = MemoryGrowth(), 0.0
    for week, some in groupby(_in_order(folder), lambda path: _day_of(path).isocalendar()[:2]):
        files = list(some)
        spent += _take(folder, files, _day_of(files[-1]))
        _say(f"week {week[1]}: {len(files)} files, {spent:.1f} s so far")
    sys.stdout.write(json.dumps({"seconds": spent, "peak_mb": memory.peak_mb}) + "\n")


def _in_order(folder: Path) -> list[Path]:
    return [folder / name for name in (folder / ORDER).read_text("utf-8").split()]


def _take(folder: Path, paths: Sequence[Path], day: date) -> float:
    """Import files on the evening of a day."""
    settings = Settings(
        database_url=database_url(folder),
        documents_dir=folder / "documents",
        policy=folder / POLICY,
    )
    evening = datetime.combine(day, time(20), UTC)
    clock = Clock(origin=evening, start=datetime.now(UTC))
    began = perf_counter()
    asyncio.run(import_files(settings, paths, clock))
    return perf_counter() - began


def _day_of(path: Path) -> date:
    """File names begin with their day: 20240402-..."""
    return date.fromisoformat(path.name[:8])


def _say(words: str) -> None:
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    os.environ["TEMPORAL_ADDRESS"] = NOBODY
    (take_ledger if "ledger" in sys.argv[2:] else take_bank)(Path(sys.argv[1]))
