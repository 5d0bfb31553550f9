"""The embedded stack: a Temporal server with its UI, a mailbox, a database, and worker processes."""

import shutil
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from temporalio.client import Client

from activities.database import Database
from activities.importing import Importer
from models.names import SEARCH_ATTRIBUTES
from models.settings import Settings
from plugin import house_plugin
from rules.clock import Clock
from sandbox.bank import SandboxBank
from sandbox.bank_post import BankPost
from sandbox.desk import PORT, DeskProcess
from sandbox.mailbox import Mailbox, Misbehaviour
from sandbox.server import DevServer
from sandbox.worker import Orders, WorkerProcess
from worker import importer_of, open_database


@dataclass
class Stack:
    """`async with Stack(folder, creditor) as stack`: everything real, on free ports, made fresh.

    `folder` is the stack's own and is emptied first. Workers are started by `start_worker`; at the
    end they are stopped before what they need. Raises Unreachable, UserMistake.
    """

    folder: Path
    creditor: Path
    ui: bool = True
    outlives: bool = False  # whether workflows outlive a killed Temporal server
    misbehaviour: Misbehaviour = field(default_factory=Misbehaviour)
    server: DevServer = field(init=False)
    mailbox: Mailbox = field(init=False)
    database: Database = field(init=False)
    client: Client = field(init=False)
    _open: AsyncExitStack = field(default_factory=AsyncExitStack, init=False)

    async def __aenter__(self) -> "Stack":
        self.folder = self.folder.resolve()
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        async with AsyncExitStack() as opening:
            self.server = await opening.enter_async_context(
                DevServer(
                    log=self.folder / "server.log",
                    search_attributes=SEARCH_ATTRIBUTES,
                    ui=self.ui,
                    database=self.folder / "temporal.db" if self.outlives else None,
                )
            )
            self.mailbox = opening.enter_context(
                Mailbox(self.folder / "mails", misbehaviour=self.misbehaviour)
            )
            self.client = await Client.connect(self.server.address, plugins=[house_plugin()])
            self.database = open_database(self.settings)
            opening.callback(self.database.close)
            self._open = opening.pop_all()
        return self

    async def __aexit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        await self._open.aclose()

    @property
    def settings(self) -> Settings:
        return self._orders(Clock()).settings()

    def bank_post(self) -> BankPost:
        """Files of the bank that the workers collect at."""
        return BankPost(SandboxBank(self._orders(Clock()).bank), self.folder / "bank")

    def importer(self, clock: Clock) -> Importer:
        """What takes files in, as `starter.py import` does."""

        async def connected() -> Client:
            return self.client

        return importer_of(self.settings, lambda: self.database, clock, client=connected)

    def start_worker(self, clock: Clock) -> WorkerProcess:
        """One more worker, on a calendar; stopped with the stack where it still runs."""
        worker = WorkerProcess(self._orders(clock))
        self._open.callback(worker.stop)
        return worker

    def start_console(self, clock: Clock, *, port: int = PORT) -> DeskProcess:
        """The staff console, on the same calendar; stopped with the stack."""
        settings = self.settings.model_copy(update={"temporal_ui": self.server.ui_url})
        desk = DeskProcess(
            settings, clock, temporal=self.server.address, folder=self.folder, port=port
        )
        self._open.callback(desk.stop)
        return desk

    def _orders(self, clock: Clock) -> Orders:
        return Orders(
            clock=clock,
            temporal=self.server.address,
            smtp_url=self.mailbox.url,
            folder=self.folder,
            creditor=self.creditor,
        )
