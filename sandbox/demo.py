"""The demo: the whole life of the sample ledger on real servers, on a calendar that runs fast.

A day takes a good second. The worker is a process of its own that knows of none of this but its
clock; the company's own system brings each day's invoices and payments; staff stand in.
"""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from sqlmodel import Session

from activities.timeline import rows
from gateways.creditor_file import read_creditor
from gateways.ledger_files import read_ledger_files
from models.settings import HOME, Settings
from rules.clock import Clock
from rules.days import midnight
from rules.errors import UserMistake
from rules.ledger import LedgerFile
from sandbox.feeder import Feeder
from sandbox.progress import Calendar
from sandbox.replay_summary import Summary, summarise
from sandbox.stack import Stack
from sandbox.tally import Tally, tally
from sandbox.worker import WorkerProcess

SAMPLES = HOME / "samples"
FOLDER = HOME / "var" / "demo"
SCALE = 72_000  # a day takes 1.2 seconds
_BEFORE_THE_FIRST_DAY = timedelta(seconds=2)
_OVERDUE = timedelta(days=100)  # business time past the expected end: something is wrong
_SECONDS_BETWEEN_LOOKS = 0.4


class DemoFailed(Exception):
    """What went wrong, in one sentence. It is our fault, not the user's."""


@dataclass(frozen=True)
class _Show:
    """One performance: what is needed to play it."""

    stack: Stack
    feeder: Feeder
    clock: Clock
    worker: WorkerProcess

    @property
    def first(self) -> date:
        return min(self.feeder.days)

    @property
    def last(self) -> date:
        """An estimate: the last due date, and the end of every window after it."""
        due = max(row.due_date for day in self.feeder.days.values() for row in day.invoices)
        windows = (stage.window for stage in self.feeder.policy.stages)
        return due + timedelta(days=sum((w.first + w.last) // 2 for w in windows if w))

    def today(self) -> date:
        now = max(self.clock.business(datetime.now(UTC)), self.clock.origin)
        return self.feeder.ladder.today(now)


async def demo(settings: Settings, console: Console, *, end: bool) -> None:
    """Play the whole story, say what happened and where to look; then stay up until Ctrl-C, or
    (`end`) end. Raises DemoFailed, UserMistake, Unreachable."""
    feeder = Feeder(sample_files(), SAMPLES / "demo.toml")
    read_creditor(settings.creditor)  # a mistake in it is said here, not in the worker's log
    with _alone(FOLDER):
        console.print("Starting Temporal, a mailbox and a worker ...")
        async with Stack(FOLDER, settings.creditor.resolve()) as stack:
            show = _on_stage(stack, feeder)
            console.print(f"Temporal UI: {_workflows(stack)}", soft_wrap=True)
            console.print("A day takes a good second.\n")
            await _play(show, console)
            await _check(show)
            console.print(await _story(show), soft_wrap=True, highlight=False)
            if not end:
                console.print("\nEverything stays up until Ctrl-C.")
                await _until_the_end(show)
                console.print("\nStopping ...")
            _stop_worker(show)


def sample_files() -> Sequence[LedgerFile]:
    """The ledger of our own that the demo plays."""
    return read_ledger_files(
        [SAMPLES / "invoices.csv", SAMPLES / "payments.csv"],
        max_bytes=1_000_000,
        known_currency=lambda number: None,
    )


def _on_stage(stack: Stack, feeder: Feeder) -> _Show:
    start = datetime.now(UTC).replace(microsecond=0) + _BEFORE_THE_FIRST_DAY
    clock = Clock(origin=midnight(min(feeder.days), feeder.ladder.zone), start=start, scale=SCALE)
    return _Show(stack, feeder, clock, stack.start_worker(clock))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two demos in one folder would take each other's database away. Raises UserMistake."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UserMistake(f"another demo is running in {folder}") from None
        yield


async def _play(show: _Show, console: Console) -> None:
    """Until every day was brought and nothing is left to do."""
    database = show.stack.database
    with Calendar(console, show.first, show.last) as calendar:
        async with _feeding(show) as feeding:
            while True:
                so_far = await database.run(tally)
                ended = feeding.done() and so_far.at_rest
                calendar.show(show.today(), so_far, ended=ended)
                if ended:
                    return
                _see_that_it_goes_on(show, feeding)
                await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)


@asynccontextmanager
async def _feeding(show: _Show) -> AsyncIterator["asyncio.Task[None]"]:
    stack = show.stack
    feeding = asyncio.create_task(show.feeder.feed(stack.database, stack.client, show.clock))
    try:
        yield feeding
    finally:
        feeding.cancel()
        with suppress(asyncio.CancelledError):
            await feeding


def _see_that_it_goes_on(show: _Show, feeding: "asyncio.Task[None]") -> None:
    if feeding.done():
        feeding.result()
    if show.worker.has_ended:
        raise DemoFailed(f"the worker ended by itself, {show.worker.log} says why")
    if show.today() > show.last + _OVERDUE:
        raise DemoFailed(f"the story has no end, {show.worker.log} may say why")


async def _check(show: _Show) -> None:
    """Every notice on the record is in the mailbox."""
    recorded = (await show.stack.database.run(tally)).message_ids
    arrived = {str(received.message["Message-ID"]) for received in show.stack.mailbox.messages()}
    if missing := recorded - arrived:
        raise DemoFailed(f"{len(missing)} of {len(recorded)} notices are not in the mailbox")


async def _story(show: _Show) -> str:
    """What happened in numbers, and where to look."""
    stack = show.stack
    mails = len(stack.mailbox.messages())

    def read(session: Session) -> tuple[Summary, Tally]:
        summary = summarise(show.feeder.policy, rows(session), mails=mails)
        return summary, tally(session)

    summary, so_far = await stack.database.run(read)
    lines = {
        "Workflows": _workflows(stack),
        "Mails": f"{_near(stack.folder / 'mails')}  ({mails} files, .eml: open one)",
        "Invoices as PDF": str(_near(stack.folder / "documents" / "copy")),
        "Cases, ZIP": f"{_near(stack.folder / 'documents' / 'case')}  ({so_far.cases})",
        "Database": str(_near(stack.folder / "duely.db")),
        "Worker's log": str(_near(stack.folder / "worker.log")),
    }
    where = "".join(f"{name:<19}  {value}\n" for name, value in lines.items())
    return f"\n{summary.text()}\nWhere to look\n{where}".rstrip()


def _near(path: Path) -> Path:
    """As seen from here, where it is below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _workflows(stack: Stack) -> str:
    return f"{stack.server.ui_url}/namespaces/default/workflows"


async def _until_the_end(show: _Show) -> None:
    with suppress(asyncio.CancelledError):  # Ctrl-C is how this ends
        await asyncio.to_thread(show.worker.wait)


def _stop_worker(show: _Show) -> None:
    if status := show.worker.stop():
        raise DemoFailed(f"the worker ended with status {status}, {show.worker.log} says why")
