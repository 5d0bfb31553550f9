"""Faults are planted in a sound house, on the real server: a doctor names each, and mends what is safe."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import delete
from sqlmodel import Session, select

from activities import calls_record
from activities.examining import Doctor
from activities.intake import Taken, record_policy, take_invoices
from activities.journal import Journal
from activities.post import deliver
from commands.doctor import Report, examined
from gateways.policy_files import read_policy
from gateways.toml_files import TomlDocument
from models import names
from models.messages import Case
from models.settings import HOME
from models.tables import (
    AttentionRecord,
    HoldRecord,
    InvoiceRecord,
    NoticeRecord,
    NoticeState,
    OutboxRecord,
    PositionRecord,
    Trouble,
)
from rules.case import Status
from rules.clock import Clock
from rules.examination import Fault
from rules.ledger import CustomerRow, InvoiceRow
from sandbox.stack import Stack
from tests.stack.examining import doctor_of

CUSTOMERS = 12
# The last day of notice 1 of an invoice due on 19 January, an hour after the mails leave.
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=ZoneInfo("Europe/Berlin"))
FAR = NOW + timedelta(days=900)
CALL_STAGE = 4  # of the standard policy
PATIENCE = 90  # seconds; each wait takes a few on two cores with nothing else to do

PLANTED = {
    (Fault.MISSING, "invoice:R-01"),
    (Fault.MISSING, "call:T-C-02-1"),
    (Fault.MISSING, "customer:C-13"),
    (Fault.OVERDUE, "customer:C-13"),
    (Fault.ORPHANED, "invoice:R-04"),
    (Fault.UNKNOWN, "invoice:R-99"),
    (Fault.STUCK, "invoice:R-14"),
    (Fault.UNDELIVERED, "invoice:R-06"),
    (Fault.STALE_NOTICE, "N-C-07-1"),
    (Fault.BOOKS, "R-08"),
    (Fault.DOCUMENT, "mail/N-C-09-1.eml"),
    (Fault.DOCUMENT, "copy/invoice-R-09-feff03f7.pdf"),
    (Fault.CONTRADICTION, "R-10"),
    (Fault.UNATTENDED, "C-11"),
}
WITH_A_WORKER = {(Fault.OVERDUE, "customer:C-13"), (Fault.ORPHANED, "invoice:R-04")}
FOR_A_PERSON = {
    place
    for place in PLANTED
    if place[0] not in (Fault.MISSING, Fault.OVERDUE, Fault.ORPHANED, Fault.UNDELIVERED)
}


async def test_planted_faults_are_named_and_what_is_safe_is_mended(tmp_path: Path) -> None:
    async with Stack(tmp_path / "stack", HOME / "creditor.toml", ui=False) as stack:
        clock = Clock(origin=NOW, start=datetime.now(UTC))
        doctor = doctor_of(stack, clock, pause=0.3)
        assert places(await examined(doctor, fix=False)) == {(Fault.NO_WORKER, "duely")}

        await bring(stack, clock, range(1, CUSTOMERS + 1))
        worker = stack.start_worker(clock)
        await until(lambda: at_rest(stack), "every notice sent")
        assert await examined(doctor, fix=False) == Report(())

        await plant_a_workflow_that_fails(stack, clock)
        await until(lambda: is_stuck(doctor), "a workflow task that fails")
        worker.kill()
        await plant_in_temporal(stack, clock)
        await stack.database.run(lambda session: plant_in_the_record(session, clock))
        plant_in_the_store(stack.settings.documents_dir)
        report = await examined(doctor, fix=False)
        assert places(report) == PLANTED
        assert report.status == 1

        money = await stack.database.run(balances)
        mended = await examined(doctor, fix=True)
        assert places(mended) == FOR_A_PERSON | WITH_A_WORKER
        assert mended.mended == (
            "1 messages delivered",
            "2 workflows of invoices and call tasks started",
            "3 workflows told to look at the record",
        )
        assert await stack.database.run(balances) == money

        stack.start_worker(clock)
        await until(lambda: finds(doctor, FOR_A_PERSON), "what was woken is done")


def places(report: Report) -> set[tuple[Fault, str]]:
    """What was found, a message by the workflow it is for."""
    return {(one.fault, one.key.split(" ")[0]) for one in report.findings}


async def finds(doctor: Doctor, expected: Collection[tuple[Fault, str]]) -> bool:
    return places(await examined(doctor, fix=False)) == expected


async def is_stuck(doctor: Doctor) -> bool:
    return await finds(doctor, {(Fault.STUCK, "invoice:R-14")})


async def bring(stack: Stack, clock: Clock, customers: Collection[int]) -> None:
    """One invoice a customer, all due for notice 1 today. Recorded yesterday: of what was just
    recorded nothing is late yet."""
    rows = [row(n) for n in customers]
    policy = HOME / "samples" / "standard.toml"
    text = TomlDocument.from_path(policy).text

    def take(session: Session) -> None:
        journal = Journal(session, NOW - timedelta(days=1), clock)
        record_policy(journal, read_policy(policy), text)
        take_invoices(journal, "the ledger", rows, read_policy(policy).digest, Taken())

    await stack.database.run(take)
    await deliver(stack.database, stack.client)


def row(n: int) -> InvoiceRow:
    return InvoiceRow(
        customer=CustomerRow(f"C-{n:02}", f"Customer {n}", f"c{n}@example.com", "", "en", "DE"),
        number=f"R-{n:02}",
        issue_date=date(2026, 1, 5),
        due_date=date(2026, 1, 19),
        currency="EUR",
        amount_minor=10_000 + n,
    )


async def plant_a_workflow_that_fails(stack: Stack, clock: Clock) -> None:
    """R-14: its input is none that the code can read. A pause keeps its customer out of it."""
    await start(stack, "R-14", {"nonsense": 1})
    await bring(stack, clock, [14])

    def pause(session: Session) -> None:
        session.add(
            HoldRecord(customer_id="C-14", invoice_number="R-14", kind="pause", begins_at=NOW)
        )

    await stack.database.run(pause)


async def plant_in_temporal(stack: Stack, clock: Clock) -> None:
    """R-01 loses its workflow, C-13 never gets one, R-04's outlives it, nobody knows of R-99."""
    await stack.client.get_workflow_handle("invoice:R-01").terminate()
    sleeps = Case(invoice_number="R-13", customer_id="C-13", clock=clock, first_look=FAR)
    await start(stack, "R-13", sleeps)
    await bring(stack, clock, [13])
    await start(stack, "R-99", sleeps)


