"""A shop with one customer and one invoice, whose record and console stand before localstripe."""

import json
import shutil
import time
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, cast

import httpx2 as httpx
import stripe
from pydantic import SecretStr
from sqlmodel import SQLModel, select
from temporalio.client import Client

from activities import collecting, collector, methods
from activities.facts import case_of
from gateways.creditor_file import read_creditor
from gateways.files import FolderStore
from gateways.payments import CollectionAnswer, CollectionRequest
from gateways.stripe_events import StripeEvents
from gateways.stripe_payments import StripePayments
from gateways.stripe_refunds import StripeRefunds
from gateways.stripe_settings import StripeConnection
from gateways.stripe_setup import StripeSetups
from models.messages import Asked
from models.settings import HOME
from models.tables import CollectionRecord, EventRecord, InvoiceRecord
from rules.case import collection_move
from rules.errors import Unreachable
from rules.methods import Brand, Method, Provider, Wanted
from tests.commands.record import Record, berlin
from tests.stripe.wire import HOOK_SECRET, Wire
from tests.web.console import PASSWORDS
from tests.workflows.policies import COLLECT, HEAD, NOTICES
from web.app import build_app
from web.desk import Desk

Row = TypeVar("Row", bound=SQLModel)
NOON = berlin("2026-03-02", "12:00")
POLICY = HEAD + COLLECT + NOTICES
RETURN_URL = "https://shop.example/thanks"
PATH = "/webhooks/stripe"


class Shop:
    """Business time stands still at Monday 2026-03-02, the invoice's due date. `told` are the
    workflows that were told something."""

    def __init__(self, folder: Path, new_database: Path, wire: Wire) -> None:
        self.url = f"sqlite:///{shutil.copy(new_database, folder)}"
        self.wire = wire
        self.told: list[str] = []
        self.is_away = False  # Temporal cannot be reached
        self.record = Record(self.url)
        self.record.now = NOON
        client = wire.client()
        self.stripe = StripeConnection(
            StripePayments(client),
            StripeRefunds(client),
            StripeSetups(client, RETURN_URL),
            StripeEvents(SecretStr(HOOK_SECRET)),
        )
        self.database = self.record._database
        self._desk = Desk(
            self.database,
            FolderStore(folder / "documents"),
            read_creditor(HOME / "creditor.toml"),
            self._connect,
            passwords=PASSWORDS,
            now=lambda: self.record.now,
            stripe=self.stripe,
        )
        self._app = build_app(self._desk)

    @staticmethod
    def made_once(file: Path) -> Path:
        """The invoice is on record: every test begins with a copy."""
        record = Record(f"sqlite:///{file}")
        record.policy, record.now = POLICY, NOON
        record.invoice(amount="119.00")
        record.close()
        return file

    def close(self) -> None:
        self.record.close()

    def keeps(self, method: Method, *, brand: Brand = Brand.VISA, **more: Any) -> str:
        """The method comes on file; its number."""
        wanted = Wanted(
            kind=method.kind,
            provider=Provider.STRIPE,
            token=method.token,
            provider_customer=method.provider_customer,
            brand=brand,
            **more,
        )
        with self.record.writing() as journal:
            return methods.add(journal, "C1", wanted).number

    def tries(self) -> CollectionRequest:
        """The due attempt is on the record, and nobody was asked yet."""
        request = self.begins("I1")
        assert request is not None
        return request

    def begins(self, number: str) -> CollectionRequest | None:
        """What is to be asked for an invoice now; None for nothing."""
        with self.record.writing() as journal:
            for _ in range(2):  # the run begins, then its attempt
                asked = Asked(invoice_number=number, customer_id="C1")
                begun = collector._begin(journal, asked)
            return begun.request if begun is not None else None

    def hears(self, request: CollectionRequest, answer: CollectionAnswer) -> str:
        with self.record.writing() as journal:
            return collecting.hear(journal, request.key, answer)

    async def collects(self) -> CollectionRequest:
        """The due attempt is made, and what was answered is recorded."""
        request = self.tries()
        self.hears(request, await self.stripe.payments.collect(request))
        return request

    async def is_told(
        self, body: bytes | str, signature: str | bytes | None = None
    ) -> httpx.Response:
        """A POST to our webhook, signed as Stripe does it unless a signature is given."""
        text = body.decode() if isinstance(body, bytes) else body
        signed = signed_by(HOOK_SECRET, text) if signature is None else signature
        headers = {b"Stripe-Signature": signed if isinstance(signed, bytes) else signed.encode()}
        transport = httpx.ASGITransport(app=self._app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop.example") as us:
            return await us.post(PATH, content=text.encode(), headers=headers)

    async def hears_of(self, kind: str, thing: dict[str, Any], event: str = "evt_1") -> str:
        """An event about a thing; in a word what it came to."""
        answer = await self.is_told(event_of(kind, thing, event))
        assert answer.status_code == 200, answer.text
        return answer.text

    def rows(self, table: type[Row]) -> list[Row]:
        with self.database.transaction() as session:
            return list(session.exec(select(table)))

    @property
    def invoice(self) -> InvoiceRecord:
        (found,) = self.rows(InvoiceRecord)
        return found

    @property
    def attempt(self) -> CollectionRecord:
        return self.rows(CollectionRecord)[-1]

    def events(self, name: str) -> list[str]:
        """What the log says of the events of this name."""
        return [one.detail for one in self.rows(EventRecord) if one.event == name]

    def next_day(self) -> date | None:
        """When something happens with the invoice next."""
        with self.record.writing() as journal:
            facts, ladder = case_of(journal.session, "I1", journal.now)
            move = collection_move(facts, ladder, journal.now)
            return move.day if move else None

    async def _connect(self) -> Client:
        if self.is_away:
            raise Unreachable("Temporal at 127.0.0.1:1 cannot be reached (TEMPORAL_ADDRESS)")
        return cast(Client, self)

    async def start_workflow(self, *_: Any, id: str, **__: Any) -> None:
        """A message of the outbox is delivered."""
        self.told.append(id)


def event_of(kind: str, thing: dict[str, Any], event: str = "evt_1") -> str:
    data = {"object": thing}
    return json.dumps({"id": event, "object": "event", "type": kind, "data": data})


def signed_by(secret: str, body: str, *, ago: int = 0) -> str:
    """As Stripe signs, so many seconds ago."""
    at = int(time.time()) - ago
    return str(stripe.WebhookSignature.generate_signature_header(body, secret, at))
