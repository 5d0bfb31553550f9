"""Every page in a browser: for everybody, on a telephone's width, without a mouse, and quiet."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from models.tables import CallAttemptRecord, CustomerRecord, HoldRecord
from tests.web.browser.looking import barriers, log_in, served, sticks_out
from tests.web.console import PASSWORD, TASK, Console

NARROW = {"width": 380, "height": 800}
LONG_NAME = "Vereinigte Kunststoffverarbeitungsgesellschaft-Niederrhein & Söhne GmbH"


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    """A narrow page on which no script fails, and none of ours is refused by our own policy."""
    found = await chromium.new_page(viewport=NARROW)  # type: ignore[arg-type]  # a TypedDict there
    said: list[str] = []
    failed: list[str] = []
    found.on("console", lambda message: said.append(message.text))
    found.on("pageerror", lambda error: failed.append(str(error)))
    yield found
    await found.close()
    assert [words for words in said if "Content Security Policy" in words] == []
    assert failed == []


def of_everything(console: Console) -> None:
    """A task that is taken, of a customer with a long name, a past call and a broken promise."""
    console.taken()
    with console.desk.database.transaction() as session:
        session.get_one(CustomerRecord, "C1").name = LONG_NAME
        session.add(
            CallAttemptRecord(
                task="T-C1-1",
                outcome="no_answer",
                actor="ben",
                note="x" * 90,
                heard="N-C1-1 of 2026-03-05 not received",
                at=console.record.now,
            )
        )
        session.add(
            HoldRecord(
                customer_id="C1",
                invoice_number="I1",
                kind="promise",
                begins_at=console.record.now,
                until=console.record.now,
                ended_at=console.record.now,
                promised_for=console.record.now.date(),
            )
        )


async def test_nothing_keeps_people_out_and_nothing_sticks_out(
    page: Page, console: Console
) -> None:
    of_everything(console)
    with served(console.app) as address:
        await page.goto(f"{address}/login")
        assert await barriers(page) == []
        assert await sticks_out(page) == []
        await log_in(page, address, "anna", PASSWORD)
        for path in ("/", TASK):
            await page.goto(f"{address}{path}")
            assert await barriers(page) == [], path
            assert await sticks_out(page) == [], path
        await page.get_by_label("They dispute it").check()
        await page.get_by_role("button", name="Show what will happen").click()
        await page.get_by_role("heading", name="What will happen").wait_for()
        assert await barriers(page) == []
        assert await sticks_out(page) == []
        await page.set_viewport_size({"width": 1280, "height": 900})
        assert await barriers(page) == []
        assert await sticks_out(page) == []


async def test_a_call_is_worked_by_the_keyboard_alone(page: Page, console: Console) -> None:
    console.called()
    with served(console.app) as address:
        await page.goto(address)
        await expect(page.get_by_label("Name")).to_be_focused()
        await page.keyboard.type("anna")
        await page.keyboard.press("Tab")
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{address}/")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")  # the link that skips what is on every page
        await reach(page, "Customer C1")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{address}{TASK}")
        await reach(page, "Take this task")
        await page.keyboard.press("Enter")
        await page.get_by_text("The task is yours").wait_for()
        await reach(page, "They promise to pay")
        for _ in range(2):  # to the third: they dispute it
            await page.keyboard.press("ArrowDown")
        await reach(page, "Show what will happen")
        await page.keyboard.press("Enter")
        await page.get_by_text("Held until somebody records").wait_for()
        await reach(page, "Record it")
        await page.keyboard.press("Enter")
        await page.get_by_text("It is recorded.").wait_for()
    (hold,) = console.rows(HoldRecord)
    assert (hold.kind, hold.actor) == ("dispute", "anna")


async def reach(page: Page, words: str) -> None:
    """By the tab key, with a focus that can be seen."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        focused, outline = await page.evaluate(
            """() => {
                const one = document.activeElement;
                const text = one.labels?.length ? one.labels[0].innerText : one.innerText;
                return [text ?? "", getComputedStyle(one).outlineStyle];
            }"""
        )
        if words in focused:
            assert outline != "none", words
            return
    raise AssertionError(f"{words!r} is not reached by the keyboard")


async def test_what_the_server_does_not_answer_is_said_and_nothing_lost(
    page: Page, console: Console
) -> None:
    console.taken()
    with served(console.app) as address:
        await log_in(page, address, "anna", PASSWORD)
        await page.goto(f"{address}{TASK}")
        await page.get_by_label("They dispute it").check()
        await page.get_by_label("Note").fill("the colours")
        await page.route("**/preview", lambda route: route.abort())
        await page.get_by_role("button", name="Show what will happen").click()
        await page.get_by_text("The console was not reached").wait_for()
        assert await page.get_by_label("Note").input_value() == "the colours"


async def test_call_that_has_ended_leads_to_its_outcome_and_leaves_what_was_chosen(
    page: Page, console: Console
) -> None:
    console.taken()
    with served(console.app) as address:
        await log_in(page, address, "anna", PASSWORD)
        await page.goto(f"{address}{TASK}")
        ended = 'htmx.trigger(document.body, "call-ended", {suggested: "no_answer"})'
        await page.evaluate(ended)
        await expect(page.get_by_label("Nobody answered")).to_be_checked()
        await expect(page.get_by_role("heading", name="What came of it")).to_be_focused()
        await page.get_by_label("They dispute it").check()
        await page.evaluate(ended)
        await expect(page.get_by_label("They dispute it")).to_be_checked()
