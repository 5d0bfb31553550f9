"""The composition root: settings, client, adapters, worker; and a graceful stop."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy.exc import DBAPIError
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError
from temporalio.worker import Interceptor, Worker

from activities.banking.taking import Progress, told_apart
from activities.banking.watching import Watcher
from activities.calls import Calls
from activities.case_papers import CaseAssembler
from activities.collector import Collector
from activities.copying import copied_database
from activities.customers import Customers
from activities.database import Database
from activities.debit_files import DebitFiles
from activities.debiting_banks import record_banks
from activities.engines import is_away, may_not, reason
from activities.facts import ladder_of
from activities.importing import Importer, currency_in
from activities.intake import Taken
from activities.invoices import Invoices
from activities.lettering import Letters
from activities.migrations import migrate
from activities.planning import Plan, Rehearsal
from activities.post import deliver
from activities.proving import Prover
from activities.reconciling import refuse_mixed_modes, start_what_is_missing
from activities.refunds import Refunding
from activities.registration import register
from activities.sending import Sender
from activities.workplace import Workplace
from activities.writing import Writer
from gateways.creditor_file import read_creditor
from gateways.files import DocumentStore, FolderStore
from gateways.inbox import Inbox
from gateways.ledger_files import read_ledger_files
from gateways.mail import Mail, RedirectedMail, SmtpMail
from gateways.payments import ByProvider, NoBank, Payments
from gateways.policy_files import read_policy
from gateways.printer import Printer, WeasyPrinter
from gateways.process import end_process
from gateways.refunds import ByOrigin, NoRefunds, Refunds
from gateways.sepa_debits import SepaDebits
from gateways.staff import People, Staff
from gateways.toml_files import TomlDocument
from models.names import QUEUE
from models.ports import BankPort, CallPort, CustomerPort, InvoicePort, RefundPort
from models.settings import Documents, MailMode, Settings, load_settings
from plugin import house_plugin
from rules.clock import REAL_TIME, Clock
from rules.days import midnight
from rules.errors import Unreachable, UserMistake
from rules.methods import Provider
from workflows.call_task import CallTask
from workflows.customer import CustomerDunning
from workflows.debit_files import DebitFilesWorkflow
from workflows.invoice import InvoiceDunning
from workflows.refund import RefundWorkflow

if TYPE_CHECKING:
    from gateways.stripe_settings import StripeConnection

log = logging.getLogger("duely")

WORKFLOWS = [InvoiceDunning, CustomerDunning, CallTask, RefundWorkflow, DebitFilesWorkflow]
GRACE = timedelta(seconds=30)  # what runs at SIGTERM may end by itself
_AWAY = (RPCError, Unreachable)  # what an outage of a service raises
DELIVERY_PAUSE = 5.0  # seconds between looks for messages that others recorded
INBOX_PAUSE = 3.0  # seconds between looks into the watched folder


@dataclass(frozen=True)
class Adapters:
    """How the world is reached. The embedded stack brings its own. `debit_files` is the folder that our
    banks' files of debits go to, None where no bank takes any."""

    mail: Mail
    payments: Payments = field(default_factory=NoBank)
    refunds: Refunds = field(default_factory=NoRefunds)
    staff: Staff = field(default_factory=People)
    printer: Printer | None = None  # None: as many printing processes as the settings say
    debit_files: Path | None = None


