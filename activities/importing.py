"""Import files: checked whole, recorded in one transaction, told to the workflows if Temporal is up."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from temporalio.client import Client
from temporalio.service import RPCError

from activities.banking import taking
from activities.banking.recording import BankFileTaken
from activities.banking.taking import BankFile, Progress
from activities.database import Database
from activities.engines import Alone, wait_for_turn
from activities.intake import Taken, record_policy, take_ledger
from activities.journal import Journal
from activities.post import deliver
from gateways.files import DocumentStore, safe_name
from gateways.ledger_files import read_ledger_files
from models.tables import InvoiceRecord
from rules.clock import Clock
from rules.errors import Unreachable
from rules.ledger import InvoiceRow, LedgerFile
from rules.policy import Policy

T = TypeVar("T")


def currency_in(database: Database, invoice_number: str) -> str | None:
    """The currency of a recorded invoice; None for one that is not."""
    with database.transaction() as session:
        invoice = session.get(InvoiceRecord, invoice_number)
        return invoice.currency if invoice else None


class Importer:
    """Imports ledger files and the bank's. `database` is opened only once every file is right by itself."""

    def __init__(
        self,
        *,
        database: Callable[[], Database],
        client: Callable[[], Awaitable[Client]],
        store: DocumentStore,
        policy: tuple[Policy, str],
        clock: Clock,
        max_bytes: int,
        statement_max: int,
        backlog_per_day: int = 0,
        progress: Progress = lambda share: None,
    ) -> None:
        self._open = database
        self._database: Database | None = None
        self._connect = client
        self._store = store
        self._policy, self._policy_text = policy
        self._clock = clock
        self._max_bytes = max_bytes
        self._statement_max = statement_max
        self._backlog_per_day = backlog_per_day
        self._progress = progress

    async def take(self, paths: Sequence[Path], now: datetime) -> Taken:
        """Take files in at a moment of business time. Raises FileMistake, and nothing is recorded.

        Where Temporal is away the facts are recorded all the same, `delivered` is False, and the
        next worker tells the workflows.
        """
        taken = self.record(paths, now)
        taken.delivered = await self._deliver(self._opened())
        return taken

    def record(self, paths: Sequence[Path], now: datetime) -> Taken:
        """The same without telling anybody. Every file is read through before one is recorded: the
        ledger's in one transaction, each of the bank's in one of its own, then what matching decides.

        Safe to repeat, also after a crash between two of them: what is recorded is not recorded
        again, and what was not decided yet is.
        """
        ledgers, banks = taking.told_apart(paths)
        files = read_ledger_files(
            ledgers, max_bytes=self._max_bytes, known_currency=self._known_currency
        )
        checked = [
            taking.check_bank_file(path, form, max_bytes=self._statement_max)
            for path, form in banks
        ]
        taken = Taken()
        if files or not checked:
            files = [self._keep_originals(file) for file in files]
            taken = self._alone(now, lambda journal: self._record_ledger(journal, files))
        taken.bank = self._record_banks(checked, now)
        taken.decided = self._alone(now, taking.decide)
        return taken

    def _record_ledger(self, journal: Journal, files: Sequence[LedgerFile]) -> Taken:
        record_policy(journal, self._policy, self._policy_text)
        return take_ledger(journal, files, self._policy.digest, per_day=self._backlog_per_day)

    def _record_banks(self, files: Sequence[BankFile], now: datetime) -> list[BankFileTaken]:
        whole, done = sum(file.bookings for file in files) or 1, 0
        taken = []

        def heard(bookings: int) -> None:
            nonlocal done
            done += bookings
            self._progress(done / whole)

        for file in files:

            def record(journal: Journal, file: BankFile = file) -> BankFileTaken:
                return taking.take(journal, file, max_bytes=self._statement_max, heard=heard)

            taken.append(self._alone(now, record))
        return taken

    def _alone(self, now: datetime, work: Callable[[Journal], T]) -> T:
        """One transaction, while nobody else takes anything in."""
        with self._opened().transaction() as session:
            wait_for_turn(session.connection(), Alone.IMPORTING)
            return work(Journal(session, now, self._clock))

    def close(self) -> None:
        if self._database is not None:
            self._database.close()

    def _opened(self) -> Database:
        if self._database is None:
            self._database = self._open()
        return self._database

    def _known_currency(self, invoice_number: str) -> str | None:
        return currency_in(self._opened(), invoice_number)

    def _keep_originals(self, file: LedgerFile) -> LedgerFile:
        """Originals are copied into the store first: a file left there by a failure harms nobody."""
        return replace(file, invoices=tuple(self._keep_original(row) for row in file.invoices))

    def _keep_original(self, row: InvoiceRow) -> InvoiceRow:
        if not row.document:
            return row
        key = f"original/{safe_name(row.number)}.pdf"
        self._store.put(key, Path(row.document).read_bytes())
        return replace(row, document=key)

    async def _deliver(self, database: Database) -> bool:
        try:
            await deliver(database, await self._connect())
        except (Unreachable, RPCError):
            return False
        return True
