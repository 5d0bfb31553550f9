"""A click becomes a call: recorded, rung, and what is known then recorded."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session

from activities.database import Database
from activities.journal import Journal
from activities.phone_calls import (
    Click,
    begin_call,
    call_in_doubt,
    call_not_made,
    call_taken,
    take_status,
)
from gateways.telephone import Telephone
from gateways.twilio_callbacks import Status
from rules.clock import Clock
from rules.errors import InDoubt, RefusedForGood, Unreachable, UserMistake

T = TypeVar("T")


class Dialling:
    """Puts staff through to customers. `now` is business time everywhere."""

    def __init__(self, database: Database, telephone: Telephone, clock: Clock) -> None:
        self._database = database
        self._telephone = telephone
        self._clock = clock

    @property
    def rings(self) -> bool:
        """False: no provider is connected, staff dial by hand."""
        return self._telephone.rings

    async def call(self, click: Click, now: datetime) -> int:
        """Ring the employee, then the customer; answers the call's id, at which its record says
        what came of it.

        Safe to repeat: the same click is the same call, and nobody is rung twice for it; so nobody
        is where this process ends between the record and the ringing. Raises UserMistake where
        nobody is to be rung, with nothing recorded.
        """
        if not self.rings:
            raise UserMistake("no telephone is connected: dial the number by hand")
        begun = await self._record(now, lambda journal: begin_call(journal, click))
        if begun.dial is None:
            return begun.call
        try:
            sid = await self._telephone.ring(begun.dial)
        except (Unreachable, RefusedForGood) as error:
            reason = str(error)
            await self._record(now, lambda journal: call_not_made(journal, begun.call, reason))
        except InDoubt as error:
            reason = str(error)
            await self._record(now, lambda journal: call_in_doubt(journal, begun.call, reason))
        else:
            await self._record(now, lambda journal: call_taken(journal, begun.call, sid))
        return begun.call

    async def hear(self, status: Status, now: datetime) -> bool:
        """Record what the provider says; False for a call that is not ours."""
        return await self._record(now, lambda journal: take_status(journal, status))

    async def _record(self, now: datetime, work: Callable[[Journal], T]) -> T:
        def recorded(session: Session) -> T:
            return work(Journal(session, now, self._clock))

        return await self._database.run(recorded)
