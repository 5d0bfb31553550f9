"""On the real server, lists find workflows by what they show; and the ten questions of the docs."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from models import names
from models.settings import HOME
from rules.clock import Clock
from rules.ledger import CustomerRow, InvoiceRow, LedgerFile
from sandbox.feeder import Feeder
from sandbox.server import DevServer
from sandbox.stack import Stack

# The standard policy's last day for notice 1 of an invoice due on 19 January.
THE_DAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
BEFORE_THE_HOUR = timedelta(seconds=6)  # for the worker to start in
PATIENCE = 60  # seconds; it takes less than 15 on two cores with nothing else to do
QUESTION = re.compile(r"^\| (?P<question>[A-Z].+\?) \| `(?P<query>.+)` \|$", re.MULTILINE)
JANUARY, MARCH = datetime(2026, 1, 19, tzinfo=UTC), datetime(2026, 3, 4, 8, tzinfo=UTC)


async def found(client: Client, query: str) -> set[str]:
    return {workflow.id async for workflow in client.list_workflows(query)}


async def until_found(client: Client, query: str, wanted: set[str]) -> None:
    """Lists follow within a second or so, once the workflows have come so far."""
    deadline = time.monotonic() + PATIENCE
    while (ids := await found(client, query)) != wanted:
        assert time.monotonic() < deadline, f"{query} finds {sorted(ids)}, not {sorted(wanted)}"
        await asyncio.sleep(0.3)


def invoice(number: str, customer: str, *, email: str, currency: str = "EUR") -> InvoiceRow:
    return InvoiceRow(
        customer=CustomerRow(customer, f"Customer {customer}", email, "", "en", "DE"),
        number=number,
        issue_date=date(2026, 1, 5),
        due_date=date(2026, 1, 19),
        currency=currency,
        amount_minor=11_900,
    )


async def test_workflows_are_found_by_every_attribute_they_show(tmp_path: Path) -> None:
    ledger = LedgerFile(
        "invoices.csv",
        invoices=(
            invoice("R-1", "C-1", email="one@example.com"),
            invoice("R-2", "C-2", email=""),
            invoice("R-3", "C-3", email="three@example.com", currency="CHF"),
        ),
    )
    async with Stack(tmp_path / "stack", HOME / "creditor.toml", ui=False) as stack:
        clock = Clock(origin=THE_DAY - BEFORE_THE_HOUR, start=datetime.now(UTC))
        feeder = Feeder([ledger], HOME / "samples" / "standard.toml")
        for day in feeder.days.values():
            await feeder.bring(stack.database, stack.client, clock, day)
        held = stack.client.get_workflow_handle(names.invoice_workflow_id("R-3"))
        await held.signal(names.PAUSE, {})
        stack.start_worker(clock)
        for query, wanted in {
            "DuelyLevel = 1": {"invoice:R-1"},
            "DuelyAttention = 'address'": {"customer:C-2"},
            "DuelyHeld = 'pause'": {"invoice:R-3"},
            "DuelyCurrency = 'CHF'": {"invoice:R-3"},
            "DuelyStage = 'notice'": {"invoice:R-1", "invoice:R-2", "invoice:R-3"},
            "DuelyBalance = 11900 AND DuelyDue < '2026-01-20T00:00:00Z'": {
                "invoice:R-1",
                "invoice:R-2",
                "invoice:R-3",
            },
            "DuelyCustomer = 'C-1'": {"invoice:R-1", "customer:C-1"},
            # Two to three weeks after notice 1, the last day is the policy's.
            "DuelyNextAction > '2026-03-20T00:00:00Z'": {"invoice:R-1", "customer:C-1"},
            "TemporalReportedProblems IS NOT NULL": set(),
        }.items():
            await until_found(stack.client, query, wanted)
        described = await held.describe()
        assert await described.static_summary() == "Invoice R-3, 119.00 CHF"


def shown() -> dict[str, tuple[str, dict[Any, Any]]]:
    """A workflow for each question, by id: its type, and what it shows."""
    invoice, customer, call = names.INVOICE_WORKFLOW, names.CUSTOMER_WORKFLOW, names.CALL_WORKFLOW
    return {
        "no address": (customer, {names.ATTENTION: ["address", "papers"]}),
        "unworked": (call, {names.ATTENTION: ["unworked"]}),
        "of the customer": (customer, {names.CUSTOMER: "C-1001"}),
        "last reminder": (invoice, {names.LEVEL: 3}),
        "much": (invoice, {names.BALANCE: 100_001, names.CURRENCY: "EUR"}),
        "held": (invoice, {names.HELD: ["dispute", "pause"]}),
        "with the lawyer": (invoice, {names.STAGE: "handed_over"}),
        "this week": (customer, {names.NEXT_ACTION: MARCH}),
        "of January": (invoice, {names.DUE: JANUARY}),
    }


@asynccontextmanager
async def server_with(folder: Path) -> AsyncIterator[Client]:
    """A server whose workflows only show something: no worker runs them."""
    async with DevServer(
        log=folder / "log", search_attributes=names.SEARCH_ATTRIBUTES, ui=False
    ) as server:
        client = await Client.connect(server.address)
        for workflow_id, (kind, attributes) in shown().items():
            pairs = [SearchAttributePair(key, value) for key, value in attributes.items()]
            await client.start_workflow(
                kind,
                id=workflow_id,
                task_queue="nobody",
                search_attributes=TypedSearchAttributes(pairs),
            )
        yield client


async def test_each_of_the_ten_questions_is_answered_by_its_query(tmp_path: Path) -> None:
    page = (HOME / "docs" / "temporal-ui.md").read_text("utf-8")
    queries = [match["query"] for match in QUESTION.finditer(page)]
    answers: list[set[str]] = [
        {"no address", "unworked"},
        {"unworked"},
        *({workflow_id} for workflow_id in list(shown())[2:]),
        set(),  # nothing is stuck
    ]
    assert len(queries) == len(answers) == 10
    async with server_with(tmp_path) as client:
        for query, answer in zip(queries, answers, strict=True):
            await until_found(client, query, answer)
