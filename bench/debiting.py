"""The worker that collects while everything goes wrong: production's house, the sandbox bank on a bad
line, mails into a folder.

    python -m bench.debiting ORDERS     (JSON, see `Orders`); ends on SIGTERM

A process of its own, so that it can be killed and started again while the world goes on.
"""

import sys
from pathlib import Path
from random import Random

from pydantic import BaseModel, ConfigDict
from temporalio.client import Client
from temporalio.plugin import SimplePlugin
from temporalio.worker import UnsandboxedWorkflowRunner, WorkerConfig

from bench.faults import BadLine
from bench.impatience import SOON, ImpatientClient, ImpatientWorker
from gateways.mail import FolderMail
from models.settings import HOME, Documents, Settings
from plugin import house_plugin
from rules.clock import Clock
from sandbox.processes import Process
from worker import Adapters, House, furnish, run, serve, told_to_stop


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


class DebitingProcess(Process):
    """A worker, seen from outside."""

    def __init__(self, orders: Orders) -> None:
        log = orders.folder / f"worker-{orders.number}.log"
        super().__init__("bench.debiting", [orders.model_dump_json()], log=log, settings={})


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


async def main() -> None:
    """As production's, but by orders, and with a clock."""
    stop = told_to_stop()
    orders = Orders.model_validate_json(sys.argv[1])
    house = furnished(orders)
    try:
        await serve(await connected(orders.temporal), house, orders.clock, stop)
    finally:
        await house.close()


if __name__ == "__main__":
    run(main)
