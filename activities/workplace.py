"""What every activity stands on: the database, the hour, and the post."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from sqlmodel import Session
from temporalio import activity

from activities.database import Database
from activities.journal import Journal
from activities.post import deliver, deliver_these
from models.settings import Documents, MailMode
from models.tables import OutboxRecord
from rules.clock import Clock
from rules.creditor import Creditor

T = TypeVar("T")


def business_now(clock: Clock) -> datetime:
    """Business time at the start of this attempt: a retry after an outage sees the new hour."""
    started = activity.info().started_time
    assert started is not None, "only a running activity asks the time"
    return clock.business(started)


@dataclass(frozen=True)
class Workplace:
    """Shared by all activities of a worker. `by_day` and `documents` differ in a replay only.
    Giving up more than `write_off_limit` needs another person's yes; None: nothing does."""

    database: Database
    creditor: Creditor
    mode: MailMode = MailMode.SEND
    documents: Documents = Documents.ALL
    by_day: bool = False
    write_off_limit: Decimal | None = None

    def journal(self, session: Session, clock: Clock, now: datetime, asker: str = "") -> Journal:
        return Journal(session, now, clock, by_day=self.by_day, asker=asker)

    async def read(self, clock: Clock, work: Callable[[Journal], T]) -> T:
        """One transaction that leaves no message."""
        now, asker = business_now(clock), activity.info().workflow_id or ""
        return await self.database.run(
            lambda session: work(self.journal(session, clock, now, asker))
        )

    async def record(self, customer_id: str, clock: Clock, work: Callable[[Journal], T]) -> T:
        """One transaction, then the messages it left; a repeated attempt also sends those that the
        attempt before it could not."""

        def recorded(journal: Journal) -> tuple[T, list[OutboxRecord]]:
            return work(journal), journal.left

        result, left = await self.read(clock, recorded)
        if activity.info().attempt > 1:
            await deliver(self.database, activity.client(), customer_id)
        elif left:
            await deliver_these(self.database, activity.client(), left)
        return result
