"""A worker of the embedded stack: production's house with stand-ins, on the demo's own calendar.

    python -m sandbox.worker ORDERS     (JSON, see `Orders`); ends on SIGTERM

A process of its own, so that it can be killed and started again while the world goes on.
"""

import asyncio
import sys
from pathlib import Path

from pydantic import BaseModel, ConfigDict
from temporalio.client import Client

from gateways.mail import SmtpMail
from models.settings import Settings
from plugin import house_plugin
from rules.clock import Clock
from sandbox.bank import SandboxBank
from sandbox.processes import Process
from sandbox.refunds import SandboxRefunds
from worker import Adapters, House, furnish, run, serve, told_to_stop

_PRINTERS = 2
# The first document costs a printing process's start; better before the first notice than in it.
_WARM_UP = "<!doctype html><title>.</title><p>."


class Orders(BaseModel):
    """What a worker of the embedded stack is told; `folder` is the stack's own."""

    model_config = ConfigDict(frozen=True)

    clock: Clock
    temporal: str
    smtp_url: str
    folder: Path
    creditor: Path

    @property
    def bank(self) -> Path:
        """The sandbox bank's book."""
        return self.folder / "bank.db"

    def settings(self) -> Settings:
        """Nothing of it comes from the environment."""
        return Settings(
            database_url=f"sqlite:///{self.folder / 'duely.db'}",
            documents_dir=self.folder / "documents",
            smtp_url=self.smtp_url,
            creditor=self.creditor,
            mail_mode="send",
            render_processes=_PRINTERS,
        )


class WorkerProcess(Process):
    """A worker, seen from outside."""

    def __init__(self, orders: Orders) -> None:
        words = [orders.model_dump_json()]
        super().__init__("sandbox.worker", words, log=orders.folder / "worker.log", settings={})


def furnished(orders: Orders) -> House:
    """The production house; only who stands outside differs: a mailbox, a bank."""
    adapters = Adapters(
        mail=SmtpMail(orders.smtp_url),
        payments=SandboxBank(orders.bank),
        refunds=SandboxRefunds(orders.folder / "refunds.db"),
    )
    return furnish(orders.settings(), adapters=adapters)


async def main() -> None:
    """As production's, but by orders, and with a clock."""
    stop = told_to_stop()
    orders = Orders.model_validate_json(sys.argv[1])
    house = furnished(orders)
    try:
        client = await Client.connect(orders.temporal, plugins=[house_plugin()])
        await asyncio.gather(*(house.printer.pdf(_WARM_UP) for _ in range(_PRINTERS)))
        await serve(client, house, orders.clock, stop)
    finally:
        await house.close()


if __name__ == "__main__":
    run(main)
