"""What the console's pages stand on, put together once: database, Temporal, files, the hours."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from temporalio.client import Client

from activities.database import Database
from activities.dialling import Dialling
from gateways.files import DocumentStore
from gateways.passwords import Passwords
from gateways.stripe_settings import StripeConnection
from gateways.twilio_settings import Connection
from models.settings import Settings, load_settings
from rules.clock import REAL_TIME, Clock
from rules.creditor import Creditor
from rules.errors import Unreachable

PATIENCE = 10.0  # seconds somebody waits for a worker's answer


def real_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Desk:
    """`now` is the real time, which sessions live by; `clock` makes business time of it, which the
    ladders live by. `connect` raises Unreachable where Temporal does not answer. `phone` rings
    people, where a provider is connected; `stripe` is the provider of payments, if any."""

    database: Database
    store: DocumentStore
    creditor: Creditor
    connect: Callable[[], Awaitable[Client]]
    clock: Clock = REAL_TIME
    passwords: Passwords = field(default_factory=Passwords)
    settings: Settings = field(default_factory=load_settings)
    now: Callable[[], datetime] = real_now
    patience: float = PATIENCE
    phone: Connection = field(default_factory=Connection)
    stripe: StripeConnection | None = None
    _client: Client | None = None

    def business_now(self) -> datetime:
        """Before the calendar begins, which a demo's does a moment after its start, it is its first."""
        return max(self.clock.business(self.now()), self.clock.origin)

    @property
    def dialling(self) -> Dialling:
        return Dialling(self.database, self.phone.telephone, self.clock)

    async def file(self, key: str) -> bytes:
        """A kept document. Raises FileNotFoundError for one that was never put."""
        return await asyncio.to_thread(self.store.get, key)

    async def temporal(self) -> Client:
        """Connected when first needed: pages can be read while Temporal is away."""
        if self._client is None:
            try:
                self._client = await asyncio.wait_for(self.connect(), self.patience)
            except TimeoutError as error:
                raise Unreachable("Temporal does not answer") from error
        return self._client