@dataclass(frozen=True)
class House:
    """One process's rooms, put together: what its worker runs and what must be closed after."""

    workplace: Workplace
    adapters: Adapters
    store: DocumentStore
    printer: Printer

    def activities(self) -> list[Callable[..., Any]]:
        """Every activity of `models.ports`, ready to be registered."""
        collector = Collector(self.workplace, self.adapters.payments)
        letters = Letters(self.workplace, self.store, self.adapters.mail)
        invoices = Invoices(self.workplace, collector, letters)
        customers = Customers(
            self.workplace,
            Writer(self.workplace, self.printer, self.store),
            Sender(self.workplace, self.adapters.mail, self.store),
            CaseAssembler(self.workplace, self.printer, self.store),
        )
        calls = Calls(self.workplace, self.adapters.staff)
        refunds = Refunding(
            self.workplace,
            self.adapters.refunds,
            Prover(self.workplace, self.printer, self.store, self.adapters.mail),
        )
        return [
            getattr(room, name)
            for room, port in (
                (invoices, InvoicePort),
                (customers, CustomerPort),
                (calls, CallPort),
                (refunds, RefundPort),
                (DebitFiles(self.workplace, self.store, self.adapters.debit_files), BankPort),
            )
            for name in sorted(port.__abstractmethods__)
        ]

    async def close(self) -> None:
        await self.adapters.mail.close()
        await self.printer.close()
        self.workplace.database.close()


def furnish(
    settings: Settings,
    *,
    adapters: Adapters | None = None,
    documents: Documents = Documents.ALL,
    by_day: bool = False,
    fast: bool = False,
) -> House:
    """Put a house together from settings. `documents`, `by_day` and `fast` are a replay's.

    Raises UserMistake for a setting, FileMistake for the creditor file, Unreachable for a database.
    """
    creditor = read_creditor(settings.creditor)
    adapters = adapters or adapters_of(settings)
    database = open_database(settings, fast=fast)
    workplace = Workplace(database, creditor, settings.mode, documents, by_day, settings.limit)
    store = FolderStore(settings.documents_dir)
    printer = adapters.printer or WeasyPrinter(settings.render_processes)
    return House(workplace, adapters, store, printer)


def adapters_of(settings: Settings) -> Adapters:
    """The world as production reaches it. Raises UserMistake for a setting."""
    return Adapters(
        mail=mail_of(settings),
        payments=payments_of(settings),
        refunds=refunds_of(settings),
        debit_files=settings.debit_files,
    )


def payments_of(settings: Settings) -> Payments:
    """Who carries debits: our banks by files, where `DUELY_DEBIT_FILES` says where these go; Stripe,
    where its key is set."""
    carriers: dict[Provider, Payments] = {}
    if settings.debit_files:
        carriers[Provider.BANK] = SepaDebits()
    if stripe := _stripe(settings):
        carriers[Provider.STRIPE] = stripe.payments
    return ByProvider(carriers)


def refunds_of(settings: Settings) -> Refunds:
    """What a provider collected goes back by it, everything else by hand."""
    stripe = _stripe(settings)
    return ByOrigin(stripe.refunds, NoRefunds()) if stripe else NoRefunds()


def _stripe(settings: Settings) -> "StripeConnection | None":
    """Its library takes a third of a second to load: not where nothing is set."""
    if not (
        settings.stripe_key.get_secret_value() or settings.stripe_webhook_secret.get_secret_value()
    ):
        return None
    from gateways.stripe_settings import stripe_of

    return stripe_of(settings)


def mail_of(settings: Settings) -> Mail:
    """How mails leave, by `DUELY_MAIL_MODE`."""
    mail = SmtpMail(settings.smtp_url)
    if settings.mode is MailMode.REDIRECT:
        return RedirectedMail(mail, settings.redirect_to)
    return mail


def open_database(settings: Settings, *, fast: bool = False) -> Database:
    """The database, migrated to the newest schema.

    Raises Unreachable where it does not answer, UserMistake where it is not ours to use.
    """
    database = Database(settings.database_url, fast=fast)
    try:
        migrate(database.engine)
    except DBAPIError as error:
        database.close()
        if is_away(error):
            raise Unreachable(
                f"the database (DUELY_DATABASE_URL) cannot be reached: {reason(error)}"
            ) from error
        if may_not(error):
            raise UserMistake(
                f"the role in DUELY_DATABASE_URL may not do what a migration does: {reason(error)}"
            ) from error
        raise
    except UserMistake:
        database.close()
        raise
    return database


