"""The demo: the whole life of the sample ledger on real servers, on a calendar that runs fast.

A day takes a second or two. The worker is a process of its own that knows of none of this but its
clock; the company's own system brings each day's invoices and payments; people stand in.
"""

import asyncio
import fcntl
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console
from sqlmodel import Session

from gateways.creditor_file import read_creditor
from gateways.ledger_files import read_ledger_files
from models.settings import HOME, Settings
from rules.errors import UserMistake
from rules.ledger import LedgerFile
from rules.staff import Role
from sandbox.archive import Archive
from sandbox.desk import made_account
from sandbox.ending import LINKS, Ending, ending, folders, links, listed, numbers, silent
from sandbox.exactly import Beside
from sandbox.feeder import Feeder
from sandbox.mailbox import Misbehaviour
from sandbox.office import LOST_DOMAIN
from sandbox.pages import Pages
from sandbox.replay_summary import Summary
from sandbox.show import DemoFailed as DemoFailed  # what `demo` raises, for its callers
from sandbox.show import Show, check, on_stage, play
from sandbox.stack import Stack

SAMPLES = HOME / "samples"
INVOICES, PAYMENTS = SAMPLES / "invoices.csv", SAMPLES / "payments.csv"
METHODS = SAMPLES / "methods.csv"
POLICY = SAMPLES / "demo.toml"
FOLDER = HOME / "var" / "demo"
LEAD = "anna"  # may log in at the console


async def demo(settings: Settings, console: Console, *, end: bool) -> None:
    """Play the whole story, say what happened and where to look; then stay up until Ctrl-C, or
    (`end`) end. Raises DemoFailed, UserMistake, Unreachable."""
    files = sample_files()
    feeder = Feeder(files, POLICY)
    creditor = settings.creditor.resolve()
    read_creditor(creditor)  # a mistake in it is said here, not in the worker's log
    with _alone(FOLDER):
        console.print("Starting Temporal, a mailbox and a worker ...")
        orders = Misbehaviour(refuse=f"@{LOST_DOMAIN}$")
        async with Stack(FOLDER, creditor, misbehaviour=orders) as stack:
            with Pages(_archive(stack)) as pages:
                password = await made_account(stack.database, LEAD, Role.LEAD)
                show = on_stage(stack, feeder, pages, files)
                _greet(show, console, password)
                await play(show, console)
                await check(show)
                await _tell(show, console, await _exactly(show, console))
                if not end:
                    await _stay_up(show, console)
                _stop_worker(show)


def sample_files() -> Sequence[LedgerFile]:
    """The ledger of our own that the demo plays."""
    return read_ledger_files(
        [INVOICES, METHODS, PAYMENTS],
        max_bytes=1_000_000,
        known_currency=lambda number: None,
    )


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


def _archive(stack: Stack) -> Archive:
    return Archive(stack.mailbox, stack.folder / "duely.db", stack.folder / "documents")


def _greet(show: Show, console: Console, password: str) -> None:
    rows = [row for file in show.files for row in file.invoices]
    countries = {row.customer.country for row in rows}
    customers = {row.customer.customer_id for row in rows}
    console.print(
        f"{len(rows)} invoices of {len(customers)} customers in {len(countries)} countries; "
        f"a day takes {show.seconds_a_day:.1f} seconds. To watch meanwhile:",
        soft_wrap=True,
    )
    console.print(f"  Temporal UI  {show.stack.server.ui_url}", soft_wrap=True)
    console.print(f"  Mails        {show.pages.url}", soft_wrap=True)
    console.print(
        f"  Console      {show.desk.url}  (name {LEAD}, password {password})\n",
        soft_wrap=True,
        markup=False,
    )


async def _exactly(show: Show, console: Console) -> Summary | None:
    """The replay of the same ledger and policy: what was to happen, to the day."""
    beside = Beside(
        invoices=INVOICES,
        payments=PAYMENTS,
        methods=METHODS,
        policy=POLICY,
        creditor=show.stack.creditor,
        out=show.stack.folder / "replay",
    )
    console.print("The story has ended. Now the same once more, exactly, by a replay ...")
    exact = await beside.summary()
    if exact is None:
        console.print(f"The replay has not ended in time, {beside.log} may say why.")
    return exact


async def _tell(show: Show, console: Console, exact: Summary | None) -> None:
    """What happened in numbers, and where to look. Raises DemoFailed where a link leads nowhere."""
    stack, policy = show.stack, show.feeder.policy
    mails = len(stack.mailbox.messages())

    def read(session: Session) -> Ending:
        return ending(session, policy, mails=mails)

    told = await stack.database.run(read)
    where = await links(told, stack.client, stack.server.ui_url, show.pages.url)
    where["Staff console"] = f"{show.desk.url}/"
    if dead := await silent(list(where.values())):
        raise DemoFailed(f"{dead[0]} does not answer")
    (stack.folder / LINKS).write_text(json.dumps(where), "utf-8")
    console.print(numbers(told, exact))
    console.print("\nWhere to look", style="bold")
    console.print(listed(where | dict(folders(stack.folder))), soft_wrap=True)


async def _stay_up(show: Show, console: Console) -> None:
    console.print("\nEverything stays up until Ctrl-C.")
    with suppress(asyncio.CancelledError):  # Ctrl-C is how this ends
        await asyncio.to_thread(show.worker.wait)
    console.print("\nStopping ...")


def _stop_worker(show: Show) -> None:
    if status := show.worker.stop():
        raise DemoFailed(f"the worker ended with status {status}, {show.worker.log} says why")
