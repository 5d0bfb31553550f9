"""The people around the ladder, as stand-ins: staff, office, customers. They act through production's
messages, as people do, and look at the record for what is to be done."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session
from temporalio.client import Client, WorkflowUpdateFailedError
from temporalio.service import RPCError

from activities.database import Database
from activities.importing import Importer
from rules.clock import Clock
from rules.ledger import PaymentRow
from sandbox.bank_post import BankPost
from sandbox.feeder import Day, Feeder
from sandbox.office import addresses_to_mend, disputes_to_decide, pause_and_resume
from sandbox.payers import money_due
from sandbox.staff import Saying, calls_due

_SECONDS_BETWEEN_ROUNDS = 0.4
_PATIENCE = timedelta(seconds=20)


@dataclass(frozen=True)
class Company:
    """`live()` until cancelled. What is refused or not answered is looked at anew in the next
    round: a payment may have come meanwhile, or the worker may be busy. `post` is the bank's, and
    `importer` takes its files in."""

    database: Database
    client: Client
    clock: Clock
    feeder: Feeder
    post: BankPost | None = None
    importer: Importer | None = None

    async def live(self) -> None:
        while True:
            await self.round()
            await asyncio.sleep(_SECONDS_BETWEEN_ROUNDS)

    async def round(self) -> None:
        """Everybody does what is due now."""
        payments, sayings = await self.database.run(self._look)
        if payments:
            await self.feeder.bring(self.database, self.client, self.clock, Day(payments=payments))
        await asyncio.gather(*(self._say(saying) for saying in sayings))
        await self._fetch_the_banks_files()

    async def _fetch_the_banks_files(self) -> None:
        now = self.clock.business(datetime.now(UTC))
        if self.post is None or self.importer is None:
            return
        if path := self.post.fetch(self.feeder.ladder.today(now)):
            await self.importer.take([path], now)

    def _look(self, session: Session) -> tuple[list[PaymentRow], list[Saying]]:
        now = self.clock.business(datetime.now(UTC))
        payments = list(money_due(session, now, self.feeder.ladder))
        return payments, list(self._sayings(session, now))

    def _sayings(self, session: Session, now: datetime) -> Iterator[Saying]:
        yield from calls_due(session, now, self.feeder.ladder)
        yield from disputes_to_decide(session, now)
        yield from addresses_to_mend(session, now)
        yield from pause_and_resume(session, now)

    async def _say(self, saying: Saying) -> None:
        handle = self.client.get_workflow_handle(saying.workflow_id)
        try:
            if saying.as_signal:
                await handle.signal(saying.name, saying.act, rpc_timeout=_PATIENCE)
            else:
                await handle.execute_update(saying.name, saying.act, rpc_timeout=_PATIENCE)
        except (WorkflowUpdateFailedError, RPCError):
            return
