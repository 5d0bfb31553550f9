"""How well payments find their invoices: `python -m bench.matching` (docs/benchmarks.md).

A made-up ledger and the bank's files of a quarter, with the truth of every payment, go through the
import that users have; what it recorded is held against the truth.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from random import Random
from time import perf_counter

from rich.console import Console
from rich.table import Table
from sqlmodel import Session, create_engine

from bench.bank import keep_books
from bench.files import write_files
from bench.importing import LEDGER, ORDER, POLICY, database_url
from bench.judging import Judged, Judgement, Verdict, by_kind, judge, shown
from bench.ledger import make_ledger
from bench.measuring import seconds_to_parse
from bench.policy import policy_text
from bench.tale import tell
from bench.truth import Payment

ENTRIES, QUICK = 10_000, 1_500
SEED = 2024
HOME = Path(__file__).resolve().parents[1]
report = Console(stderr=True, highlight=False, width=118)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where nothing was wrong, 1 where something was."""
    asked = _asked(arguments)
    entries = QUICK if asked.quick and asked.entries is None else asked.entries or ENTRIES
    with tempfile.TemporaryDirectory(prefix="duely-bench-") as place:
        folder = Path(asked.keep or place).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        payments, paths = make_world(folder, entries=entries, seed=asked.seed)
        floor = seconds_to_parse(paths)
        measured = imported(folder)
        judgement = judged_in(folder, payments)
    print_report(judgement, asked.show)
    result = _result(judgement, len(payments), asked.seed, floor, measured)
    sys.stderr.flush()
    sys.stdout.write(json.dumps(result) + "\n")
    sys.stdout.flush()
    return 1 if result["wrong"] else 0


def make_world(folder: Path, *, entries: int, seed: int) -> tuple[list[Payment], list[Path]]:
    """Ledger, policy and the bank's files; the payments in them with their truth."""
    began = perf_counter()
    rng = Random(seed)
    ledger = make_ledger(rng, invoices=entries * 3 // 2, customers=max(20, entries * 3 // 20))
    payments = tell(rng, ledger, entries)
    bank = keep_books(rng, payments)
    paths = write_files(bank, folder)
    ledger.write(folder / LEDGER)
    (folder / POLICY).write_text(policy_text(), "utf-8")
    (folder / ORDER).write_text("\n".join(path.name for path in paths), "utf-8")
    known = [*payments, *bank.batches().values()]
    report.print(
        f"{len(ledger.invoices)} invoices, {len(payments)} payments in {len(paths)} files, "
        f"made in {perf_counter() - began:.1f} s (seed {seed})"
    )
    return known, paths


def judged_in(folder: Path, payments: Sequence[Payment]) -> Judgement:
    engine = create_engine(database_url(folder))
    try:
        with Session(engine) as session:
            return judge(session, payments)
    finally:
        engine.dispose()


def imported(folder: Path) -> dict[str, float]:
    """What the process that imports measured; its own words go on to stderr."""
    _in_a_process(folder, "ledger")
    done = _in_a_process(folder)
    measured: dict[str, float] = json.loads(done.splitlines()[-1])
    return measured


def _in_a_process(folder: Path, *what: str) -> str:
    """A fresh one for each: memory that the ledger took is not the bank's."""
    command = [sys.executable, "-m", "bench.importing", str(folder), *what]
    done = subprocess.run(command, cwd=HOME, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(2)  # what went wrong stands on stderr already
    return done.stdout


def _result(
    judgement: Judgement, entries: int, seed: int, floor: float, measured: dict[str, float]
) -> dict[str, float]:
    automatic = judgement.count(Verdict.AUTOMATIC)
    return {
        "wrong": judgement.count(Verdict.WRONG),
        "automatic": round(automatic / entries, 4),
        "entries_per_second": round(entries / measured["seconds"], 1),
        "peak_mb": round(measured["peak_mb"], 1),
        "entries": entries,
        "listed": judgement.count(Verdict.LISTED),
        "seed": seed,
        "seconds": round(measured["seconds"], 2),
        "floor": round(floor, 2),
    }


def print_report(judgement: Judgement, show: int) -> None:
    """A table by kind of noise, then some of what went wrong and of what was left."""
    table = Table("kind", "entries", "automatic", "left", "wrong")
    for column in table.columns[1:]:
        column.justify = "right"
    for kind, some in by_kind(judgement.judged).items():
        counts = [sum(one.verdict is verdict for one in some) for verdict in Verdict]
        table.add_row(kind, str(len(some)), *(str(count or "-") for count in counts))
    report.print(table)
    for kind, some in by_kind(judgement.judged).items():
        for verdict in (Verdict.WRONG, Verdict.LISTED):
            for one in [one for one in some if one.verdict is verdict][:show]:
                _print_example(kind, one)
    for entry in judgement.strangers[: show or 3]:
        report.print(f"[no payment of ours] {entry.booked_on} {entry.amount_minor}", markup=False)


def _print_example(kind: str, one: Judged) -> None:
    payment = one.payment
    report.print(
        f"[{one.verdict}] {kind}: {payment.day} {payment.amount} {payment.text!r} of {payment.party!r} "
        f"{payment.party_account} e2e {payment.end_to_end!r} ref {payment.creditor_reference!r}\n"
        f"    true: {shown(payment.truth)}\n    done: {one.found} {one.why}",
        markup=False,
        soft_wrap=True,
    )


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description=__doc__)
    parser.add_argument("--entries", type=int, help=f"how many payments (default {ENTRIES})")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK} payments")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed is another world")
    parser.add_argument("--show", type=int, default=0, help="examples of each kind and verdict")
    parser.add_argument("--keep", help="a folder for the files and the database, which then stay")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
