"""Replay a ledger: what a policy would have done, by the production workflows in virtual time.

Customers are dealt out between processes, each with a time-skipping server, a worker and a database
of its own; nothing is shared, so the merged result does not depend on who was faster.
"""

import multiprocessing
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection, wait
from pathlib import Path

from activities.timeline import write_timeline
from models.settings import Documents
from rules.ledger import InvoiceRow, LedgerFile, PaymentRow
from rules.policy import Policy
from sandbox.replay_shard import Done, Failed, Shard, Step, run_shard
from sandbox.replay_summary import Summary, summarise

Progress = Callable[[float], None]
OWN_NAMES = ("timeline.csv", "summary.txt", "summary.json")


@dataclass(frozen=True)
class Replay:
    """What to replay. `policy_text` is the TOML; `until` the last day run, None: until nothing is
    left to do; `collections`: the ledger's mandates count, with the sandbox bank."""

    files: Sequence[LedgerFile]
    policy: Policy
    policy_text: str
    creditor: Path
    out: Path
    until: date | None = None
    documents: Documents = Documents.NONE
    collections: bool = False
    processes: int = 0


class ReplayFailed(Exception):
    """A process of the replay ended with an error of ours; its text is the traceback."""


def replay(job: Replay, progress: Progress = lambda share: None) -> Summary:
    """Run a ledger through the ladder and leave timeline, mails and summary in `job.out`.

    `progress` is called with the share done, 0 to 1. Other files in the folder stay; our own names
    are replaced once the replay is complete. Raises ReplayFailed.
    """
    job.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".replay-", dir=job.out) as folder:
        rows = [row for done in _run(job, Path(folder), progress) for row in done.rows]
        _leave_files(Path(folder), job.out)
    with (job.out / "timeline.csv").open("w", encoding="utf-8", newline="") as target:
        write_timeline(target, rows)
    summary = summarise(job.policy, rows, mails=len(list((job.out / "mails").glob("*.eml"))))
    (job.out / "summary.txt").write_text(summary.text(), "utf-8")
    (job.out / "summary.json").write_text(summary.json(), "utf-8")
    return summary


def _leave_files(made: Path, out: Path) -> None:
    """Put the new mails and cases where an earlier replay's may be."""
    for kind, made_in, ending in (
        ("mails", "mails", "*.eml"),
        ("cases", "documents/case", "*.zip"),
    ):
        target = out / kind
        for old in target.glob(ending):
            old.unlink()
        for shard in sorted(made.iterdir()):
            for file in sorted((shard / made_in).glob(ending)):
                target.mkdir(exist_ok=True)
                shutil.move(file, target / file.name)
    for name in OWN_NAMES:
        (out / name).unlink(missing_ok=True)


def _run(job: Replay, folder: Path, progress: Progress) -> list[Done]:
    """One process per shard; their progress together is the slowest's."""
    context = multiprocessing.get_context("spawn")
    shards = list(_shards(job, folder))
    listening: dict[Connection, int] = {}
    processes = []
    for number, shard in enumerate(shards):
        here, there = context.Pipe(duplex=False)
        process = context.Process(target=run_shard, args=(shard, there), daemon=False)
        process.start()
        there.close()
        processes.append(process)
        listening[here] = number
    try:
        return _listen(listening, len(shards), progress)
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _listen(listening: dict[Connection, int], shards: int, progress: Progress) -> list[Done]:
    shares = [0.0] * shards
    done: dict[int, Done] = {}
    while listening:
        for ready in wait(list(listening)):
            assert isinstance(ready, Connection)
            number = listening[ready]
            match _next_word(ready):
                case Step(share):
                    shares[number] = share
                    progress(min(shares))
                case Done() as result:
                    done[number] = result
                    del listening[ready]
                case Failed(traceback):
                    raise ReplayFailed(traceback)
    progress(1.0)
    return [done[number] for number in sorted(done)]


def _next_word(connection: Connection) -> Step | Done | Failed:
    try:
        word: Step | Done | Failed = connection.recv()
    except EOFError:
        return Failed("a process of the replay ended without a word")
    return word


def _shards(job: Replay, folder: Path) -> Iterator[Shard]:
    """Deal the customers out, the largest first, each to the shard that has least."""
    invoices, payments = _by_customer(job)
    count = max(1, min(job.processes or os.cpu_count() or 1, len(invoices)))
    hands: list[list[str]] = [[] for _ in range(count)]
    weights = [0] * count
    for customer in sorted(invoices, key=lambda c: (-len(invoices[c]), c)):
        lightest = weights.index(min(weights))
        hands[lightest].append(customer)
        weights[lightest] += len(invoices[customer])
    for number, hand in enumerate(hands):
        yield Shard(
            number=number,
            invoices=tuple(row for customer in hand for row in invoices[customer]),
            payments=tuple(row for customer in hand for row in payments[customer]),
            policy_text=job.policy_text,
            policy_name=job.policy.name,
            creditor=job.creditor,
            folder=folder / f"shard-{number}",
            until=job.until,
            documents=job.documents,
            collections=job.collections,
        )


def _by_customer(
    job: Replay,
) -> tuple[dict[str, list[InvoiceRow]], dict[str, list[PaymentRow]]]:
    invoices: dict[str, list[InvoiceRow]] = defaultdict(list)
    payments: dict[str, list[PaymentRow]] = defaultdict(list)
    owner: dict[str, InvoiceRow] = {}
    for row in (row for file in job.files for row in file.invoices):
        if job.until is None or row.issue_date <= job.until:
            invoices[row.customer.customer_id].append(row)
            owner[row.number] = row
    for file in job.files:
        for payment in file.payments:
            invoice = owner.get(payment.invoice_number)
            if invoice is None:
                continue  # issued after the last day
            counts_on = max(payment.date, invoice.issue_date)
            if job.until is None or counts_on <= job.until:
                payments[invoice.customer.customer_id].append(payment)
    return invoices, payments
