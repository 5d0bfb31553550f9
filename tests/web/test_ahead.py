"""What comes in the next 90 days: worked out in the background, once for a record."""

import asyncio
import sys
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from models.settings import Settings
from rules.errors import Unreachable
from rules.money import Money
from sandbox.foresight import Coming, Named, Outlook
from tests.commands.record import berlin
from tests.web.console import Browser, Console
from web.foreseeing import AT_ONCE, Foreseer, in_a_process
from web.foreseen import Question

NEXT = "/customers/C1/next"
EUR = Money(10000, "EUR")
COMING = Coming(
    "2026-03-05T09:00:00+01:00", "notice 1", "N-C1-1", (Named("I1", "", "1", EUR),), (EUR,)
)
FOUND = Outlook("C1", date(2026, 5, 31), (COMING,), ("address",))


def until_it_is_there(browser: Browser) -> str:
    for _ in range(100):
        page = browser.get(f"{NEXT}/outlook").text
        if "being worked out" not in page:
            return page
    raise AssertionError("it is never worked out")


def foreseen_by(console: Console, work: Callable[[Question], object]) -> list[Question]:
    asked: list[Question] = []

    async def found(question: Question) -> Outlook:
        asked.append(question)
        answer = work(question)
        assert isinstance(answer, Outlook)
        return answer

    console.app.state.foreseer = Foreseer(found)
    return asked


def test_page_is_there_at_once_and_asks_until_it_is_worked_out(console: Console) -> None:
    console.record.invoice()
    foreseen_by(console, lambda _: FOUND)
    with console.logged_in("audrey") as browser:
        page = browser.get(NEXT).text
        assert 'hx-get="/customers/C1/next/outlook"' in page
        found = until_it_is_there(browser)
        assert "hx-get" not in found
        assert "<html" not in found
        for words in (
            "5 Mar 2026",
            "Notice 1",
            "/invoices/I1",
            "€100.00",
            "Needs attention: address",
        ):
            assert words in found


def test_reload_works_nothing_out_again_until_something_is_recorded(console: Console) -> None:
    console.record.invoice()
    asked = foreseen_by(console, lambda _: FOUND)
    with console.logged_in("audrey") as browser:
        until_it_is_there(browser)
        browser.get(NEXT)
        assert len(asked) == 1
        console.record.pay("10.00")
        until_it_is_there(browser)
        assert [one.days for one in asked] == [90, 90]


def test_outlook_that_failed_is_said_and_tried_again(console: Console) -> None:
    console.record.invoice()

    def fails(_: Question) -> object:
        raise Unreachable("the server stood still")

    asked = foreseen_by(console, fails)
    with console.logged_in("audrey") as browser:
        assert "It could not be worked out." in until_it_is_there(browser)
        assert "It could not be worked out." in until_it_is_there(browser)
    assert len(asked) == 2


def question(settings: Settings) -> Question:
    return Question(settings=settings, customer_id="C1", now=berlin("2026-03-02"), days=90)


async def test_no_more_than_two_are_worked_out_at_once() -> None:
    running, most = 0, 0

    async def work(_: Question) -> Outlook:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return FOUND

    foreseer = Foreseer(work)
    for key in range(6):
        assert foreseer.outlook(key, question(Settings())) is None
    await asyncio.gather(*foreseer._tasks.values())
    assert most == AT_ONCE


async def test_console_that_ends_leaves_no_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: asyncio.Future[asyncio.subprocess.Process] = asyncio.Future()
    start = asyncio.create_subprocess_exec

    async def sleeps(*_: str, **words: Any) -> asyncio.subprocess.Process:
        words.pop("cwd")
        process = await start(sys.executable, "-c", "import time; time.sleep(60)", **words)
        started.set_result(process)
        return process

    monkeypatch.setattr(asyncio, "create_subprocess_exec", sleeps)
    foreseer = Foreseer(in_a_process)
    foreseer.outlook("key", question(Settings()))
    process = await started
    await foreseer.stop()
    assert process.returncode == -15


async def test_production_workflows_tell_what_comes_in_a_process_of_their_own(
    console: Console,
) -> None:
    console.record.invoice()
    found = await in_a_process(question(Settings(database_url=console.url)))
    assert [(one.day, one.what) for one in found.coming] == [
        (date(2026, 3, 11), "notice 1"),
        (date(2026, 3, 20), "notice 2"),
        (date(2026, 3, 30), "notice 3"),
    ]
