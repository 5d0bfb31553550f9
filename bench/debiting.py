"""The worker that collects while everything goes wrong: production's house, the sandbox bank on a bad
line, mails into a folder.

A process of its own, so that it can be killed and started again while the world goes on; forked from
one that has loaded the program already, as a worker that only loads is no more to be killed.
"""

import multiprocessing
import os
from functools import partial
from multiprocessing import forkserver
from pathlib import Path
from random import Random

from pydantic import BaseModel, ConfigDict
from temporalio.client import Client
from temporalio.plugin import SimplePlugin
from temporalio.worker import UnsandboxedWorkflowRunner, WorkerConfig

from bench.faults import BadLine
from bench.impatience import SOON, ImpatientClient, ImpatientWorker
from gateways.mail import FolderMail
from gateways.process import end_with_parent, no_program
from models.settings import HOME, Documents, Settings
from plugin import house_plugin
from rules.clock import Clock
from worker import Adapters, House, furnish, run, serve, told_to_stop

_FORKS = multiprocessing.get_context("forkserver")
_SECONDS_TO_END = 20.0


class Orders(BaseModel):
    """What a worker is told. `seed` and `number` (of the worker, from 1) decide what goes wrong."""

    model_config = ConfigDict(frozen=True)

    clock: Clock
    temporal: str
    database_url: str
    folder: Path
    policy: Path
    seed: int
    number: int = 1
    dies_at: int = 0

    @property
    def log(self) -> Path:
        return self.folder / f"worker-{self.number}.log"

    @property
    def book(self) -> Path:
        return self.folder / "bank.db"

    def settings(self) -> Settings:
        """Nothing of it comes from the environment."""
        return Settings(
            database_url=self.database_url,
            documents_dir=self.folder / "documents",
            creditor=HOME / "creditor.toml",
            policy=self.policy,
            mail_mode="send",
        )


class DebitingProcess:
    """A worker, seen from outside: started by making one; ends with whoever started it."""

    def __init__(self, orders: Orders) -> None:
        self.log = orders.log
        self._process = _FORKS.Process(target=_work, args=(orders,))
        with no_program():
            self._process.start()

    @property
    def status(self) -> int | None:
        """None while it runs; below 0, the signal that killed it."""
        return self._process.exitcode

    def kill(self) -> None:
        """SIGKILL: as when the power goes."""
        self._process.kill()
        self._process.join()

    def stop(self) -> None:
        """Ask it to end what runs and go."""
        self._process.terminate()
        self._process.join(_SECONDS_TO_END)
        self.kill()


def load() -> None:
    """Begin to load the program from which workers are forked."""
    _FORKS.set_forkserver_preload([__name__])
    forkserver.ensure_running()


def _work(orders: Orders) -> None:
    """A worker's main: its words go to its log, and no setting of ours reaches it."""
    end_with_parent()
    log = os.open(orders.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    for name in [n for n in os.environ if n.startswith(("DUELY_", "TEMPORAL_"))]:
        del os.environ[name]
    run(partial(main, orders))


def furnished(orders: Orders) -> House:
    """The production house; only who stands outside differs."""
    rng = Random(f"{orders.seed} {orders.number}")
    adapters = Adapters(
        mail=FolderMail(orders.folder / "mails"),
        payments=BadLine(orders.book, rng, dies_at=orders.dies_at),
    )
    return furnish(orders.settings(), adapters=adapters, documents=Documents.NONE)


class OnFoot(SimplePlugin):
    """Workers whose workflows are soon given to another: what a killed one had in memory is not waited
    for."""

    def __init__(self) -> None:
        super().__init__("on foot")

    def configure_worker(self, config: WorkerConfig) -> WorkerConfig:
        configured = super().configure_worker(config)
        configured["sticky_queue_schedule_to_start_timeout"] = SOON
        return configured


async def connected(temporal: str) -> Client:
    """The sandbox's checks are for tests: with each new worker they would cost more than the work."""
    house = house_plugin(
        runner=UnsandboxedWorkflowRunner(), interceptors=[ImpatientClient(), ImpatientWorker()]
    )
    return await Client.connect(temporal, plugins=[house, OnFoot()])


async def main(orders: Orders) -> None:
    """As production's, but by orders, and with a clock."""
    stop = told_to_stop()
    house = furnished(orders)
    try:
        await serve(await connected(orders.temporal), house, orders.clock, stop)
    finally:
        await house.close()
