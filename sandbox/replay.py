"""Replay a ledger: what a policy would have done, by the production workflows in virtual time.

Customers are dealt out into shards of some, each with a time-skipping server, a worker and a database
of its own; as many processes as there are cores take one shard after another. Nothing is shared, so
the merged result does not depend on who was faster.
"""

import multiprocessing
import os
import shutil
import tempfile
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from activities.timeline import write_timeline
from gateways.process import no_program
from models.settings import Documents
from rules.ledger import InvoiceRow, LedgerFile, PaymentRow
from rules.policy import Policy
from sandbox.replay_shard import Done, Failed, Shard, Step, run_shards
from sandbox.replay_summary import Summary, summarise

Progress = Callable[[float], None]
# The server keeps a list of every lock it ever gave and looks it through at every step: some hundred
# invoices are quick, some thousand are not. A server of one's own costs a tenth of a second.
_INVOICES_A_SHARD = 80
OWN_NAMES = ("timeline.csv", "summary.txt", "summary.json")


@dataclass(frozen=True)
class Replay:
    """What to replay. `policy_text` is the TOML; `until` the last day run, None: until nothing is
    left to do; `collections`: the ledger's mandates and methods count, with the sandbox bank."""

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
    """Every shard, in as many processes as there are cores."""
    processes = job.processes or os.cpu_count() or 1
    shards = _shards(job, folder, processes)
    crew = _Crew(min(processes, len(shards)), shards, progress)
    try:
        return crew.work()
    finally:
        crew.dismiss()


class _Crew:
    """Processes that take one shard after another, the largest first."""

    def __init__(self, size: int, shards: Sequence[Shard], progress: Progress) -> None:
        self._left = deque(shards)
        self._shares = dict.fromkeys((shard.number for shard in shards), 0.0)
        self._weights = {shard.number: shard.weight for shard in shards}
        self._progress = progress
        self._done: dict[int, Done] = {}
        self._busy: list[Connection] = []
        self._processes = [self._hire() for _ in range(size)]

    def _hire(self) -> BaseProcess:
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        process = context.Process(target=run_shards, args=(there,), daemon=False)
        with no_program():
            process.start()
        there.close()
        self._busy.append(here)
        return process

    def work(self) -> list[Done]:
        """What came of each shard, in their order. Raises ReplayFailed."""
        for connection in list(self._busy):
            self._hand_out(connection)
        while self._busy:
            for ready in wait(self._busy):
                assert isinstance(ready, Connection)
                self._hear(ready)
        self._progress(1.0)
        return [self._done[number] for number in sorted(self._done)]

    def _hand_out(self, connection: Connection) -> None:
        with suppress(BrokenPipeError):  # it ended: its last word, or that there is none, is heard
            connection.send(self._left.popleft() if self._left else None)

    def _hear(self, connection: Connection) -> None:
        match _next_word(connection):
            case Step(number, share):
                self._shares[number] = share
            case Done(number) as result:
                self._shares[number], self._done[number] = 1.0, result
                if not self._left:
                    self._busy.remove(connection)
                self._hand_out(connection)
            case Failed(traceback):
                raise ReplayFailed(traceback)
        total = sum(self._weights.values())
        self._progress(sum(self._shares[n] * w for n, w in self._weights.items()) / total)

    def dismiss(self) -> None:
        for process in self._processes:
            process.terminate()
            process.join()


def _next_word(connection: Connection) -> Step | Done | Failed:
    try:
        word: Step | Done | Failed = connection.recv()
    except EOFError:
        return Failed("a process of the replay ended without a word")
    return word


def _shards(job: Replay, folder: Path, processes: int) -> list[Shard]:
    """Deal the customers out, the largest first, each to the shard that has least: shards of one
    size, and as many for one process as for another."""
    invoices, payments = _by_customer(job)
    methods = [row for file in job.files for row in file.methods]
    total = sum(len(rows) for rows in invoices.values())
    rounds = max(1, round(total / (processes * _INVOICES_A_SHARD)))
    hands: list[list[str]] = [[] for _ in range(min(rounds * processes, len(invoices)))]
    weights = [0] * len(hands)
    for customer in sorted(invoices, key=lambda c: (-len(invoices[c]), c)):
        lightest = weights.index(min(weights))
        hands[lightest].append(customer)
        weights[lightest] += len(invoices[customer])
    return [
        Shard(
            number=number,
            invoices=tuple(row for customer in hand for row in invoices[customer]),
            payments=tuple(row for customer in hand for row in payments[customer]),
            methods=tuple(row for row in methods if row.customer_id in hand),
            policy_text=job.policy_text,
            policy_name=job.policy.name,
            creditor=job.creditor,
            folder=folder / f"shard-{number}",
            until=job.until,
            documents=job.documents,
            collections=job.collections,
        )
        for number, hand in enumerate(hands)
    ]


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
