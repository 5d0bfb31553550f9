"""A call desk's day on real parts: Temporal, a worker, the console, and two people in a browser.

A day takes a second and a half: notice on its first day, then the call.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, Page, expect
from sqlmodel import select

from activities.intake import Taken, record_policy, take_invoices
from activities.journal import Journal
from activities.post import deliver
from models.settings import HOME
from models.tables import CallAttemptRecord, CallTaskRecord, EventRecord, HoldRecord
from rules.clock import Clock
from rules.days import midnight
from rules.ledger import CustomerRow, InvoiceRow
from rules.staff import Role
from sandbox.desk import made_account
from sandbox.server import free_port
from sandbox.stack import Stack
from tests.web.browser.looking import log_in
from tests.workflows.policies import digest_of, parsed

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 2)
A_DAY = 1.5  # seconds
TASK = "T-C1-1"
POLICY = """\
name = "fast"
timezone = "Europe/Berlin"
business_days = "DE"
send = "early"
send_at = "01:00"
send_until = "23:00"
promise_grace = 0

[[stage]]
kind = "notice"
level = 1
window = [1, 9]
pay_within = 1

[[stage]]
kind = "call"
window = [2, 9]
escalate_after = 60

[[stage]]
kind = "legal"
window = [1, 9]
"""


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[tuple[Stack, str, dict[str, str]]]:
    """Everything running, one invoice overdue; the console's address, and who may log in."""
    async with Stack(folder, HOME / "creditor.toml", ui=False) as stack:
        passwords = {
            name: await made_account(stack.database, name, Role.STAFF) for name in ("anna", "ben")
        }
        start = datetime.now(UTC) + timedelta(seconds=1)
        scale = round(timedelta(days=1).total_seconds() / A_DAY)
        clock = Clock(origin=midnight(MONDAY, BERLIN), start=start, scale=scale)
        stack.start_worker(clock)
        console = stack.start_console(clock, port=free_port())
        await stack.database.run(lambda session: bring_in(Journal(session, clock.origin, clock)))
        await console.answers()
        await deliver(stack.database, stack.client)
        yield stack, console.url, passwords


def bring_in(journal: Journal) -> None:
    row = InvoiceRow(
        customer=CustomerRow("C1", "Feinkost Müller", "c1@example.com", "+49 30 1", "de", "DE"),
        number="I1",
        issue_date=date(2026, 2, 2),
        due_date=MONDAY - timedelta(days=1),
        currency="EUR",
        amount_minor=100_00,
    )
    record_policy(journal, parsed(POLICY), POLICY)
    take_invoices(journal, "the ledger", [row], digest_of(POLICY), Taken())


async def until(page: Page, words: str) -> None:
    """Load the page again until it says so."""
    for _ in range(100):
        if await page.get_by_text(words).count():
            return
        await page.wait_for_timeout(200)
        await page.reload()
    raise AssertionError(f"{words!r} never came")


async def test_promise_holds_the_ladder_and_breaking_it_resumes_it(
    tmp_path: Path, chromium: Browser
) -> None:
    async with desk(tmp_path / "stack") as (stack, address, passwords):
        anna, ben = await chromium.new_page(), await (await chromium.new_context()).new_page()
        await log_in(anna, address, "anna", passwords["anna"])
        await log_in(ben, address, "ben", passwords["ben"])
        await until(anna, "Feinkost Müller")
        await anna.get_by_role("link", name="Feinkost Müller").click()
        await ben.goto(f"{address}/tasks/{TASK}")

        await anna.get_by_role("button", name="Take this task").click()
        await expect(anna.get_by_text("The task is yours")).to_be_visible()
        await ben.get_by_role("button", name="Take this task").click()
        await expect(ben.get_by_text("The call task is already taken by anna.")).to_be_visible()
        await expect(ben.get_by_role("heading", name="What came of it")).to_have_count(0)

        await expect(anna.get_by_text("Guten Tag, hier ist")).to_be_visible()
        pdf = await anna.request.get(f"{address}/invoices/I1/pdf")
        assert (pdf.status, (await pdf.body())[:5]) == (200, b"%PDF-")
        await promise(anna)
        await expect(anna.get_by_text("It is recorded.")).to_be_visible()
        await expect(anna.get_by_role("cell", name="stands", exact=True)).to_be_visible()

        await until(anna, "broken")
        await _the_lawyer_has_it(stack, anna)
        assert await rows(stack, CallTaskRecord, "state") == ["closed"]
        assert await rows(stack, CallAttemptRecord, "actor") == ["anna"]
        (held,) = await rows(stack, HoldRecord, "promised_for")
        events = await rows(stack, EventRecord, "event")
        assert events.index("notice_confirmed") < events.index("held")
        after = [events.index(one) for one in ("held", "promise_broken", "legal_handover")]
        assert after == sorted(after)
        assert held is not None


async def promise(page: Page) -> None:
    """For the day after the next business day, shown before it is said."""
    today = date.fromisoformat(await page.get_by_label("Promised day").get_attribute("min") or "")
    day = today + timedelta(days=3)
    await page.get_by_label("They promise to pay").check()
    await page.get_by_label("Promised day").fill(day.isoformat())
    await page.get_by_label("Yes").check()
    await page.get_by_role("button", name="Show what will happen").click()
    coming = page.get_by_text(re.compile(r"Held through .* it goes to the lawyer on"))
    await expect(coming).to_be_visible()
    await page.get_by_role("button", name="Record it").dblclick()


async def _the_lawyer_has_it(stack: Stack, page: Page) -> None:
    for _ in range(100):
        if "legal_handover" in await rows(stack, EventRecord, "event"):
            return
        await page.wait_for_timeout(100)
    raise AssertionError("the ladder never went on")


async def rows(stack: Stack, table: Any, column: str) -> list[Any]:
    """One column of every row of a table."""
    return await stack.database.run(
        lambda session: [getattr(one, column) for one in session.exec(select(table))]
    )
