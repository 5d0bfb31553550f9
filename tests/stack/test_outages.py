"""Worker, Temporal, database and mail server each go and come back while a ledger runs, on the real
server: afterwards every stage has happened, each once, and a doctor finds nothing."""

import asyncio
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, select
from temporalio.service import RPCError

from models.settings import HOME
from models.tables import EventRecord, InvoiceRecord, NoticeRecord, NoticeState
from rules.clock import Clock
from rules.days import local_moment, midnight
from rules.ledger import CustomerRow, InvoiceRow, LedgerFile, PaymentRow
from sandbox.company import Company
from sandbox.feeder import HOUR, Feeder
from sandbox.stack import Stack
from sandbox.tally import tally
from tests.stack.examining import doctor_of

CUSTOMERS = 8
SCALE = 28_800  # a day takes three seconds
OUTAGE = 2.0  # seconds; what was under way then is given up after some more
PATIENCE = 120  # seconds; the whole takes less than 60 on two cores with nothing else to do
POLICY = """\
name = "hasty"
timezone = "Europe/Berlin"
business_days = "DE"
send = "early"
send_at = "00:30"
send_until = "23:55"

[[stage]]
kind = "notice"
level = 1
window = [1, 3]
pay_within = 1

[[stage]]
kind = "notice"
level = 2
window = [2, 4]
pay_within = 1

[[stage]]
kind = "call"
window = [2, 3]

[[stage]]
kind = "legal"
window = [1, 2]
"""
STORY = ("notice_sent 1", "notice_sent 2", "call_opened", "legal_handover")
HOLDS_THE_DATABASE = """
import sqlite3, sys, time
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN EXCLUSIVE")
connection.execute("UPDATE invoice SET balance_minor = 0")
print("held", flush=True)
time.sleep(600)
"""


async def test_each_service_goes_and_comes_back_and_every_stage_happens_once(
    tmp_path: Path,
) -> None:
    policy = tmp_path / "hasty.toml"
    policy.write_text(POLICY)
    feeder = Feeder(ledger(), policy)
    creditor = HOME / "creditor.toml"
    async with Stack(tmp_path / "stack", creditor, ui=False, outlives=True) as stack:
        clock = calendar(feeder)
        worker = stack.start_worker(clock)
        feeding = asyncio.create_task(feed(feeder, stack, clock))
        staff = asyncio.create_task(Company(stack.database, stack.client, clock, feeder).live())

        await until(stack, lambda: arrived(stack) > 0, "a mail")
        worker.kill()
        await asyncio.sleep(OUTAGE)
        worker = stack.start_worker(clock)

        await the_temporal_server_is_killed(stack)
        await somebody_holds_the_database(stack)
        await the_mail_server_is_away(stack)
        await feeding
        await until(stack, lambda: at_rest(stack), "every case at its end")
        staff.cancel()
        assert not worker.has_ended, "it was to outlive every outage"

        await every_stage_happened_once(stack)
        await only_what_was_in_doubt_arrived_twice(stack)
        found = await doctor_of(stack, clock, pause=1).examine()
        assert found == ()
        assert worker.stop() == 0


def ledger() -> list[LedgerFile]:
    """Two invoices a customer, due on three days. Every fourth pays one after the first notice and
    takes half of it back; every sixth pays both."""
    first = date(2026, 3, 2)
    invoices, payments = [], []
    for n in range(CUSTOMERS):
        customer = CustomerRow(f"C-{n:02}", f"Customer {n}", f"c{n}@example.com", "", "en", "DE")
        due = first + timedelta(days=n % 3)
        for letter in "AB":
            number = f"R-{n:02}{letter}"
            amount = 10_000 + n
            invoices.append(InvoiceRow(customer, number, first, due, "EUR", amount))
            if n % 6 == 5 or (n % 4 == 1 and letter == "A"):
                paid = due + timedelta(days=3)
                payments.append(PaymentRow(f"P-{number}", paid, number, "EUR", amount))
            if n % 4 == 1 and letter == "A":
                back = due + timedelta(days=5)
                payments.append(PaymentRow(f"P-{number}-back", back, number, "EUR", -5_000))
    return [
        LedgerFile("invoices.csv", invoices=tuple(invoices)),
        LedgerFile("payments.csv", payments=tuple(payments)),
    ]


def calendar(feeder: Feeder) -> Clock:
    start = datetime.now(UTC) + timedelta(seconds=2)
    return Clock(origin=midnight(min(feeder.days), feeder.ladder.zone), start=start, scale=SCALE)