async def start(stack: Stack, invoice: str, what: object) -> None:
    await stack.client.start_workflow(
        names.INVOICE_WORKFLOW,
        what,
        id=names.invoice_workflow_id(invoice),
        task_queue=names.QUEUE,
    )


def plant_in_the_record(session: Session, clock: Clock) -> None:
    """As a restored backup, a hand or a fault of ours might leave it."""
    journal = Journal(session, NOW, clock)
    session.get_one(PositionRecord, "R-02").stage = CALL_STAGE
    calls_record.open_task(journal, [session.get_one(InvoiceRecord, "R-02")], FAR)
    session.flush()
    session.execute(delete(OutboxRecord))

    session.get_one(InvoiceRecord, "R-04").status = Status.CANCELLED.value
    journal.tell_invoice(session.get_one(InvoiceRecord, "R-06"), names.RECORD_CHANGED)
    notice = session.get_one(NoticeRecord, "N-C-07-1")
    notice.state = NoticeState.SENDING.value
    notice.sending_at, notice.sent_at = NOW - timedelta(hours=2), None
    session.get_one(InvoiceRecord, "R-08").balance_minor += 1
    session.get_one(PositionRecord, "R-10").level = 3
    session.add(
        AttentionRecord(
            customer_id="C-11", trouble=Trouble.PHONE.value, begins_at=NOW - timedelta(days=8)
        )
    )


def plant_in_the_store(documents: Path) -> None:
    (documents / "copy" / "invoice-R-09-feff03f7.pdf").unlink()
    (documents / "mail" / "N-C-09-1.eml").write_text("another")


def balances(session: Session) -> list[tuple[str, int, str]]:
    query = select(InvoiceRecord.number, InvoiceRecord.balance_minor, InvoiceRecord.status)
    return list(session.exec(query.order_by(InvoiceRecord.number)))


async def at_rest(stack: Stack) -> bool:
    """Every notice accepted, and every invoice told."""

    def read(session: Session) -> bool:
        states = session.exec(select(NoticeRecord.state)).all()
        waiting = session.exec(select(OutboxRecord.id)).first()
        return list(states) == [NoticeState.SENT.value] * CUSTOMERS and waiting is None

    return await stack.database.run(read)


async def until(condition: Callable[[], Awaitable[bool]], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not await condition():
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE} s"
        await asyncio.sleep(0.1)
