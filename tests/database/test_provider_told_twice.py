"""One event of a provider's, told several times at once, is taken once."""

import asyncio

from sqlmodel import select
from temporalio.client import Client

from activities.provider_words import AGAIN, ProviderWords
from gateways.stripe_events import MethodEnded, Told
from gateways.stripe_setup import SetUp
from models.tables import EventRecord, WebhookEventRecord
from rules.clock import REAL_TIME
from rules.errors import Unreachable
from tests.commands.record import berlin
from tests.database.ledger import opened


class NoSetups:
    async def begin(self, customer_id: str, provider_customer: str = "") -> str:
        raise AssertionError("nobody asked for a link")

    async def completed(self, name: str) -> SetUp | None:
        raise AssertionError("nothing was set up")


async def away() -> Client:
    raise Unreachable("Temporal does not answer")


async def test_event_told_several_times_at_once_is_recorded_once(database_url: str) -> None:
    told = Told("evt_1", "payment_method.detached", MethodEnded("pm_1", withdrawn=False))
    with opened(database_url) as database:
        words = ProviderWords(database, NoSetups(), away, REAL_TIME)
        now = berlin("2026-03-02")
        outcomes = await asyncio.gather(*[words.hear(told, now) for _ in range(6)])
        assert sorted(outcomes) == [AGAIN] * 5 + ["not ours"]
        with database.transaction() as session:
            assert len(session.exec(select(WebhookEventRecord)).all()) == 1
            assert [one.event for one in session.exec(select(EventRecord))] == ["webhook_ignored"]
