"""Debian's Chromium, driven by Playwright; where there is none, one line says so."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright, expect

_PATIENCE = 15_000  # milliseconds; the machine may be busy with other tests
_NAMES = ("chromium", "chromium-browser")


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser of this machine: none is downloaded."""
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip("no Chromium on this machine: what the console does in a browser is not tested")
    async with async_playwright() as playwright:
        # One that is root, as in a container, may have no sandbox; these are pages of our own.
        browser = await playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        expect.set_options(timeout=_PATIENCE)
        yield browser
        await browser.close()
