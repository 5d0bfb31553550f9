"""One shard of a replay: some customers, a time-skipping server, a worker, and one driver of time.

The driver jumps only to days with input, to five past midnight, far from the policy's hour.
"""

import asyncio
import logging
import shutil
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from sqlmodel import Session
from temporalio.runtime import Runtime

from activities.banking import taking
from activities.facts import ladder_of
from activities.intake import record_policy
from activities.journal import Journal
from activities.post import deliver
from activities.remaining import still_climbing
from activities.timeline import Row, rows
from gateways.mail import FolderMail
from gateways.payments import NoBank, Payments
from gateways.policy_files import policy_from_text
from gateways.printer import Lent, WeasyPrinter
from gateways.process import end_process, end_with_parent
from gateways.staff import NobodyAnswers
from models.settings import Documents, Settings
from rules.days import DAY, local_moment, midnight
from rules.ledger import InvoiceRow, LedgerFile, MethodRow, PaymentRow
from rules.policy import Policy
from rules.statements import FileFormat
from sandbox.bank import SandboxBank
from sandbox.bank_post import BankPost
from sandbox.feeder import HOUR, Day, days_of, take_day
from sandbox.skipping import Stalled
from sandbox.world import World, quiet, virtual_world
from worker import Adapters, House, furnish

_TRIES = 5
_LARGEST_FILE = 10_000_000  # bytes, of a day's returns
_JUMP = timedelta(days=30)  # past the last input, how far to look for what is still to come


@dataclass(frozen=True)
class Shard:
    """What one process replays; everything in it can be pickled."""

    number: int
    invoices: tuple[InvoiceRow, ...]
    payments: tuple[PaymentRow, ...]
    methods: tuple[MethodRow, ...]
    policy_text: str
    policy_name: str
    creditor: Path
    folder: Path
    until: date | None
    documents: Documents
    collections: bool

    @property
    def weight(self) -> int:
        """How much work it is, beside others: rows."""
        return len(self.invoices) + len(self.payments)


@dataclass(frozen=True)
class Step:
    """The share of a shard's input that is done, 0 to 1."""

    shard: int
    share: float


@dataclass(frozen=True)
class Done:
    shard: int
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Failed:
    traceback: str


def run_shards(parent: Connection) -> None:
    """A process's main: replays what it is handed until it is handed nothing more; tells its parent
    how far it is, and what came of each shard."""
    end_with_parent()
    logging.getLogger("duely").setLevel(logging.ERROR)  # alarms are for those on watch
    try:
        asyncio.run(_work(parent))
        status = 0
    except Exception:
        parent.send(Failed(traceback.format_exc()))
        status = 1
    parent.close()
    end_process(status)


async def _work(parent: Connection) -> None:
    tools = Tools(quiet(), WeasyPrinter(1))
    while (shard := parent.recv()) is not None:
        parent.send(Done(shard.number, await _replay(shard, tools, parent)))
    await tools.printer.close()


@dataclass(frozen=True)
class Tools:
    """What a process's shards share, as it takes seconds to start."""

    runtime: Runtime
    printer: WeasyPrinter


async def _replay(shard: Shard, tools: Tools, parent: Connection) -> tuple[Row, ...]:
    """A shard whose server stood still is replayed anew: equal input gives equal rows."""
    for _ in range(_TRIES):
        try:
            return await _replay_once(shard, tools, parent)
        except Stalled:
            shutil.rmtree(shard.folder)
    raise RuntimeError(f"the time-skipping server stood still {_TRIES} times")


async def _replay_once(shard: Shard, tools: Tools, parent: Connection) -> tuple[Row, ...]:
    shard.folder.mkdir(parents=True)
    house = _house(shard, tools.printer)
    policy = policy_from_text(shard.policy_text, shard.policy_name)
    days = _days(shard)
    begins = midnight(min(days), ladder_of(policy).zone)
    async with virtual_world(house, shard.folder, begins=begins, runtime=tools.runtime) as world:
        await _Driver(shard, world, policy, days).drive(parent)
        return await house.workplace.database.run(lambda session: tuple(rows(session)))