async def feed(feeder: Feeder, stack: Stack, clock: Clock) -> None:
    """The company's own system: what it could not tell Temporal is on the record all the same."""
    for day, brought in feeder.days.items():
        moment = clock.temporal(local_moment(day, HOUR, feeder.ladder.zone))
        await asyncio.sleep((moment - datetime.now(UTC)).total_seconds())
        with suppress(RPCError):
            await feeder.bring(stack.database, stack.client, clock, brought)


async def the_temporal_server_is_killed(stack: Stack) -> None:
    await more_mails(stack, "the worker's return")
    await stack.server.kill()
    await asyncio.sleep(OUTAGE)
    await stack.server.start()


async def somebody_holds_the_database(stack: Stack) -> None:
    """Another process writes to it, says nothing for a while, and is killed half way."""
    await more_mails(stack, "Temporal's return")
    words = [sys.executable, "-c", HOLDS_THE_DATABASE, str(stack.folder / "duely.db")]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as holder:  # noqa: ASYNC220 - at once
        assert holder.stdout is not None
        assert await asyncio.to_thread(holder.stdout.readline) == "held\n"
        await asyncio.sleep(OUTAGE)
        holder.kill()


async def the_mail_server_is_away(stack: Stack) -> None:
    """And takes the first mail after that without saying so."""
    await more_mails(stack, "the database's return")
    stack.mailbox.stop()
    await asyncio.sleep(OUTAGE)
    stack.misbehaviour.hang_up_in_doubt = 1
    stack.mailbox.start()


async def more_mails(stack: Stack, after: str) -> None:
    before = arrived(stack)
    await until(stack, lambda: arrived(stack) > before, f"a mail after {after}")


def arrived(stack: Stack) -> int:
    return len(stack.mailbox.messages())


async def at_rest(stack: Stack) -> bool:
    return (await stack.database.run(tally)).at_rest


async def every_stage_happened_once(stack: Stack) -> None:
    """Who never paid has gone the whole way, in order; nothing is there twice for anybody. Only a
    promise in a call brings another call, in another task."""

    def read(session: Session) -> tuple[list[EventRecord], set[str]]:
        events = session.exec(select(EventRecord).order_by(col(EventRecord.id)))
        unpaid = session.exec(
            select(InvoiceRecord.number).where(
                col(InvoiceRecord.balance_minor) == InvoiceRecord.amount_minor
            )
        )
        return list(events), set(unpaid)

    events, unpaid = await stack.database.run(read)
    stages = [
        (f"{event.event} {event.level or ''}".strip(), event)
        for event in events
        if event.event in ("notice_sent", "call_opened", "legal_handover")
    ]
    calls = Counter(
        (what, event.invoice_number, event.reference * (event.event == "call_opened"))
        for what, event in stages
    )
    assert [once for once, times in calls.items() if times > 1] == []
    assert len(unpaid) >= CUSTOMERS
    for number in unpaid:
        story = [what for what, event in stages if event.invoice_number == number]
        assert tuple(dict.fromkeys(story)) == STORY, number


async def only_what_was_in_doubt_arrived_twice(stack: Stack) -> None:
    def read(session: Session) -> tuple[dict[str, str], set[str]]:
        sent = select(NoticeRecord.number, NoticeRecord.message_id).where(
            col(NoticeRecord.state) == NoticeState.SENT.value
        )
        doubts = select(EventRecord.reference).where(col(EventRecord.event) == "mail_in_doubt")
        return dict(session.exec(sent).all()), set(session.exec(doubts))

    message_ids, in_doubt = await stack.database.run(read)
    mails = Counter(str(mail.message["Message-ID"]) for mail in stack.mailbox.messages())
    assert mails.keys() == set(message_ids.values())
    twice = {number for number, message_id in message_ids.items() if mails[message_id] > 1}
    assert twice, "one was taken and nobody said so"
    assert twice <= in_doubt


async def until(
    stack: Stack, condition: Callable[[], bool] | Callable[[], Awaitable[bool]], what: str
) -> None:
    """Wait for a condition; say what did not come, and how it stands."""
    deadline = time.monotonic() + PATIENCE
    while True:
        met = condition()
        if met if isinstance(met, bool) else await met:
            return
        if time.monotonic() > deadline:
            log = (stack.folder / "worker.log").read_text()[-3000:]
            stands = await stack.database.run(tally)
            pytest.fail(f"{what}: not within {PATIENCE} s; {stands}\n{log}")
        await asyncio.sleep(0.05)
