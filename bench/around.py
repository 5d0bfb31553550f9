"""What goes on around the worker while it collects: customers pay by transfer, people cancel and correct,
the bank's files come twice, and the bank says outcomes by itself, again and again."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from sqlmodel import Session, col, select
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.service import RPCError

from activities.collecting import hear
from activities.database import Database
from activities.importing import Importer
from activities.intake import Taken, record_policy, take_invoices, take_payments
from activities.journal import Journal
from activities.post import deliver_these
from bench.debits import Story
from models.messages import Cancel, RetryCollection
from models.names import invoice_workflow_id
from models.tables import CollectionRecord, CollectionRunRecord, OutboxRecord, RunState
from rules.clock import Clock
from rules.collecting import UNDER_WAY
from rules.ladder import Ladder
from sandbox.bank import Attempt, SandboxBank
from sandbox.bank_files import write_returns

_DAY = timedelta(days=1)
_A_WEEK = 7
_PATIENCE = timedelta(seconds=5)
_SAID_AT_ONCE = 2  # outcomes that the bank says by itself, in each round
_SECONDS_BETWEEN_ROUNDS = 0.3


@dataclass
class Around:
    """`live()` until cancelled. `brought` is the last day whose transfers and files have come."""

    stories: Sequence[Story]
    database: Database
    client: Client
    clock: Clock
    ladder: Ladder
    bank: SandboxBank
    importer: Importer
    folder: Path
    rng: Random
    brought: date
    said: int = 0
    cancelled: set[str] = field(default_factory=set)

    def today(self) -> date:
        return self.ladder.today(self._now())

    def _now(self) -> datetime:
        return self.clock.business(datetime.now(UTC))

    def happened(self) -> dict[str, int]:
        """In numbers."""
        return {
            "returned": sum(1 for one in self.bank.attempts() if one.returned_on),
            "cancelled": len(self.cancelled),
            "said_again": self.said,
        }

    def said_so_far(self) -> str:
        return f"{len(self.bank.attempts())} debits at the bank"

    def has_brought_every_return(self) -> bool:
        """Whether files have told of all that will ever go back."""
        days = [one.returned_on for one in self.bank.attempts() if one.returned_on is not None]
        return all(day < self.brought for day in days)

    async def begin(self, policy_text: str) -> None:
        """Record every invoice, as an import does, and start the workflows."""
        rows = [story.row for story in self.stories]

        def record(journal: Journal) -> None:
            record_policy(journal, self.ladder.policy, policy_text)
            take_invoices(journal, "the ledger", rows, self.ladder.policy.digest, Taken())

        await self._record(record)

    async def live(self) -> None:
        await asyncio.gather(
            *(_again(what) for what in (self._days, self._cancel, self._correct, self._say))
        )

    async def _days(self) -> None:
        while self.brought < self.today():
            await self._bring(self.brought + _DAY)
            self.brought += _DAY

    async def _bring(self, day: date) -> None:
        """A day's transfers, and the bank's file of what went back until the day before; on Sundays
        once more in a file of the week. Every file is taken in twice."""
        transfers = [
            one.transfer for one in self.stories if one.transfer and one.transfer.date == day
        ]
        if transfers:
            await self._record(lambda journal: take_payments(journal, transfers, Taken()))
        days = _A_WEEK if day.isoweekday() == _A_WEEK else 1
        went_back = list(_went_back(self.bank, until=day - _DAY, days=days))
        path = write_returns(went_back, day, self.folder / "files")
        if path is not None:
            for _ in range(2):
                await self.importer.take([path], self._now())

    async def _cancel(self) -> None:
        """What is to be cancelled is, while its debit is under way."""
        wanted = {one.row.number for one in self.stories if one.cancelled} - self.cancelled
        for number in sorted(await self.database.run(lambda s: wanted & _under_way(s))):
            act = Cancel(key=f"cancel-{number}", by="bench", reason="sent by mistake")
            if await self._ask(number, act):
                self.cancelled.add(number)

    async def _correct(self) -> None:
        """A person has seen to what a debit waits for."""
        for number, run in await self.database.run(_waiting):
            await self._ask(number, RetryCollection(key=f"correct-{number}-{run}", by="bench"))

    async def _ask(self, number: str, act: Cancel | RetryCollection) -> bool:
        """Whether it was answered, be it by a refusal: it has been paid meanwhile. Else (the worker was
        just killed) it is asked again in the next round."""
        handle = self.client.get_workflow_handle(invoice_workflow_id(number))
        try:
            await handle.execute_update(act.name, act, rpc_timeout=_PATIENCE)
        except (RPCError, WorkflowUpdateRPCTimeoutOrCancelledError):
            return False
        except WorkflowUpdateFailedError:
            return True
        return True

    async def _say(self) -> None:
        """The bank says by itself, twice, what became of some debits: also of those it has said."""
        book = self.bank.attempts()
        for attempt in self.rng.sample(book, min(_SAID_AT_ONCE, len(book))):
            for _ in range(2):
                await self._record(partial(self._hear, attempt))
            self.said += 1

    def _hear(self, attempt: Attempt, journal: Journal) -> None:
        hear(journal, attempt.key, attempt.as_of(self.ladder.today(journal.now)))

    async def _record(self, work: Callable[[Journal], object]) -> None:
        def record(session: Session) -> Sequence[OutboxRecord]:
            journal = Journal(session, self._now(), self.clock, "bench")
            work(journal)
            return journal.left

        if left := await self.database.run(record):
            await deliver_these(self.database, self.client, left)


async def _again(what: Callable[[], Awaitable[None]]) -> None:
    while True:
        await what()
        await asyncio.sleep(_SECONDS_BETWEEN_ROUNDS)


def _went_back(bank: SandboxBank, *, until: date, days: int) -> Iterator[Attempt]:
    for ago in reversed(range(days)):
        yield from bank.returns_on(until - ago * _DAY)


def _waiting(session: Session) -> list[tuple[str, int]]:
    query = select(CollectionRunRecord.invoice_number, CollectionRunRecord.number).where(
        col(CollectionRunRecord.state) == RunState.OPEN.value, col(CollectionRunRecord.waits)
    )
    return list(session.exec(query))


def _under_way(session: Session) -> set[str]:
    query = select(CollectionRecord.invoice_number).where(
        col(CollectionRecord.state).in_(UNDER_WAY)
    )
    return set(session.exec(query))
