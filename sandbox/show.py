"""One performance of the demo: servers, the company's system, its people, and the calendar they play on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from rich.console import Console
from sqlmodel import Session

from rules.clock import Clock
from rules.days import midnight
from rules.ledger import LedgerFile
from sandbox.company import Company
from sandbox.desk import DeskProcess
from sandbox.display import Calendar
from sandbox.feeder import Feeder
from sandbox.pace import scale, slowness
from sandbox.pages import Pages
from sandbox.sample_methods import never_pays
from sandbox.stack import Stack
from sandbox.tally import Tally, tally
from sandbox.telling import news, sentences
from sandbox.worker import WorkerProcess

_BEFORE_THE_FIRST_DAY = timedelta(seconds=2)
_OVERDUE = timedelta(days=80)  # business time past the expected end: something is wrong
_SECONDS_BETWEEN_LOOKS = 0.5

Tasks = Sequence["asyncio.Task[None]"]


class DemoFailed(Exception):
    """What went wrong, in one sentence. It is our fault, not the user's."""


@dataclass(frozen=True)
class Show:
    """What is needed to play the ledger's story."""

    stack: Stack
    feeder: Feeder
    clock: Clock
    worker: WorkerProcess
    desk: DeskProcess
    pages: Pages
    files: Sequence[LedgerFile]

    @property
    def first(self) -> date:
        return min(self.feeder.days)

    @property
    def last(self) -> date:
        """An estimate: the last due date of what is never paid whole, and every window after it."""
        windows = (stage.window for stage in self.feeder.policy.stages)
        return last_due(self.files) + timedelta(days=sum(w.last for w in windows if w))

    @property
    def seconds_a_day(self) -> float:
        return timedelta(days=1).total_seconds() / self.clock.scale

    def today(self) -> date:
        now = max(self.clock.business(datetime.now(UTC)), self.clock.origin)
        return self.feeder.ladder.today(now)


def on_stage(stack: Stack, feeder: Feeder, pages: Pages, files: Sequence[LedgerFile]) -> Show:
    """The calendar begins to run, and a worker starts on it."""
    fast = scale(slowness())
    start = datetime.now(UTC).replace(microsecond=0) + _BEFORE_THE_FIRST_DAY
    clock = Clock(origin=midnight(min(feeder.days), feeder.ladder.zone), start=start, scale=fast)
    worker, desk = stack.start_worker(clock), stack.start_console(clock)
    return Show(stack, feeder, clock, worker, desk, pages, files)


def last_due(files: Sequence[LedgerFile]) -> date:
    """Of what neither a payment nor a debit settles."""
    paid: dict[str, int] = {}
    for row in (row for file in files for row in file.payments):
        paid[row.invoice_number] = paid.get(row.invoice_number, 0) + row.amount_minor
    invoices = [row for file in files for row in file.invoices]
    debited = {row.customer_id for file in files for row in file.methods}
    never = [
        row.due_date
        for row in invoices
        if paid.get(row.number, 0) < row.amount_minor
        and (row.customer.customer_id not in debited or never_pays(row.mandate))
    ]
    return max(never or (row.due_date for row in invoices))


async def play(show: Show, console: Console) -> None:
    """Until every day was brought and nothing is left to do. Raises DemoFailed."""
    heard = 0
    with Calendar(console, show.first, show.last) as calendar:
        async with _living(show) as tasks:
            while True:
                so_far, told, heard = await _look(show, heard)
                ended = tasks[0].done() and so_far.at_rest
                calendar.show(show.today(), so_far, told, ended=ended)
                _see_that_it_goes_on(show, tasks)
                if ended:
                    return
                await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)


async def _look(show: Show, heard: int) -> tuple[Tally, list[str], int]:
    """The counters, what happened since the last look as sentences, and the last event's number."""

    def read(session: Session) -> tuple[Tally, list[str], int]:
        events = news(session, heard)
        told = sentences(events, show.feeder.ladder.zone)
        return tally(session), told, max([heard, *(event.id or 0 for event in events)])

    return await show.stack.database.run(read)


@asynccontextmanager
async def _living(show: Show) -> AsyncIterator[Tasks]:
    """The company's system, which ends, and its people, until the end of the block."""
    stack = show.stack
    company = Company(
        stack.database,
        stack.client,
        show.clock,
        show.feeder,
        stack.bank_post(),
        stack.importer(show.clock),
    )
    tasks = (
        asyncio.create_task(show.feeder.feed(stack.database, stack.client, show.clock)),
        asyncio.create_task(company.live()),
    )
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _see_that_it_goes_on(show: Show, tasks: Tasks) -> None:
    for task in tasks:
        if task.done():
            task.result()
    if show.worker.has_ended:
        raise DemoFailed(f"the worker ended by itself, {show.worker.log} says why")
    if show.today() > show.last + _OVERDUE:
        raise DemoFailed(
            f"the story has no end: on {show.today()} something is still to come. This machine may "
            f"be too busy for a day in {show.seconds_a_day:.1f} seconds; else {show.worker.log} says why"
        )


async def check(show: Show) -> None:
    """Every notice and letter on the record is in the mailbox. Raises DemoFailed."""
    recorded = (await show.stack.database.run(tally)).message_ids
    arrived = {str(received.message["Message-ID"]) for received in show.stack.mailbox.messages()}
    if missing := recorded - arrived:
        raise DemoFailed(f"{len(missing)} of {len(recorded)} mails are not in the mailbox")
