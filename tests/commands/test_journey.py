"""A day with the command line on a real server: programs of their own, and a worker between them."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, select

from gateways.mail import SmtpMail
from gateways.staff import People
from models.settings import HOME
from models.tables import CallTaskRecord
from rules.clock import Clock
from rules.days import local_moment
from rules.ledger import CustomerRow, InvoiceRow, LedgerFile
from sandbox.feeder import Feeder
from sandbox.stack import Stack
from tests.workflows.policies import CALL, EARLY, HEAD
from worker import Adapters, build_worker, furnish

BERLIN = ZoneInfo("Europe/Berlin")
PATIENCE = 30.0


def last_tuesday() -> date:
    """A plain business day near the real one, so that both calendars agree but for days."""
    today = datetime.now(BERLIN).date()
    return today - timedelta(days=(today.weekday() - 1) % 7 or 7)


async def starter(stack: Stack, *words: str) -> "tuple[int, str, str]":
    """`starter.py WORDS...` as a person runs it: status, stdout, stderr."""
    names = {
        "DUELY_DATABASE_URL": stack.settings.database_url,
        "TEMPORAL_ADDRESS": stack.server.address,
        "LOGNAME": "anna",
    }
    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "starter.py", *words],
        cwd=HOME,
        env={**os.environ, **names},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout, ended.stderr


async def done(stack: Stack, *words: str) -> str:
    status, out, err = await starter(stack, *words)
    assert (status, err) == (0, ""), " ".join(words)
    return out


async def refused(stack: Stack, *words: str) -> str:
    status, out, err = await starter(stack, *words)
    assert (status, out) == (2, ""), " ".join(words)
    assert err.count("\n") == 1
    return err


async def read(stack: Stack, *words: str) -> Any:
    return json.loads(await done(stack, *words, "--json"))


def policy(folder: Path) -> Path:
    """No notices: who does not pay is phoned on the next business day."""
    file = folder / "calls.toml"
    file.write_text(HEAD + EARLY + CALL.replace("[5, 10]", "[1, 3]"))
    return file


def ledger(today: date) -> LedgerFile:
    """CALLED was due yesterday; QUIET is due in a month."""

    def row(number: str, customer: str, due: date) -> InvoiceRow:
        who = CustomerRow(customer, f"Customer {customer}", "c@example.com", "+49 1", "en", "DE")
        return InvoiceRow(who, number, today - timedelta(days=20), due, "EUR", 10_000)

    yesterday, next_month = today - timedelta(days=1), today + timedelta(days=30)
    return LedgerFile(
        "ledger.csv",
        invoices=(row("CALLED", "C1", yesterday), row("QUIET", "C2", next_month)),
    )


async def test_invoice_is_paused_resumed_promised_and_paid_and_a_call_is_worked(
    tmp_path: Path,
) -> None:
    today = last_tuesday()
    async with Stack(tmp_path / "stack", HOME / "creditor.toml", ui=False) as stack:
        clock = Clock(local_moment(today, time(10, 0), BERLIN), datetime.now(UTC))
        feeder = Feeder([ledger(today)], policy(tmp_path))
        for day in feeder.days.values():
            await feeder.bring(stack.database, stack.client, clock, day)
        async with working(stack):
            await asyncio.gather(holds_and_money(stack, today), one_call(stack))
        key = await nobody_answers(stack)
        async with working(stack):
            again = await done(stack, "calls", "take", "T-C1-1", "--key", key)
        assert "T-C1-1 is taken by anna" in again or "done already" in again
        (task,) = (await read(stack, "calls", "list"))["tasks"]
        assert task["taken_by"] == "anna"


@asynccontextmanager
async def working(stack: Stack) -> AsyncIterator[None]:
    """A worker whose telephone is worked by people."""
    adapters = Adapters(mail=SmtpMail(stack.mailbox.url), staff=People())
    house = furnish(stack.settings, adapters=adapters)
    try:
        async with build_worker(stack.client, house):
            yield
    finally:
        await house.close()


async def holds_and_money(stack: Stack, today: date) -> None:
    until, promised = today + timedelta(days=10), today + timedelta(days=5)
    said = await done(stack, "pause", "QUIET", "--until", str(until), "--key", "K")
    assert said == f"Invoice QUIET is paused until {until}.\n"
    assert "done already" in await done(stack, "pause", "QUIET", "--key", "K")
    assert await done(stack, "resume", "QUIET") == "Invoice QUIET is resumed.\n"
    assert await refused(stack, "resume", "QUIET") == "the invoice is not paused\n"
    await done(stack, "promise", "QUIET", "--by", str(promised), "--reason", "on the phone")
    await done(stack, "pay", "QUIET", "100.00", "--id", "B-1")
    assert "no longer open" in await refused(stack, "pause", "QUIET")
    events = (await read(stack, "timeline", "QUIET"))["events"]
    # A refusal is an event only where the record had to be asked.
    happened = [one for one in events if one["event"] != "act_refused"]
    assert [(one["event"], one["actor"]) for one in happened] == [
        ("opened", ""),
        ("held", "anna"),
        ("released", "anna"),
        ("held", "anna"),
        ("payment_received", "anna"),
        ("settled", "anna"),
    ]


async def one_call(stack: Stack) -> None:
    await the_call_is_opened(stack)
    assert "taken by anna" in await done(stack, "calls", "take", "T-C1-1")
    refusal = await refused(stack, "calls", "take", "T-C1-1", "--by", "ben")
    assert refusal == "the call task is already taken by anna\n"
    await done(stack, "calls", "outcome", "T-C1-1", "no_answer", "--note", "rang for a minute")
    (task,) = (await read(stack, "calls", "list"))["tasks"]
    assert (task["attempt"], task["taken_by"]) == (2, "")


async def the_call_is_opened(stack: Stack) -> None:
    def tasks(session: Session) -> list[str]:
        return list(session.exec(select(CallTaskRecord.task)))

    async with asyncio.timeout(PATIENCE):
        while True:
            if await stack.database.run(tasks):
                return
            await asyncio.sleep(0.05)


async def nobody_answers(stack: Stack) -> str:
    """No worker runs: the outcome is unknown; the key that the sentence gives to repeat it with."""
    status, out, err = await starter(stack, "calls", "take", "T-C1-1", "--wait", "1")
    assert (status, out) == (3, "")
    assert err.startswith("no worker answered within 1 seconds: the outcome is unknown")
    return err.rpartition("--key ")[2].strip()