def _house(shard: Shard, printer: WeasyPrinter) -> House:
    """The production house with a database of its own, a folder as mailbox, nobody at the phone."""
    settings = Settings(
        database_url=f"sqlite:///{shard.folder / 'replay.db'}",
        documents_dir=shard.folder / "documents",
        creditor=shard.creditor,
        mail_mode="send",
    )
    bank: Payments = SandboxBank(_book(shard)) if shard.collections else NoBank()
    adapters = Adapters(
        mail=FolderMail(shard.folder / "mails"),
        payments=bank,
        staff=NobodyAnswers(),
        printer=Lent(printer),
    )
    return furnish(settings, adapters=adapters, documents=shard.documents, by_day=True, fast=True)


def _book(shard: Shard) -> Path:
    return shard.folder / "bank.db"


class _Driver:
    """The one who brings each day's input, and lets time pass between."""

    def __init__(
        self, shard: Shard, world: World, policy: Policy, days: Mapping[date, Day]
    ) -> None:
        self._shard = shard
        self._world = world
        self._policy = policy
        self._zone = ladder_of(policy).zone
        self._days = days
        bank = SandboxBank(_book(shard)) if shard.collections else None
        self._post = BankPost(bank, shard.folder / "bank") if bank else None

    async def drive(self, parent: Connection) -> None:
        """Day by day through the input, then until nothing is left or the last day has ended."""
        done, total = 0, sum(len(d.invoices) + len(d.payments) for d in self._days.values())
        for day in sorted(self._days):
            await self._jump_to(local_moment(day, HOUR, self._zone))
            await self._bring(self._days[day])
            done += len(self._days[day].invoices) + len(self._days[day].payments)
            parent.send(Step(self._shard.number, done / total * 0.95))
        if self._shard.until is not None:
            await self._jump_to(local_moment(self._shard.until, time(23, 59), self._zone))
            return
        latest = await self._world.now() + _longest(self._policy)
        while await self._goes_on():
            if (now := await self._world.now()) > latest:
                raise Stalled  # somebody waits for a task that the server has lost
            await self._jump_to(now + _JUMP)

    async def _goes_on(self) -> bool:
        if self._post is not None and not self._post.is_complete():
            return True
        return await self._world.house.workplace.database.run(still_climbing)

    async def _jump_to(self, moment: datetime) -> None:
        """Where debits may come back, a day at a time: what does is brought on its day."""
        if self._post is not None:
            day = self._today(await self._world.now()) + DAY
            while local_moment(day, HOUR, self._zone) < moment:
                await self._world.jump_to(local_moment(day, HOUR, self._zone))
                await self._fetch(self._post)
                day += DAY
        await self._world.jump_to(moment)

    def _today(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()

    async def _fetch(self, post: BankPost) -> None:
        """Take the bank's file of the day in, as an import does."""
        now = await self._world.now()
        path = post.fetch(self._today(now))
        if path is None:
            return
        file = taking.check_bank_file(path, FileFormat.CAMT054, max_bytes=_LARGEST_FILE)
        work = self._world.house.workplace

        def record(session: Session) -> None:
            journal = work.journal(session, self._world.clock, now)
            taking.take(journal, file, max_bytes=_LARGEST_FILE, heard=lambda bookings: None)
            taking.decide(journal)

        await work.database.run(record)
        await deliver(work.database, self._world.client)

    async def _bring(self, day: Day) -> None:
        """Record what the day brings, as an import does, and tell the workflows."""
        now = await self._world.now()
        work = self._world.house.workplace

        def record(session: Session) -> None:
            journal = work.journal(session, self._world.clock, now)
            self._record(journal, day)

        await work.database.run(record)
        await deliver(work.database, self._world.client)

    def _record(self, journal: Journal, day: Day) -> None:
        record_policy(journal, self._policy, self._shard.policy_text)
        take_day(journal, day, self._policy)


def _longest(policy: Policy) -> timedelta:
    """More than any invoice needs from the last input to the end of its ladder."""
    days = sum(stage.window.last for stage in policy.stages if stage.window)
    retries = sum(sum(stage.retry_days) for stage in policy.stages)
    return timedelta(days=days + 3 * retries + 400)


def _days(shard: Shard) -> dict[date, Day]:
    """The shard's input by day; unless told otherwise a replay takes nobody to have a mandate."""
    invoices, methods = shard.invoices, shard.methods
    if not shard.collections:
        invoices, methods = tuple(replace(row, mandate="") for row in invoices), ()
    return days_of([LedgerFile("the ledger", invoices, shard.payments, methods)])