async def connect() -> Client:
    """Temporal as its users set it up: `TEMPORAL_ADDRESS` and the rest, or a profile file.

    Raises Unreachable where nobody answers.
    """
    config = ClientConfig.load_client_connect_config()
    config.setdefault("target_host", "127.0.0.1:7233")
    try:
        return await Client.connect(**config, plugins=[house_plugin()])
    except RuntimeError as error:
        raise Unreachable(
            f"Temporal at {config['target_host']} cannot be reached (TEMPORAL_ADDRESS)"
        ) from error


def build_worker(
    client: Client,
    house: House,
    *,
    interceptors: Sequence[Interceptor] = (),
    at_once: ThreadPoolExecutor | None = None,
) -> Worker:
    """A worker for everything, of a client with the house's plugin. `at_once` is a replay's: where
    workflows run instead of threads that are watched for deadlocks."""
    return Worker(
        client,
        task_queue=QUEUE,
        workflows=WORKFLOWS,
        activities=house.activities(),
        graceful_shutdown_timeout=GRACE,
        interceptors=interceptors,
        workflow_task_executor=at_once,
        debug_mode=at_once is not None,
    )


async def serve(
    client: Client,
    house: House,
    clock: Clock,
    stop: asyncio.Event,
    *,
    watcher: Watcher | None = None,
) -> None:
    """Start what is missing, then work until told to stop; what runs then may end by itself.
    `watcher`: of the folder whose files are taken in meanwhile, if any.

    An outage of the database or of Temporal while it works is waited out. Raises UserMistake and
    Unreachable before anything runs.
    """
    await register(client)
    database = house.workplace.database
    await database.run(lambda session: refuse_mixed_modes(session, house.workplace.mode))
    banks = house.workplace.creditor.banks if house.adapters.debit_files else ()
    now = clock.business(datetime.now(UTC))
    await database.run(
        lambda session: record_banks(house.workplace.journal(session, clock, now), banks)
    )
    nothing_is_missing = False
    async with build_worker(client, house), _watching(watcher, stop):
        while not stop.is_set():
            with _waiting_out():
                if not nothing_is_missing:
                    await start_what_is_missing(database, client, clock)
                    nothing_is_missing = True
                await deliver(database, client)
            await _rest(stop, DELIVERY_PAUSE)


