"""The play of the benchmark of collections: real servers, a fast calendar, a worker that is killed."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import func
from sqlmodel import Session, col, select
from temporalio.client import Client

from activities.database import Database
from activities.facts import ladder_of
from bench.around import Around
from bench.debiting import Orders, connected, load
from bench.debits import BEGIN, tell
from bench.keeping import Keeper
from bench.reckoning import Judgement, judge
from gateways.policy_files import read_policy
from models.names import INVOICE_WORKFLOW, SEARCH_ATTRIBUTES, invoice_workflow_id
from models.tables import CollectionRecord, CollectionRunRecord, OutboxRecord, RunState
from rules.clock import Clock
from rules.collecting import UNDER_WAY
from rules.days import DAY, midnight
from sandbox.bank import SandboxBank
from sandbox.server import DevServer
from worker import importer_of, open_database

# Collected on bank days, tried again twice; the notice that would follow is months away.
POLICY = """\
name = "debits"
timezone = "Europe/Berlin"
business_days = "DE"
send = "fewest"
send_at = "00:30"
send_until = "23:30"

[[stage]]
kind = "collect"
retry_days = [1, 2]

[[stage]]
kind = "notice"
level = 1
window = [300, 310]
pay_within = 5
"""
_BEFORE_THE_FIRST_DAY = timedelta(seconds=2)  # for the invoices to be recorded in
_PATIENCE = 10.0  # times as long as the calendar needs: then it is judged as it is
_SECONDS_BETWEEN_LOOKS = 1.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Size:
    """Invoices, due within so many calendar days; real seconds of a day; how often the worker is
    killed."""

    invoices: int
    days: int
    seconds_a_day: float
    kills: int

    @property
    def seconds(self) -> float:
        """Until the last debit has its outcome: it is tried three times and goes back each time."""
        return (self.days + 28) * self.seconds_a_day


@dataclass(frozen=True)
class Played:
    """What was wrong in the end, and what happened on the way in numbers."""

    judgement: Judgement
    happened: dict[str, int]


async def play(folder: Path, url: str, size: Size, seed: int, say: Say) -> Played:
    """Until every debit has its outcome. Raises Unreachable, UserMistake."""
    policy = folder / "policy.toml"
    policy.write_text(POLICY, "utf-8")
    load()
    async with AsyncExitStack() as opened:
        server = await opened.enter_async_context(
            DevServer(log=folder / "server.log", search_attributes=SEARCH_ATTRIBUTES, ui=False)
        )
        orders = Orders(
            clock=_clock(size, policy),
            temporal=server.address,
            database_url=url,
            folder=folder,
            policy=policy,
            seed=seed,
        )
        database = open_database(orders.settings())
        opened.callback(database.close)
        around = _around(orders, database, await connected(server.address), size)
        keeper = Keeper(
            orders,
            Random(seed),
            size.kills,
            seconds=6 * size.seconds_a_day,
            debits=size.invoices // (2 * size.kills),
        )
        opened.callback(keeper.stop)
        await around.begin(POLICY)
        await _until_all_is_known(around, keeper, size, say)
        return Played(await _judged(around), around.happened() | {"killed": keeper.killed})


def _clock(size: Size, policy: Path) -> Clock:
    start = datetime.now(UTC).replace(microsecond=0) + _BEFORE_THE_FIRST_DAY
    origin = midnight(BEGIN - DAY, ladder_of(read_policy(policy)).zone)
    return Clock(origin=origin, start=start, scale=round(86_400 / size.seconds_a_day))


def _around(orders: Orders, database: Database, client: Client, size: Size) -> Around:
    rng = Random(orders.seed)

    async def connected_before() -> Client:
        return client

    return Around(
        stories=tell(rng, invoices=size.invoices, days=size.days),
        database=database,
        client=client,
        clock=orders.clock,
        ladder=ladder_of(read_policy(orders.policy)),
        bank=SandboxBank(orders.book),
        importer=importer_of(
            orders.settings(), lambda: database, orders.clock, client=connected_before
        ),
        folder=orders.folder,
        rng=rng,
        brought=BEGIN - DAY,
    )


async def _until_all_is_known(around: Around, keeper: Keeper, size: Size, say: Say) -> None:
    """What goes wrong in a task is raised. After a long time it is over as well."""
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(around.live()), loop.create_task(keeper.live())]
    last = loop.time() + _PATIENCE * size.seconds
    try:
        while loop.time() < last:
            left = await around.database.run(left_to_know)
            if _is_over(around, keeper, size, left):
                return
            say(
                f"{around.today():%a %d %b}: {around.said_so_far()}, {left} to come; "
                f"worker killed {keeper.killed} times"
            )
            done, _ = await asyncio.wait(tasks, timeout=_SECONDS_BETWEEN_LOOKS)
            for task in done:
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _is_over(around: Around, keeper: Keeper, size: Size, left: int) -> bool:
    last_due = max(story.row.due_date for story in around.stories)
    return (
        left == 0
        and keeper.killed >= size.kills
        and around.today() > last_due + 5 * DAY
        and around.has_brought_every_return()
    )


def left_to_know(session: Session) -> int:
    """Runs and debits without an outcome, and messages that nobody was told yet."""
    runs = select(func.count()).where(col(CollectionRunRecord.state) == RunState.OPEN.value)
    tries = select(func.count()).where(col(CollectionRecord.state).in_(UNDER_WAY))
    messages = select(func.count(col(OutboxRecord.id)))
    return sum(session.exec(query).one() for query in (runs, tries, messages))


async def _judged(around: Around) -> Judgement:
    awake = {
        found.id
        async for found in around.client.list_workflows(
            f"WorkflowType = '{INVOICE_WORKFLOW}' AND ExecutionStatus = 'Running'"
        )
    }
    numbers = {
        one.row.number for one in around.stories if invoice_workflow_id(one.row.number) in awake
    }
    book, today = around.bank.attempts(), around.today()
    return await around.database.run(lambda session: judge(session, book, today, numbers))
