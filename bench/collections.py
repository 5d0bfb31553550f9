"""Whether debits are made once and none is forgotten: `python -m bench.collections` (docs/benchmarks.md).

Some thousand invoices are collected at the sandbox bank, on real servers and a fast calendar, while
answers are lost, late or said twice, money goes back, customers pay by transfer, invoices are
cancelled, and the worker is killed again and again. Then the bank's book is held against ours.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from rich.console import Console

from bench.collecting import Played, Size, play
from rules.errors import DuelyError

SEED = 2024
FULL, QUICK = Size(2_000, 26, 3.0, 8), Size(104, 6, 0.3, 3)
_SHOWN = 20  # sentences of each kind
report = Console(stderr=True, highlight=False, width=118)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where nothing is doubled, forgotten or different, 1 where something is."""
    asked = _asked(arguments)
    size, began = QUICK if asked.quick else FULL, perf_counter()
    with tempfile.TemporaryDirectory(prefix="duely-bench-", ignore_cleanup_errors=True) as place:
        folder = Path(asked.keep or place).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        url = asked.database_url or f"sqlite:///{folder / 'duely.db'}"
        try:
            played = asyncio.run(play(folder, url, size, asked.seed, report.print))
        except DuelyError as error:
            report.print(str(error), markup=False)
            return 2
    print_report(played)
    result = result_of(played) | {
        "invoices": size.invoices,
        "seed": asked.seed,
        "seconds": round(perf_counter() - began, 1),
    }
    sys.stderr.flush()
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    return 0 if played.judgement.is_good else 1


def result_of(played: Played) -> dict[str, float]:
    judged = played.judgement
    return {
        "collections": judged.collections,
        "double": len(judged.double),
        "forgotten": len(judged.forgotten),
        "difference": judged.difference,
        **played.happened,
    }


def print_report(played: Played) -> None:
    """What was wrong, in sentences."""
    judged = played.judgement
    for what, wrong in (("double", judged.double), ("forgotten", judged.forgotten)):
        for sentence in wrong[:_SHOWN]:
            report.print(f"[{what}] {sentence}", markup=False)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.collections", description=__doc__)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK.invoices} invoices")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed is another story")
    parser.add_argument("--database-url", default="", help="an empty database instead of SQLite's")
    parser.add_argument("--keep", help="a folder for database, books and logs, which then stay")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
