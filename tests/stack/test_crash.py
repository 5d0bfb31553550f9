"""The worker is killed while notices go out, on the real server: none is missing, none is twice."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, col, select

from models.settings import HOME
from models.tables import (
    EventRecord,
    InvoiceRecord,
    NoticeRecord,
    NoticeState,
    OutboxRecord,
    PositionRecord,
)
from rules.clock import Clock
from rules.ledger import CustomerRow, InvoiceRow, LedgerFile
from sandbox.feeder import Feeder
from sandbox.mailbox import Misbehaviour
from sandbox.stack import Stack

CUSTOMERS = 40
# The standard policy's last day for notice 1 of an invoice due on 19 January.
THE_DAY = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
BEFORE_THE_HOUR = timedelta(seconds=6)  # for the worker to start in
PATIENCE = 120  # seconds; each wait takes less than 20 on two cores with nothing else to do


async def test_worker_killed_while_notices_go_out_sends_each_and_again_only_those_in_flight(
    tmp_path: Path,
) -> None:
    slow = Misbehaviour(seconds_to_answer=0.05)
    async with Stack(tmp_path / "stack", HOME / "creditor.toml", misbehaviour=slow) as stack:
        clock = Clock(origin=THE_DAY - BEFORE_THE_HOUR, start=datetime.now(UTC))
        await record(ledger(), stack, clock)
        first = stack.start_worker(clock)
        await until(stack, lambda: arrived(stack) >= 8, "8 mails")

        # From here on the mailbox keeps what comes, and never says so.
        slow.seconds_to_answer = 3600
        before = arrived(stack)
        await until(stack, lambda: arrived(stack) > before, "one more mail, unanswered")
        first.kill()
        in_flight = await stack.database.run(numbers_in_flight)
        assert 0 < len(in_flight) <= arrived(stack) < CUSTOMERS, "the kill was to land half way"

        slow.seconds_to_answer = 0.0
        stack.start_worker(clock)
        await until(stack, lambda: all_is_done(stack), "every notice sent, every invoice told")

        mails = Counter(str(mail.message["Message-ID"]) for mail in stack.mailbox.messages())
        notices = await stack.database.run(lambda s: list(s.exec(select(NoticeRecord))))
        assert mails.keys() == {notice.message_id for notice in notices}
        assert len({notice.customer_id for notice in notices}) == len(notices) == CUSTOMERS

        again = {n.number for n in notices if mails[n.message_id] > 1}
        assert again, "one was taken and not recorded"
        assert again <= in_flight
        assert max(mails.values()) == 2
        same = {(mail.message["Message-ID"], mail.content) for mail in stack.mailbox.messages()}
        assert len(same) == CUSTOMERS, "what goes again is the same message"

        await nothing_is_recorded_twice(stack)
        assert await failed_workflows(stack) == []


def ledger() -> LedgerFile:
    """40 customers, every tenth with two invoices, all of one day."""
    invoices = [
        InvoiceRow(
            customer=CustomerRow(f"C-{n:02}", f"Customer {n}", f"c{n}@example.com", "", "en", "DE"),
            number=f"{n:02}-{letter}",
            issue_date=date(2026, 1, 5),
            due_date=date(2026, 1, 19),
            currency="EUR",
            amount_minor=10_000 + n,
        )
        for n in range(CUSTOMERS)
        for letter in ("AB" if n % 10 == 0 else "A")
    ]
    return LedgerFile("invoices.csv", invoices=tuple(invoices))


async def record(file: LedgerFile, stack: Stack, clock: Clock) -> None:
    feeder = Feeder([file], HOME / "samples" / "standard.toml")
    for day in feeder.days.values():
        await feeder.bring(stack.database, stack.client, clock, day)


def arrived(stack: Stack) -> int:
    return len(stack.mailbox.messages())


def numbers_in_flight(session: Session) -> set[str]:
    query = select(NoticeRecord.number).where(col(NoticeRecord.state) == NoticeState.SENDING.value)
    return set(session.exec(query))


async def all_is_done(stack: Stack) -> bool:
    """Every notice accepted, every invoice a level further, and no message left to deliver."""

    def read(session: Session) -> bool:
        states = session.exec(select(NoticeRecord.state)).all()
        levels = session.exec(select(PositionRecord.level)).all()
        waiting = session.exec(select(OutboxRecord.id)).first()
        sent = [state for state in states if state == NoticeState.SENT.value]
        return len(sent) == CUSTOMERS and set(levels) == {1} and waiting is None

    return await stack.database.run(read)


async def nothing_is_recorded_twice(stack: Stack) -> None:
    """Every event once; of each invoice, one notice of level 1."""

    def read(session: Session) -> tuple[list[EventRecord], set[str]]:
        return list(session.exec(select(EventRecord))), set(
            session.exec(select(InvoiceRecord.number))
        )

    events, invoices = await stack.database.run(read)
    happened = Counter((e.event, e.invoice_number, e.level, e.reference) for e in events)
    assert [what for what, times in happened.items() if times > 1] == []
    sent = [(e.invoice_number, e.level) for e in events if e.event == "notice_sent"]
    assert sorted(sent) == sorted((number, 1) for number in invoices)


async def failed_workflows(stack: Stack) -> list[str]:
    query = "ExecutionStatus NOT IN ('Running', 'Completed')"
    return [workflow.id async for workflow in stack.client.list_workflows(query)]


async def until(
    stack: Stack, condition: Callable[[], bool] | Callable[[], Awaitable[bool]], what: str
) -> None:
    """Wait for a condition, asked every few milliseconds; say what did not come, and how it stands."""
    deadline = time.monotonic() + PATIENCE
    while True:
        met = condition()
        if met if isinstance(met, bool) else await met:
            return
        if time.monotonic() > deadline:
            stands = await stack.database.run(how_it_stands)
            log = (stack.folder / "worker.log").read_text()[-2000:]
            pytest.fail(f"{what}: not within {PATIENCE} s; {arrived(stack)} mails, {stands}\n{log}")
        await asyncio.sleep(0.02)


def how_it_stands(session: Session) -> str:
    notices = Counter(session.exec(select(NoticeRecord.state)))
    steps = Counter(session.exec(select(PositionRecord.next_what)))
    waiting = len(session.exec(select(OutboxRecord.id)).all())
    return f"notices {dict(notices)}, invoices {dict(steps)}, {waiting} messages undelivered"
