"""The pages of customers, invoices and notices in a browser: for everybody, on a telephone's width."""

from playwright.async_api import Browser

from models.tables import HoldRecord
from tests.web.browser.looking import barriers, log_in, served, sticks_out
from tests.web.console import PASSWORD, Console
from tests.web.lives import NOTICE, debited, lived

LONG_NAME = "Vereinigte Kunststoffverarbeitungsgesellschaft-Niederrhein & Söhne GmbH"
PAGES = (
    *("/customers/C1", "/invoices/I1", "/invoices/I2", f"/notices/{NOTICE}"),
    *("/customers/C1/next", "/search?q=100,00", "/search?q=nobody", "/search"),
    *("/customers/C2", "/invoices/D1"),
)


async def test_nothing_keeps_people_out_and_nothing_sticks_out(
    chromium: Browser, console: Console
) -> None:
    lived(console, LONG_NAME)
    debited(console)
    page = await chromium.new_page(viewport={"width": 380, "height": 800})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    with served(console.app) as address:
        await log_in(page, address, "anna", PASSWORD)
        for path in PAGES:
            await page.goto(f"{address}{path}")
            assert await barriers(page) == [], path
            assert await sticks_out(page) == [], path
    assert [words for words in said if "Content Security Policy" in words] == []


async def test_promise_is_foretold_and_recorded_on_the_invoices_page(
    chromium: Browser, console: Console
) -> None:
    lived(console)
    page = await chromium.new_page()
    with served(console.app) as address:
        await log_in(page, address, "anna", PASSWORD)
        await page.get_by_role("searchbox").fill("i 1")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"{address}/invoices/I1")
        await page.get_by_text("Promise to pay").click()
        await page.get_by_label("Promised day").fill("2026-03-20")
        await (
            page.get_by_role("button", name="Show what will happen").locator("visible=true").click()
        )
        await page.get_by_text("Held through 24 March 2026").wait_for()
        assert await barriers(page) == []
        await page.get_by_role("button", name="Promise to pay").click()
        await page.get_by_text("The promise is recorded.").wait_for()
    assert [one.kind for one in console.rows(HoldRecord)] == ["dispute", "promise"]


async def test_outlook_appears_by_itself(chromium: Browser, console: Console) -> None:
    console.record.invoice()
    page = await chromium.new_page()
    with served(console.app) as address:
        await log_in(page, address, "anna", PASSWORD)
        await page.goto(f"{address}/customers/C1/next")
        await page.get_by_text("It is being worked out").wait_for()
        await page.get_by_text("Nothing comes by itself.").wait_for()