@asynccontextmanager
async def _watching(watcher: Watcher | None, stop: asyncio.Event) -> AsyncIterator[None]:
    """The folder is watched as long as the block lasts; a file that is being taken is finished."""
    if watcher is None:
        yield
        return
    task = asyncio.create_task(_watch(watcher, stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def _watch(watcher: Watcher, stop: asyncio.Event) -> None:
    """Look into the folder again and again, in a thread: a large file keeps nothing else waiting."""
    while not stop.is_set():
        try:
            await asyncio.to_thread(watcher.look)
        except (*_AWAY, OSError) as error:
            log.warning("DUELY_INBOX waits, its files could not be taken: %s", error)
        await _rest(stop, INBOX_PAUSE)


async def _rest(stop: asyncio.Event, seconds: float) -> None:
    with suppress(asyncio.TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


@contextmanager
def _waiting_out() -> Iterator[None]:
    """The next round does what this one could not."""
    try:
        yield
    except _AWAY as error:
        log.warning("messages wait, they could not be delivered: %s", type(error).__name__)


@contextmanager
def services_that_answer() -> Iterator[None]:
    """Temporal, gone away half way, is said as one that was not there: raises Unreachable, as the
    database does by itself."""
    try:
        yield
    except RPCError as error:
        raise Unreachable(f"Temporal does not answer (TEMPORAL_ADDRESS): {error}") from error


def told_to_stop() -> asyncio.Event:
    """An event that SIGTERM and Ctrl-C set: the SDK installs no handler of its own."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


async def main() -> None:
    """The worker as production runs it."""
    stop = told_to_stop()
    settings = load_settings()
    house = furnish(settings)
    watcher = watcher_of(settings, house.workplace.database, REAL_TIME)
    try:
        log.info("worker started on queue %s", QUEUE)
        if settings.debit_files and not settings.debit_files.is_dir():
            log.warning(
                "DUELY_DEBIT_FILES is no folder (yet): files of debits wait until it is one"
            )
        await serve(await connect(), house, REAL_TIME, stop, watcher=watcher)
    finally:
        await house.close()


def watcher_of(settings: Settings, database: Database, clock: Clock) -> Watcher | None:
    """What watches the folder in `DUELY_INBOX`; None where there is none. What it leaves for the
    workflows, the worker's next delivery brings them."""
    if settings.inbox is None:
        return None
    importer = importer_of(settings, lambda: database, clock)

    def take(paths: Sequence[Path]) -> Taken:
        return importer.record(paths, clock.business(datetime.now(UTC)))

    return Watcher(Inbox(settings.inbox), take)


async def import_files(
    settings: Settings,
    paths: Sequence[Path],
    clock: Clock,
    client: Client | None = None,
    *,
    progress: Progress = lambda share: None,
) -> Taken:
    """Import ledger files and the bank's into the database that the settings name."""

    async def connected() -> Client:
        return client or await connect()

    importer = importer_of(
        settings, lambda: open_database(settings), clock, client=connected, progress=progress
    )
    try:
        return await importer.take(paths, clock.business(datetime.now(UTC)))
    finally:
        importer.close()


def importer_of(
    settings: Settings,
    database: Callable[[], Database],
    clock: Clock,
    *,
    client: Callable[[], Awaitable[Client]] = connect,
    progress: Progress = lambda share: None,
) -> Importer:
    """What takes files in, as the settings say."""
    return Importer(
        database=database,
        client=client,
        store=FolderStore(settings.documents_dir),
        policy=(read_policy(settings.policy), TomlDocument.from_path(settings.policy).text),
        clock=clock,
        max_bytes=settings.import_max,
        statement_max=settings.statement_max,
        backlog_per_day=settings.backlog_per_day,
        progress=progress,
    )


async def plan_files(
    settings: Settings, paths: Sequence[Path], clock: Clock, on: date | None = None
) -> Plan:
    """What the first morning after an import of these files would bring, `on`: if they came in as
    that day begins. Nothing is recorded: a copy of the database is used, and thrown away."""
    if banks := told_apart(paths)[1]:
        raise UserMistake(
            f"{banks[0][0]} is a bank's file, --plan expects ledger files: import it first"
        )
    policy = read_policy(settings.policy)
    creditor = read_creditor(settings.creditor)
    now = clock.business(datetime.now(UTC))
    rehearsal = Rehearsal(
        policy=policy,
        policy_text=TomlDocument.from_path(settings.policy).text,
        clock=clock,
        now=midnight(on, ladder_of(policy).zone) if on else now,
        backlog_per_day=settings.backlog_per_day,
    )
    with copied_database(settings.database_url) as copy:
        files = read_ledger_files(
            paths,
            max_bytes=settings.import_max,
            known_currency=lambda number: currency_in(copy(), number),
        )
        work = Workplace(copy(), creditor, settings.mode, Documents.NONE)
        return await copy().run(lambda session: rehearsal.plan(session, work, files))


def run(work: Callable[[], Coroutine[Any, Any, None]]) -> NoReturn:
    """Run a program of ours to its end: status 0; 1 a fault of ours, with its traceback in the log;
    2 a person's mistake, 3 a service not reached."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    try:
        with services_that_answer():
            asyncio.run(work())
    except UserMistake as mistake:
        sys.stderr.write(f"{mistake}\n")
        end_process(2)
    except Unreachable as error:
        sys.stderr.write(f"{error}\n")
        end_process(3)
    except Exception:
        log.exception("the worker ended")
        end_process(1)
    end_process(0)


if __name__ == "__main__":
    run(main)
